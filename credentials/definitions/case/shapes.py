"""A competency framework as plain facts, whichever file it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Members = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """The document itself. `extras` is what a file said of it that has no field of its own."""

    identifier: str
    title: str
    creator: str
    version: str = "1"
    description: str = ""
    language: str = "en"
    uri: str = ""
    licence: str = ""
    levels: tuple[str, ...] = ()
    extras: Members = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One competency; `parent` is the identifier of the one it is part of, empty at the top.

    `extras`: `members` the file's own, `order` its place in the file, `placed` the association that says
    what it is part of, and `placed_order` the place of that.
    """

    identifier: str
    statement: str
    parent: str = ""
    code: str = ""
    title: str = ""
    kind: str = ""
    level: str = ""
    cognitive_level: str = ""
    sort: str = ""
    uri: str = ""
    extras: Members = field(default_factory=dict)

    @property
    def label(self) -> str:
        return self.code or self.identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """How an item relates to another, in the framework (`target`) or outside; being part of it is no link."""

    identifier: str
    kind: str
    origin: str
    target: str = ""
    target_uri: str = ""
    target_identifier: str = ""
    target_title: str = ""
    sequence: int | None = None
    extras: Members = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A whole framework: its items from the top down, each before its parts, and the links among them."""

    framework: Framework
    items: tuple[Item, ...] = ()
    links: tuple[Link, ...] = ()


def without_cut(title: str, statement: str) -> str:
    """The title, or nothing where it is only the statement again, whole or cut off somewhere.

    Tables often fill the column for a short title with the first sixty characters of the long one.
    """
    short = title.strip()
    if not statement.startswith(short):
        return short
    rest = statement[len(short) :]
    return short if rest[:1] in set(".:;,!?–—-(") else ""
