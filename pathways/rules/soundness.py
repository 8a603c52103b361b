"""What is wrong with a rule before anybody is judged by it; errors stop publication."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from math import comb, prod
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from credentials.definitions.text import Text, gettext_noop
from pathways.rules.evaluate import (
    BUDGET,
    AtMost,
    Entry,
    Equivalence,
    Fact,
    Milestone,
    Situation,
    end_of_day,
)
from pathways.rules.evaluate.assignment import distance, effort, leaves_of
from pathways.rules.evaluate.judge import Judge
from pathways.rules.evaluate.posts import identities
from pathways.rules.evaluate.tokens import OverBudget
from pathways.rules.tree import (
    NO_FILTERS,
    AtLeast,
    Competency,
    Credits,
    Filters,
    InOrder,
    Pool,
    Rule,
    RuleError,
    Within,
    children,
    codes,
    is_leaf,
    is_plain,
    keyed,
    listed,
    nodes,
)

Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: its code, the key of the node it concerns, and a message for the designer."""

    code: str
    severity: Severity
    node: str
    message: Text


# Beside these nothing can be said of how much the whole rule asks.
_SPOILERS = frozenset({"E_UNKNOWN_ACHIEVEMENT", "E_EMPTY_GROUP", "E_N_NOT_POSITIVE", "E_N_GREATER_THAN_M"})

FEWEST, MOST = 3, 6

# Ways to choose between within one rule that a reader can still follow.
MANY_PLANS = 200

# What one window, and each day on which one part ends and the next begins, multiply the ways by.
STARTS, CUTS = 12, 10

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """What a version says beside its rule; a check whose data is not given is not made."""

    as_of: date
    equivalences: tuple[Equivalence, ...] = ()
    at_most: tuple[AtMost, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    has_lapse_policy: bool = True
    outcomes: tuple[str, ...] = ()
    typical_days: int | None = None
    defaults: Filters = NO_FILTERS


def lint(
    rule: Rule, catalog: Mapping[str, Entry], *, issues: str | None = None, plans: Plans | None = None
) -> list[Finding]:
    """Everything wrong with a rule, errors first, then in document order.

    `issues` is the code of the achievement that the pathway awards. A check whose data the catalogue does
    not give is not made. Raises RuleError for a milestone on a node that is not there.
    """
    rule = keyed(rule)
    found = [finding for node in nodes(rule) for finding in _of_node(node, catalog)]
    found.extend(_of_cycles(rule, catalog, issues))
    if plans is not None:
        found.extend(_of_plans(rule, catalog, plans))
    if not any(finding.code in _SPOILERS for finding in found):
        found.extend(_of_total(rule, catalog, plans))
        found.extend(_of_schedule(rule, catalog))
    many = plan_count(rule, catalog)
    if many > MANY_PLANS:
        text = gettext_noop("This rule can be met in about %(many)s kinds of ways; a reader will be lost.")
        found.append(_warning("W_PLAN_COUNT", rule.key, text, many=many))
    return sorted(found, key=lambda finding: finding.severity != "error")


def _error(code: str, node: str, template: str, **params: object) -> Finding:
    return Finding(code, "error", node, Text(template, params))


def _warning(code: str, node: str, template: str, **params: object) -> Finding:
    return Finding(code, "warning", node, Text(template, params))


def _of_node(node: Rule, catalog: Mapping[str, Entry]) -> Iterator[Finding]:
    if not is_leaf(node) and not children(node):
        text = gettext_noop("This group is empty, so nobody could ever meet it.")
        yield _error("E_EMPTY_GROUP", node.key, text)
    if isinstance(node, Pool):
        yield from _of_pool(node, catalog)
    yield from _of_counts(node)
    for code in dict.fromkeys(codes(node)):
        entry = catalog.get(code)
        if entry is None:
            text = gettext_noop("%(achievement)s is not in the catalogue.")
            yield _error("E_UNKNOWN_ACHIEVEMENT", node.key, text, achievement=code)
        else:
            yield from _of_entry(node.key, code, entry)


def _of_counts(node: Rule) -> Iterator[Finding]:
    """Counts and sums that could not be meant; those of pools apart."""
    if isinstance(node, AtLeast) and node.n < 1:
        text = gettext_noop("This group asks for %(n)s parts; it must ask for at least one.")
        yield _error("E_N_NOT_POSITIVE", node.key, text, n=node.n)
    elif isinstance(node, AtLeast) and node.n > len(node.children):
        text = gettext_noop("This group asks for %(n)s parts but has only %(many)s.")
        yield _error("E_N_GREATER_THAN_M", node.key, text, n=node.n, many=len(node.children))
    if isinstance(node, Competency) and node.count < 1:
        text = gettext_noop("This asks for %(n)s achievements; it must ask for at least one.")
        yield _error("E_N_NOT_POSITIVE", node.key, text, n=node.count)
    if isinstance(node, Credits) and node.min <= 0:
        text = gettext_noop("This asks for a sum of %(n)s; it must ask for more than nothing.")
        yield _error("E_N_NOT_POSITIVE", node.key, text, n=node.min)


def _of_pool(pool: Pool, catalog: Mapping[str, Entry]) -> Iterator[Finding]:
    counts = Counter(pool.achievements)
    for code, times in counts.items():
        if times > 1:
            text = gettext_noop("%(achievement)s is listed more than once in this pool.")
            yield _error("E_DUPLICATE_IN_POOL", pool.key, text, achievement=code)
    repeatable = any(code in catalog and catalog[code].repeatable for code in counts)
    if pool.n < 1:
        text = gettext_noop("This pool asks for %(n)s; it must ask for at least one.")
        yield _error("E_N_NOT_POSITIVE", pool.key, text, n=pool.n)
    elif pool.n > len(counts) and not repeatable:
        text = gettext_noop("This pool asks for %(n)s but lists only %(many)s.")
        yield _error("E_N_GREATER_THAN_M", pool.key, text, n=pool.n, many=len(counts))
    elif pool.n == len(counts) > 1:
        text = gettext_noop("This pool asks for all %(n)s it lists: list them as required instead.")
        yield _warning("W_POOL_IS_ALL", pool.key, text, n=pool.n)


def _of_entry(node: str, code: str, entry: Entry) -> Iterator[Finding]:
    if entry.participation:
        text = gettext_noop("%(achievement)s is a record of having taken part, which never counts.")
        yield _error("E_PARTICIPATION", node, text, achievement=code)
    if entry.attendance_only:
        text = gettext_noop("%(achievement)s is given for attending alone, which cannot count.")
        yield _error("E_ATTENDANCE_ONLY_CRITERIA", node, text, achievement=code)
    if entry.criteria is not None and not entry.criteria.strip():
        text = gettext_noop("%(achievement)s does not say how it is earned.")
        yield _error("E_NO_CRITERIA", node, text, achievement=code)
    if not entry.active:
        text = gettext_noop("%(achievement)s is retired: nobody can newly earn it.")
        yield _warning("W_RETIRED_COMPONENT", node, text, achievement=code)
    if entry.name_positional:
        text = gettext_noop("The name of %(achievement)s says its place in a row, not what it certifies.")
        yield _warning("W_NOT_MEANINGFUL_ALONE", node, text, achievement=code)


def _of_cycles(rule: Rule, catalog: Mapping[str, Entry], issues: str | None) -> Iterator[Finding]:
    """One finding for each set of achievements that need one another, at the first leaf that names one."""
    needs = {code: entry.requires for code, entry in catalog.items()}
    if issues is not None:
        needs[issues] = (*needs.get(issues, ()), *sorted(listed(rule)))
    starts = listed(rule) if issues is None else listed(rule) | {issues}
    for circle in _circles(needs, starts):
        leaf = next((node.key for node in nodes(rule) if circle & set(codes(node))), rule.key)
        text = gettext_noop("These need one another, so nobody could begin: %(codes)s.")
        yield _error("E_CYCLE", leaf, text, codes=", ".join(sorted(circle)))


def _circles(needs: Mapping[str, Iterable[str]], starts: frozenset[str]) -> list[frozenset[str]]:
    """The sets of codes, of all that `starts` leads to, in which each needs every other or itself."""
    known = starts.union(*(_needed(start, needs) for start in starts))
    needed = {code: _needed(code, needs) for code in known}
    circles = {
        frozenset(other for other in needed[code] if code in needed[other])
        for code in known
        if code in needed[code]
    }
    return sorted(circles, key=sorted)


def _needed(code: str, needs: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """All that a code needs, over any number of steps."""
    found: set[str] = set()
    pending = list(needs.get(code, ()))
    while pending:
        needed = pending.pop()
        if needed not in found:
            found.add(needed)
            pending.extend(needs.get(needed, ()))
    return frozenset(found)


def _of_whole(rule: Rule, catalog: Mapping[str, Entry]) -> Iterator[Finding]:
    leaves = leaves_of(rule)
    if leaves is not None and effort(leaves, catalog) > BUDGET:
        text = gettext_noop("This rule is too large to be decided; make it smaller.")
        yield _error("E_PLAN_BUDGET", rule.key, text)
        return
    yield from _of_distance(rule, distance(leaves, (), catalog))


def _of_distance(rule: Rule, total: int | None) -> Iterator[Finding]:
    if total is None:
        text = gettext_noop("Nobody who starts today could meet this rule.")
        yield _error("E_UNSATISFIABLE", rule.key, text)
    elif total > MOST:
        text = gettext_noop("This asks for %(total)s components; more than %(most)s need a reason.")
        yield _warning("W_MORE_THAN_6", rule.key, text, total=total, most=MOST)
    elif total < FEWEST:
        text = gettext_noop("This asks for %(total)s components; fewer than %(fewest)s need a reason.")
        yield _warning("W_FEWER_THAN_3", rule.key, text, total=total, fewest=FEWEST)


def _of_total(rule: Rule, catalog: Mapping[str, Entry], plans: Plans | None) -> Iterator[Finding]:
    beside = plans is not None and (plans.equivalences or plans.at_most or plans.defaults != NO_FILTERS)
    if is_plain(rule) and not beside:
        yield from _of_whole(rule, catalog)
        if plans is not None:
            yield from _of_milestones(rule, catalog, plans)
        return
    judge = Judge(_situation(rule, catalog, plans or Plans(as_of=datetime.now(UTC).date())))
    try:
        total = judge.distance(rule, judge.nobody)
    except OverBudget:
        text = gettext_noop("This rule is too large to be decided; make it smaller.")
        yield _error("E_PLAN_BUDGET", rule.key, text)
        return
    yield from _of_distance(rule, total)
    if plans is not None:
        yield from _of_milestones(rule, catalog, plans)


def _situation(rule: Rule, catalog: Mapping[str, Entry], plans: Plans, *facts: Fact) -> Situation:
    return Situation(
        rule=rule,
        facts=facts,
        catalog=catalog,
        at=end_of_day(plans.as_of, _UTC),
        zone=_UTC,
        equivalences=plans.equivalences,
        at_most=plans.at_most,
        defaults=plans.defaults,
        enrolled_on=plans.as_of,
    )


def _of_milestones(rule: Rule, catalog: Mapping[str, Entry], plans: Plans) -> Iterator[Finding]:
    by_key = {node.key: node for node in nodes(rule)}
    for milestone in plans.milestones:
        node = by_key.get(milestone.node or rule.key)
        if node is None:
            raise RuleError(milestone.code, "node", f"no node has the key {milestone.node!r}")
        judge = Judge(_situation(rule, catalog, plans))
        total = judge.distance(node, judge.nobody)
        if total is not None and milestone.at > total:
            text = gettext_noop("Milestone %(milestone)s waits for %(at)s, but only %(total)s are asked for.")
            yield _error(
                "E_MILESTONE_ABOVE_TOTAL",
                node.key,
                text,
                milestone=milestone.code,
                at=milestone.at,
                total=total,
            )


def _of_schedule(rule: Rule, catalog: Mapping[str, Entry]) -> Iterator[Finding]:
    """Windows in which nobody could earn what they ask for on the days on which it is offered."""
    for node in nodes(rule):
        if not isinstance(node, Within):
            continue
        named = listed(node)
        days = sorted({day for code in named for day in catalog[code].offered_on or ()})
        if not days:
            continue
        # What has no days of its own is to be had on any of them.
        facts = [
            Fact(f"{code} {day}", code, datetime.combine(day, time(12), tzinfo=UTC), level=2**31)
            for code in sorted(named)
            for day in catalog[code].offered_on or days
        ]
        plans = Plans(as_of=days[-1] + timedelta(days=1))
        judge = Judge(_situation(replace(node, anchor="first"), catalog, plans, *facts))
        try:
            if judge.is_met(judge.situation.rule, judge.now):
                continue
        except OverBudget:
            continue
        text = gettext_noop("On the days on which these are offered, nobody could earn them in this window.")
        yield _error("E_WINDOW_SHORTER_THAN_SCHEDULE", node.key, text)


def _of_plans(rule: Rule, catalog: Mapping[str, Entry], plans: Plans) -> Iterator[Finding]:
    named = [code for row in plans.equivalences for code in (row.source, row.target)]
    named += [code for cap in plans.at_most for code in sorted(cap.achievements)]
    unknown = [code for code in dict.fromkeys(named) if code not in catalog]
    for code in unknown:
        text = gettext_noop("%(achievement)s is not in the catalogue.")
        yield _error("E_UNKNOWN_ACHIEVEMENT", rule.key, text, achievement=code)
    if not unknown:
        yield from _of_equivalences(rule, catalog, plans)
    for outcome in plans.outcomes:
        entries = [catalog[code] for code in listed(rule) if code in catalog]
        if not any(outcome in entry.competencies for entry in entries):
            text = gettext_noop("No achievement of this rule is aligned with %(outcome)s.")
            yield _warning("W_COMPETENCY_UNCOVERED", rule.key, text, outcome=outcome)
    yield from _of_lifetimes(rule, catalog, plans)


def _of_lifetimes(rule: Rule, catalog: Mapping[str, Entry], plans: Plans) -> Iterator[Finding]:
    for node in nodes(rule):
        for code in dict.fromkeys(codes(node)):
            entry = catalog.get(code)
            if entry is None or entry.valid_for is None:
                continue
            if not plans.has_lapse_policy:
                text = gettext_noop("%(achievement)s expires, and no policy says what follows from that.")
                yield _warning("W_NO_EXPIRY_POLICY", node.key, text, achievement=code)
            lasts = (entry.valid_for.after(plans.as_of) - plans.as_of).days
            if plans.typical_days is not None and lasts < plans.typical_days:
                text = gettext_noop(
                    "%(achievement)s is valid for %(lasts)s days; people typically take %(days)s in all."
                )
                yield _warning(
                    "W_CONTENT_EXPIRES_BEFORE_TYPICAL_COMPLETION",
                    node.key,
                    text,
                    achievement=code,
                    lasts=lasts,
                    days=plans.typical_days,
                )


def _of_equivalences(rule: Rule, catalog: Mapping[str, Entry], plans: Plans) -> Iterator[Finding]:
    identity = identities(_situation(rule, catalog, plans))
    first: dict[str, str] = {}
    for node in nodes(rule):
        for code in dict.fromkeys(codes(node)):
            if code not in identity:
                continue
            other = first.setdefault(identity[code], code)
            if other != code:
                text = gettext_noop("%(one)s and %(other)s count as one, so together they fill one place.")
                yield _warning("W_EQUIVALENT_BOTH_LISTED", node.key, text, one=other, other=code)
    pairs = {(row.source, row.target) for row in plans.equivalences}
    for source, middle in sorted(pairs):
        for other, target in sorted(pairs):
            if other == middle and target != source and (source, target) not in pairs:
                text = gettext_noop(
                    "%(source)s stands for %(middle)s, which stands for %(target)s, but not for the latter."
                )
                yield _warning(
                    "W_EQUIVALENCE_CHAIN", rule.key, text, source=source, middle=middle, target=target
                )


def plan_count(rule: Rule, catalog: Mapping[str, Entry]) -> int:
    """About how many kinds of ways through a rule there are, by its shape alone."""
    below = [plan_count(child, catalog) for child in children(rule)]
    match rule:
        case Pool() if rule.min_groups:
            groups = {catalog[code].group(rule.group_by) for code in rule.achievements if code in catalog}
            return max(1, comb(len(groups), rule.min_groups))
        case AtLeast():
            chosen = combinations(below, rule.n) if 0 < rule.n <= len(below) else ()
            return max(1, sum(prod(some) for some in chosen))
        case InOrder():
            return comb(CUTS + len(below), max(0, len(below) - 1)) * prod(below)
        case Within():
            return below[0] if rule.anchor == "enrolment" else STARTS * below[0]
        case _:
            return prod(below)
