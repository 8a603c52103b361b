"""op_key: every form that changes something says which one press of the button it is."""

from uuid import UUID, uuid4

from django import forms


class OperationForm(forms.Form):
    """A form whose second arrival (double click, retry, Back) is known for the same act.

    The key goes to a service that keeps (actor, key): `credentials.services.once`.
    """

    op_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    @property
    def operation(self) -> UUID:
        key: UUID = self.cleaned_data["op_key"]
        return key
