"""The one-page map names what there is: every event, every address, every app."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from config.events import HEARS
from tests.house.source import APPS, text_of

MAP = "docs/where-things-live.md"
OURS = {"credentials", "pathways", "assessments", "learners"}


def our_addresses() -> list[str]:
    """`namespace:name` of every address of our own apps."""
    found = []
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and resolver.namespace in OURS:
            found += [
                f"{resolver.namespace}:{pattern.name}"
                for pattern in resolver.url_patterns
                if isinstance(pattern, URLPattern)
            ]
    return found


def test_our_addresses_are_found() -> None:
    assert {"credentials:verify", "learners:dashboard", "assessments:grade"} <= set(our_addresses())


@pytest.mark.parametrize("address", our_addresses())
def test_every_address_is_on_the_map(address: str) -> None:
    assert f"`{address}`" in text_of(MAP)


@pytest.mark.parametrize("event", HEARS)
def test_every_event_is_on_the_map(event: str) -> None:
    assert f"`{event}`" in text_of(MAP)


@pytest.mark.parametrize("app", APPS)
def test_every_app_is_on_the_map(app: str) -> None:
    assert app in text_of(MAP)
