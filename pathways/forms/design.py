"""The four pages of the guided design, each a form whose answers are plain JSON.

Rows are fields with a slot's number in their names, so that a page needs no script and no formset machinery.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from config.operations import OperationForm
from credentials.models import (
    Achievement,
    AchievementVersion,
    Competency,
    CompetencyFramework,
    LearningActivity,
    Series,
    SubjectArea,
)
from pathways.models import Pathway, ProgrammeDesign
from pathways.services.designing import (
    ACHIEVEMENTS,
    END,
    FEWEST_SKILLS,
    MOST_SKILLS,
    RULES,
    SKILLS,
    Answers,
)

# What a component can be assessed by: not by its own components, and never by attendance.
METHODS = [
    choice
    for choice in AchievementVersion.Method.choices
    if choice[0] not in {AchievementVersion.Method.COMPONENTS, AchievementVersion.Method.ATTENDANCE}
]
MODELS = [
    (Pathway.Model.LINEAR.value, _("all of them, in this order")),
    (Pathway.Model.FLEXIBLE.value, _("any of them, so many as you say")),
    (Pathway.Model.CORE_ELECTIVE.value, _("a core, and some of the rest")),
]


def _lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "cols": 60})


class PageForm(OperationForm):
    """One page of a design: its answers as JSON, and the design's revision when it was opened."""

    page: ClassVar[str]
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, design: ProgrammeDesign | None = None
    ) -> None:
        self.design = design
        saved = design.answers.get(self.page, {}) if design else {}
        initial = {**self.as_initial(saved), "revision": design.revision if design else 0}
        super().__init__(data, initial=initial)

    def as_initial(self, saved: Answers) -> dict[str, Any]:
        """What was saved, by the names of the fields."""
        return dict(saved)

    @property
    def answers(self) -> dict[str, Any]:
        """What is kept: the fields without the keys of the press."""
        return {
            name: value for name, value in self.cleaned_data.items() if name not in {"op_key", "revision"}
        }

    def rows(self) -> Iterator[tuple[str, Sequence[BoundField]]]:
        """The fields of each slot together, under a heading; pages without slots have none."""
        return iter(())

    def plain_fields(self) -> list[BoundField]:
        """The fields that belong to no slot."""
        in_rows = {field.name for _heading, fields in self.rows() for field in fields}
        return [field for field in self.visible_fields() if field.name not in in_rows]


class EndForm(PageForm):
    """Where it all leads: the credential a learner holds in the end."""

    page = END
    name = forms.CharField(
        label=_("Name of the certificate"),
        max_length=200,
        help_text=_("What its holder can do, in the words of an employer."),
    )
    code = forms.CharField(label=_("Code"), max_length=32, help_text=_("Short, as in a catalogue: RD-C10."))
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            choice for choice in AchievementVersion.Kind.choices if choice[0] in AchievementVersion.STACKED
        ],
    )
    level = forms.ChoiceField(label=_("Level"), choices=AchievementVersion.Level.choices)
    description = forms.CharField(
        label=_("What the holder can do"), widget=_lines(4), help_text=_("Two or three sentences.")
    )
    outcomes = forms.CharField(
        label=_("Learning outcomes"), widget=_lines(4), required=False, help_text=_("One on each line.")
    )
    subject_area: "forms.ModelChoiceField[SubjectArea]" = forms.ModelChoiceField(
        label=_("Subject area"), queryset=SubjectArea.objects.all(), required=False
    )

    @property
    def answers(self) -> dict[str, Any]:
        area = self.cleaned_data["subject_area"]
        return {**super().answers, "subject_area": area.pk if area else None}


class StartForm(EndForm):
    """The first page of a design that does not exist yet: it also says whose it is."""

    series: "forms.ModelChoiceField[Series]" = forms.ModelChoiceField(
        label=_("Series"), queryset=Series.objects.select_related("issuer")
    )
    field_order = ("series",)

    @property
    def answers(self) -> dict[str, Any]:
        return {name: value for name, value in super().answers.items() if name != "series"}


class SlotsForm(PageForm):
    """A page with up to six rows; slot "1" to "6" is the same skill on every page."""

    def slots(self) -> list[str]:
        return [str(number) for number in range(1, MOST_SKILLS + 1)]

    def as_initial(self, saved: Answers) -> dict[str, Any]:
        return {f"{name}_{slot}": value for slot, row in saved.items() for name, value in row.items()}

    def heading(self, slot: str) -> str:
        raise NotImplementedError

    def row_of(self, slot: str) -> dict[str, Any]:
        """One slot's cleaned values, by plain names."""
        return {
            name.rpartition("_")[0]: value
            for name, value in self.cleaned_data.items()
            if name.rpartition("_")[2] == slot
        }

    def rows(self) -> Iterator[tuple[str, Sequence[BoundField]]]:
        for slot in self.slots():
            fields = [field for field in self.visible_fields() if field.name.rpartition("_")[2] == slot]
            yield self.heading(slot), fields

    def refuse(self, slot: str, name: str, message: str) -> None:
        self.add_error(f"{name}_{slot}", message)


class SkillsForm(SlotsForm):
    """Three to six skills the certificate is made of, each with a competency of a published framework."""

    page = SKILLS

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, design: ProgrammeDesign | None = None
    ) -> None:
        super().__init__(data, design=design)
        for slot in self.slots():
            self.fields[f"name_{slot}"] = forms.CharField(
                label=gettext("Skill"), max_length=200, required=False
            )
            self.fields[f"competency_{slot}"] = forms.CharField(
                label=gettext("Competency"),
                max_length=320,
                required=False,
                widget=forms.TextInput(attrs={"list": "competencies", "autocomplete": "off"}),
                help_text=gettext("Its code, or part of its name, from a published framework."),
            )
            self.fields[f"level_{slot}"] = forms.CharField(
                label=gettext("Level"), max_length=80, required=False
            )
            self.fields[f"criterion_{slot}"] = forms.CharField(
                label=gettext("What can be observed"), widget=_lines(2), required=False
            )

    def as_initial(self, saved: Answers) -> dict[str, Any]:
        initial = super().as_initial(saved)
        known = Competency.objects.in_bulk([row["competency"] for row in saved.values()])
        for slot, row in saved.items():
            competency = known.get(row["competency"])
            initial[f"competency_{slot}"] = str(competency) if competency else ""
        return initial

    def heading(self, slot: str) -> str:
        return gettext("Skill %(number)s") % {"number": slot}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        found = {}
        for slot in self.slots():
            row = self.row_of(slot)
            if not any(row.values()):
                continue
            if not row.get("name"):
                self.refuse(slot, "name", gettext("Name the skill."))
            row["competency"] = self._competency(slot, str(row.get("competency", "")).strip())
            found[slot] = row
        if not self.errors and not FEWEST_SKILLS <= len(found) <= MOST_SKILLS:
            raise forms.ValidationError(
                ngettext(
                    "A certificate of this kind is made of three to six skills; here is %(count)d.",
                    "A certificate of this kind is made of three to six skills; here are %(count)d.",
                    len(found),
                )
                % {"count": len(found)}
            )
        self.found = found
        return cleaned

    @property
    def answers(self) -> dict[str, Any]:
        return self.found

    def _competency(self, slot: str, typed: str) -> int | None:
        """The one competency that a code, a choice of the list or a part of a name means."""
        if not typed:
            self.refuse(slot, "competency", gettext("Say which competency it shows."))
            return None
        published = Competency.objects.filter(framework__status=CompetencyFramework.Status.PUBLISHED)
        code = typed.partition(" ")[0]
        found = list(published.filter(code=code)[:2]) or list(published.filter(title__icontains=typed)[:2])
        if len(found) == 1:
            return found[0].pk
        self.refuse(
            slot,
            "competency",
            gettext("Several competencies are called so. Type the code.")
            if found
            else gettext("No published framework has this competency. Look it up in the list."),
        )
        return None


class AchievementsForm(SlotsForm):
    """For each skill the achievement that shows it, how it is assessed, and where it is learnt."""

    page = ACHIEVEMENTS

    def __init__(self, data: Mapping[str, Any] | None = None, *, design: ProgrammeDesign) -> None:
        self.skills: Answers = design.answers.get(SKILLS, {})
        super().__init__(data, design=design)
        for slot in self.slots():
            for name, field in self._fields_of_a_row().items():
                self.fields[f"{name}_{slot}"] = field

    def slots(self) -> list[str]:
        return list(self.skills)

    def heading(self, slot: str) -> str:
        return str(self.skills[slot]["name"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        codes: dict[str, str] = {}
        for slot in self.slots():
            row = self.row_of(slot)
            if row.get("expiry") == AchievementVersion.Expiry.MONTHS and not row.get("expiry_months"):
                self.refuse(slot, "expiry_months", gettext("Say after how many months it expires."))
            elif row.get("expiry") != AchievementVersion.Expiry.MONTHS:
                cleaned[f"expiry_months_{slot}"] = None
            code = str(row.get("code", ""))
            if code and (code in codes or Achievement.objects.filter(code=code).exists()):
                self.refuse(slot, "code", gettext("This code is taken. Choose another."))
            codes[code] = slot
        return cleaned

    @property
    def answers(self) -> dict[str, Any]:
        rows = {slot: self.row_of(slot) for slot in self.slots()}
        for row in rows.values():
            row["hours"] = str(row["hours"])
            row["activity_hours"] = str(row["activity_hours"] or "")
        return rows

    def _fields_of_a_row(self) -> dict[str, forms.Field]:
        return {
            "code": forms.CharField(label=gettext("Code"), max_length=32),
            "level": forms.ChoiceField(label=gettext("Level"), choices=AchievementVersion.Level.choices),
            "hours": forms.DecimalField(
                label=gettext("Learning hours"), min_value=0, max_digits=6, decimal_places=1
            ),
            "method": forms.ChoiceField(label=gettext("Assessed by"), choices=METHODS),
            "criteria": forms.CharField(
                label=gettext("How it is shown"),
                widget=_lines(3),
                required=False,
                help_text=gettext("What a person does, to what standard."),
            ),
            "expiry": forms.ChoiceField(
                label=gettext("Validity"),
                choices=[("", gettext("decide later")), *AchievementVersion.Expiry.choices],
                required=False,
            ),
            "expiry_months": forms.IntegerField(label=gettext("Months"), min_value=1, required=False),
            "activity": forms.CharField(
                label=gettext("Where it is learnt"),
                max_length=200,
                required=False,
                help_text=gettext("A workshop or course. The same title twice is one that feeds both."),
            ),
            "activity_kind": forms.ChoiceField(
                label=gettext("Kind of activity"), choices=LearningActivity.Kind.choices
            ),
            "activity_hours": forms.DecimalField(
                label=gettext("Its hours"), min_value=0, max_digits=6, decimal_places=1, required=False
            ),
        }


class RulesForm(PageForm):
    """How the achievements add up."""

    page = RULES
    model = forms.ChoiceField(label=_("How they add up"), choices=MODELS)
    n = forms.IntegerField(
        label=_("How many of the free ones"),
        min_value=1,
        required=False,
        help_text=_("Out of all of them, or out of the rest beside a core."),
    )
    core = forms.MultipleChoiceField(
        label=_("Core"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Where there is a core: what everybody must hold."),
    )
    enrolment_policy = forms.ChoiceField(label=_("Enrolment"), choices=Pathway.EnrolmentPolicy.choices)

    def __init__(self, data: Mapping[str, Any] | None = None, *, design: ProgrammeDesign) -> None:
        super().__init__(data, design=design)
        self.skills: Answers = design.answers.get(SKILLS, {})
        field: Any = self.fields["core"]
        field.choices = [(slot, row["name"]) for slot, row in self.skills.items()]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        model, core, n = cleaned.get("model"), cleaned.get("core") or [], cleaned.get("n")
        if model == Pathway.Model.LINEAR:
            cleaned["n"], cleaned["core"] = None, []
            return cleaned
        if model == Pathway.Model.FLEXIBLE:
            core = cleaned["core"] = []
        elif not core:
            self.add_error("core", gettext("Tick what everybody must hold."))
        free = len(self.skills) - len(core)
        if model == Pathway.Model.CORE_ELECTIVE and not free:
            self.add_error("core", gettext("Leave something to choose, or let all be asked for."))
        elif not n:
            self.add_error("n", gettext("Say how many of them are asked for."))
        elif n > free:
            self.add_error("n", gettext("Only %(free)d can be chosen from.") % {"free": free})
        return cleaned
