"""Propose, approve, refuse and end: one person's word, another's, and a reason."""

from datetime import datetime
from typing import TYPE_CHECKING, TypeVar, cast

from django.db import transaction
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from credentials.services.auditing import audit
from pathways.models import (
    Equivalence,
    Exemption,
    Pause,
    Recognition,
    Ruling,
    StepCompletion,
)
from pathways.services.enrolling import enrol_by_components
from pathways.services.ruling.checking import CannotRule, check
from pathways.services.ruling.reaching import (
    hold_subject,
    learner_of,
    may_approve,
    needs_two,
    reached,
    touch,
)

if TYPE_CHECKING:
    from learners.models import User

R = TypeVar("R", bound=Ruling)


@transaction.atomic
def propose(*, ruling: R, by: "User", at: datetime) -> R:
    """Keep a decision that was drawn up and not saved yet, for somebody else to approve.

    No verdict reads it before. Raises CannotRule.
    """
    hold_subject(ruling)
    if isinstance(ruling, Equivalence):
        # Two proposals of one pair wait for one another here.
        type(ruling.source).objects.select_for_update(no_key=True).only("pk").get(pk=ruling.source_id)
    ruling.recorded_by, ruling.recorded_at = by, at
    check(ruling, at)
    ruling.save(force_insert=True)
    _audit("propose", ruling, by=by, reason=ruling.reason)
    return ruling


@transaction.atomic
def approve(*, ruling: R, by: "User", at: datetime) -> R:
    """Let a proposal stand: from now on verdicts read it. Approved before, it stays as it is.

    Excusing from a whole pathway takes two approvers; the first of them is kept as `second_approver` until
    the other comes. Raises CannotRule for one's own proposal, one's own case, and what cannot stand any more.
    """
    ruling = _held(ruling)
    if ruling.approved_at is not None and ruling.ended_at is None:
        return ruling
    if ruling.ended_at is not None:
        raise CannotRule(_over(ruling))
    _refuse_own(ruling, by)
    if not may_approve(ruling, by):
        raise CannotRule(
            _("An approver of the institution, or of the series that it is about, has to approve this.")
        )
    check(ruling, at)
    if isinstance(ruling, Exemption) and needs_two(ruling):
        if ruling.second_approver_id is None:
            ruling.second_approver = by
            ruling.save(update_fields=["second_approver"])
            _audit("approve as one of two", ruling, by=by)
            return ruling
        if ruling.second_approver_id == by.pk:
            return ruling
    ruling.approved_by, ruling.approved_at = by, at
    ruling.save(update_fields=["approved_by", "approved_at"])
    _audit("approve", ruling, by=by, reason=ruling.reason)
    touch(reached(ruling))
    if isinstance(ruling, Recognition | StepCompletion):
        enrol_by_components(learner=ruling.learner, at=at)
    return ruling


@transaction.atomic
def refuse(*, ruling: R, reason: str, by: "User", at: datetime) -> R:
    """Close a proposal without letting it stand; its proposer may take it back so. Raises CannotRule."""
    ruling = _held(ruling)
    if ruling.approved_at is not None:
        raise CannotRule(_("It was approved meanwhile. End it, if it shall not stand."))
    return _closed(ruling, "refuse", reason=reason, by=by, at=at)


@transaction.atomic
def end(*, ruling: R, reason: str, by: "User", at: datetime) -> R:
    """Let what stands hold no longer from now on; its row stays as history. Raises CannotRule."""
    ruling = _held(ruling)
    if ruling.approved_at is None:
        raise CannotRule(_("It does not stand yet. Refuse it, if it shall not."))
    return _closed(ruling, "end", reason=reason, by=by, at=at)


def _closed(ruling: R, act: str, *, reason: str, by: "User", at: datetime) -> R:
    if ruling.ended_at is not None:
        return ruling
    if not reason.strip():
        raise CannotRule(_("Give the reason."))
    ruling.ended_by, ruling.ended_at, ruling.end_reason = by, at, reason.strip()
    ruling.save(update_fields=["ended_by", "ended_at", "end_reason"])
    _audit(act, ruling, by=by, reason=ruling.end_reason)
    if ruling.approved_at is not None:
        touch(reached(ruling))
    return ruling


def _held(ruling: R) -> R:
    """The row as it stands, held until the transaction ends, with whom it concerns."""
    hold_subject(ruling)
    rows = cast("QuerySet[R]", type(ruling)._default_manager.all())
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=ruling.pk)


def _refuse_own(ruling: Ruling, by: "User") -> None:
    if by.pk == ruling.recorded_by_id:
        raise CannotRule(_("You proposed this. Somebody else has to approve it."))
    learner = learner_of(ruling)
    if learner is not None and by.pk == learner.pk:
        raise CannotRule(_("This is about yourself. Somebody else has to approve it."))


def _over(ruling: Ruling) -> str:
    day = date_format(ruling.ended_at, "j F Y") if ruling.ended_at else ""
    said = {"person": ruling.ended_by, "day": day}
    if ruling.approved_at is None:
        return _("%(person)s refused this on %(day)s. Propose it anew, if it shall stand after all.") % said
    return _("%(person)s ended this on %(day)s. Propose it anew, if it shall stand again.") % said


def _audit(act: str, ruling: Ruling, *, by: "User", reason: str = "") -> None:
    """One entry with what is decided in ids, codes and days."""
    facts: dict[str, str | int | bool | None] = {}
    match ruling:
        case Exemption():
            what = "exception"
            facts = {"enrolment": ruling.enrolment_id, "type": ruling.type, "node": ruling.node}
            facts |= {"whole_pathway": True} if needs_two(ruling) else {}
        case Equivalence():
            what = "equivalence"
            facts = {"achievement": ruling.source.code, "counts_as": ruling.target.code}
        case Pause():
            what = "leave"
            facts = {"first": ruling.starts_on.isoformat(), "last": ruling.ends_on.isoformat()}
        case Recognition():
            what = "recognition"
            facts = {"achievement": ruling.achievement.code, "source": ruling.source}
        case StepCompletion():
            what = "step"
            facts = {"step": ruling.act.code}
        case _:
            what = ruling._meta.model_name or ""
    audit(f"{act} {what}", ruling, by=by, about=learner_of(ruling), reason=reason, **facts)
