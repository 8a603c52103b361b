"""A rule as whoever builds it sees it: line by line, what is still missing, and how the draft stands now."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.utils.translation import gettext as _

from credentials.definitions.text import Text
from pathways.models import PathwayVersion, Requirement
from pathways.queries.rules import catalogue_for, competencies, rule_for, terms_for
from pathways.rules import tree
from pathways.rules.evaluate import Entry
from pathways.rules.exchange import terms_json
from pathways.rules.exchange.writing import entry_json
from pathways.rules.headings import heading

Kind = Requirement.Kind
Say: TypeAlias = Callable[[Text], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One requirement in the outline of a rule, with those inside it.

    `asks` is empty while it cannot be said; `missing` is what is still to be done here, empty where nothing
    is. `names` are the achievements or steps that a leaf lists: code and name.
    """

    row: Requirement
    asks: str
    missing: str
    names: tuple[tuple[str, str], ...] = ()
    parts: "tuple[Line, ...]" = ()
    is_first: bool = True
    is_last: bool = True

    @property
    def is_group(self) -> bool:
        return self.row.kind in Requirement.GROUPS

    @property
    def called(self) -> str:
        """Its name, or what it asks."""
        return self.row.label or self.asks or str(self.row.get_kind_display())

    @property
    def takes_more(self) -> bool:
        """Whether another requirement may be added inside."""
        return self.is_group and not (self.row.kind == Kind.WITHIN and self.parts)

    def everything(self) -> "Iterator[Line]":
        """This line and all inside it, in order."""
        yield self
        for part in self.parts:
            yield from part.everything()


def outline(version: PathwayVersion, say: Say) -> Line | None:
    """The rows of a version as lines, the outermost first; None while there is none."""
    rows = list(
        version.requirements.select_related("competency__framework").prefetch_related(
            "steps__achievement__current_version", "steps__act"
        )
    )
    catalog = competencies(str(row.competency.public_id) for row in rows if row.competency)
    for row in rows:
        for step in row.steps.all():
            catalog[step.code] = Entry(name=str(step.act or (step.achievement and step.achievement.name)))
    children: dict[int | None, list[Requirement]] = defaultdict(list)
    for row in rows:
        children[row.parent_id].append(row)
    is_in_order = version.order_policy == PathwayVersion.Order.STRICT_DATES

    def line(row: Requirement, place: int, many: int) -> Line:
        inside = children[row.pk]
        node = node_alone(row, len(inside))
        if row.parent_id is None and is_in_order and row.kind == Kind.ALL:
            node["kind"] = Kind.ORDERED.value
        return Line(
            row=row,
            asks=_asks(node, catalog, say),
            missing=_missing(row, len(inside)),
            names=tuple((step.code, catalog[step.code].name) for step in row.steps.all()),
            parts=tuple(line(part, number, len(inside)) for number, part in enumerate(inside)),
            is_first=place == 0,
            is_last=place == many - 1,
        )

    return line(children[None][0], 0, 1) if children[None] else None


def node_alone(row: Requirement, many: int) -> dict[str, Any]:
    """One row as a node of the exchange format; what is inside it only by its number."""
    node: dict[str, Any] = {"kind": row.kind, "key": row.key, **row.details, **row.filters}
    if row.label:
        node["label"] = row.label
    if row.n is not None:
        node["n"] = row.n
    codes = [step.code for step in row.steps.all()]
    # What stands for those inside needs keys that no row has: imported rows may be called by their place.
    below = [
        {"kind": "achievement", "achievement": "-", "key": f"{row.key}/{place}"} for place in range(many or 1)
    ]
    match row.kind:
        case Kind.ALL | Kind.N_OF | Kind.ORDERED:
            node["children"] = below[:many]
        case Kind.WITHIN:
            node["child"] = below[0]
        case Kind.POOL | Kind.CREDITS:
            node["achievements"] = codes
        case Kind.COMPETENCY:
            node["code"] = str(row.competency.public_id) if row.competency else ""
        case _:
            node[row.kind] = codes[0] if codes else ""
    return node


def _asks(node: dict[str, Any], catalog: dict[str, Entry], say: Say) -> str:
    try:
        return say(heading(tree.read(node), catalog))
    except tree.RuleError:
        return ""


def _missing(row: Requirement, many: int) -> str:
    match row.kind:
        case Kind.WITHIN if many != 1:
            return _("Add the one requirement that has to be met within this time.")
        case Kind.ALL | Kind.N_OF | Kind.ORDERED if not many:
            return _("Nothing stands inside yet. Add a requirement.")
        case Kind.ACHIEVEMENT if len(row.steps.all()) != 1:
            return _("Choose the achievement.")
        case Kind.STEP if len(row.steps.all()) != 1:
            return _("Choose the step.")
        case Kind.POOL | Kind.CREDITS if not row.steps.all():
            return _("Choose the achievements.")
        case _:
            return ""


def lost_milestones(version: PathwayVersion) -> list[str]:
    """Names of milestones that wait for a requirement which is not in the rule any more."""
    keys = set(version.requirements.values_list("key", flat=True))
    return [row.name for row in version.milestones.all() if row.node and row.node not in keys]


def draft_revision(version: PathwayVersion) -> str:
    """A fingerprint of all that a draft says now: two equal ones mean that nobody changed it in between."""
    said = [
        list(PathwayVersion.objects.filter(pk=version.pk).values_list(*_SAID)),
        list(version.requirements.order_by("pk").values_list(*_ROWS)),
        list(
            version.requirements.filter(steps__isnull=False)
            .order_by("steps__pk")
            .values_list("pk", "steps__achievement", "steps__act", "steps__position")
        ),
        list(version.at_most.order_by("pk", "achievements").values_list("pk", "k", "achievements")),
        list(version.milestones.order_by("pk").values_list("pk", "code", "name", "at", "node", "awards")),
        sorted(version.exclusive_with.values_list("pk", flat=True)),
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


_SAID = (
    "status",
    "order_policy",
    "lapse_policy",
    "grace_days",
    "filters",
    "use_limit",
    "size_reason",
    "pathway__approval",
)
_ROWS = ("pk", "parent", "key", "kind", "label", "n", "competency", "details", "filters", "position")


def exchange_document(version: PathwayVersion) -> dict[str, Any]:
    """A version as a document of the exchange format: catalogue, rule, what stands beside it, policies.

    Raises RuleError while the rows are no rule.
    """
    terms = terms_for(version)
    capped = {code for cap in terms.at_most for code in cap.achievements}
    catalog = catalogue_for(terms.rule, capped)
    published = version.published_at
    return {
        "id": f"{version.pathway.slug}-v{version.number}",
        "title": str(version.pathway),
        **({"published_on": published.date().isoformat()} if published else {}),
        "catalog": {code: entry_json(entry) for code, entry in sorted(catalog.items())},
        **terms_json(terms),
        "issues": version.pathway.awards.code,
        "lapse_policy": version.lapse_policy,
        "grace_days": version.grace_days,
    }


def is_a_rule(version: PathwayVersion) -> bool:
    """Whether the rows can be read as a rule yet."""
    try:
        rule_for(version)
    except tree.RuleError:
        return False
    return True
