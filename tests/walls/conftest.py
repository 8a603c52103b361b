"""The world behind the walls, made once for a class of tests."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.kept import kept_for_a_class
from tests.walls.world import World, make_world


@pytest.fixture(scope="class")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with kept_for_a_class(django_db_blocker):
        yield make_world()
