"""What a registrar fills in of a whole rule: a model to begin from, policies, limits, milestones, a file."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from credentials.models import Achievement, AchievementVersion
from pathways.forms.choosing import MOST, BuildForm, ChoosingForm
from pathways.forms.filters import FILTERS, GIVEN, filter_fields, filters_of, initial_filters
from pathways.models import AtMost, Milestone, Pathway, PathwayVersion
from pathways.queries.drafts import Line
from pathways.services.promising import Promises
from pathways.services.rule_files import MOST_BYTES
from pathways.services.starting import Beginning

Model, Order = Pathway.Model, PathwayVersion.Order


class BeginForm(ChoosingForm):
    """What one of the five models needs, and nothing else."""

    n = forms.IntegerField(label=_("How many of them"), min_value=1, max_value=MOST)
    core = forms.MultipleChoiceField(label=_("Core"), required=False)
    lower = forms.ChoiceField(label=_("The certificate of the tier below"))
    min_series = forms.IntegerField(label=_("From at least so many series"), min_value=2, max_value=MOST)
    order = forms.ChoiceField(
        label=_("What was earned out of order"),
        choices=[
            (Order.STRICT_DATES, _("does not count, and the learner reads why")),
            (Order.ADVISORY, _("counts; the order is only shown")),
        ],
    )
    is_meant = forms.BooleanField(label=_("Replace the rule that this draft has"))

    asks: Mapping[str, tuple[str, ...]] = {
        Model.LINEAR: ("order",),
        Model.FLEXIBLE: ("n",),
        Model.CORE_ELECTIVE: ("core", "n"),
        Model.TIERED: ("lower", "n"),
        Model.CROSS_SERIES: ("n", "min_series"),
    }

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        model: str,
        revision: str,
        is_empty: bool,
    ) -> None:
        self.model = model
        super().__init__(data, initial={"revision": revision, "min_series": 2})
        wanted = {"op_key", "revision", "codes", "typed", "search", *self.asks[model]}
        wanted |= set() if is_empty else {"is_meant"}
        self.fields = {name: field for name, field in self.fields.items() if name in wanted}
        if model == Model.CORE_ELECTIVE:
            core: Any = self.fields["core"]
            core.choices = [(row.code, row.code) for row in self.rows]
            self.fields["codes"].label = gettext("Electives and core")
            self.fields["n"].label = gettext("How many electives")
        if model == Model.TIERED:
            self.fields["n"].required = False
            self.fields["n"].help_text = gettext("Empty: all of them.")
            lower: Any = self.fields["lower"]
            lower.choices = [("", "–"), *((row.code, str(row)) for row in self.rows if _is_stacked(row))]

    def own_fields(self) -> list[forms.BoundField]:
        """The model's own questions; the achievements come after them."""
        names = (*self.asks[self.model], "is_meant")
        return [self[name] for name in names if name in self.fields and name != "core"]

    @property
    def core_ticked(self) -> list[str]:
        return [str(code) for code in self["core"].value() or []] if "core" in self.fields else []

    def clean_core(self) -> list[str]:
        """What everybody must hold: at least one."""
        core: list[str] = self.cleaned_data["core"]
        if not core:
            raise forms.ValidationError(gettext("Tick what everybody must hold."))
        return core

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        core, n = cleaned.get("core") or [], cleaned.get("n")
        free = [code for code in self.all_codes() if code not in core and code != cleaned.get("lower")]
        if not free:
            self.add_error("typed", gettext("Choose the achievements, below or by their codes."))
        elif n and n > len(free):
            self.add_error(
                "n", gettext("Only %(many)d can be chosen from. Ask for fewer.") % {"many": len(free)}
            )
        return cleaned

    def beginning(self) -> Beginning:
        """What was answered, as the service takes it."""
        cleaned = self.cleaned_data
        core, lower = cleaned.get("core") or [], cleaned.get("lower", "")
        return Beginning(
            model=self.model,
            achievements=[code for code in self.all_codes() if code not in core and code != lower],
            core=core,
            lower=lower,
            n=cleaned.get("n"),
            series=cleaned.get("min_series"),
            order=cleaned.get("order") or Order.ADVISORY,
        )


def _is_stacked(row: Achievement) -> bool:
    version = row.current_version
    return version is None or version.kind in AchievementVersion.STACKED


class PromisesForm(BuildForm):
    """The policies of the whole rule, and its filters under Advanced."""

    order_policy = forms.ChoiceField(label=_("Order"), choices=Order.choices)
    lapse_policy = forms.ChoiceField(label=_("When a component lapses"), choices=PathwayVersion.Lapse.choices)
    grace_days = forms.IntegerField(
        label=_("Days of grace"),
        min_value=0,
        max_value=MOST,
        help_text=_("After a component expired, before anything follows."),
    )
    approval = forms.ChoiceField(
        label=_("The certificate is issued"),
        choices=Pathway.Approval.choices,
        help_text=_(
            "Of the pathway, not of this version: it holds as soon as it is saved. While a version is in "
            "force, more people can be asked for, not fewer."
        ),
    )
    size_reason = forms.CharField(
        label=_("Why not three to six components"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
        help_text=_("Asked for when a stack has fewer or more; kept in the audit trail."),
    )
    exclusive_with = forms.ModelMultipleChoiceField(
        Pathway.objects.order_by("name"),
        label=_("Shares no credentials with"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What counted for a certificate of these counts here only within the limit below."),
    )
    use_limit = forms.IntegerField(
        label=_("Times a credential may count among them"), min_value=1, max_value=MOST
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, version: PathwayVersion, revision: str
    ) -> None:
        super().__init__(
            data,
            initial={
                "revision": revision,
                "approval": version.pathway.approval,
                "exclusive_with": version.exclusive_with.all(),
                **{
                    name: getattr(version, name)
                    for name in ("order_policy", "lapse_policy", "grace_days", "size_reason", "use_limit")
                },
                **initial_filters(version.filters),
            },
        )
        others: Any = self.fields["exclusive_with"]
        others.queryset = others.queryset.exclude(pk=version.pathway_id)
        self.fields.update(filter_fields(leave_out=("scope",), is_whole=True))

    def own_fields(self) -> list[forms.BoundField]:
        """Everything but the filters and what is shared."""
        names = ("order_policy", "lapse_policy", "grace_days", "approval", "size_reason")
        return [self[name] for name in names]

    def advanced(self) -> list[forms.BoundField]:
        """Filters of the whole, and the pathways it shares nothing with."""
        own = {field.name for field in self.own_fields()}
        return [field for field in self.visible_fields() if field.name not in own]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in FILTERS:
            if cleaned.get(f"{name}_how") == GIVEN and not cleaned.get(name):
                self.add_error(name, gettext("Give the value, or choose “none”."))
        return cleaned

    def promises(self) -> Promises:
        """What was filled in, as the service takes it."""
        cleaned = self.cleaned_data
        filters = filters_of(cleaned)
        if filters.get("validity") == "current":
            del filters["validity"]
        names = ("order_policy", "lapse_policy", "grace_days", "approval", "size_reason", "use_limit")
        return Promises(
            filters=filters,
            exclusive_with=list(cleaned["exclusive_with"]),
            **{name: cleaned[name] for name in names},
        )


class LimitForm(ChoosingForm):
    """At most so many of some achievements, anywhere in the rule."""

    k = forms.IntegerField(label=_("At most"), min_value=0, max_value=MOST)

    def __init__(self, data: Mapping[str, Any] | None = None, *, limit: AtMost | None, revision: str) -> None:
        chosen = [row.code for row in limit.achievements.order_by("code")] if limit else []
        initial = {"revision": revision, "k": limit.k if limit else 1}
        super().__init__(data, initial=initial, chosen=chosen)

    def own_fields(self) -> list[forms.BoundField]:
        return [self["k"]]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not self.all_codes():
            self.add_error("typed", gettext("Choose the achievements that the limit is on."))
        return cleaned

    def achievements(self) -> list[Achievement]:
        """Those that were chosen."""
        chosen = self.all_codes()
        return [row for row in self.rows if row.code in chosen]


class MilestoneForm(BuildForm):
    """A waypoint: of which requirement, when so many are done, and what it awards."""

    name = forms.CharField(label=_("Name"), max_length=200)
    at = forms.IntegerField(label=_("When so many are done"), min_value=1, max_value=MOST)
    node = forms.ChoiceField(label=_("Of"), required=False)
    awards = forms.ModelChoiceField(
        Achievement.objects.select_related("current_version").order_by("code"),
        label=_("Awards"),
        required=False,
        help_text=_("Issued once when it is reached. Empty: it is only told."),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        milestone: Milestone | None,
        nodes: Sequence[tuple[str, str]],
        midpoint: int | None,
        revision: str,
    ) -> None:
        initial: dict[str, Any] = {"revision": revision}
        if milestone is not None:
            initial |= {name: getattr(milestone, name) for name in ("name", "at", "node", "awards")}
        elif midpoint is not None:
            initial |= {"name": gettext("Midpoint"), "at": midpoint}
        super().__init__(data, initial=initial)
        node: Any = self.fields["node"]
        node.choices = [("", gettext("the whole rule")), *nodes]


class RuleFileForm(BuildForm):
    """A file of the exchange format."""

    file = forms.FileField(
        label=_("File"), help_text=_("A document of the exchange format, as “Download” makes it.")
    )
    is_meant = forms.BooleanField(label=_("Replace the rule that this draft has"))

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        *,
        is_empty: bool,
        revision: str,
    ) -> None:
        super().__init__(data, files, initial={"revision": revision})
        if is_empty:
            del self.fields["is_meant"]

    def clean_file(self) -> bytes:
        """What is in it, as far as a rule can be long."""
        file: Any = self.cleaned_data["file"]
        if file.size is None or file.size > MOST_BYTES:
            raise forms.ValidationError(
                gettext("The file is larger than a rule can be: %(most)d bytes."), params={"most": MOST_BYTES}
            )
        text: bytes = file.read()
        return text


class PlaceForm(BuildForm):
    """Into which group a requirement goes: one of the rule, or a new one made around it."""

    NEW = "new:"
    into = forms.ChoiceField(label=_("Into"), widget=forms.RadioSelect)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        groups: Sequence[tuple[Line, str]],
        kinds: Sequence[tuple[str, Any]],
        revision: str,
    ) -> None:
        super().__init__(data, initial={"revision": revision})
        into: Any = self.fields["into"]
        into.choices = [(str(line.row.pk), words) for line, words in groups]
        into.choices += [
            (f"{self.NEW}{kind}", gettext("a new group here: %(kind)s") % {"kind": words})
            for kind, words in kinds
        ]
