"""What staff do to a version on its way from draft to publication, and to an achievement afterwards."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import Act, ActForm, page_of
from credentials.admin.comparing import differences, in_words
from credentials.admin.deciding import DecisionForm, ReasonForm
from credentials.definitions import Finding
from credentials.models import Achievement, AchievementVersion, DesignReason
from credentials.queries import NEEDS_TWO, reaches
from credentials.services.defining import CannotPublish, clone_achievement, next_draft, publish_achievement
from credentials.services.designing import (
    CannotReason,
    confirm_reason,
    findings,
    give_reason,
    unsettled,
    withdraw_reason,
)
from credentials.services.drafting import wrote
from credentials.services.once import KeyReused, once
from credentials.services.reviewing import (
    CannotReview,
    approve,
    renew,
    retire,
    return_to_draft,
    send_for_review,
)

Status = AchievementVersion.Status


class VersionAct(Act[AchievementVersion]):
    """An act on a version, by somebody whose role reaches its series."""

    refusals = {CannotReview: 409, CannotReason: 409, CannotPublish: 409, KeyReused: 422}

    def allows(self, record: AchievementVersion, by: Any) -> bool:
        return reaches(by, self.roles, record.achievement.series)

    def once(self, record: AchievementVersion, form: ActForm, by: Any, do: Any) -> str:
        """Do it for this press alone, and go back to the version's page."""

        def act() -> str:
            do()
            return page_of(record)

        parameters = {"version": record.pk, **form.answers}
        return once(actor=by, key=form.operation, act=f"version: {self.name}", parameters=parameters, do=act)


class WhyItMayStand(ReasonForm):
    code = forms.ChoiceField(label=_("Finding"), widget=forms.RadioSelect)
    field_order = ("code", "reason")


class GiveReason(VersionAct):
    name = "give-reason"
    label = _("Write the reason")
    consequence = _(
        "The finding may then stand. The reason is kept with the version and in the audit trail. Where it "
        "lifts a block, somebody who wrote nothing on the draft has to confirm it."
    )
    done = _("The reason is kept.")
    is_listed = False
    asked = ("code",)

    def is_open(self, record: AchievementVersion, by: Any) -> bool:
        return record.is_draft

    def form(self, record: AchievementVersion, data: Mapping[str, Any] | None) -> ActForm:
        form = WhyItMayStand(data)
        choices = [
            (row.finding.code, said(row.finding))
            for row in findings(record)
            if row.finding.severity != "error"
        ]
        form.fields["code"].choices = choices  # type: ignore[attr-defined]  # declared above
        return form

    def do(self, record: AchievementVersion, form: ActForm, *, by: Any, at: datetime) -> str:
        return self.once(record, form, by, lambda: give_reason(version=record, by=by, at=at, **form.answers))


class ChooseReasonForm(ActForm):
    reason: "forms.ModelChoiceField[DesignReason]" = forms.ModelChoiceField(
        queryset=DesignReason.objects.none(), label=_("Reason"), widget=forms.RadioSelect, empty_label=None
    )


class ReasonAct(VersionAct):
    """An act on one of the reasons given for a version."""

    is_listed = False
    asked = ("reason",)

    def is_open(self, record: AchievementVersion, by: Any) -> bool:
        return record.is_draft and record.reasons.exists()

    def form(self, record: AchievementVersion, data: Mapping[str, Any] | None) -> ActForm:
        form = ChooseReasonForm(data)
        form.fields["reason"].queryset = self.reasons(record)  # type: ignore[attr-defined]  # declared above
        return form

    def reasons(self, record: AchievementVersion) -> "QuerySet[DesignReason]":
        return record.reasons.all()

    def facts(self, record: AchievementVersion) -> Sequence[tuple[str, object]]:
        codes = set(self.reasons(record).values_list("code", flat=True))
        return [
            (row.finding.code, said(row.finding)) for row in findings(record) if row.finding.code in codes
        ]


class ConfirmReason(ReasonAct):
    name = "confirm-reason"
    label = _("Confirm the reason")
    consequence = _("You agree, by name, that the finding may stand for this reason.")
    done = _("The reason is confirmed.")
    roles = frozenset({"approver"})

    def reasons(self, record: AchievementVersion) -> "QuerySet[DesignReason]":
        """Of what stops a version; a warning's reason needs nobody else."""
        return record.reasons.filter(code__in=NEEDS_TWO)

    def do(self, record: AchievementVersion, form: ActForm, *, by: Any, at: datetime) -> str:
        chosen = form.cleaned_data["reason"]
        return self.once(record, form, by, lambda: confirm_reason(reason=chosen, by=by, at=at))


class WithdrawReason(ReasonAct):
    name = "withdraw-reason"
    label = _("Take the reason back")
    consequence = _("The finding stands open again. The audit trail keeps what was written.")
    done = _("The reason is taken back.")

    def form(self, record: AchievementVersion, data: Mapping[str, Any] | None) -> ActForm:
        form = super().form(record, data)
        if data is not None:
            # A second arrival names a reason that is gone by then; the first one's outcome answers it.
            form.fields["reason"] = forms.IntegerField(label=_("Reason"))
        return form

    def do(self, record: AchievementVersion, form: ActForm, *, by: Any, at: datetime) -> str:
        def withdraw() -> None:
            chosen = record.reasons.filter(pk=form.cleaned_data["reason"]).first()
            if chosen is None:
                raise CannotReason(gettext("This reason is gone already."))
            withdraw_reason(reason=chosen, by=by)

        return self.once(record, form, by, withdraw)


class SendForReview(VersionAct):
    name = "send-for-review"
    label = _("Send for review")
    consequence = _(
        "The text, the picture, the competencies and the rubric are frozen as they stand, so that what is "
        "approved is exactly what is published. Returned to the draft, they can be changed again."
    )
    done = _("The version is in review.")
    template = "admin/credentials/achievementversion/act.html"

    def is_open(self, record: AchievementVersion, by: Any) -> bool:
        return record.is_draft

    def facts(self, record: AchievementVersion) -> Sequence[tuple[str, object]]:
        return _facts(record)

    def beside(self, record: AchievementVersion) -> Mapping[str, object]:
        return _beside(record)

    def do(self, record: AchievementVersion, form: ActForm, *, by: Any, at: datetime) -> str:
        return self.once(record, form, by, lambda: send_for_review(version=record, by=by, at=at))


class ReturnToDraft(VersionAct):
    name = "return-to-draft"
    label = _("Return to the draft")
    consequence = _(
        "The version can be written on again. The decision and its reason are kept; the reasons given for "
        "findings stay."
    )
    done = _("The version is a draft again.")
    roles = frozenset({"approver"})
    form_class = ReasonForm
    is_grave = True

    def is_open(self, record: AchievementVersion, by: Any) -> bool:
        return record.status in (Status.IN_REVIEW, Status.APPROVED)

    def facts(self, record: AchievementVersion) -> Sequence[tuple[str, object]]:
        return _facts(record)

    def do(self, record: AchievementVersion, form: ActForm, *, by: Any, at: datetime) -> str:
        reason = form.cleaned_data["reason"]
        return self.once(
            record, form, by, lambda: return_to_draft(version=record, reason=reason, by=by, at=at)
        )


class Approve(VersionAct):
    name = "approve"
    label = _("Approve")
    consequence = _(
        "The version below is approved exactly as it stands, and may be published. The decision is kept for "
        "ever. Nobody decides on what she wrote on herself."
    )
    done = _("The version is approved.")
    roles = frozenset({"approver"})
    template = "admin/credentials/achievementversion/act.html"

    def is_open(self, record: AchievementVersion, by: Any) -> bool:
        return record.status == Status.IN_REVIEW

    def form(self, record: AchievementVersion, data: Mapping[str, Any] | None) -> ActForm:
        form = DecisionForm(data)
        form.ask(record)
        return form

    def facts(self, record: AchievementVersion) -> Sequence[tuple[str, object]]:
        board = record.achievement.series.board
        who = board or gettext("one approver who wrote nothing on it")
        return [*_facts(record), (gettext("Decided by"), who)]

    def beside(self, record: AchievementVersion) -> Mapping[str, object]:
        return _beside(record)

    def do(self, record: AchievementVersion, form: Any, *, by: Any, at: datetime) -> str:
        terms = form.terms
        return self.once(record, form, by, lambda: approve(version=record, by=by, at=at, **terms))


class PublishVersion(VersionAct):
    name = "publish"
    label = _("Publish")
    consequence = _(
        "New credentials carry this version from now on; what is held already keeps the version it was "
        "earned under. Nothing of it can be changed any more."
    )
    done = _("The version is published.")
    roles = frozenset({"registrar", "approver"})
    template = "admin/credentials/achievementversion/act.html"

    def is_open(self, record: AchievementVersion, by: Any) -> bool:
        return record.status == Status.APPROVED and not wrote(record, by)

    def facts(self, record: AchievementVersion) -> Sequence[tuple[str, object]]:
        held = record.achievement.credentials.live().count()
        return [*_facts(record), (gettext("Held under earlier versions"), held)]

    def beside(self, record: AchievementVersion) -> Mapping[str, object]:
        return _beside(record)

    def do(self, record: AchievementVersion, form: ActForm, *, by: Any, at: datetime) -> str:
        return self.once(record, form, by, lambda: publish_achievement(version=record, by=by, at=at))


class AchievementAct(Act[Achievement]):
    """An act on an achievement, by somebody whose role reaches its series."""

    refusals = {CannotReview: 409, CannotPublish: 409, KeyReused: 422}

    def allows(self, record: Achievement, by: Any) -> bool:
        return reaches(by, self.roles, record.series)

    def facts(self, record: Achievement) -> Sequence[tuple[str, object]]:
        return [
            (gettext("Achievement"), record),
            (gettext("In force"), record.current_version or gettext("nothing yet")),
            (gettext("Next review"), record.review_due_on or gettext("set when it is published")),
        ]

    def once(self, record: Achievement, form: ActForm, by: Any, do: Any) -> str:
        parameters = {"achievement": record.pk, **form.answers}
        return once(
            actor=by, key=form.operation, act=f"achievement: {self.name}", parameters=parameters, do=do
        )


class NextVersion(AchievementAct):
    name = "next-version"
    label = _("Make the next version")
    consequence = _(
        "A draft with the text in force is opened for you to change. What is held already keeps the text "
        "it was earned under. If a version is being written or decided on, you are taken to it."
    )
    done = _("Here is the draft.")

    def is_open(self, record: Achievement, by: Any) -> bool:
        return record.versions.exists()

    def do(self, record: Achievement, form: ActForm, *, by: Any, at: datetime) -> str:
        return self.once(record, form, by, lambda: page_of(next_draft(achievement=record, by=by)))


class CloneForm(ActForm):
    code = forms.CharField(
        label=_("Code of the new achievement"),
        max_length=32,
        help_text=_("Short, as in a catalogue: RD-101."),
    )


class Clone(AchievementAct):
    name = "clone"
    label = _("Begin another from it")
    consequence = _(
        "A new achievement of the same series is made, with a draft copied from the newest text of this one. "
        "This one, and whatever was issued, stays as it is."
    )
    done = _("Here is the new achievement.")
    form_class = CloneForm

    def is_open(self, record: Achievement, by: Any) -> bool:
        return record.versions.exists()

    def do(self, record: Achievement, form: ActForm, *, by: Any, at: datetime) -> str:
        code = form.cleaned_data["code"]
        return self.once(
            record, form, by, lambda: page_of(clone_achievement(achievement=record, code=code, by=by))
        )


class Renew(AchievementAct):
    name = "renew"
    label = _("Review and keep")
    consequence = _(
        "The version in force was reviewed and stays. The next review is due after as many months as "
        "its series sets. The decision is kept for ever."
    )
    done = _("The review is recorded.")
    roles = frozenset({"approver"})

    def is_open(self, record: Achievement, by: Any) -> bool:
        return record.current_version is not None and record.is_active

    def form(self, record: Achievement, data: Mapping[str, Any] | None) -> ActForm:
        form = DecisionForm(data)
        form.fields["reason"].required = True
        if record.current_version is not None:
            form.ask(record.current_version)
        return form

    def do(self, record: Achievement, form: Any, *, by: Any, at: datetime) -> str:
        terms = form.terms

        def act() -> str:
            renew(achievement=record, by=by, at=at, **terms)
            return page_of(record)

        return self.once(record, form, by, act)


class Retire(AchievementAct):
    name = "retire"
    label = _("Retire")
    consequence = _(
        "Nobody can begin it any more, and the catalogue shows it no longer. What is held stays valid and "
        "verifies as before. Publishing a next version brings it back."
    )
    done = _("The achievement is retired.")
    roles = frozenset({"approver"})
    form_class = ReasonForm
    is_grave = True

    def is_open(self, record: Achievement, by: Any) -> bool:
        return record.current_version is not None and record.current_version.status == Status.PUBLISHED

    def facts(self, record: Achievement) -> Sequence[tuple[str, object]]:
        return [*super().facts(record), (gettext("Held by"), record.credentials.live().count())]

    def do(self, record: Achievement, form: ActForm, *, by: Any, at: datetime) -> str:
        reason = form.cleaned_data["reason"]

        def act() -> str:
            retire(achievement=record, reason=reason, by=by, at=at)
            return page_of(record)

        return self.once(record, form, by, act)


def said(finding: Finding) -> str:
    """A finding in the reader's language."""
    return finding.message.render(gettext)


def _facts(record: AchievementVersion) -> list[tuple[str, object]]:
    return [
        (gettext("Achievement"), record.achievement),
        (gettext("Version"), record.number),
        (gettext("Status"), record.get_status_display()),
        (gettext("Written by"), record.written_by or "–"),
    ]


def _beside(record: AchievementVersion) -> dict[str, object]:
    """What the version says in full and, where another is in force, what would change."""
    current = record.achievement.current_version
    stops = unsettled(record) if record.is_draft else []
    return {
        "stops": [(row.finding, said(row.finding), row.finding.cure.render(gettext)) for row in stops],
        "parts": [(name, [value]) for name, value in in_words(record) if value],
        "in_force": current,
        "differences": differences(record, current) if current else [],
        "reasons": record.reasons.select_related("written_by", "confirmed_by"),
    }
