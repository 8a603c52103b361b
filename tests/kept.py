"""A world made once for a class of tests: each test works on a copy, and the class leaves nothing behind."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from credentials.services import defining
from tests.makers import thumbnail


@contextmanager
def kept_for_a_class(blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database, open outside any test; for a fixture of class scope, whose tests use `db` as well."""
    with blocker.unblock(), pytest.MonkeyPatch.context() as patched, transaction.atomic():
        patched.setattr(defining, "draw", thumbnail)
        yield
        transaction.set_rollback(True)
