"""What a visitor may type: search the catalogue, a code to verify, a name to compare."""

import re
from typing import Any, TypeAlias

import django_filters
from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet, TextChoices
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from config.operations import OperationForm
from credentials.models import AchievementVersion
from credentials.models.credential import CODE_LENGTH, is_mistyped, normalise_code
from credentials.queries import Choices, with_skill, with_words

ADDRESS = re.compile(r"/verify/(?P<code>[^/?#]+)")
LONGEST_ADDRESS = 300
Versions: TypeAlias = QuerySet[AchievementVersion]


class Duration(TextChoices):
    HOURS = "hours", _("under 4 hours")
    DAY = "day", _("4 to 8 hours")
    DAYS = "days", _("over 8, up to 20 hours")
    WEEKS = "weeks", _("over 20 hours")


class Sort(TextChoices):
    NAME = "name", _("name")
    NEWEST = "newest", _("newest first")
    SHORTEST = "shortest", _("shortest first")


HOURS = {
    Duration.HOURS: Q(hours__lt=4),
    Duration.DAY: Q(hours__gte=4, hours__lte=8),
    Duration.DAYS: Q(hours__gt=8, hours__lte=20),
    Duration.WEEKS: Q(hours__gt=20),
}
ORDERS = {Sort.NAME: ("name",), Sort.NEWEST: ("-published_at",), Sort.SHORTEST: ("hours",)}
# As the column holds them: a longer number is refused by the form, not by the database.
CREDITS = {"min_value": 0, "max_digits": 6, "decimal_places": 2}


class CatalogueFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """Words and choices by which the catalogue is narrowed, all of them in the address.

    A value that makes no sense is left aside: an old link still shows a list.
    """

    q = django_filters.CharFilter(label=_("Search"), method="search", max_length=200)
    level = django_filters.ChoiceFilter(
        label=_("Level"), choices=AchievementVersion.Level, empty_label=_("Any")
    )
    duration = django_filters.ChoiceFilter(
        label=_("Duration"), choices=Duration, method="by_duration", empty_label=_("Any")
    )
    learning_mode = django_filters.ChoiceFilter(
        label=_("Learning"), choices=AchievementVersion.Learning, empty_label=_("Any")
    )
    area = django_filters.ChoiceFilter(
        label=_("Subject area"), field_name="subject_area", empty_label=_("Any")
    )
    skill = django_filters.CharFilter(label=_("Skill, by code or name"), method="by_skill", max_length=200)
    assessment_mode = django_filters.ChoiceFilter(
        label=_("Assessment"), choices=AchievementVersion.Assessed, empty_label=_("Any")
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=AchievementVersion.Kind, empty_label=_("Any"))
    series = django_filters.ChoiceFilter(
        label=_("Series"), field_name="achievement__series__slug", empty_label=_("Any")
    )
    credits_from = django_filters.NumberFilter(
        label=_("Credits from"), field_name="credits", lookup_expr="gte", **CREDITS
    )
    credits_to = django_filters.NumberFilter(
        label=_("Credits up to"), field_name="credits", lookup_expr="lte", **CREDITS
    )
    sort = django_filters.ChoiceFilter(
        label=_("Sorted by"), choices=Sort, method="sorted", empty_label=_("series")
    )

    # Always in sight; the others lie behind “More”.
    FIRST = ("level", "duration", "learning_mode", "area")

    class Meta:
        model = AchievementVersion
        fields: list[str] = []

    def __init__(self, data: QueryDict, queryset: QuerySet[AchievementVersion], offered: Choices) -> None:
        super().__init__(data, queryset=queryset)
        self.filters["series"].extra["choices"] = offered.series
        self.filters["area"].extra["choices"] = offered.areas

    @cached_property
    def chosen(self) -> dict[str, str]:
        """By field, in words, what narrows the list."""
        return {
            name: self._in_words(name, value)
            for name, value in self.form.cleaned_data.items()
            if name != "sort" and value not in (None, "")
        }

    def _in_words(self, name: str, value: object) -> str:
        words = dict(getattr(self.form.fields[name], "choices", ()))
        return str(words.get(value, value))

    @property
    def search_field(self) -> forms.BoundField:
        field: forms.BoundField = self.form["q"]
        return field

    @property
    def first_fields(self) -> list[forms.BoundField]:
        return [self.form[name] for name in self.FIRST]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return [self.form[name] for name in self.form.fields if name not in {"q", *self.FIRST}]

    @property
    def needs_more(self) -> bool:
        """Whether something behind “More” is chosen, so that it stands open."""
        return any(self.form[field.name].value() for field in self.more_fields)

    def search(self, versions: Versions, name: str, value: str) -> Versions:
        return with_words(versions, value)

    def by_skill(self, versions: Versions, name: str, value: str) -> Versions:
        return with_skill(versions, value)

    def by_duration(self, versions: Versions, name: str, value: str) -> Versions:
        return versions.filter(HOURS[Duration(value)])

    def sorted(self, versions: Versions, name: str, value: str) -> Versions:
        return versions.order_by(*ORDERS[Sort(value)], "achievement__code")


class CodeForm(forms.Form):
    """A verification code, however it was copied: with dashes, in small letters, or as a whole address."""

    code = forms.CharField(
        label=_("Code or address"),
        max_length=300,
        help_text=_("Sixteen letters and figures, as printed below the QR code; or the whole address."),
        error_messages={"required": _("Type the code that stands on the certificate.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        found = ADDRESS.search(typed)
        code = normalise_code(found["code"] if found else typed)
        if is_mistyped(code):
            raise forms.ValidationError(
                _("A character in this code is wrong or missing. Compare it with the certificate once more.")
            )
        return code


class FileForm(forms.Form):
    """A credential as a file or as text, and perhaps a name to compare with its recipient's."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        help_text=_(
            "The credential as JSON or JWT, a badge picture (PNG, SVG), or the PDF certificate; 5 MB at most."
        ),
        widget=forms.FileInput(attrs={"accept": ".json,.jsonld,.jwt,.jws,.txt,.png,.svg,.pdf"}),
    )
    text = forms.CharField(
        label=_("Or its text"),
        required=False,
        strip=False,
        help_text=_("The content of the file, a code, or the address of a verification page."),
        widget=forms.Textarea(
            attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false", "dir": "ltr", "class": "code"}
        ),
    )
    typed = forms.CharField(
        label=_("Name or e-mail address of the person"),
        required=False,
        max_length=254,
        help_text=_("To learn whether it is the recipient's. It is compared here and not kept."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "dir": "auto"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file is not None and file.size > settings.VERIFY_MAX_BYTES:
            raise forms.ValidationError(_("This file is too large."), code="too_large")
        if file is not None and not file.size:
            raise forms.ValidationError(_("This file is empty."))
        return file

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        if not self.errors and not fields["file"] and not fields["text"].strip():
            raise forms.ValidationError(_("Choose a file, or paste its text or a code."))
        return fields

    @property
    def code(self) -> str:
        """The code, where the text is one or is an address of ours; empty for everything else."""
        text = self.pasted.strip()
        if self.cleaned_data["file"] or not text or len(text) > LONGEST_ADDRESS:
            return ""
        found = ADDRESS.search(text) if text.startswith(("http://", "https://", "/verify/")) else None
        code = normalise_code(found["code"] if found else text)
        return code if found or len(code) == CODE_LENGTH else ""

    @property
    def pasted(self) -> str:
        fields = getattr(self, "cleaned_data", {})
        text: str = fields.get("text", "")
        return text

    @property
    def name_typed(self) -> str:
        fields = getattr(self, "cleaned_data", {})
        typed: str = fields.get("typed", "")
        return typed

    def data_sent(self) -> bytes:
        """The bytes to be judged; of a file and a text, the file."""
        file = self.cleaned_data["file"]
        # A form sends line ends as two characters; between the parts of a credential they mean nothing.
        data: bytes = file.read() if file else self.pasted.strip().encode("utf-8", "surrogatepass")
        return data


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Any number of files at once."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        clean_one = super().clean
        return [clean_one(one, initial) for one in data or () if one]


class ManyForm(OperationForm):
    """Codes, one on each line, and files, to be checked together."""

    codes = forms.CharField(
        label=_("Codes"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false", "dir": "ltr"}),
        help_text=_("Each on a line of its own: a code, or the address of a verification page."),
    )
    uploads = FilesField(
        label=_("Files"),
        required=False,
        help_text=_("JSON, JWT, badge pictures (PNG, SVG) or PDF certificates; 5 MB each at most."),
        widget=FilesInput(attrs={"accept": ".json,.jsonld,.jwt,.jws,.txt,.png,.svg,.pdf"}),
    )

    def clean_codes(self) -> list[str]:
        """Normalised; one with a slip stays in the list and is told as one."""
        lines = [line.strip() for line in self.cleaned_data["codes"].splitlines() if line.strip()]
        found = [(line, ADDRESS.search(line)) for line in lines]
        return [normalise_code(match["code"] if match else line)[:64] for line, match in found]

    def clean_uploads(self) -> Any:
        files = self.cleaned_data["uploads"]
        for file in files:
            if file.size > settings.VERIFY_MAX_BYTES:
                raise forms.ValidationError(
                    _("“%(name)s” is larger than 5 MB. Send the credential alone, as JSON or its picture."),
                    params={"name": file.name[:100]},
                )
        return files


class RecipientForm(forms.Form):
    """The name or address of the person in front of the verifier; it is compared and not kept."""

    typed = forms.CharField(
        label=_("Name or e-mail address"),
        max_length=254,
        help_text=_("In full, as the person writes it. It is compared here and not kept."),
        error_messages={"required": _("Type the name or the e-mail address.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "dir": "auto"}),
    )
