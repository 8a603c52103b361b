"""What a registrar fills in to build a rule: one requirement of any kind, in fields of that kind only."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from credentials.models import Competency, CompetencyFramework, Series
from pathways.forms.choosing import MOST, ChoosingForm
from pathways.forms.filters import FILTERS, GIVEN, filter_fields, filters_of, initial_filters
from pathways.models import Requirement
from pathways.rules.tree.documents import UNITS, plain
from pathways.services.building import Asked

Kind = Requirement.Kind

KINDS: Mapping[str, Promise] = {
    Kind.ALL: _("All of these"),
    Kind.N_OF: _("Some of these requirements"),
    Kind.ORDERED: _("All of these, in this order"),
    Kind.WITHIN: _("This, within a length of time"),
    Kind.ACHIEVEMENT: _("This achievement"),
    Kind.POOL: _("Some of these achievements"),
    Kind.CREDITS: _("Credits or hours"),
    Kind.COMPETENCY: _("A competency"),
    Kind.STEP: _("This step without a credential"),
}
MEASURES = (("credits", _("credits")), ("hours", _("hours")))


class RequirementForm(ChoosingForm):
    """One requirement: the fields of its kind, its name, and under Advanced the filters on it."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        kind: str,
        revision: str,
        row: Requirement | None = None,
    ) -> None:
        self.kind, self.row = kind, row
        self.details: dict[str, Any] = dict(row.details) if row else {}
        steps = [step.code for step in row.steps.all()] if row else []
        self.one = kind == Kind.ACHIEVEMENT
        initial = {
            "revision": revision,
            "label": row.label if row else "",
            **initial_filters(row.filters if row else {}),
        }
        super().__init__(data, initial=initial, chosen=steps)
        if kind not in {Kind.ACHIEVEMENT, Kind.POOL, Kind.CREDITS}:
            for name in ("codes", "typed", "search"):
                del self.fields[name]
        elif self.one:
            self.fields["typed"].label = gettext("Or its code")
            self.fields["typed"].help_text = ""
        own: dict[str, forms.Field] = getattr(self, f"_fields_of_{kind}", dict)()
        self.own = tuple(own)
        filters = filter_fields(leave_out=("min_level",) if kind == Kind.COMPETENCY else ())
        self.fields = {
            **{name: self.fields[name] for name in ("op_key", "revision")},
            **own,
            **{name: field for name, field in self.fields.items() if name not in {"op_key", "revision"}},
            "label": _label_field(),
            **filters,
        }
        self.filter_names = tuple(filters)

    # What the page shows, in three parts.

    def own_fields(self) -> list[BoundField]:
        return [self[name] for name in (*self.own, "label") if not name.startswith("cap_")]

    def caps(self) -> list[BoundField]:
        """Where a sum is asked for: the most that counts of each series."""
        return [self[name] for name in self.own if name.startswith("cap_")]

    def advanced(self) -> list[BoundField]:
        return [self[name] for name in self.filter_names]

    @property
    def has_choices(self) -> bool:
        return "codes" in self.fields

    @property
    def is_advanced(self) -> bool:
        """Whether something is set under Advanced, so that it stands open."""
        is_wrong = any(name in self.errors for name in self.filter_names) if self.is_bound else False
        return bool(self.row and self.row.filters) or is_wrong

    # What is asked.

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.one and len(self.all_codes()) > 1:
            self.add_error("typed", gettext("Choose one achievement, by its button or by its code."))
        if self.kind == Kind.WITHIN and not any(cleaned.get(unit) for unit in UNITS):
            self.add_error(UNITS[0], gettext("Say how long: in years, months, weeks or days."))
        if self.kind == Kind.COMPETENCY:
            self._check_level(cleaned)
        for name in FILTERS:
            if cleaned.get(f"{name}_how") == GIVEN and name in self.fields and not cleaned.get(name):
                self.add_error(name, gettext("Give the value, or choose “as above”."))
        return cleaned

    def asked(self) -> Asked:
        """What was filled in, as services take it."""
        cleaned = self.cleaned_data
        if self.kind == Kind.STEP:
            codes = [cleaned["step"]] if cleaned["step"] else []
        else:
            codes = self.all_codes() if self.has_choices else []
        return Asked(
            kind=self.kind,
            label=cleaned["label"],
            n=cleaned.get("n"),
            competency=cleaned.get("competency"),
            details=getattr(self, f"_details_of_{self.kind}", dict)(),
            filters=filters_of(cleaned),
            codes=codes,
        )

    # Fields and details, kind by kind.

    def _fields_of_n_of(self) -> dict[str, forms.Field]:
        return {"n": _count(gettext("How many of them"), self.row.n if self.row else None)}

    def _fields_of_ordered(self) -> dict[str, forms.Field]:
        return {
            "strict": forms.BooleanField(
                label=gettext("Each on a later day than the one before"),
                required=False,
                initial=self.details.get("strict", False),
            )
        }

    def _details_of_ordered(self) -> dict[str, Any]:
        return {"strict": True} if self.cleaned_data["strict"] else {}

    def _fields_of_within(self) -> dict[str, forms.Field]:
        window = self.details.get("window", {})
        labels = {"years": _("Years"), "months": _("Months"), "weeks": _("Weeks"), "days": _("Days")}
        fields: dict[str, forms.Field] = {
            unit: forms.IntegerField(
                label=str(labels[unit]),
                min_value=0,
                max_value=MOST,
                required=False,
                initial=window.get(unit),
            )
            for unit in UNITS
        }
        fields["anchor"] = forms.ChoiceField(
            label=gettext("Counted from"),
            choices=[("first", gettext("the first that is earned")), ("enrolment", gettext("enrolling"))],
            initial=self.details.get("anchor", "first"),
        )
        return fields

    def _details_of_within(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        details: dict[str, Any] = {"window": {unit: cleaned[unit] for unit in UNITS if cleaned.get(unit)}}
        return details | ({"anchor": "enrolment"} if cleaned["anchor"] == "enrolment" else {})

    def _fields_of_step(self) -> dict[str, forms.Field]:
        choices = [("", "–"), *((row.rule_code, f"{row.name} ({row.code})") for row in self.acts)]
        return {
            "step": forms.ChoiceField(
                label=gettext("Step"),
                choices=choices,
                required=False,
                initial=self.chosen[0] if self.chosen else "",
                help_text=gettext("A capstone, an interview, an externship: what a person approves."),
            )
        }

    def _fields_of_pool(self) -> dict[str, forms.Field]:
        return {
            "n": _count(gettext("How many of them"), self.row.n if self.row else None),
            "min_groups": _count(
                gettext("From at least so many series"),
                self.details.get("min_groups"),
                required=False,
            ),
            "max_per_group": _count(
                gettext("At most so many of each series"),
                self.details.get("max_per_group"),
                required=False,
            ),
        }

    def _details_of_pool(self) -> dict[str, Any]:
        return self._kept("group_by") | {
            name: self.cleaned_data[name]
            for name in ("min_groups", "max_per_group")
            if self.cleaned_data.get(name)
        }

    def _fields_of_credits(self) -> dict[str, forms.Field]:
        measure = self.details.get("measure", "credits")
        measures = [*MEASURES, *([] if measure in dict(MEASURES) else [(measure, measure)])]
        fields: dict[str, forms.Field] = {
            "min": _amount(gettext("How much"), self.details.get("min"), required=True),
            "measure": forms.ChoiceField(label=gettext("Counted in"), choices=measures, initial=measure),
            "transfer_max": _amount(
                gettext("At most so much earned elsewhere"), self.details.get("transfer_max")
            ),
            "residency_min": _amount(
                gettext("At least so much earned here"), self.details.get("residency_min")
            ),
        }
        caps = self.details.get("group_caps", {})
        titles = dict(Series.objects.order_by("name").values_list("slug", "name"))
        self.groups = {**titles, **{group: group for group in caps if group not in titles}}
        for number, (group, title) in enumerate(self.groups.items()):
            fields[f"cap_{number}"] = _amount(title, caps.get(group))
        return fields

    def _details_of_credits(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        details: dict[str, Any] = self._kept("group_by") | {"min": _plain(cleaned["min"])}
        if cleaned["measure"] != "credits":
            details["measure"] = cleaned["measure"]
        for name in ("transfer_max", "residency_min"):
            if cleaned.get(name) is not None:
                details[name] = _plain(cleaned[name])
        caps = {
            group: _plain(cap)
            for number, group in enumerate(self.groups)
            if (cap := cleaned.get(f"cap_{number}")) is not None
        }
        return details | ({"group_caps": caps} if caps else {})

    def _fields_of_competency(self) -> dict[str, forms.Field]:
        frameworks = CompetencyFramework.objects.published()
        row = self.row.competency if self.row else None
        chosen, level = "", self.details.get("min_level", 1)
        levels: list[tuple[str, Any]] = [("1", gettext("any level"))]
        for framework in frameworks:
            named = [
                (f"{framework.pk}-{place}", name) for place, name in enumerate(framework.levels, start=1)
            ]
            levels += [(str(framework), named)] if named else []
            if row is not None and row.framework_id == framework.pk and 1 < level <= len(named):
                chosen = named[level - 1][0]
        if level > 1 and not chosen:
            chosen = str(level)
            levels.append((chosen, gettext("level %(number)s") % {"number": level}))
        return {
            "competency": forms.CharField(
                label=gettext("Competency"),
                max_length=320,
                initial=str(row) if row else "",
                widget=forms.TextInput(attrs={"list": "competencies", "autocomplete": "off"}),
                help_text=gettext("Its code, or part of its name, from a published framework."),
            ),
            "level": forms.ChoiceField(
                label=gettext("At least at level"), choices=levels, initial=chosen or "1"
            ),
            "count": _count(gettext("Shown by so many achievements"), self.details.get("count", 1)),
        }

    def clean_competency(self) -> Competency | None:
        """The one competency that a code, a choice of the list or a part of a name means."""
        typed = str(self.cleaned_data["competency"]).strip()
        if self.row and self.row.competency and typed == str(self.row.competency):
            return self.row.competency
        published = Competency.objects.filter(framework__status=CompetencyFramework.Status.PUBLISHED)
        published = published.select_related("framework")
        code = typed.partition(" ")[0]
        named = Q(title__icontains=typed) | Q(statement__icontains=typed)
        found = list(published.filter(code=code)[:2]) or list(published.filter(named)[:2])
        if len(found) == 1:
            return found[0]
        raise forms.ValidationError(
            gettext("Several competencies are called so. Type the code.")
            if found
            else gettext("No published framework has this competency. Look it up in the list.")
        )

    def _check_level(self, cleaned: dict[str, Any]) -> None:
        competency, level = cleaned.get("competency"), str(cleaned.get("level", "1"))
        framework, dash, _place = level.partition("-")
        if dash and isinstance(competency, Competency) and str(competency.framework_id) != framework:
            self.add_error("level", gettext("Choose a level of the framework that the competency is in."))

    def _details_of_competency(self) -> dict[str, Any]:
        level = int(self.cleaned_data["level"].rpartition("-")[2])
        count = self.cleaned_data["count"]
        return ({"min_level": level} if level > 1 else {}) | ({"count": count} if count > 1 else {})

    def competencies(self) -> Iterator[str]:
        """What the list under the field offers."""
        published = Competency.objects.filter(framework__status=CompetencyFramework.Status.PUBLISHED)
        return (str(row) for row in published.only("code", "title", "statement"))

    def _kept(self, name: str) -> dict[str, Any]:
        """A field that an imported rule brought and no form shows."""
        return {name: self.details[name]} if name in self.details else {}


def _label_field() -> forms.CharField:
    return forms.CharField(
        label=_("Name of this requirement"),
        max_length=200,
        required=False,
        help_text=_("As learners read it. Without one it is called by what it asks."),
    )


def _count(label: str, initial: int | None, *, required: bool = True) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=MOST, required=required, initial=initial)


def _amount(label: str, initial: str | None, *, required: bool = False) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=Decimal("0.01") if required else Decimal(0),
        max_digits=8,
        decimal_places=2,
        required=required,
        initial=initial,
    )


def _plain(number: Decimal) -> str:
    """A number as a document writes it: without zeros that say nothing."""
    written = plain(number)
    return written.rstrip("0").rstrip(".") if "." in written else written
