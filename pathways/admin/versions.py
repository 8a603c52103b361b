"""What staff do to a version of a rule on its way from draft to publication, and out of force."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import Act, ActForm, page_of
from credentials.models import AuditPerson, Series
from credentials.queries import reaches
from credentials.services.once import KeyReused, once
from pathways.admin.simulating import TryOnEverybody, tried_in_words
from pathways.admin.wording import rule_in_words, say
from pathways.models import PathwayVersion
from pathways.queries import rule_for, series_to_ask
from pathways.rules import tree
from pathways.services.consenting import OWNERS, CannotConsent, give_consent
from pathways.services.publishing import (
    SUBMITTED,
    CannotPublish,
    holders_of,
    publish_pathway,
    warnings_to_explain,
)
from pathways.services.reviewing import (
    CannotReview,
    approve_version,
    retire_version,
    return_version,
    submit_version,
)

Status = PathwayVersion.Status


class RuleAct(Act[PathwayVersion]):
    """An act on a version of a rule."""

    refusals = {CannotReview: 409, CannotPublish: 409, CannotConsent: 409, KeyReused: 422}

    def facts(self, record: PathwayVersion) -> Sequence[tuple[str, object]]:
        return [
            (gettext("Pathway"), record),
            (gettext("Awards"), record.pathway.awards),
            (gettext("Rule"), rule_in_words(record)),
            (gettext("When a component lapses"), record.get_lapse_policy_display()),
            (gettext("Written by"), record.written_by or "–"),
        ]

    def once(self, record: PathwayVersion, form: ActForm, by: Any, do: Callable[[], object]) -> str:
        """Do it for this press alone, and go back to the version's page."""

        def act() -> str:
            do()
            return page_of(record)

        parameters = {"version": record.pk, **form.answers}
        return once(actor=by, key=form.operation, act=f"rule: {self.name}", parameters=parameters, do=act)


class ReasonForm(ActForm):
    reason = forms.CharField(
        label=_("Reason"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4}), strip=True
    )


class WarnedAct(RuleAct):
    """An act that freezes a draft: what the lint warns of stands for a written reason."""

    def form(self, record: PathwayVersion, data: Mapping[str, Any] | None) -> ActForm:
        if not _warnings(record):
            return ActForm(data)
        form = ReasonForm(data)
        form.fields["reason"].label = gettext("Why this may stand")
        return form

    def facts(self, record: PathwayVersion) -> Sequence[tuple[str, object]]:
        warned = _warnings(record)
        return [*super().facts(record), *([(gettext("Worth a look"), warned)] if warned else [])]


class SubmitRule(WarnedAct):
    name = "submit"
    label = _("Send for review")
    consequence = _(
        "The rule is frozen as it stands, so that what is approved is exactly what is published. Returned "
        "to the draft, it can be changed again."
    )
    done = _("The rule is in review.")

    def is_open(self, record: PathwayVersion, by: Any) -> bool:
        return record.is_draft

    def do(self, record: PathwayVersion, form: ActForm, *, by: Any, at: datetime) -> str:
        reason = form.answers.get("reason", "")
        return self.once(
            record, form, by, lambda: submit_version(version=record, by=by, at=at, reason=reason)
        )


class ApproveRule(RuleAct):
    name = "approve"
    label = _("Approve")
    consequence = _(
        "The rule below is approved exactly as it stands, and may be published. Nobody decides on what she "
        "wrote on herself."
    )
    done = _("The rule is approved.")
    roles = frozenset({"approver"})

    def is_open(self, record: PathwayVersion, by: Any) -> bool:
        return record.status == Status.IN_REVIEW

    def facts(self, record: PathwayVersion) -> Sequence[tuple[str, object]]:
        warned, reason = _warnings(record), _submitted_because(record)
        told = [(gettext("Worth a look"), warned)] if warned else []
        return [*super().facts(record), *told, (gettext("Reason"), reason or "–")]

    def do(self, record: PathwayVersion, form: ActForm, *, by: Any, at: datetime) -> str:
        return self.once(record, form, by, lambda: approve_version(version=record, by=by, at=at))


class ReturnRule(RuleAct):
    name = "return"
    label = _("Return to the draft")
    consequence = _("The rule can be written on again; what you write below is shown to whoever does.")
    done = _("The rule is a draft again.")
    roles = frozenset({"approver"})
    form_class = ReasonForm
    is_grave = True

    def form(self, record: PathwayVersion, data: Mapping[str, Any] | None) -> ActForm:
        form = super().form(record, data)
        form.fields["reason"].label = gettext("What to change")
        return form

    def is_open(self, record: PathwayVersion, by: Any) -> bool:
        return record.status in (Status.IN_REVIEW, Status.APPROVED)

    def do(self, record: PathwayVersion, form: ActForm, *, by: Any, at: datetime) -> str:
        reason = form.cleaned_data["reason"]
        return self.once(
            record, form, by, lambda: return_version(version=record, reason=reason, by=by, at=at)
        )


class PublishRule(WarnedAct):
    name = "publish"
    label = _("Publish")
    consequence = _(
        "The rule is frozen with its fingerprint and holds for new enrolments. Learners who are enrolled "
        "stay on their version. Everybody who holds a part of it already is credited for it at once; whoever "
        "has all of it receives the certificate. Published straight from a draft, it is approved by you in "
        "the same act."
    )
    done = _("The rule is published. Those who hold its parts are being credited.")
    roles = frozenset({"approver"})

    def form(self, record: PathwayVersion, data: Mapping[str, Any] | None) -> ActForm:
        return super().form(record, data) if record.is_draft else ActForm(data)

    def is_open(self, record: PathwayVersion, by: Any) -> bool:
        return record.status in (Status.DRAFT, Status.APPROVED)

    def facts(self, record: PathwayVersion) -> Sequence[tuple[str, object]]:
        try:
            holders: object = holders_of(record).count()
            waiting = ", ".join(str(series) for series in series_to_ask(record))
        except tree.RuleError:
            holders, waiting = "–", ""
        return [
            *super().facts(record),
            (gettext("People who hold a part of it"), holders),
            (gettext("Learners enrolled on earlier versions"), record.pathway.enrolments.current().count()),
            (gettext("Tried on everybody"), tried_in_words(record)),
            *([(gettext("Consent is missing of"), waiting)] if waiting else []),
        ]

    def do(self, record: PathwayVersion, form: ActForm, *, by: Any, at: datetime) -> str:
        reason = form.answers.get("reason", "")
        return self.once(
            record, form, by, lambda: publish_pathway(version=record, by=by, at=at, reason=reason)
        )


class RetireRule(RuleAct):
    name = "retire"
    label = _("Retire")
    consequence = _(
        "Nobody new is enrolled on this pathway, and its public page closes, until another version is "
        "published. Whoever is enrolled goes on under this version; what was awarded stands and can still "
        "be revoked."
    )
    done = _("The version is retired.")
    roles = frozenset({"approver"})
    form_class = ReasonForm
    is_grave = True

    def is_open(self, record: PathwayVersion, by: Any) -> bool:
        return record.status == Status.PUBLISHED

    def facts(self, record: PathwayVersion) -> Sequence[tuple[str, object]]:
        return [
            *super().facts(record),
            (gettext("Learners enrolled on it"), record.enrolments.current().count()),
        ]

    def do(self, record: PathwayVersion, form: ActForm, *, by: Any, at: datetime) -> str:
        reason = form.cleaned_data["reason"]
        return self.once(
            record, form, by, lambda: retire_version(version=record, reason=reason, by=by, at=at)
        )


class ConsentForm(ActForm):
    series: "forms.ModelChoiceField[Series]" = forms.ModelChoiceField(
        queryset=Series.objects.none(), label=_("For the series"), widget=forms.RadioSelect, empty_label=None
    )


class GiveConsent(RuleAct):
    name = "consent"
    label = _("Give consent")
    consequence = _(
        "You agree, for your series, that this pathway counts its achievements by exactly the rule below. "
        "When the rule is changed, consent is asked for again. Nobody agrees for two series."
    )
    done = _("Consent is given.")
    roles = OWNERS

    def is_open(self, record: PathwayVersion, by: Any) -> bool:
        return record.status in PathwayVersion.OPEN and bool(_hers_to_agree(record, by))

    def form(self, record: PathwayVersion, data: Mapping[str, Any] | None) -> ActForm:
        form = ConsentForm(data)
        # Where one was agreed to meanwhile, the service answers; the second arrival of a press is no fault.
        form.fields["series"].queryset = (  # type: ignore[attr-defined]  # declared above
            Series.objects.all() if data is not None else series_to_ask(record)
        )
        return form

    def do(self, record: PathwayVersion, form: ActForm, *, by: Any, at: datetime) -> str:
        series = form.cleaned_data["series"]
        return self.once(record, form, by, lambda: give_consent(version=record, series=series, by=by, at=at))


RULE_ACTS = (
    TryOnEverybody(),
    SubmitRule(),
    ApproveRule(),
    PublishRule(),
    GiveConsent(),
    ReturnRule(),
    RetireRule(),
)


def consents_in_words(version: PathwayVersion) -> list[str]:
    """Who agreed for which series to the rule as it stands, and who is still asked; nothing where none is."""
    try:
        digest, waiting = _digest(version), _asked(version)
    except tree.RuleError:
        return []
    given = version.consents.filter(rule_sha256=digest).select_related("series", "by")
    return [
        *(
            gettext("%(series)s: agreed by %(person)s") % {"series": row.series, "person": row.by}
            for row in given
        ),
        *(gettext("%(series)s: has not agreed yet") % {"series": row} for row in waiting),
    ]


def _digest(version: PathwayVersion) -> str:
    return tree.rule_sha256(rule_for(version))


def _asked(version: PathwayVersion) -> list[Series]:
    return list(series_to_ask(version))


def _hers_to_agree(version: PathwayVersion, by: Any) -> list[Series]:
    """Nothing where she has spoken for one already."""
    try:
        if version.consents.filter(by=by, rule_sha256=_digest(version)).exists():
            return []
        return [series for series in _asked(version) if reaches(by, OWNERS, series)]
    except tree.RuleError:
        return []


def _warnings(version: PathwayVersion) -> list[str]:
    try:
        return [say(row.message) for row in warnings_to_explain(version)]
    except tree.RuleError:
        return []


def _submitted_because(version: PathwayVersion) -> str:
    """What was written when it was last sent for review."""
    kept = AuditPerson.objects.filter(
        entry__act=SUBMITTED, entry__object_type=version._meta.label_lower, entry__object_id=str(version.pk)
    )
    newest = kept.order_by("-entry__pk").first()
    return newest.reason if newest else ""
