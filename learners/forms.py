"""Forms of a learner's own pages: who may see her name, what she shares, and what she has read."""

from django import forms
from django.utils.translation import gettext_lazy as _

from config.operations import OperationForm
from credentials.models import Credential


class VisibilityForm(OperationForm):
    """Private or public; the page sends the one it is not."""

    visibility = forms.ChoiceField(choices=Credential.Visibility.choices, widget=forms.HiddenInput)

    @property
    def chosen(self) -> Credential.Visibility:
        return Credential.Visibility(self.cleaned_data["visibility"])


class ShareForm(OperationForm):
    """What a link shows beside her name."""

    shows_results = forms.BooleanField(label=_("the levels I reached"), required=False, initial=True)
    shows_evidence = forms.BooleanField(label=_("the evidence"), required=False)


class WithdrawForm(OperationForm):
    """The press that takes a link back."""


class OfferForm(OperationForm):
    """Her answer to the offer of a later version, by one of two buttons."""

    move = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    answer = forms.ChoiceField(choices=[("accept", _("Move to the new version")), ("stay", _("Stay"))])

    @property
    def accepts(self) -> bool:
        return bool(self.cleaned_data["answer"] == "accept")


class OrderForm(OperationForm):
    """The press that has a certificate printed."""


class ReadForm(OperationForm):
    """The press that counts every notification as read."""
