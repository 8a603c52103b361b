"""What staff propose that a verdict will read: for each kind of decision the form it is drawn up on."""

from datetime import datetime, time
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from config.acts import ActForm
from config.admin import ModelForm
from config.choosing import TypedSelect
from config.clock import now
from config.operations import OperationForm
from credentials.models import Achievement, Credential
from credentials.queries import local_day
from pathways.models import Act, Equivalence, Exemption, Pause, Recognition, Ruling, StepCompletion

R = TypeVar("R", bound=Ruling)
E = TypeVar("E", Recognition, StepCompletion)
DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
TEXT = forms.Textarea(attrs={"rows": 3})


class ProposalForm(ModelForm[R], OperationForm):
    """A decision drawn up: `ruling` is its row, not saved; only the service saves it."""

    def clean(self) -> dict[str, Any]:
        # Not the model form's: what the database would refuse, the service says in words.
        return self.cleaned_data

    @property
    def ruling(self) -> R:
        ruling: R = self.instance
        return ruling

    @property
    def operation(self) -> UUID:
        key: UUID = self.cleaned_data["op_key"]
        return key

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, records by their ids, without the key of the press."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "op_key"}
        return {name: getattr(value, "pk", value) for name, value in given.items()}


class EarnedForm(ProposalForm[E]):
    """Of something earned on a day."""

    earned_on = forms.DateField(label=_("Standard met on"), widget=DAY)

    def clean_earned_on(self) -> Any:
        """The day, kept as its noon; of today, as now."""
        day = self.cleaned_data["earned_on"]
        noon = datetime.combine(day, time(12), tzinfo=ZoneInfo(settings.PORTAL_TIME_ZONE))
        moment = now()
        self.instance.earned_at = moment if local_day(moment) == day else noon
        return day


def _searched(model: type[Ruling], name: str) -> TypedSelect:
    return TypedSelect(model._meta.get_field(name), admin.site)


class EquivalenceForm(ProposalForm[Equivalence]):
    class Meta:
        model = Equivalence
        fields = ("source", "target", "valid_from", "valid_to", "reason", "evidence")
        widgets: ClassVar = {
            "source": _searched(Equivalence, "source"),
            "target": _searched(Equivalence, "target"),
            "valid_from": DAY,
            "valid_to": DAY,
            "reason": TEXT,
            "evidence": TEXT,
        }


class PauseForm(ProposalForm[Pause]):
    class Meta:
        model = Pause
        fields = ("learner", "starts_on", "ends_on", "reason", "evidence")
        widgets: ClassVar = {
            "learner": _searched(Pause, "learner"),
            "starts_on": DAY,
            "ends_on": DAY,
            "reason": TEXT,
            "evidence": TEXT,
        }


class RecognitionForm(EarnedForm[Recognition]):
    evidence = forms.CharField(
        label=_("Evidence"), widget=TEXT, help_text=Recognition._meta.get_field("evidence").help_text
    )
    field_order = (
        "op_key",
        "learner",
        "achievement",
        "source",
        "institution",
        "title",
        "reference",
        "earned_on",
    )

    class Meta:
        model = Recognition
        fields = (
            "learner",
            "achievement",
            "source",
            "institution",
            "title",
            "reference",
            "expires_on",
            "level",
            "credits",
            "reason",
            "evidence",
        )
        widgets: ClassVar = {
            "learner": _searched(Recognition, "learner"),
            "achievement": _searched(Recognition, "achievement"),
            "expires_on": DAY,
            "reason": TEXT,
        }


class CompletionForm(EarnedForm[StepCompletion]):
    evidence = forms.CharField(
        label=_("Evidence"), widget=TEXT, help_text=StepCompletion._meta.get_field("evidence").help_text
    )
    field_order = ("op_key", "learner", "act", "earned_on")

    class Meta:
        model = StepCompletion
        fields = ("learner", "act", "level", "reason", "evidence")
        widgets: ClassVar = {"learner": _searched(StepCompletion, "learner"), "reason": TEXT}


class ExemptionForm(ActForm):
    """An exception to one enrolment; the requirement is chosen in words."""

    type = forms.ChoiceField(label=_("Exception"), choices=[("", _("choose")), *Exemption.Type.choices])
    node = forms.ChoiceField(label=_("Requirement"))
    by = forms.IntegerField(
        label=_("By how many"), required=False, min_value=1, help_text=_("To reduce a number.")
    )
    achievement = forms.ModelChoiceField(
        Achievement.objects.filter(current_version__isnull=False).select_related("current_version"),
        label=_("Achievement that counts instead"),
        required=False,
        empty_label=_("none"),
    )
    credential = forms.ModelChoiceField(
        Credential.objects.none(),
        label=_("Credential that does not count"),
        required=False,
        empty_label=_("none"),
    )
    expires_on = forms.DateField(
        label=_("Last day"), required=False, widget=DAY, help_text=_("Empty: no end.")
    )
    reason = forms.CharField(
        label=_("Reason"), widget=TEXT, max_length=2000, help_text=_("The learner reads it too.")
    )
    evidence = forms.CharField(
        label=_("Evidence"),
        widget=TEXT,
        max_length=2000,
        required=False,
        help_text=_("Where the proof is: a file number, an address, a letter."),
    )

    def offer(self, places: list[tuple[str, str]], credentials: Any) -> "ExemptionForm":
        """The form with the requirements and credentials that there are to choose from."""
        node: Any = self.fields["node"]
        held: Any = self.fields["credential"]
        node.choices, held.queryset = places, credentials
        return self


class ReasonForm(ActForm):
    reason = forms.CharField(
        label=_("Reason"), widget=TEXT, max_length=2000, help_text=_("Kept in the audit trail.")
    )


class StepForm(ModelForm[Act]):
    """What there is to be done; its code stays once it is made."""

    class Meta:
        model = Act
        fields = ("code", "name", "kind", "description", "series", "is_repeatable", "is_active")

    if TYPE_CHECKING:
        instance: Act
