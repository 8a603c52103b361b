"""The five tests of a credential that can be stacked, each ticked by the data that shows it."""

from dataclasses import dataclass

from credentials.definitions.facts import VersionFacts
from credentials.definitions.naming import is_a_part
from credentials.definitions.text import Text, gettext_noop


@dataclass(frozen=True, slots=True)
class FiveTest:
    """One of the five: whether it is met, and by what, or what is missing."""

    key: str
    name: Text
    is_met: bool
    shown_by: Text


def five_tests(facts: VersionFacts) -> tuple[FiveTest, ...]:
    return (
        _competency_based(facts),
        _assessed(facts),
        _verifiable(facts),
        _bounded(facts),
        _stackable(facts),
    )


def _competency_based(facts: VersionFacts) -> FiveTest:
    shown = facts.competencies
    whole = [row for row in shown if row.level.strip() and row.criterion.strip()]
    return FiveTest(
        "competency_based",
        Text(gettext_noop("Competency-based")),
        bool(shown) and len(whole) == len(shown),
        Text(
            gettext_noop("%(whole)s of %(all)s competencies with a level and what can be observed"),
            {"whole": len(whole), "all": len(shown)},
        ),
    )


def _assessed(facts: VersionFacts) -> FiveTest:
    if not facts.assessed_by:
        shown_by = Text(gettext_noop("no method of assessment"))
    elif not facts.has_pass_rule:
        shown_by = Text(gettext_noop("no pass rule"))
    elif facts.assessment.has_pass_rule:
        shown_by = Text(gettext_noop("an open assessment whose rubric has a pass rule"))
    else:
        shown_by = Text(gettext_noop("its components, each assessed, by the rule of its pathway"))
    is_met = facts.counts and bool(facts.assessed_by) and facts.has_pass_rule
    return FiveTest("assessed", Text(gettext_noop("Assessed")), is_met, shown_by)


def _verifiable(facts: VersionFacts) -> FiveTest:
    has_criteria = bool(facts.criteria.strip())
    has_evidence = facts.is_stacked or bool(facts.evidence_kinds)
    if not has_criteria:
        shown_by = Text(gettext_noop("no criteria"))
    elif not has_evidence:
        shown_by = Text(gettext_noop("criteria, and no evidence asked for"))
    else:
        shown_by = Text(gettext_noop("criteria, and evidence that is kept"))
    return FiveTest("verifiable", Text(gettext_noop("Verifiable")), has_criteria and has_evidence, shown_by)


def _bounded(facts: VersionFacts) -> FiveTest:
    if not facts.hours:
        shown_by = Text(gettext_noop("no learning hours"))
    elif not facts.has_expiry:
        shown_by = Text(gettext_noop("no decision how long it is valid"))
    else:
        shown_by = Text(
            gettext_noop("%(hours)s hours, and a decision how long it is valid"),
            {"hours": f"{facts.hours.normalize():f}"},
        )
    is_met = bool(facts.hours) and facts.has_expiry
    return FiveTest("bounded", Text(gettext_noop("Bounded")), is_met, shown_by)


def _stackable(facts: VersionFacts) -> FiveTest:
    if not facts.counts:
        shown_by = Text(gettext_noop("a participation record never counts"))
    elif is_a_part(facts.name):
        shown_by = Text(gettext_noop("a name that means nothing alone"))
    elif not facts.credits:
        shown_by = Text(gettext_noop("no credits"))
    else:
        shown_by = Text(gettext_noop("a name that stands alone, a level, and credits"))
    is_met = facts.counts and bool(facts.credits) and not is_a_part(facts.name)
    return FiveTest("stackable", Text(gettext_noop("Stackable")), is_met, shown_by)
