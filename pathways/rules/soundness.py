"""What is wrong with a rule before anybody is judged by it; errors stop publication."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pathways.rules.evaluate import BUDGET, Entry
from pathways.rules.evaluate.assignment import distance, effort, leaves_of
from pathways.rules.explain import Text, gettext_noop
from pathways.rules.tree import AllOf, Pool, Rule, codes, keyed, listed, nodes

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


def lint(rule: Rule, catalog: Mapping[str, Entry], *, issues: str | None = None) -> list[Finding]:
    """Everything wrong with a rule, errors first, then in document order.

    `issues` is the code of the achievement that the pathway awards. A check whose data the catalogue does
    not give is not made.
    """
    rule = keyed(rule)
    found = [finding for node in nodes(rule) for finding in _of_node(node, catalog)]
    found.extend(_of_cycles(rule, catalog, issues))
    if not any(finding.code in _SPOILERS for finding in found):
        found.extend(_of_whole(rule, catalog))
    return sorted(found, key=lambda finding: finding.severity != "error")


def _error(code: str, node: str, template: str, **params: object) -> Finding:
    return Finding(code, "error", node, Text(template, params))


def _warning(code: str, node: str, template: str, **params: object) -> Finding:
    return Finding(code, "warning", node, Text(template, params))


def _of_node(node: Rule, catalog: Mapping[str, Entry]) -> Iterator[Finding]:
    if isinstance(node, AllOf) and not node.children:
        text = gettext_noop("This group is empty, so nobody could ever meet it.")
        yield _error("E_EMPTY_GROUP", node.key, text)
    if isinstance(node, Pool):
        yield from _of_pool(node, catalog)
    for code in dict.fromkeys(codes(node)):
        entry = catalog.get(code)
        if entry is None:
            text = gettext_noop("%(achievement)s is not in the catalogue.")
            yield _error("E_UNKNOWN_ACHIEVEMENT", node.key, text, achievement=code)
        else:
            yield from _of_entry(node.key, code, entry)


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
    total = distance(leaves, (), catalog)
    if total is None:
        text = gettext_noop("Nobody who starts today could meet this rule.")
        yield _error("E_UNSATISFIABLE", rule.key, text)
    elif total > MOST:
        text = gettext_noop("This asks for %(total)s components; more than %(most)s need a reason.")
        yield _warning("W_MORE_THAN_6", rule.key, text, total=total, most=MOST)
    elif total < FEWEST:
        text = gettext_noop("This asks for %(total)s components; fewer than %(fewest)s need a reason.")
        yield _warning("W_FEWER_THAN_3", rule.key, text, total=total, fewest=FEWEST)
