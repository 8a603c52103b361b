"""Every address that the portal answers to, as the resolver knows it."""

from collections.abc import Iterable, Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def _walk(patterns: Iterable[URLPattern | URLResolver], spaces: tuple[str, ...] = ()) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inside = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from _walk(pattern.url_patterns, inside)
        else:
            yield ":".join([*spaces, pattern.name or f"<{pattern.pattern}>"])


def every_address() -> list[str]:
    """`namespace:name` of each, once; what has no name is called by its pattern."""
    return sorted(set(_walk(get_resolver().url_patterns)))
