"""A version's rule as the engine's tree, what stands beside it, and the catalogue that both name."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from credentials.models import Achievement, AchievementVersion, Competency, VersionCompetency
from pathways.models import Act, PathwayVersion, Requirement
from pathways.rules import tree
from pathways.rules.evaluate import Entry
from pathways.rules.exchange import Terms, terms_of
from pathways.rules.explain import LEVELS

T = TypeVar("T")


def rule_for(version: PathwayVersion) -> tree.Rule:
    """The rule: frozen text once published, folded from its rows while a draft. Raises RuleError."""
    if version.rule:
        return tree.read(json.loads(version.rule))
    return tree.read(_folded(version))


def terms_for(version: PathwayVersion) -> Terms:
    """The rule with what stands beside it: frozen once published, before that from rows. Raises RuleError."""
    if version.rule:
        return terms_of({**version.terms, "rule": json.loads(version.rule)})
    beside: dict[str, Any] = {
        "at_most": [
            {"k": cap.k, "achievements": sorted(row.code for row in cap.achievements.all())}
            for cap in version.at_most.prefetch_related("achievements")
        ],
        "milestones": [
            {"code": row.code, "at": row.at, **({"node": row.node} if row.node else {})}
            for row in version.milestones.all()
        ],
        "exclusive_with": sorted(row.slug for row in version.exclusive_with.all()),
        "use_limit": version.use_limit,
    }
    return terms_of({**version.filters, **beside, "rule": _folded(version)})


def catalogue(codes: Iterable[str]) -> dict[str, Entry]:
    """What the engine and the sentences need to know of these achievements and steps, by code."""
    wanted = set(codes)
    acts = {code.removeprefix(Act.PREFIX) for code in wanted if code.startswith(Act.PREFIX)}
    entries = {code: entry_of(row) for code, row in achievements(wanted).items()}
    if acts:
        rows = Act.objects.filter(code__in=acts)
        entries |= {
            row.rule_code: Entry(name=row.name, active=row.is_active, repeatable=row.is_repeatable)
            for row in rows
        }
    return entries


def catalogue_for(rule: tree.Rule, also: Iterable[str] = ()) -> dict[str, Entry]:
    """The catalogue that a verdict on this rule reads: what it names, `also` these, what shows its skills.

    A competency stands in it too, under its code, for its name; nothing can be earned under that code.
    """
    named = {node.code for node in tree.nodes(rule) if isinstance(node, tree.Competency)}
    codes = tree.listed(rule) | set(also)
    if not named:
        return catalogue(codes)
    shows = VersionCompetency.objects.filter(competency__public_id__in=named).select_related(
        "competency__framework"
    )
    rows = (
        Achievement.objects.filter(Q(code__in=codes) | Q(current_version__competencies__in=shows))
        .select_related("current_version", "series")
        .prefetch_related(Prefetch("current_version__competencies", shows, to_attr="shown"))
        .distinct()
    )
    entries = catalogue(code for code in codes if code.startswith(Act.PREFIX))
    entries |= {row.code: entry_of(row) for row in rows}
    return entries | competencies(named)


def competencies(codes: Iterable[str]) -> dict[str, Entry]:
    """Competencies by the code that rules call them by: name and levels, nothing that could be earned."""
    rows = Competency.objects.filter(public_id__in=set(codes)).select_related("framework")
    return {
        str(row.public_id): Entry(
            name=row.name,
            active=False,
            attributes={LEVELS: row.framework.levels} if row.framework.levels else {},
        )
        for row in rows
    }


def achievements(codes: Iterable[str]) -> dict[str, Achievement]:
    """These achievements by code, with the version earned today."""
    rows = Achievement.objects.filter(code__in=set(codes)).select_related("current_version", "series")
    return {row.code: row for row in rows}


def entry_of(row: Achievement) -> Entry:
    """An achievement as the catalogue says it; with competencies where they were read as `shown`."""
    version = row.current_version
    if version is None:
        return Entry(name=row.name, active=False, repeatable=row.is_repeatable, series=row.series.slug)
    return Entry(
        name=row.name,
        active=row.is_active,
        repeatable=row.is_repeatable,
        credits=version.credits,
        series=row.series.slug,
        criteria=version.criteria,
        participation=version.kind == AchievementVersion.Kind.PARTICIPATION,
        competencies={
            str(shown.competency.public_id): _level(shown) for shown in getattr(version, "shown", ())
        },
        attributes={"hours": format(version.hours, "f")},
    )


def _level(shown: VersionCompetency) -> int:
    """The place of its level among those of the framework, from one; one where it has none."""
    levels = shown.competency.framework.levels
    return levels.index(shown.level) + 1 if shown.level in levels else 1


def _folded(version: PathwayVersion) -> dict[str, object]:
    rows = list(
        version.requirements.select_related("competency").prefetch_related("steps__achievement", "steps__act")
    )
    children: dict[int | None, list[Requirement]] = defaultdict(list)
    for row in rows:
        children[row.parent_id].append(row)
    roots = children[None]
    if len(roots) != 1:
        raise tree.RuleError(
            tree.ROOT, "parent", _("a rule has exactly one outermost requirement, not %d") % len(roots)
        )
    root = _node(roots[0], children)
    if version.order_policy == PathwayVersion.Order.STRICT_DATES and root["kind"] == Requirement.Kind.ALL:
        root["kind"] = Requirement.Kind.ORDERED.value
    return root


def _node(row: Requirement, children: Mapping[int | None, list[Requirement]]) -> dict[str, object]:
    node: dict[str, object] = {"kind": row.kind, "key": row.key, **row.details, **row.filters}
    if row.label:
        node["label"] = row.label
    if row.n is not None:
        node["n"] = row.n
    match row.kind:
        case Requirement.Kind.ALL | Requirement.Kind.N_OF | Requirement.Kind.ORDERED:
            node["children"] = [_node(child, children) for child in children[row.pk]]
        case Requirement.Kind.WITHIN:
            node["child"] = _node(_only(row, "child", children[row.pk]), children)
        case Requirement.Kind.POOL | Requirement.Kind.CREDITS:
            node["achievements"] = _codes(row)
        case Requirement.Kind.COMPETENCY:
            node["code"] = str(row.competency.public_id) if row.competency else ""
        case Requirement.Kind.STEP:
            node["step"] = _only(row, "step", _codes(row))
        case _:
            node["achievement"] = _only(row, "achievement", _codes(row))
    return node


def _codes(row: Requirement) -> list[str]:
    return [step.code for step in row.steps.all()]


def _only(row: Requirement, field: str, found: list[T]) -> T:
    if len(found) != 1:
        raise tree.RuleError(row.key, field, _("it holds %d of them and needs exactly one") % len(found))
    return found[0]
