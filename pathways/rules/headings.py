"""What one node asks, in a few words, without naming what stands below it: the lines of a rule in outline."""

from collections.abc import Mapping
from typing import assert_never

from credentials.definitions.text import Text, gettext_noop
from pathways.rules.evaluate import Entry
from pathways.rules.explain import capped, length, limits, phrase, spread, summed
from pathways.rules.tree import (
    AllOf,
    AtLeast,
    Competency,
    Credits,
    Done,
    Earned,
    InOrder,
    Pool,
    Rule,
    Within,
)


def heading(rule: Rule, catalog: Mapping[str, Entry]) -> Text:
    """What a node asks of its parts or of its achievements, with its own filters."""
    what = _asked(rule, catalog)
    for limit in limits(rule.filters):
        what = Text(gettext_noop("%(what)s (%(limit)s)"), {"what": what, "limit": limit})
    return what


def _asked(rule: Rule, catalog: Mapping[str, Entry]) -> Text:
    match rule:
        case Earned() | Done() | Competency():
            # Its filters are said by the heading, so they are not asked for twice.
            return phrase(_bare(rule), catalog)
        case Pool():
            return spread(rule, _some(rule.n, len(set(rule.achievements))))
        case Credits():
            return capped(rule, Text(gettext_noop("%(sum)s out of these"), {"sum": summed(rule, rule.min)}))
        case AllOf():
            return Text(gettext_noop("all of these"))
        case AtLeast():
            return _some(rule.n, len(rule.children))
        case InOrder() if rule.strict:
            return Text(gettext_noop("all of these in this order, each on a later day than the one before"))
        case InOrder():
            return Text(gettext_noop("all of these, in this order"))
        case Within() if rule.anchor == "enrolment":
            window = {"window": length(rule.window)}
            return Text(gettext_noop("this, all within %(window)s of enrolling"), window)
        case Within():
            return Text(gettext_noop("this, all within %(window)s"), {"window": length(rule.window)})
        case _:
            assert_never(rule)


def _bare(rule: "Earned | Done | Competency") -> Rule:
    match rule:
        case Earned():
            return Earned(rule.achievement)
        case Done():
            return Done(rule.step)
        case Competency():
            return Competency(rule.code, rule.min_level, rule.count)
        case _:
            assert_never(rule)


def _some(n: int, many: int) -> Text:
    if n == many > 1:
        return Text(gettext_noop("all of these"))
    if n == 1 and many > 1:
        return Text(gettext_noop("any one of these %(many)s"), {"many": many})
    return Text(gettext_noop("any %(n)s of these %(many)s"), {"n": n, "many": many})
