"""Whom a decision concerns: who may approve it, and which enrolments it touches and wakes."""

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from config.events import announce
from credentials.models import Role, Series, VersionCompetency
from credentials.queries import reaches
from credentials.services.ledger import hold
from pathways.models import (
    Enrolment,
    Equivalence,
    Exemption,
    Pause,
    Recognition,
    Requirement,
    Ruling,
    StepCompletion,
    VersionAchievement,
)
from pathways.queries import rule_for

if TYPE_CHECKING:
    from learners.models import User

# More learners than this are found by the next sweep rather than called one by one.
WAKE_AT_ONCE = 100


def learner_of(ruling: Ruling) -> "User | None":
    """Whose it is; an equivalence is everybody's."""
    match ruling:
        case Exemption():
            return ruling.enrolment.learner
        case Pause() | Recognition() | StepCompletion():
            return ruling.learner
    return None


def series_of(ruling: Ruling) -> Series | None:
    """The series whose approvers decide; None: those of the institution alone."""
    match ruling:
        case Exemption():
            return ruling.enrolment.pathway.awards.series
        case Equivalence():
            return ruling.target.series
        case Recognition():
            return ruling.achievement.series
        case StepCompletion():
            return ruling.act.series
    return None


def may_approve(ruling: Ruling, by: "User") -> bool:
    """Whether she is an approver of the institution, or of the series that it concerns."""
    series = series_of(ruling)
    if series is not None:
        return reaches(by, {Role.Name.APPROVER}, series)
    everywhere = Role.objects.in_force().filter(series=None, cohort=None)
    return everywhere.filter(user=by, role=Role.Name.APPROVER).exists()


def needs_two(ruling: Ruling) -> bool:
    """Whether it excuses from a whole pathway, which one approver alone cannot do."""
    return (
        isinstance(ruling, Exemption)
        and ruling.type == Exemption.Type.WAIVE
        and ruling.node == rule_for(ruling.enrolment.version).key
    )


def hold_subject(ruling: Ruling) -> None:
    """Let nobody else decide beside this: hold the learner or, for an equivalence, all that stand open.

    What an equivalence reaches depends on the others.
    """
    learner = learner_of(ruling)
    if learner is not None:
        hold(learner.pk)
    else:
        list(Equivalence.objects.filter(ended_at=None).select_for_update(no_key=True).order_by("pk"))


def reached(ruling: Ruling) -> QuerySet[Enrolment]:
    """The enrolments whose verdict it can change."""
    current = Enrolment.objects.current()
    match ruling:
        case Exemption():
            return current.filter(pk=ruling.enrolment_id)
        case Pause():
            windows = Requirement.objects.filter(version=OuterRef("version"), kind=Requirement.Kind.WITHIN)
            return current.filter(Exists(windows), learner=ruling.learner)
        case Recognition() | StepCompletion():
            # Where no requirement names it, the verdict says so.
            return current.filter(learner=ruling.learner)
        case Equivalence():
            return current.filter(_counts_any_of(_class_of(ruling)))
    return current.none()


def touch(enrolments: QuerySet[Enrolment]) -> None:
    """Note that what their verdicts read has changed, and wake who evaluates them."""
    held = enrolments.select_for_update(no_key=True, of=("self",)).only("pk", "learner").order_by("pk")
    # Evaluating one evaluates all of its learner.
    by_learner = {row.learner_id: row.pk for row in held}
    enrolments.update(input_revision=F("input_revision") + 1)
    for pk in list(by_learner.values())[:WAKE_AT_ONCE]:
        announce("enrolment.touched", enrolment_id=pk)


def _class_of(equivalence: Equivalence) -> set[int]:
    """Achievements that are one identity with its target by the others that stand, itself included.

    A rule that names none of them gives the same verdict with this equivalence and without it.
    """
    beside: dict[int, set[int]] = defaultdict(set)
    others = Equivalence.objects.standing().exclude(pk=equivalence.pk)
    for source, target in others.values_list("source", "target"):
        beside[source].add(target)
        beside[target].add(source)
    found: set[int] = set()
    pending = [equivalence.target_id]
    while pending:
        one = pending.pop()
        if one not in found:
            found.add(one)
            pending.extend(beside[one])
    return found


def _counts_any_of(achievements: set[int]) -> Q:
    """Enrolments that count one of these: named by the rule, let in by an exception, or showing a skill."""
    named = VersionAchievement.objects.filter(version=OuterRef("version"), achievement__in=achievements)
    let_in = Exemption.objects.standing().filter(enrolment=OuterRef("pk"), achievement__in=achievements)
    shown = VersionCompetency.objects.filter(version__achievement__in=achievements).values("competency")
    asked = Requirement.objects.filter(version=OuterRef("version"), competency__in=shown)
    return Q(Exists(named)) | Q(Exists(let_in)) | Q(Exists(asked))
