"""Forms of assessment: what a learner hands in, and how a marker judges it."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from assessments.models import Assessment
from config.operations import OperationForm

TEXT_LIMIT = 100_000


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """A file field that takes several files at once and answers a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        chosen = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(one, initial) for one in chosen if one]


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
    field_order = ("op_key", "revision", "text", "link", "file")

    # Where the page shows what is missing of each kind of evidence.
    FIELD_OF_KIND = {"text": "text", "url": "link", "file": "file"}

    def __init__(self, *args: Any, assessment: Assessment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, name in self.FIELD_OF_KIND.items():
            if kind in assessment.required_kinds:
                self.fields[name].label = _REQUIRED_LABELS[kind]

    @property
    def links(self) -> list[str]:
        return [self.cleaned_data["link"]] if self.cleaned_data.get("link") else []


_REQUIRED_LABELS = {
    "text": _("Your text (required)"),
    "url": _("Add a link (at least one is required)"),
    "file": _("Add files (at least one is required)"),
}
