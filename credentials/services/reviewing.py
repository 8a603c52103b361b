"""Reviewing: a version goes from its draft to approval, and an achievement to renewal or retirement.

Every decision is a row that is kept, with its votes where the series has a board.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from credentials.models import (
    Achievement,
    AchievementVersion,
    Board,
    BoardMember,
    Decision,
    Vote,
)
from credentials.queries import local_day, months_after
from credentials.services.artwork import CannotDraw, fingerprint
from credentials.services.auditing import audit
from credentials.services.defining import freeze, locked, thaw, what_changed
from credentials.services.designing import OpenFinding, said, unsettled
from credentials.services.drafting import wrote

if TYPE_CHECKING:
    from learners.models import User

Status = AchievementVersion.Status
Votes = Mapping[BoardMember, Vote.Choice]


class CannotReview(Exception):
    """Nothing was decided; the message says why and what to do next."""


class NotReady(CannotReview):
    """The design lint still says something that nobody mended or excused: `findings`, told in `lines`."""

    def __init__(self, findings: Iterable[OpenFinding]) -> None:
        self.findings = tuple(findings)
        self.lines = said(self.findings)
        super().__init__(" ".join(self.lines))


class AlreadyDecided(CannotReview):
    """Somebody was there before; the message says who and when."""


@transaction.atomic
def send_for_review(
    *, version: AchievementVersion, by: "User", at: datetime, image: bytes | None = None
) -> AchievementVersion:
    """Freeze what a draft shows and hand it to whoever decides. Raises NotReady, CannotReview.

    `image` is its large picture where many were drawn beforehand, side by side.
    """
    version = locked(version)
    if not version.is_draft:
        raise AlreadyDecided(_("This version is no draft any more: it is %(status)s.") % _status(version))
    if image is not None:
        # The lint compares it with the others; it need not draw it again for that.
        version.fingerprint = fingerprint(image)
    if open_findings := unsettled(version):
        raise NotReady(open_findings)
    try:
        freeze(version, image)
    except CannotDraw as unknown:
        raise CannotReview(_("The picture cannot be drawn: %(part)s.") % {"part": unknown}) from unknown
    version.status, version.submitted_at = Status.IN_REVIEW, at
    version.save()
    audit("send for review", version, by=by, code=version.achievement.code, number=version.number)
    return version


@transaction.atomic
def return_to_draft(*, version: AchievementVersion, reason: str, by: "User", at: datetime) -> Decision:
    """Let a version under review, or approved and not yet published, be written on again."""
    version = locked(version)
    if version.status not in (Status.IN_REVIEW, Status.APPROVED):
        raise AlreadyDecided(_("This version is not under review: it is %(status)s.") % _status(version))
    _needs(reason)
    AchievementVersion.objects.filter(pk=version.pk).update(status=Status.DRAFT)
    thaw(version)
    return keep_decision(
        Decision.Kind.RETURN, version, by=by, at=at, decided_on=local_day(at), reason=reason.strip()
    )


@transaction.atomic
def approve(
    *,
    version: AchievementVersion,
    by: "User",
    at: datetime,
    minutes: str = "",
    reason: str = "",
    votes: Votes | None = None,
    decided_on: date | None = None,
) -> Decision:
    """Approve what a version shows, exactly as it is frozen. Raises NotReady, AlreadyDecided, CannotReview.

    A series without a board: one person who never wrote on the version. With one: a quorum of sitting
    members without a conflict of interest, more of them for it than against.
    """
    version = locked(version)
    if version.approved_at is not None and version.status != Status.DRAFT:
        raise AlreadyDecided(_approved_already(version))
    if version.status != Status.IN_REVIEW:
        raise CannotReview(_("This version is not under review: it is %(status)s.") % _status(version))
    day = _day_of(decided_on, at)
    board = agreed(version, by=by, votes=votes, day=day)
    if open_findings := unsettled(version):
        raise NotReady(open_findings)
    if changed := what_changed(version):
        raise CannotReview(
            _("Since it was sent for review this has changed: %(parts)s. Return the version to the draft.")
            % {"parts": ", ".join(changed)}
        )
    AchievementVersion.objects.filter(pk=version.pk).update(
        status=Status.APPROVED, approved_by=by, approved_at=at
    )
    return keep_decision(
        Decision.Kind.APPROVE,
        version,
        by=by,
        at=at,
        decided_on=day,
        board=board,
        votes=votes,
        reason=reason.strip(),
        minutes=minutes.strip(),
        review_due_on=next_review(version, day),
    )


@transaction.atomic
def renew(
    *,
    achievement: Achievement,
    reason: str,
    by: "User",
    at: datetime,
    minutes: str = "",
    votes: Votes | None = None,
    decided_on: date | None = None,
) -> Decision:
    """Keep the version in force after its review, and say when the next one is due.

    Decided like an approval. Raises CannotReview.
    """
    achievement, version = _in_force(achievement)
    _needs(reason)
    day = _day_of(decided_on, at)
    board = agreed(version, by=by, votes=votes, day=day)
    achievement.review_due_on = next_review(version, day)
    achievement.save(update_fields=["review_due_on"])
    return keep_decision(
        Decision.Kind.RENEW,
        version,
        by=by,
        at=at,
        decided_on=day,
        board=board,
        votes=votes,
        reason=reason.strip(),
        minutes=minutes.strip(),
        review_due_on=achievement.review_due_on,
    )


@transaction.atomic
def retire(*, achievement: Achievement, reason: str, by: "User", at: datetime) -> Decision:
    """End an achievement: nobody can begin it any more; what is held, and what is handed in, stands.

    Raises CannotReview.
    """
    achievement, version = _in_force(achievement)
    _needs(reason)
    AchievementVersion.objects.filter(pk=version.pk).update(status=Status.RETIRED, retired_at=at)
    achievement.is_active = False
    achievement.save(update_fields=["is_active"])
    return keep_decision(
        Decision.Kind.RETIRE, version, by=by, at=at, decided_on=local_day(at), reason=reason.strip()
    )


def sitting_members(version: AchievementVersion, on: date) -> list[BoardMember]:
    """Who votes on a version on that day, with the board of its series."""
    board = version.achievement.series.board
    return list(board.members.sitting(on).select_related("user")) if board else []


def _in_force(achievement: Achievement) -> tuple[Achievement, AchievementVersion]:
    achievement = Achievement.objects.select_for_update(no_key=True, of=("self",)).get(pk=achievement.pk)
    if achievement.current_version is None:
        raise CannotReview(_("%(code)s is not published yet.") % {"code": achievement.code})
    version = locked(achievement.current_version)
    if version.status == Status.RETIRED:
        raise AlreadyDecided(_("%(code)s is retired already.") % {"code": achievement.code})
    return achievement, version


def agreed(version: AchievementVersion, *, by: "User", votes: Votes | None, day: date) -> Board | None:
    """The board that agreed, None where one person decides; refuses whoever decides on her own text."""
    if wrote(version, by):
        raise CannotReview(_("You wrote on this version. Somebody else has to decide on it."))
    board = version.achievement.series.board
    if board is None:
        if votes:
            raise CannotReview(_("This series has no board, so nobody votes."))
        return None
    _count(version, board, votes or {}, day)
    return board


def _count(version: AchievementVersion, board: Board, votes: Votes, day: date) -> None:
    sitting = {member.pk for member in board.members.sitting(day)}
    if strangers := [str(member.user) for member in votes if member.pk not in sitting]:
        raise CannotReview(
            _("Not sitting on %(board)s that day: %(names)s.")
            % {"board": board, "names": ", ".join(strangers)}
        )
    conflicted = [
        str(member.user)
        for member, choice in votes.items()
        if choice != Vote.Choice.CONFLICT and wrote(version, member.user)
    ]
    if conflicted:
        raise CannotReview(
            _("These wrote on this version and take no part in the vote: %(names)s.")
            % {"names": ", ".join(conflicted)}
        )
    choices = list(votes.values())
    present = [choice for choice in choices if choice != Vote.Choice.CONFLICT]
    if len(present) < board.quorum:
        raise CannotReview(
            _("%(present)s voted and %(quorum)s are needed, without those who have a conflict of interest.")
            % {"present": len(present), "quorum": board.quorum}
        )
    if choices.count(Vote.Choice.FOR) <= choices.count(Vote.Choice.AGAINST):
        raise CannotReview(_("There is no majority for it. Return the version to the draft, or vote again."))


def keep_decision(
    kind: Decision.Kind,
    version: AchievementVersion,
    *,
    by: "User",
    at: datetime,
    decided_on: date,
    board: Board | None = None,
    votes: Votes | None = None,
    reason: str = "",
    minutes: str = "",
    review_due_on: date | None = None,
) -> Decision:
    decision = Decision.objects.create(
        board=board,
        version=version,
        kind=kind,
        about=str(version)[:250],
        decided_on=decided_on,
        reason=reason,
        minutes=minutes,
        review_due_on=review_due_on,
        recorded_by=by,
        recorded_at=at,
    )
    Vote.objects.bulk_create(
        Vote(decision=decision, member=member, choice=choice) for member, choice in (votes or {}).items()
    )
    audit(
        f"decide: {kind.value}",
        version,
        by=by,
        reason=reason,
        code=version.achievement.code,
        number=version.number,
        decision=decision.pk,
    )
    return decision


def _approved_already(version: AchievementVersion) -> str:
    return _("This version was already approved by %(person)s on %(day)s.") % {
        "person": version.approved_by,
        "day": f"{version.approved_at:%Y-%m-%d %H:%M}",
    }


def _status(version: AchievementVersion) -> dict[str, str]:
    return {"status": version.get_status_display()}


def _needs(reason: str) -> None:
    if not reason.strip():
        raise CannotReview(_("Write the reason."))


def _day_of(decided_on: date | None, at: datetime) -> date:
    day = decided_on or local_day(at)
    if day > local_day(at):
        raise CannotReview(_("A decision cannot be dated in the future."))
    return day


def next_review(version: AchievementVersion, day: date) -> date:
    return months_after(day, version.achievement.series.review_months)
