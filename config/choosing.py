"""Choices from long lists: searched as one types and, where no script runs, named by code or address."""

from typing import TYPE_CHECKING, Any

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db import models
from django.utils.html import format_html
from django.utils.translation import gettext

# How staff name a row in writing: a code as in a catalogue, an e-mail address.
NAMED_BY = ("code", "email")
TYPED = "__typed"

if TYPE_CHECKING:
    Base = AutocompleteSelect
else:
    Base = object


class Typed(Base):
    """Beside the search box, for browsers without script, a plain field that takes the row's name."""

    is_many = False

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        values = value if isinstance(value, list | tuple) else [value]
        unknown = [part for part in values if isinstance(part, str) and part and not part.isdigit()]
        known = [part for part in values if part not in unknown]
        box = super().render(name, known, attrs, renderer)
        words = gettext("codes, with commas") if self.is_many else gettext("or its code")
        if self._named_by() == "email":
            words = gettext("or the e-mail address")
        return format_html(
            '{}<noscript><input type="text" class="vTextField" name="{}" value="{}" aria-label="{}" '
            'placeholder="{}"></noscript>',
            box,
            f"{name}{TYPED}",
            ", ".join(unknown),
            words,
            words,
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        typed = [part.strip() for part in (data.get(f"{name}{TYPED}") or "").split(",") if part.strip()]
        chosen = super().value_from_datadict(data, files, name)
        if not typed:
            return chosen
        found = [self._number(part) for part in typed]
        return [*(chosen or ()), *found] if self.is_many else found[0]

    def _named_by(self) -> str:
        known = {field.name for field in self.field.remote_field.model._meta.get_fields()}
        return next((name for name in NAMED_BY if name in known), "pk")

    def _number(self, typed: str) -> str:
        """The id of the one row of that name; what was typed, for the form to refuse, where there is none."""
        rows: models.QuerySet[Any] = self.field.remote_field.model._default_manager.all()
        found = list(rows.filter(**{f"{self._named_by()}__iexact": typed}).values_list("pk", flat=True)[:2])
        return str(found[0]) if len(found) == 1 else typed


class TypedSelect(Typed, AutocompleteSelect):
    pass


class TypedSelectMultiple(Typed, AutocompleteSelectMultiple):
    is_many = True
