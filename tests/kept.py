"""A world made once for a class of tests: each test works on a copy, and the class leaves nothing behind."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from credentials.services import defining, picturing
from learners.management.demo.loading import pictures
from tests.makers import thumbnail


def draw_small(patched: pytest.MonkeyPatch) -> None:
    """Badge pictures become thumbnails, drawn here and once for each look."""
    patched.setattr(defining, "draw", thumbnail)
    # They would be taken for one another.
    patched.setattr(picturing, "look_alikes", lambda version: [])
    patched.setattr(pictures, "drawn", lambda versions: [defining.picture(version) for version in versions])


@contextmanager
def kept_for_a_class(blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database, open outside any test; for a fixture of class scope, whose tests use `db` as well."""
    with blocker.unblock(), pytest.MonkeyPatch.context() as patched, transaction.atomic():
        draw_small(patched)
        yield
        transaction.set_rollback(True)
