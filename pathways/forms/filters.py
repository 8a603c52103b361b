"""Filters on a requirement or on a whole rule: as above, none, or a value for each."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pathways.forms.choosing import MOST

FILTERS = ("min_level", "earned_from", "earned_to", "sources", "validity", "scope")
ABOVE, CLEARED, GIVEN = "above", "cleared", "given"
_NAMES: Mapping[str, Any] = {
    "min_level": _("Least level"),
    "earned_from": _("Earned on or after"),
    "earned_to": _("Earned on or before"),
    "sources": _("How it was earned"),
    "validity": _("Valid when"),
    "scope": _("Counting twice"),
}
SOURCES = (
    ("internal", _("earned here")),
    ("transfer", _("transferred")),
    ("rpl", _("recognised from earlier learning")),
    ("external", _("earned elsewhere")),
)


def filter_fields(leave_out: Sequence[str] = (), *, is_whole: bool = False) -> dict[str, forms.Field]:
    """For each filter a choice, as above, none or a value, and the value.

    Above the whole rule there is nothing, so there it is only none or a value.
    """
    fields: dict[str, forms.Field] = {}
    for name in FILTERS:
        if name in leave_out:
            continue
        if name in {"validity", "scope"}:
            fields |= _one_choice(name, is_whole=is_whole)
            continue
        fields[f"{name}_how"] = forms.ChoiceField(
            label=_NAMES[name],
            choices=[(ABOVE, _("none")), (GIVEN, _("this:"))]
            if is_whole
            else [(ABOVE, _("as above")), (CLEARED, _("none")), (GIVEN, _("this:"))],
        )
        label = _("%(filter)s: value") % {"filter": _NAMES[name]}
        match name:
            case "min_level":
                fields[name] = forms.IntegerField(label=label, min_value=1, max_value=MOST, required=False)
            case "sources":
                fields[name] = forms.MultipleChoiceField(
                    label=label,
                    choices=SOURCES,
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                )
            case _:
                fields[name] = forms.DateField(
                    label=label,
                    required=False,
                    widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                )
    return fields


def _one_choice(name: str, *, is_whole: bool) -> dict[str, forms.Field]:
    if name == "validity":
        return {
            "validity_how": forms.ChoiceField(
                label=_NAMES[name],
                choices=[
                    *([] if is_whole else [(ABOVE, _("as above")), (CLEARED, _("none: as usual"))]),
                    ("current", _("it counts: what has expired does not")),
                    ("ever", _("it was earned: what has expired since still counts")),
                ],
            )
        }
    return {
        "scope_how": forms.ChoiceField(
            label=_NAMES[name],
            choices=[
                (ABOVE, _("as above")),
                (CLEARED, _("none: each counts once in the whole rule")),
                ("none", _("what counts elsewhere may count here too")),
                (GIVEN, _("counted apart, under this name:")),
            ],
        ),
        "scope": forms.SlugField(label=_("Counting twice: name"), max_length=40, required=False),
    }


def initial_filters(filters: Mapping[str, Any]) -> dict[str, Any]:
    initial: dict[str, Any] = {}
    for name in FILTERS:
        if name not in filters:
            continue
        value = filters[name]
        if value is None or value == []:
            initial[f"{name}_how"] = CLEARED
        elif name == "validity" or (name == "scope" and value == "none"):
            initial[f"{name}_how"] = value
        else:
            initial |= {f"{name}_how": GIVEN, name: value}
    return initial


def filters_of(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """The filters as the exchange format writes them."""
    filters: dict[str, Any] = {}
    for name in FILTERS:
        how = cleaned.get(f"{name}_how", ABOVE)
        if how == CLEARED:
            filters[name] = None
        elif how == GIVEN:
            value = cleaned[name]
            filters[name] = value.isoformat() if name.startswith("earned_") else value
        elif how != ABOVE:
            filters[name] = how
    return filters
