"""What a framework shows of the catalogue: which achievements stand in which place, and where none does."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from credentials.models import AchievementVersion, Competency, CompetencyFramework, LearningActivity
from credentials.models import VersionCompetency as Shown
from credentials.queries.frameworks import Node, in_force, leaves_by_top, levels_of, tree_of

R = TypeVar("R")
Kind = AchievementVersion.Kind
SHOW_NOTHING_NEW = frozenset({Kind.STACKED_CERTIFICATE, Kind.FULL_CERTIFICATION, Kind.PARTICIPATION})


# --- The map: domain by level ----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One domain, and for each level the achievements that show something of it there."""

    domain: Competency
    cells: tuple[tuple[AchievementVersion, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    levels: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def empty(self) -> int:
        return sum(not cell for line in self.lines for cell in line.cells)


def landscape(framework: CompetencyFramework, *, by_cognitive_level: bool = False) -> Map:
    """Every domain by every level, in three queries. A level is said by the achievement, else by the item."""
    rows = {row.pk: row for row in framework.competencies.order_by("position", "pk")}
    tops = [row for row in rows.values() if row.parent_id not in rows]
    cells: dict[tuple[int, str], dict[int, AchievementVersion]] = defaultdict(dict)
    shown = Shown.objects.filter(in_force(), competency__framework=framework)
    for link in shown.select_related("version__achievement").order_by("version__achievement__code"):
        row = rows[link.competency_id]
        level = row.cognitive_level if by_cognitive_level else link.level or row.level
        cells[_top(row, rows).pk, level][link.version_id] = link.version
    if by_cognitive_level:
        named = [(level.value, str(level.label)) for level in Competency.Cognitive]
    else:
        known = levels_of(
            framework, [*(row.level for row in rows.values()), *(level for _top, level in cells)]
        )
        named = [(level, level) for level in known]
    if not named or any(level == "" for _domain, level in cells):
        named.append(("", ""))
    return Map(
        levels=tuple(label for _level, label in named),
        lines=tuple(
            Line(domain=top, cells=tuple(tuple(cells[top.pk, level].values()) for level, _label in named))
            for top in tops
        ),
    )


def _top(row: Competency, rows: dict[int, Competency]) -> Competency:
    while row.parent_id in rows:
        row = rows[row.parent_id]
    return row


# --- The gaps: what is shown how often, and taught without being shown -----------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One competency without parts: who shows it or what it is part of, and where it is taught."""

    domain: Competency
    competency: Competency
    shown_by: tuple[AchievementVersion, ...]
    taught_in: tuple[LearningActivity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    places: tuple[Place, ...]

    @property
    def covered(self) -> list[Place]:
        return [place for place in self.places if len(place.shown_by) == 1]

    @property
    def covered_twice(self) -> list[Place]:
        return [place for place in self.places if len(place.shown_by) > 1]

    @property
    def uncovered(self) -> list[Place]:
        return [place for place in self.places if not place.shown_by]

    @property
    def only_taught(self) -> list[Place]:
        return [place for place in self.uncovered if place.taught_in]


def gaps(framework: CompetencyFramework) -> Gaps:
    """Each competency without parts; whoever shows or teaches a whole shows or teaches its parts.

    What is made of other achievements only says again what these show, and attendance shows nothing.
    """
    tops = tree_of(framework)
    taught: dict[int, list[LearningActivity]] = defaultdict(list)
    offered = LearningActivity.objects.filter(is_active=True, teaches__framework=framework).distinct()
    for activity in offered.prefetch_related("teaches"):
        for competency in activity.teaches.all():
            taught[competency.pk].append(activity)
    above = dict(_chains(tops))
    places = [
        Place(
            domain=top.competency,
            competency=leaf.competency,
            shown_by=_distinct(
                version
                for node in above[leaf.competency.pk]
                for version in node.shown_by
                if version.kind not in SHOW_NOTHING_NEW
            ),
            taught_in=_distinct(
                activity for node in above[leaf.competency.pk] for activity in taught[node.competency.pk]
            ),
        )
        for top in tops
        for leaf in leaves_by_top([top])[top.competency.pk]
    ]
    return Gaps(places=tuple(places))


def _chains(nodes: Sequence[Node], above: tuple[Node, ...] = ()) -> Iterable[tuple[int, tuple[Node, ...]]]:
    """Each node with all that leads to it, from the top down, itself last."""
    for node in nodes:
        chain = (*above, node)
        yield node.competency.pk, chain
        yield from _chains(node.parts, chain)


def _distinct(rows: Iterable[R]) -> tuple[R, ...]:
    return tuple(dict.fromkeys(rows))
