"""Viewer and visibility -> what may be shown; without a database."""

from dataclasses import dataclass
from typing import Literal

Viewer = Literal["holder", "stranger"]
Visibility = Literal["private", "public"]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a verification page may tell this viewer about the person. The verdict itself is always told."""

    name: bool
    results: bool
    evidence: bool


def shown_to(viewer: Viewer, visibility: Visibility) -> Shown:
    """Name, results and evidence are the holder's own to open (UX V1); the verdict belongs to everybody."""
    opened = viewer == "holder" or visibility == "public"
    return Shown(name=opened, results=opened, evidence=opened)


def shown_by_link(*, results: bool, evidence: bool) -> Shown:
    """Whoever follows a link that she made reads her name, and the rest as she chose for that link alone."""
    return Shown(name=True, results=results, evidence=evidence)
