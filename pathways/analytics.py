"""Figures of pathways: which requirement holds most people up, and whom relaxing it would let through."""

from collections import Counter
from dataclasses import dataclass

from pathways.models import Enrolment, Evaluation, Pathway, PathwayVersion
from pathways.queries import rule_for
from pathways.rules.blocking import blocks
from pathways.rules.evaluate import Explained
from pathways.rules.tree import Rule, keyed, nodes

READ_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Bottleneck:
    """A requirement, by how many it holds up; `one_fewer` and `without` are how many would surely be through.

    `rule` is the requirement as the newest version that has it says it.
    """

    rule: Rule
    blocked: int
    one_fewer: int
    without: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bottlenecks:
    """Of one pathway, what holds most people up first; `under_way` are the people, `undecided` among them."""

    under_way: int
    undecided: int
    rows: tuple[Bottleneck, ...]


def bottlenecks(pathway: Pathway) -> Bottlenecks:
    """Counted from the stored answers about those who are under way, on whatever version; three queries."""
    rules = {
        version.pk: keyed(rule_for(version))
        for version in pathway.versions.exclude(status__in=PathwayVersion.OPEN).order_by("number")
    }
    answers = Evaluation.objects.filter(
        is_current=True, enrolment__pathway=pathway, enrolment__state=Enrolment.State.ACTIVE
    ).exclude(status="satisfied")
    blocked, one_fewer, without = Counter[str](), Counter[str](), Counter[str]()
    under_way = undecided = 0
    rows = answers.order_by("pk").values_list("status", "enrolment__version", "verdict__explanation")
    for status, version, explanation in rows.iterator(chunk_size=READ_AT_ONCE):
        under_way += 1
        undecided += status == "indeterminate"
        found = blocks(Explained.from_json(explanation), rules[version])
        blocked.update(found.open)
        one_fewer.update(found.one_fewer)
        without.update(found.without)
    newest = {node.key: node for rule in rules.values() for node in nodes(rule)}
    return Bottlenecks(
        under_way=under_way,
        undecided=undecided,
        rows=tuple(
            Bottleneck(rule=newest[key], blocked=many, one_fewer=one_fewer[key], without=without[key])
            for key, many in sorted(blocked.items(), key=lambda row: (-row[1], -without[row[0]], row[0]))
            if key in newest
        ),
    )
