"""The leaves of a rule with what stands above them resolved: which fact each admits, as what, or why not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pathways.rules.evaluate.facts import Fact, Reason, local_day, refusal
from pathways.rules.evaluate.situation import ANYWHERE, Situation
from pathways.rules.evaluate.verdict import Via
from pathways.rules.tree import (
    UNSET,
    AtLeast,
    Competency,
    Done,
    Earned,
    Filters,
    Pool,
    Rule,
    children,
    codes,
    is_leaf,
    nodes,
)

NO_SCOPE = "none"
SCOPE = "pathway"


@dataclass(frozen=True, slots=True)
class Post:
    """A leaf, its place in document order and the filters that hold for it; `scope` None uses nothing up."""

    index: int
    node: Rule
    filters: Filters
    scope: str | None

    @property
    def key(self) -> str:
        return self.node.key

    @property
    def validity(self) -> str:
        return "ever" if self.filters.validity == "ever" else "current"


def posts_of(situation: Situation) -> dict[str, Post]:
    """Every leaf of the rule by its key, in document order."""
    posts: dict[str, Post] = {}
    for node, filters in _resolved(situation.rule, situation.defaults):
        named = filters.scope if isinstance(filters.scope, str) else SCOPE
        scope = None if named == NO_SCOPE or isinstance(node, Competency) else named
        posts[node.key] = Post(len(posts), node, filters, scope)
    return posts


def _resolved(node: Rule, above: Filters) -> Iterator[tuple[Rule, Filters]]:
    given = {field.name: getattr(node.filters, field.name) for field in fields(Filters)}
    filters = replace(above, **{name: value for name, value in given.items() if value is not UNSET})
    if is_leaf(node):
        yield node, filters
    for child in children(node):
        yield from _resolved(child, filters)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the exceptions in force at one instant come to, by the key of the node."""

    waived: frozenset[str] = frozenset()
    reduced: tuple[tuple[str, int], ...] = ()
    substitutes: frozenset[tuple[str, str]] = frozenset()
    blocks: frozenset[tuple[str, str]] = frozenset()

    def need(self, node: Rule) -> int:
        """How many facts or parts a node asks for once its reductions are taken off."""
        many = 1
        match node:
            case Pool() | AtLeast():
                many = node.n
            case Competency():
                many = node.count
        return max(0, many - dict(self.reduced).get(node.key, 0))


def terms_at(situation: Situation, at: datetime, *, known_at: datetime) -> Terms:
    """The exceptions in force at an instant, of those approved by `known_at`."""
    standing = [
        exemption
        for exemption in situation.exemptions
        if exemption.approved_at <= known_at and exemption.in_force(at, situation.zone)
    ]
    reduced: dict[str, int] = {}
    for exemption in standing:
        if exemption.type == "reduce":
            reduced[exemption.node] = reduced.get(exemption.node, 0) + exemption.by
    return Terms(
        waived=frozenset(row.node for row in standing if row.type == "waive"),
        reduced=tuple(sorted(reduced.items())),
        substitutes=frozenset((row.node, row.achievement) for row in standing if row.type == "substitute"),
        blocks=frozenset((row.node, row.credential) for row in standing if row.type == "block"),
    )


def identities(situation: Situation) -> Mapping[str, str]:
    """The least code of each code's class under all equivalences, whatever their direction and dates."""
    leader: dict[str, str] = {}

    def find(code: str) -> str:
        while leader.get(code, code) != code:
            code = leader[code]
        return code

    for row in situation.equivalences:
        one, other = sorted((find(row.source), find(row.target)))
        leader[other] = one
    return {code: find(code) for code in situation.catalog}


def shown(situation: Situation, node: Competency, achievement: str, level: int | None) -> int | None:
    """The level at which a fact shows the competency; None where its achievement is not aligned with it."""
    entry = situation.catalog.get(achievement)
    aligned = entry.competencies.get(node.code) if entry else None
    if aligned is None or level is None:
        return aligned
    return min(aligned, level)


def match(
    situation: Situation, post: Post, terms: Terms, *, achievement: str, day: date, level: int | None
) -> tuple[str, Via] | None:
    """The code that an achievement earned on this day counts as at a leaf, and why; None if not at all."""
    node = post.node
    if isinstance(node, Competency):
        found = shown(situation, node, achievement, level)
        if found is not None and found >= node.min_level:
            return node.code, "direct"
    else:
        wanted = codes(node)
        if achievement in wanted:
            return achievement, "direct"
        targets = [
            row.target
            for row in situation.equivalences
            if row.source == achievement and row.target in wanted and row.covers(day)
        ]
        if targets:
            return min(targets), "equivalence"
    if (node.key, achievement) in terms.substitutes:
        own = {Earned: codes(node), Done: codes(node), Competency: (getattr(node, "code", ""),)}
        return own.get(type(node), (achievement,))[0], "substitution"
    return None


def refused(situation: Situation, post: Post, terms: Terms, fact: Fact, at: datetime) -> Reason | None:
    """The first test that a matching fact fails at this leaf at this instant; None if it may be used."""
    early = refusal(
        fact, at=at, zone=situation.zone, validity="ever" if post.validity == "ever" else "current"
    )
    if early is not None:
        return early
    if not terms.blocks.isdisjoint({(post.key, fact.id), (ANYWHERE, fact.id)}):
        return Reason.BLOCKED
    if sum(name in situation.exclusive_with for name in set(fact.consumed_by)) >= situation.use_limit:
        return Reason.CONSUMED_ELSEWHERE
    cutoff = beyond_cutoffs(post, local_day(fact.earned_at, situation.zone))
    if cutoff is not None:
        return cutoff
    if post.filters.sources and post.filters.sources is not UNSET and fact.source not in post.filters.sources:
        return Reason.SOURCE_NOT_ALLOWED
    least = post.filters.min_level
    if isinstance(post.node, Competency) or not isinstance(least, int):
        return None
    return Reason.LEVEL_TOO_LOW if fact.level is None or fact.level < least else None


def beyond_cutoffs(post: Post, day: date) -> Reason | None:
    """Whether a day lies before or after what this leaf lets in."""
    first, last = post.filters.earned_from, post.filters.earned_to
    if isinstance(first, date) and day < first:
        return Reason.BEFORE_CUTOFF
    if isinstance(last, date) and day > last:
        return Reason.AFTER_CUTOFF
    return None


def admits_new(situation: Situation, post: Post, terms: Terms, code: str, day: date) -> bool:
    """Whether an achievement newly earned here on this day would be used at this leaf."""
    sources = post.filters.sources
    if sources and sources is not UNSET and "internal" not in sources:
        return False
    if beyond_cutoffs(post, day) is not None:
        return False
    return match(situation, post, terms, achievement=code, day=day, level=None) is not None


def leaves_below(node: Rule) -> tuple[str, ...]:
    """The keys of the leaves of a node, itself perhaps, in document order."""
    return tuple(below.key for below in nodes(node) if is_leaf(below))


def earned_day(fact: Fact, zone: ZoneInfo) -> date:
    """The institution's day on which a fact was earned."""
    return local_day(fact.earned_at, zone)
