"""What is asked of competency frameworks: the published ones, and one as a tree with who shows what."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from credentials.models import (
    AchievementVersion,
    Alignment,
    Competency,
    CompetencyFramework,
    PerformanceCriterion,
    VersionCompetency,
)

# Of a competency, what its page says; the rest of a thousand rows would cost more than it.
READ = (
    "framework_id",
    "parent_id",
    "public_id",
    "code",
    "title",
    "statement",
    "kind",
    "level",
    "cognitive_level",
    "sort",
)


@dataclass(slots=True, kw_only=True)
class Node:
    """A competency with all its page says of it, and its parts."""

    competency: Competency
    parts: list["Node"] = field(default_factory=list)
    shown_by: list[AchievementVersion] = field(default_factory=list)
    alignments: list[Alignment] = field(default_factory=list)
    criteria: list[PerformanceCriterion] = field(default_factory=list)
    is_found: bool = True

    @property
    def shown_within(self) -> int:
        """How many achievements show it or one of its parts, each counted once."""
        return len(self._within())

    def _within(self) -> set[int]:
        within = {version.pk for version in self.shown_by}
        return within.union(*(part._within() for part in self.parts))


def published_frameworks() -> QuerySet[CompetencyFramework]:
    return CompetencyFramework.objects.published().annotate(size=Count("competencies"))


def public_framework(public_id: UUID) -> QuerySet[CompetencyFramework]:
    """One that anyone may read: published now or earlier, since credentials point at its parts."""
    return CompetencyFramework.objects.filter(public_id=public_id).exclude(
        status=CompetencyFramework.Status.DRAFT
    )


def in_force() -> Q:
    """The rows of VersionCompetency that count today: of what can be earned, in the text in force."""
    return Q(version__status=AchievementVersion.Status.PUBLISHED, version__achievement__is_active=True)


def tree_of(framework: CompetencyFramework) -> list[Node]:
    """The framework's tops with everything under them, in four queries however large it is."""
    rows = Competency.objects.filter(framework=framework).order_by("position", "pk").only(*READ)
    nodes = {row.pk: Node(competency=row) for row in rows}
    shown = VersionCompetency.objects.filter(in_force(), competency__framework=framework)
    for link in shown.select_related("version__achievement").order_by("version__achievement__code"):
        nodes[link.competency_id].shown_by.append(link.version)
    for alignment in Alignment.objects.filter(competency__framework=framework):
        nodes[alignment.competency_id or 0].alignments.append(alignment)
    for criterion in PerformanceCriterion.objects.filter(competency__framework=framework):
        nodes[criterion.competency_id].criteria.append(criterion)
    tops: list[Node] = []
    for node in nodes.values():
        # No query: the page's addresses need the framework, which is at hand.
        node.competency.framework = framework
        parent = nodes.get(node.competency.parent_id or 0)
        (parent.parts if parent else tops).append(node)
    return tops


def pruned(nodes: Iterable[Node], words: str) -> list[Node]:
    """The nodes in which every word occurs, and what leads to them."""
    wanted = words.casefold().split()[:10]
    left = []
    for node in nodes:
        row = node.competency
        text = f"{row.code} {row.title} {row.statement} {row.level} {row.kind}".casefold()
        node.is_found = all(word in text for word in wanted)
        node.parts = pruned(node.parts, words)
        if node.is_found or node.parts:
            left.append(node)
    return left


def found_in(nodes: Iterable[Node]) -> int:
    return sum(node.is_found + found_in(node.parts) for node in nodes)


def levels_of(framework: CompetencyFramework, named: Iterable[str]) -> list[str]:
    """The framework's own levels, lowest first, and after them what its competencies name besides."""
    return list(dict.fromkeys([*framework.levels, *(level for level in named if level)]))


def leaves_by_top(nodes: Iterable[Node]) -> Mapping[int, list[Node]]:
    """For each top its parts that have no parts themselves; a top alone is its own."""
    found: dict[int, list[Node]] = defaultdict(list)
    for top in nodes:
        waiting = [top]
        while waiting:
            node = waiting.pop(0)
            waiting = [*node.parts, *waiting]
            if not node.parts:
                found[top.competency.pk].append(node)
    return found
