"""A draft tried on everybody: the button, and the report of what it would change, counts first."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from config.acts import Act, ActForm, page_of
from config.admin import ReadOnlyAdmin
from credentials.services.importing import write_table
from credentials.services.once import KeyReused, once
from pathways.admin.wording import rule_in_words, say
from pathways.models import PathwayVersion, SimulatedLearner, Simulation
from pathways.queries import catalogue, rule_for, terms_for
from pathways.queries.simulations import (
    MOST,
    Report,
    last_finished,
    learners_to_try,
    pinned,
    report,
    simulated,
    simulations_of,
    worst,
)
from pathways.rules import explain, tree
from pathways.services.simulating import CannotTry, try_on_everybody

A_PAGE = 50
WORST = "worst"
Outcome = SimulatedLearner.Outcome


class TryOnEverybody(Act[PathwayVersion]):
    name = "try"
    label = _("Try it on everybody")
    consequence = _(
        "Everybody who is enrolled, and everybody who holds a part of it, is judged by this version, beside "
        "what holds for them now. You read a report: who would complete it, who no longer would, who would "
        "have more to do. Nothing else is written, nobody is told, and nobody is moved."
    )
    done = _("It is being tried.")
    roles = frozenset({"registrar", "approver"})
    refusals = {CannotTry: 409, KeyReused: 422}

    def is_open(self, record: PathwayVersion, by: Any) -> bool:
        return record.status in PathwayVersion.OPEN

    def facts(self, record: PathwayVersion) -> Sequence[tuple[str, object]]:
        try:
            concerned: object = learners_to_try(record, terms_for(record)).count()
        except tree.RuleError:
            concerned = "–"
        return [
            (gettext("Pathway"), record),
            (gettext("Rule"), rule_in_words(record)),
            (gettext("People it is tried on"), concerned),
            (gettext("Enrolled among them"), pinned(record.pathway).count()),
            (gettext("Last tried"), tried_in_words(record)),
        ]

    def do(self, record: PathwayVersion, form: ActForm, *, by: Any, at: datetime) -> str:
        return once(
            actor=by,
            key=form.operation,
            act="try on everybody",
            parameters={"version": record.pk},
            do=lambda: page_of(try_on_everybody(version=record, by=by, at=at)),
        )


def tried_in_words(version: PathwayVersion) -> str:
    """When exactly this rule was last tried on everybody, as a link to what came of it."""
    try:
        terms = terms_for(version)
    except tree.RuleError:
        return gettext("not as it stands now")
    finished_at = last_finished(version, terms)
    newest = simulations_of(version, terms).filter(finished_at=finished_at).first()
    if finished_at is None or newest is None:
        return gettext("not as it stands now")
    return format_html(
        '<a href="{}">{}</a>', page_of(newest), date_format(localtime(finished_at), "j F Y, H:i")
    )


@admin.register(Simulation)
class SimulationAdmin(ReadOnlyAdmin[Simulation]):
    list_display = ("version", "begun_at", "finished_at", "made_by", "in_short")
    list_filter = ("begun_at",)
    list_select_related = ("version__pathway", "made_by")
    search_fields = ("version__pathway__name",)

    def has_delete_permission(self, request: HttpRequest, obj: Simulation | None = None) -> bool:
        """The report on a draft goes with the draft; of what was published it stays."""
        return obj is not None and obj.version.is_draft and self._holds(request, self.editors)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Simulation]:
        return super().get_queryset(request).select_related("version__pathway", "made_by")

    @admin.display(description=_("what it found"))
    def in_short(self, simulation: Simulation) -> str:
        if simulation.finished_at is None:
            return gettext("not finished")
        counts = simulation.figures["outcomes"]
        words = [f"{label}: {counts[code]}" for code, label in Outcome.choices if counts.get(code)]
        return "; ".join(words) or gettext("nothing would change")

    # --- Its report -------------------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.table_view)
        return [path("<int:pk>/learners.csv", view, name="pathways_simulation_table"), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Mapping[str, object] | None = None,
    ) -> HttpResponse:
        simulation = self._simulation(request, unquote(object_id))
        if request.method == "POST":
            raise PermissionDenied
        found = report(simulation)
        chosen = request.GET.get("show") or _first(found)
        rows = worst(simulation) if chosen == WORST else simulated(simulation).filter(outcome=chosen)
        page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
        names = _names_of_nodes(simulation, {row.node for row in page})
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("What this version would change"),
            "subtitle": str(simulation.version),
            "opts": self.opts,
            "original": simulation,
            "version": simulation.version,
            "report": found,
            "facts": _facts(simulation, found),
            "lines": [(code, label, found.counts[code]) for code, label in Outcome.choices],
            "filters": _filters(found),
            "chosen": chosen,
            "page_obj": page,
            "rows": [(row, _name(names, row.node)) for row in page],
            "publish": self._way_to_publishing(request, simulation.version),
        }
        return TemplateResponse(request, "admin/pathways/simulation/report.html", context)

    def table_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Everybody whom it would change, as a table."""
        simulation = self._simulation(request, pk)
        rows = list(simulated(simulation))
        names = _names_of_nodes(simulation, {row.node for row in rows})
        answer = HttpResponse(_table(rows, names), content_type="text/csv; charset=utf-8")
        slug, number = simulation.version.pathway.slug, simulation.version.number
        answer["Content-Disposition"] = f'attachment; filename="what-if-{slug}-v{number}.csv"'
        return answer

    def _simulation(self, request: HttpRequest, pk: int | str) -> Simulation:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(request), pk=pk)

    def _way_to_publishing(self, request: HttpRequest, version: PathwayVersion) -> str:
        is_near = version.status in (PathwayVersion.Status.DRAFT, PathwayVersion.Status.APPROVED)
        if not is_near or not self._holds(request, frozenset({"approver"})):
            return ""
        return reverse("admin:pathways_pathwayversion_act", args=[version.pk, "publish"])


def _first(found: Report) -> str:
    """What is shown first: whom it would set back, else whom it would change at all."""
    shown = [code for code, _label, _count in _filters(found)]
    return shown[0] if shown else Outcome.COMPLETES


def _filters(found: Report) -> list[tuple[str, str, int]]:
    set_back = sum(found.counts[code] for code in (Outcome.LOSES, Outcome.FARTHER, Outcome.UNREACHABLE))
    hardest = [(WORST, gettext("set back furthest"), min(set_back, MOST))] if set_back else []
    return hardest + [
        (code, str(label), found.counts[code]) for code, label in Outcome.choices if found.counts[code]
    ]


def _facts(simulation: Simulation, found: Report) -> list[tuple[str, list[object]]]:
    version = simulation.version
    facts: list[tuple[str, object]] = [
        (gettext("As of"), date_format(localtime(simulation.begun_at), "j F Y, H:i")),
        (
            gettext("Tried on"),
            gettext("%(tried)d people, %(enrolled)d of them enrolled")
            % {"tried": found.tried, "enrolled": found.enrolled},
        ),
    ]
    if found.added:
        facts.append((gettext("More to do"), _added(found)))
    if found.certificates:
        words = ngettext(
            "%(count)d in force would rest on a rule that is no longer met.",
            "%(count)d in force would rest on a rule that is no longer met.",
            found.certificates,
        )
        policy = gettext("By this version: %(policy)s.") % {"policy": version.get_lapse_policy_display()}
        facts.append(
            (gettext("Certificates"), f"{words % {'count': found.certificates}} {policy}"),
        )
    if found.exceptions:
        words = ngettext(
            "%(count)d exception has no place in this version and was left out.",
            "%(count)d exceptions have no place in this version and were left out.",
            found.exceptions,
        )
        facts.append((gettext("Exceptions"), words % {"count": found.exceptions}))
    return [(name, [value]) for name, value in facts]


def _added(found: Report) -> str:
    added = found.added
    if added is None:
        return ""
    words = ngettext(
        "%(count)d learner: %(most)d more.",
        "%(count)d learners: half of them at most %(median)d more, nine in ten at most %(p90)d more, "
        "nobody over %(most)d more.",
        added.learners,
    )
    return words % {
        "count": added.learners,
        "median": added.median,
        "p90": added.p90,
        "most": added.most,
    }


def _names_of_nodes(simulation: Simulation, keys: Iterable[str]) -> dict[str, str]:
    """Requirements by their keys, as the draft calls them or, if they are gone, as they were last called."""
    wanted, names = set(keys), {}
    if not wanted:
        return {}
    versions = simulation.version.pathway.versions.filter(number__lte=simulation.version.number)
    found: dict[str, tree.Rule] = {}
    for version in versions.order_by("number"):
        try:
            rule = rule_for(version)
        except tree.RuleError:
            continue
        keyed = tree.keyed(rule)
        found |= {node.key: node for node in tree.nodes(keyed)}
        root = keyed.key
    nodes = {key: node for key, node in found.items() if key in wanted}
    entries = catalogue(code for node in nodes.values() for code in tree.listed(node))
    for key, node in nodes.items():
        whole = gettext("the whole rule") if tree.children(node) and key == root else ""
        names[key] = node.label or whole or say(explain.phrase(node, entries))
    return names


def _name(names: Mapping[str, str], key: str) -> str:
    return names.get(key, key)


def _table(rows: Sequence[Any], names: Mapping[str, str]) -> bytes:
    header = [
        gettext("Learner"),
        gettext("E-mail"),
        gettext("Enrolled"),
        gettext("What changes"),
        gettext("Left before"),
        gettext("Left after"),
        gettext("First requirement that differs"),
    ]
    yes, no = gettext("yes"), gettext("no")
    return write_table(
        header,
        (
            [
                row.learner.name,
                row.learner.email,
                yes if row.is_enrolled else no,
                row.get_outcome_display(),
                row.before,
                row.after,
                _name(names, row.node),
            ]
            for row in rows
        ),
    )
