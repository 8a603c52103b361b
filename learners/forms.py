"""Forms of a learner's own pages: who may see her name, and what she has read."""

from django import forms

from config.operations import OperationForm
from credentials.models import Credential


class VisibilityForm(OperationForm):
    """Private or public; the page sends the one it is not."""

    visibility = forms.ChoiceField(choices=Credential.Visibility.choices, widget=forms.HiddenInput)

    @property
    def chosen(self) -> Credential.Visibility:
        return Credential.Visibility(self.cleaned_data["visibility"])


class ReadForm(OperationForm):
    """The press that counts every notification as read."""
