"""Deciding one rule for one learner at one instant."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from pathways.rules.evaluate.assignment import Plan, distance, effort, leaves_of
from pathways.rules.evaluate.case import Case
from pathways.rules.evaluate.explaining import Judgement, explain, judge, undecided
from pathways.rules.evaluate.facts import (
    Entry,
    Fact,
    FactError,
    Reason,
    check_facts,
    ranked,
    refusal,
)
from pathways.rules.evaluate.general import decide
from pathways.rules.evaluate.situation import Situation, check
from pathways.rules.evaluate.verdict import Uncounted, Verdict
from pathways.rules.tree import NO_FILTERS, Filters, Rule, Validity, is_plain, keyed, listed, rule_sha256

# Kept with every issue; raised whenever the same rule and facts might get another verdict.
ENGINE_VERSION = "2"

# Places times sources beyond which a rule is left to people rather than keeping a worker busy.
BUDGET = 20_000


def evaluate(
    rule: Rule,
    facts: Iterable[Fact],
    *,
    catalog: Mapping[str, Entry],
    at: datetime,
    zone: ZoneInfo,
    validity: Validity = "current",
    horizon_days: int = 90,
) -> Verdict:
    """Whether these facts meet the rule at an instant that names its zone, and all that follows.

    Days are days in `zone`. With validity `ever` a fact counts beyond its expiry. Raises RuleError for a
    rule that cannot be asked (a count below one, an achievement not in the catalogue, a key used twice) and
    FactError for facts that cannot be judged (an id used twice, an instant without a zone).
    """
    return judged(
        Situation(
            rule=rule,
            facts=tuple(facts),
            catalog=catalog,
            at=at,
            zone=zone,
            horizon_days=horizon_days,
            defaults=NO_FILTERS if validity == "current" else Filters(validity=validity),
        )
    )


def judged(situation: Situation) -> Verdict:
    """The verdict on a situation with all that its rule, its learner and its version bring along.

    Raises RuleError and FactError as `evaluate` does, and RuleError for an exception that does not fit its
    node or a window that opens at an enrolment nobody dated.
    """
    situation = prepared(situation)
    rule, catalog = situation.rule, situation.catalog
    if not is_common(situation):
        return decide(situation)
    named = listed(rule)
    case = Case(
        facts=ranked(fact for fact in situation.facts if fact.achievement in named),
        catalog=catalog,
        at=situation.at,
        zone=situation.zone,
        validity="ever" if situation.defaults.validity == "ever" else "current",
        horizon_days=situation.horizon_days,
    )
    if effort(leaves_of(rule) or (), catalog) > BUDGET:
        return _undecided(rule, case)
    return _decided(rule, situation.facts, case, judge(case, rule))


def prepared(situation: Situation) -> Situation:
    """The same situation with every key in place, once it is known that it can be judged at all."""
    situation = replace(situation, rule=keyed(situation.rule))
    check(situation)
    check_facts(situation.facts)
    if situation.at.tzinfo is None:
        raise FactError("the instant of an evaluation must name its zone")
    return situation


def is_common(situation: Situation) -> bool:
    """Whether one assignment of facts to places is the whole answer: plain nodes, nothing beside them."""
    beside = (
        situation.equivalences,
        situation.exemptions,
        situation.at_most,
        situation.milestones,
        situation.exclusive_with,
    )
    only_validity = Filters(validity=situation.defaults.validity)
    return is_plain(situation.rule) and not any(beside) and situation.defaults == only_validity


def _decided(rule: Rule, facts: tuple[Fact, ...], case: Case, judgement: Judgement) -> Verdict:
    plan, leaves = judgement.plan, leaves_of(rule)
    remaining = None if plan is None else len(plan.missing)
    used = plan.facts() if plan else ()
    return Verdict(
        status="unreachable" if remaining is None else "unsatisfied" if remaining else "satisfied",
        satisfied=remaining == 0,
        remaining=remaining,
        total=distance(leaves, (), case.catalog),
        used=tuple(sorted(fact.id for fact in used)),
        assignment={
            key: tuple(sorted(fact.id for fact in there))
            for key, there in (plan.filled.items() if plan else ())
        },
        next_useful=judgement.next_useful,
        completion=plan.missing if plan else (),
        first_satisfied_on=case.first_met_on(leaves),
        holds_through=case.holds_through(leaves) if remaining == 0 else None,
        finish_by=judgement.finish_by,
        next_change_on=case.next_change_on(),
        uncounted=_uncounted(rule, facts, case, plan),
        explanation=explain(case, rule, judgement),
        rule_sha256=rule_sha256(rule),
    )


def _uncounted(rule: Rule, facts: tuple[Fact, ...], case: Case, plan: Plan | None) -> tuple[Uncounted, ...]:
    """Every fact that fills no place, by id, each with its one reason."""
    used = plan.facts() if plan else ()
    used_ids = {fact.id for fact in used}
    # A repeatable achievement is another identity each time, so it is never used up.
    taken = {fact.achievement for fact in used if not case.catalog[fact.achievement].repeatable}
    named = listed(rule)

    def reason(fact: Fact) -> Reason:
        if fact.achievement not in named:
            return Reason.NOT_LISTED
        refused = refusal(fact, at=case.at, zone=case.zone, validity=case.validity)
        if refused is not None:
            return refused
        return Reason.IDENTITY_ALREADY_USED if fact.achievement in taken else Reason.NOT_NEEDED

    return tuple(
        Uncounted(fact.id, reason(fact))
        for fact in sorted(facts, key=lambda fact: fact.id)
        if fact.id not in used_ids
    )


def _undecided(rule: Rule, case: Case) -> Verdict:
    """Never a silent no: nothing is claimed, and a person is asked."""
    return Verdict(
        status="indeterminate",
        satisfied=None,
        remaining=None,
        total=None,
        used=(),
        assignment={},
        next_useful=(),
        completion=(),
        first_satisfied_on=None,
        holds_through=None,
        finish_by=None,
        next_change_on=case.next_change_on(),
        uncounted=(),
        explanation=undecided(rule),
        rule_sha256=rule_sha256(rule),
    )
