"""What staff do with a decision that verdicts read, and what each word of theirs would change."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Count
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from config.acts import Act, ActForm, page_of
from config.clock import now
from credentials.models import Credential
from credentials.services.once import KeyReused, once
from pathways.admin.wording import say
from pathways.forms.rulings import ExemptionForm, ReasonForm
from pathways.models import Enrolment, Equivalence, Exemption, Recognition, Ruling, StepCompletion
from pathways.queries import catalogue_for, rule_for
from pathways.rules import explain, tree
from pathways.rules.headings import heading
from pathways.services.ruling import (
    CannotRule,
    Effect,
    approve,
    end,
    foresee,
    may_approve,
    missing_steps,
    needs_two,
    propose,
    reached,
    refuse,
)

REFUSALS: Mapping[type[Exception], int] = {CannotRule: 409, KeyReused: 422}


class Decide(Act[Ruling]):
    """A word of somebody on one decision; the page says what it is and what will follow."""

    refusals = REFUSALS
    service: ClassVar[Any]

    def facts(self, record: Ruling) -> Sequence[tuple[str, object]]:
        return [
            (gettext("What"), str(record)),
            *_particulars(record),
            (gettext("Reason"), record.reason),
            (gettext("Evidence"), record.evidence or "–"),
            (gettext("Proposed by"), record.recorded_by),
            *self.following(record),
        ]

    def following(self, record: Ruling) -> Sequence[tuple[str, object]]:
        return [(gettext("What will follow"), what_follows(record))]

    def do(self, record: Ruling, form: ActForm, *, by: Any, at: datetime) -> str:
        service = type(self).service
        return once(
            actor=by,
            key=form.operation,
            act=f"{self.name} {record._meta.model_name}",
            parameters={"ruling": record.pk, **form.answers},
            do=lambda: page_of(service(ruling=record, by=by, at=at, **form.answers)),
        )


class Approve(Decide):
    name = "approve"
    label = _("Approve")
    consequence = _(
        "From now on verdicts read it, and whoever it concerns is evaluated again. Excusing from a whole "
        "pathway takes a second approver."
    )
    done = _("Your approval is kept.")
    roles = frozenset({"approver"})
    is_guarded = True
    service = approve

    def allows(self, record: Ruling, by: Any) -> bool:
        return may_approve(record, by)

    def is_open(self, record: Ruling, by: Any) -> bool:
        is_given = isinstance(record, Exemption) and record.second_approver_id == by.pk
        is_waiting = record.approved_at is None and record.ended_at is None
        return is_waiting and record.recorded_by_id != by.pk and not is_given


class Refuse(Decide):
    name = "refuse"
    label = _("Refuse")
    consequence = _(
        "It never stands. Its row stays, with your reason. Whoever proposed it may take it back so."
    )
    done = _("It is refused.")
    roles = frozenset({"registrar", "approver"})
    form_class = ReasonForm
    service = refuse

    def is_open(self, record: Ruling, by: Any) -> bool:
        return record.approved_at is None and record.ended_at is None

    def following(self, record: Ruling) -> Sequence[tuple[str, object]]:
        return ()


class End(Decide):
    name = "end"
    label = _("End")
    consequence = _("From now on no verdict reads it. Its row stays as history.")
    done = _("It is ended.")
    roles = frozenset({"registrar", "approver"})
    form_class = ReasonForm
    is_guarded = True
    is_grave = True
    service = end

    def is_open(self, record: Ruling, by: Any) -> bool:
        return record.is_standing


class ProposeException(Act[Enrolment]):
    """On the page of an enrolment: its exceptions are about the rule that it is held to."""

    name = "exception"
    label = _("Propose an exception")
    consequence = _("Nothing changes before an approver has agreed.")
    done = _("The exception waits for approval.")
    refusals = REFUSALS
    asked = ("node", "type")

    def is_open(self, record: Enrolment, by: Any) -> bool:
        return record.state != Enrolment.State.WITHDRAWN

    def form(self, record: Enrolment, data: Mapping[str, Any] | None) -> ActForm:
        held = Credential.objects.held_by(record.learner).select_related("version", "recipient")
        anywhere = (Exemption.ANYWHERE, gettext("anywhere in the pathway (only to block a credential)"))
        first = ("", gettext("choose a requirement"))
        return ExemptionForm(data).offer([first, *places_of(record), anywhere], held)

    def facts(self, record: Enrolment) -> Sequence[tuple[str, object]]:
        return [
            (gettext("Learner"), record.learner),
            (gettext("Held to"), record.version),
        ]

    def do(self, record: Enrolment, form: ActForm, *, by: Any, at: datetime) -> str:
        answers = form.answers
        return once(
            actor=by,
            key=form.operation,
            act="propose exemption",
            parameters={
                "enrolment": record.pk,
                **{name: getattr(value, "pk", value) for name, value in answers.items()},
            },
            do=lambda: page_of(propose(ruling=Exemption(enrolment=record, **answers), by=by, at=at)),
        )


def places_of(enrolment: Enrolment) -> list[tuple[str, str]]:
    """The requirements of her rule, key and words, in document order, each indented below its group."""
    rule = rule_for(enrolment.version)
    entries = catalogue_for(rule)

    def told(node: tree.Rule, depth: int) -> list[tuple[str, str]]:
        words = say(heading(node, entries))
        words = f"{node.label}: {words}" if node.label else words
        if depth == 0:
            words = gettext("the whole pathway: %(rule)s") % {"rule": words}
        below = [row for child in tree.children(node) for row in told(child, depth + 1)]
        return [(node.key, f"{'– ' * depth}{words}"), *below]

    return told(rule, 0)


def place_of(exemption: Exemption) -> str:
    """The requirement that an exception is about, in words."""
    if exemption.node == Exemption.ANYWHERE:
        return gettext("anywhere in the pathway")
    words = dict(places_of(exemption.enrolment)).get(exemption.node)
    return words.lstrip("– ") if words else gettext("not in the version that she is held to now")


def what_follows(ruling: Ruling) -> list[str]:
    """How verdicts change by the next decision: approved where it waits, ended where it stands."""
    if isinstance(ruling, Equivalence):
        found = reached(ruling).aggregate(rows=Count("pk"), people=Count("learner", distinct=True))
        again = ngettext(
            "%(rows)d enrolment of %(people)d learners is evaluated again.",
            "%(rows)d enrolments of %(people)d learners are evaluated again.",
            found["rows"],
        )
        return [again % found, *missing_steps(ruling)]
    lines = [line for effect in foresee(ruling=ruling, at=now()) for line in _effect(effect)]
    if needs_two(ruling) and not ruling.is_standing:
        lines.append(gettext("It excuses from the whole pathway: two approvers have to agree."))
    return lines or [gettext("No verdict changes today.")]


def _effect(effect: Effect) -> list[str]:
    enrolment, before, after = effect.enrolment, effect.before, effect.after
    said = {
        "pathway": enrolment.pathway,
        "before": say(explain.headline(before)),
        "after": say(explain.headline(after)),
    }
    if before.to_json() == after.to_json():
        return [gettext("%(pathway)s: nothing changes. %(before)s") % said]
    if said["before"] == said["after"]:
        return [gettext("%(pathway)s: other parts count; it stays: %(before)s") % said]
    lines = [gettext("%(pathway)s: before: %(before)s After: %(after)s") % said]
    if before.satisfied and not after.satisfied and enrolment.certificate_id:
        policy = enrolment.version.get_lapse_policy_display()
        lines.append(
            gettext("Its certificate follows the pathway's policy: %(policy)s.") % {"policy": policy}
        )
    if after.satisfied and not before.satisfied:
        lines.append(gettext("Its requirements are met then; the certificate follows."))
    return lines


def _particulars(ruling: Ruling) -> list[tuple[str, object]]:
    """What one of this kind says besides its reason."""
    match ruling:
        case Exemption():
            named = ruling.achievement or ruling.credential
            return [
                (gettext("Requirement"), place_of(ruling)),
                *([(gettext("By how many"), ruling.by)] if ruling.by else []),
                *([(gettext("Names"), named)] if named else []),
                (gettext("Last day"), ruling.expires_on or gettext("no end")),
                *([(gettext("Approved by"), ruling.second_approver)] if ruling.second_approver else []),
            ]
        case Equivalence():
            return [
                (gettext("If earned from"), ruling.valid_from or gettext("no first day")),
                (gettext("If earned until"), ruling.valid_to or gettext("no last day")),
            ]
        case Recognition():
            return [
                (gettext("Counts as"), ruling.achievement),
                (gettext("Kind"), ruling.get_source_display()),
                (gettext("Standard met"), ruling.earned_at),
                (gettext("Last valid day"), ruling.expires_on or gettext("no end")),
            ]
        case StepCompletion():
            return [
                (gettext("Done"), ruling.earned_at),
                (gettext("To what standard"), ruling.act.description or "–"),
            ]
    return []
