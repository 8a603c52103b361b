"""Choosing achievements on a form that builds a rule: ticked by series, searched, or named by code."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.operations import OperationForm
from credentials.models import Achievement
from pathways.models import Act

# Beyond so many achievements a list is searched, not read.
A_LIST = 120
MOST = 999


class BuildForm(OperationForm):
    """A form on one draft: it says which revision of it was on the page."""

    revision = forms.CharField(widget=forms.HiddenInput)
    # What its page answers with: another one where what was sent is refused.
    status = HTTPStatus.OK


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One achievement or step that may be ticked."""

    code: str
    name: str
    is_chosen: bool


class ChoosingForm(BuildForm):
    """A form on which achievements are chosen: ticked by series, or named by their codes.

    `one` shows radio buttons. `search` narrows a long list; what is chosen stays on it.
    """

    one = False
    codes = forms.MultipleChoiceField(label=_("Achievements"), required=False)
    typed = forms.CharField(
        label=_("Or their codes"),
        required=False,
        max_length=2000,
        help_text=_("With commas, in the order in which they are to stand."),
    )
    search = forms.CharField(label=_("Find by code or name"), required=False, max_length=100)

    def __init__(self, *args: Any, chosen: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chosen = list(chosen)
        rows = Achievement.objects.select_related("current_version", "series").order_by(
            "series__name", "code"
        )
        self.rows = list(rows)
        self.acts = [
            row for row in Act.objects.order_by("code") if row.is_active or row.rule_code in self.chosen
        ]
        field: Any = self.fields["codes"]
        field.choices = [(row.code, row.code) for row in self.rows]
        # A step listed beside achievements came with an imported rule, and may stay.
        field.choices += [(code, code) for code in self.chosen if code.startswith(Act.PREFIX)]

    @property
    def ticked(self) -> list[str]:
        return [str(code) for code in self["codes"].value() or []] if self.is_bound else self.chosen

    @property
    def found(self) -> str:
        return str(self["search"].value() or "").strip()

    @property
    def is_long(self) -> bool:
        return len(self.rows) > A_LIST

    def by_series(self) -> list[tuple[str, list[Choice], bool]]:
        """Each series with what of it is shown: title, choices, and whether it is opened at once."""
        words, ticked = self.found.casefold(), set(self.ticked)
        shown: dict[str, list[Choice]] = defaultdict(list)
        for row in self.rows:
            fits = words in f"{row.code} {row.name}".casefold() if words else not self.is_long
            if fits or row.code in ticked:
                choice = Choice(code=row.code, name=row.name, is_chosen=row.code in ticked)
                shown[row.series.name].append(choice)
        return [
            (title, choices, bool(words) or len(shown) == 1 or any(each.is_chosen for each in choices))
            for title, choices in shown.items()
        ]

    def clean_typed(self) -> list[str]:
        """The codes that were typed, each known."""
        typed = [part.strip() for part in str(self.cleaned_data["typed"]).split(",") if part.strip()]
        by_code = {row.code.casefold(): row.code for row in self.rows}
        unknown = [code for code in typed if code.casefold() not in by_code]
        if unknown:
            raise forms.ValidationError(
                gettext("The catalogue does not know these: %(codes)s."), params={"codes": ", ".join(unknown)}
            )
        return [by_code[code.casefold()] for code in typed]

    def all_codes(self) -> list[str]:
        """What was listed before in its order, then what was typed in its order, then what was ticked."""
        ticked = self.cleaned_data.get("codes") or []
        kept = [code for code in self.chosen if code in ticked]
        return list(dict.fromkeys([*kept, *(self.cleaned_data.get("typed") or []), *ticked]))
