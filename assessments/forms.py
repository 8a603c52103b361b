"""Forms of assessment: what a learner hands in, and how a marker judges it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from assessments.marking.files import KINDS
from assessments.marking.scoring import IncompleteGrading, score
from assessments.models import (
    Assessment,
    BlueprintCell,
    Grading,
    RubricCriterion,
    RubricCriterionLevel,
    Submission,
)
from assessments.models.assessment import EVIDENCE_KINDS
from assessments.queries import criteria_of
from assessments.services.grading import Marks
from config.operations import OperationForm
from credentials.models import AchievementVersion, Competency, Series

TEXT_LIMIT = 100_000


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """A file field that takes several files at once and answers a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        chosen = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(one, initial) for one in chosen if one]


class EvidenceField(forms.MultipleChoiceField):
    """Some of the evidence on the page, by public ids; which of it may be chosen is the service's matter."""

    def valid_value(self, value: Any) -> bool:
        try:
            UUID(str(value))
        except ValueError:
            return False
        return True


class BeginForm(OperationForm):
    """The press that opens a new attempt."""


class DraftForm(OperationForm):
    """The text of a draft, and which state of it the page began from."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    text = forms.CharField(
        label=_("Your text"),
        required=False,
        max_length=TEXT_LIMIT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
    )

    def clean_text(self) -> str:
        """Line ends as the portal stores them, so that the same text is the same text."""
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n")


class SubmissionForm(DraftForm):
    """All that the page of a draft holds: its text, and links and files still to be added."""

    link = forms.URLField(
        label=_("Add a link"),
        required=False,
        max_length=1000,
        assume_scheme="https",
        help_text=_("A whole address, such as https://example.org/my-work. Check that markers may open it."),
    )
    file = ManyFilesField(label=_("Add files"), required=False)
    # Ticked beside each link, where the assessment offers it.
    shown = EvidenceField(required=False)
    field_order = ("op_key", "revision", "text", "link", "file", "shown")

    # Where the page shows what is missing of each kind of evidence.
    FIELD_OF_KIND = {"text": "text", "url": "link", "file": "file"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "Up to %(count)d links and files, %(size)d MB each. Files may end in: %(endings)s."
        ) % {
            "count": settings.EVIDENCE_MAX_FILES,
            "size": settings.EVIDENCE_MAX_FILE_BYTES // 1_000_000,
            "endings": ", ".join(sorted(KINDS)),
        }

    @property
    def links(self) -> list[str]:
        return [self.cleaned_data["link"]] if self.cleaned_data.get("link") else []


# --- Marking -------------------------------------------------------------------------------------
class QueueFilter(forms.Form):
    """What part of the queue to show; whatever it does not understand is left out, never an error."""

    SHOWN = [
        ("", _("everything")),
        ("unclaimed", _("nobody is marking")),
        ("mine", _("I am marking")),
        ("late", _("late")),
    ]
    series = forms.ModelChoiceField(
        Series.objects.none(), label=_("Series"), required=False, empty_label=_("every series")
    )
    assessment = forms.ModelChoiceField(
        Assessment.objects.none(), label=_("Assessment"), required=False, empty_label=_("every assessment")
    )
    show = forms.ChoiceField(label=_("Show"), required=False, choices=SHOWN)

    def __init__(self, data: Any, *, waiting: Any) -> None:
        """`waiting`: the whole queue of this marker, which decides what there is to choose from."""
        super().__init__(data, label_suffix="")
        assessments = Assessment.objects.filter(pk__in=waiting.order_by().values("assessment"))
        self.fields["assessment"].queryset = assessments  # type: ignore[attr-defined]
        self.fields["series"].queryset = Series.objects.filter(  # type: ignore[attr-defined]
            pk__in=assessments.order_by().values("achievement__series")
        )

    def chosen(self) -> dict[str, Any]:
        """series, assessment and show, each None or empty where nothing sensible was asked."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) for name in ("series", "assessment", "show")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What the levels chosen so far come to; `passed` is None while a criterion is without a level."""

    passed: bool | None
    missing: tuple[str, ...]
    failed: tuple[str, ...]
    mean: Decimal | None
    cut: Decimal | None


class GradingForm(OperationForm):
    """One marker's judgement: a level for each criterion, and words for the learner and for markers.

    Fields `level_<criterion id>` and `comment_<criterion id>` follow the rubric of the grading. As a draft
    nothing is required. Ids are the names, so that the page's own script and links find them.
    """

    LIMIT = 5000

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    comment = forms.CharField(
        label=_("Comment to the learner"),
        help_text=_("On the whole. The learner reads it once this is released."),
        required=False,
        max_length=LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    note = forms.CharField(
        label=_("Note to markers"),
        help_text=_("The learner never sees it."),
        required=False,
        max_length=LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, *, grading: Grading, is_draft: bool = False) -> None:
        self.grading = grading
        self.rubric: list[RubricCriterion] = list(grading.rubric.criteria.prefetch_related("levels"))
        kept = {grade.criterion_id: grade for grade in grading.grades.all()}
        initial: dict[str, Any] = {
            "revision": grading.revision,
            "comment": grading.comment,
            "note": grading.note,
        }
        for pk, grade in kept.items():
            initial |= {f"level_{pk}": grade.level_id, f"comment_{pk}": grade.comment}
        super().__init__(data, initial=initial, auto_id="%s")
        for criterion in self.rubric:
            self.fields[f"level_{criterion.pk}"] = forms.TypedChoiceField(
                label=criterion.title,
                choices=[(level.pk, level.label) for level in criterion.levels.all()],
                coerce=int,
                empty_value=None,
                required=not is_draft,
                error_messages={"required": _("Choose a level."), "invalid_choice": _("Choose a level.")},
            )
            self.fields[f"comment_{criterion.pk}"] = forms.CharField(
                label=_("Comment on “%(criterion)s”") % {"criterion": criterion.title},
                required=False,
                max_length=self.LIMIT,
            )
        last = ("comment", "note")
        self.order_fields([*(name for name in self.fields if name not in last), *last])

    @property
    def marks(self) -> Marks:
        """What a service wants; of a valid form."""
        given = self.cleaned_data
        pks = [criterion.pk for criterion in self.rubric]
        return Marks(
            levels={pk: given[f"level_{pk}"] for pk in pks if given[f"level_{pk}"]},
            comments={pk: _with_plain_ends(given[f"comment_{pk}"]) for pk in pks},
            comment=_with_plain_ends(given["comment"]),
            note=_with_plain_ends(given["note"]),
        )

    def level_of(self, criterion: RubricCriterion) -> RubricCriterionLevel | None:
        """The level chosen in this form, kept or just typed."""
        chosen = str(self[f"level_{criterion.pk}"].value() or "")
        return next((level for level in criterion.levels.all() if str(level.pk) == chosen), None)

    def criteria(self) -> list[dict[str, Any]]:
        """The rows of components/rubric_grid.html, to mark with."""
        weighs = len({criterion.weight for criterion in self.rubric}) > 1
        rows = []
        for criterion in self.rubric:
            field, comment = self[f"level_{criterion.pk}"], self[f"comment_{criterion.pk}"]
            chosen = self.level_of(criterion)
            levels = [
                {
                    "value": level.pk,
                    "label": level.label,
                    "descriptor": level.descriptor,
                    "ordinal": level.ordinal,
                    "points": None if level.points is None else f"{level.points.normalize():f}",
                    "chosen": level == chosen,
                }
                for level in criterion.levels.all()
            ]
            rows.append(
                {
                    "name": criterion.title,
                    "description": criterion.description,
                    "must_pass": criterion.must_pass_ordinal is not None,
                    "least": criterion.must_pass_ordinal,
                    "weight": f"{criterion.weight.normalize():f}" if weighs else None,
                    "weighs": f"{criterion.weight:f}",
                    "errors": [*field.errors, *comment.errors],
                    "field": field.html_name,
                    "levels": levels,
                    "comment_field": comment.html_name,
                    "comment": comment.value() or "",
                }
            )
        return rows

    def running(self) -> Running:
        """The result so far, by the same rule that releases it."""
        names = {criterion.key: criterion.title for criterion in self.rubric}
        chosen = {
            criterion.key: level.ordinal
            for criterion in self.rubric
            if (level := self.level_of(criterion)) is not None
        }
        cut = self.grading.rubric.cut
        try:
            outcome = score(criteria_of(self.grading.rubric), chosen, cut=cut)
        except IncompleteGrading as incomplete:
            missing = tuple(names[key] for key in incomplete.missing)
            return Running(passed=None, missing=missing, failed=(), mean=None, cut=cut)
        failed = tuple(names[key] for key in outcome.failed)
        return Running(passed=outcome.passed, missing=(), failed=failed, mean=outcome.mean, cut=cut)

    def said(self) -> list[tuple[str, str, str]]:
        """Criterion, level and comment as words: one side of the conflict page."""
        return [
            (
                criterion.title,
                level.label if (level := self.level_of(criterion)) else "",
                str(self[f"comment_{criterion.pk}"].value() or ""),
            )
            for criterion in self.rubric
        ]


class NextForm(forms.Form):
    """Which way along the queue, and from where; both may be left out."""

    after = forms.ModelChoiceField(Submission.objects.none(), to_field_name="public_id", required=False)
    back = forms.BooleanField(required=False)

    def __init__(self, data: Any, *, submissions: Any) -> None:
        super().__init__(data)
        self.fields["after"].queryset = submissions  # type: ignore[attr-defined]


class AssessmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """An assessment as the registrar writes it: evidence is ticked, not typed."""

    required_kinds = forms.MultipleChoiceField(
        label=_("Evidence required"),
        choices=EVIDENCE_KINDS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Assessment
        fields = (
            "achievement",
            "rubric",
            "title",
            "brief",
            "required_kinds",
            "max_attempts",
            "is_open",
            "marking_days",
            "needs_qualified_markers",
            "may_show_evidence",
        )


class BlueprintCellForm(forms.ModelForm):  # type: ignore[type-arg]
    """A share of a draft's assessment; says what the whole would not bear."""

    class Meta:
        model = BlueprintCell
        fields = ("version", "competency", "method", "weight", "level", "min_evidence")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "version" in self.fields:
            drafts = AchievementVersion.objects.filter(status=AchievementVersion.Status.DRAFT)
            choice = cast("forms.ModelChoiceField[Any]", self.fields["version"])
            choice.queryset = drafts.select_related("achievement")
        if "competency" in self.fields:
            shown = Competency.objects.filter(shown_by__version__status=AchievementVersion.Status.DRAFT)
            if self.instance.pk:
                shown = shown.filter(shown_by__version=self.instance.version)
            cast("forms.ModelChoiceField[Any]", self.fields["competency"]).queryset = shown.distinct()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        version = self.instance.version if self.instance.pk else cleaned.get("version")
        competency, weight = cleaned.get("competency"), cleaned.get("weight")
        if version and competency and not version.competencies.filter(competency=competency).exists():
            self.add_error("competency", _("This version does not show that competency. Add it there first."))
        if version and weight:
            others = BlueprintCell.objects.filter(version=version).exclude(pk=self.instance.pk)
            left = 100 - (others.aggregate(sum=Sum("weight"))["sum"] or 0)
            if weight > left:
                self.add_error("weight", _("Only %(left)s %% of the whole are left.") % {"left": f"{left:f}"})
        return cleaned


def _with_plain_ends(text: str) -> str:
    """Line ends as the portal stores them, so that the same text is the same text."""
    return text.replace("\r\n", "\n")
