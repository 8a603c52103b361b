"""The page on which a rule is built, and the pages behind its buttons; all of them plain forms."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from config.acts import ActsAdmin, page_of
from config.clock import now
from credentials.services.once import KeyReused, once
from pathways.admin.beside import beside
from pathways.admin.wording import say
from pathways.forms.building import KINDS, RequirementForm
from pathways.forms.choosing import BuildForm, ChoosingForm
from pathways.forms.whole import (
    BeginForm,
    LimitForm,
    MilestoneForm,
    PlaceForm,
    PromisesForm,
    RuleFileForm,
)
from pathways.models import Pathway, PathwayVersion, Requirement
from pathways.queries import rule_for
from pathways.queries.drafts import draft_revision, exchange_document, outline
from pathways.rules import tree
from pathways.rules.sizing import midpoint
from pathways.services.building import (
    Asked,
    CannotBuild,
    ChangedMeanwhile,
    SomethingInside,
    add_requirement,
    change_requirement,
    may_become,
    move_requirement,
    put_into,
    put_into_new_group,
    remove_requirement,
    take_out,
)
from pathways.services.promising import (
    remove_limit,
    remove_milestone,
    save_limit,
    save_milestone,
    set_promises,
)
from pathways.services.rule_files import CannotImport, import_rule
from pathways.services.starting import start_from

TEMPLATES = "admin/pathways/builder"
REFUSALS: Mapping[type[Exception], HTTPStatus] = {
    CannotBuild: HTTPStatus.CONFLICT,
    ChangedMeanwhile: HTTPStatus.CONFLICT,
    CannotImport: HTTPStatus.BAD_REQUEST,
    KeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
}
# What a new group asks until its own page is filled in.
NEW_GROUPS: Mapping[str, Asked] = {
    "all": Asked(kind="all"),
    "ordered": Asked(kind="ordered"),
    "n_of": Asked(kind="n_of", n=1),
    "within": Asked(kind="within", details={"window": {"years": 1}}),
}


def rule_page(version: PathwayVersion, name: str = "rule", *more: object) -> str:
    """The address of a page of the builder."""
    return reverse(f"admin:pathways_pathwayversion_{name}", args=[version.pk, *more])


class RuleBuilderAdmin(ActsAdmin[PathwayVersion]):
    """A version's pages for building: the outline with its buttons, and one page for each larger act."""

    def get_urls(self) -> list[URLPattern]:
        pages = (
            ("rule", "rule/", self.rule_view),
            ("export", "rule.json", self.export_view),
            ("press", "rule/press/", self.press_view),
            ("import", "rule/import/", self.import_view),
            ("whole", "rule/whole/", self.whole_view),
            ("start", "rule/start/<slug:model>/", self.start_view),
            ("new", "rule/new/<slug:kind>/", self.requirement_view),
            ("requirement", "rule/<int:row>/", self.requirement_view),
            ("place", "rule/<int:row>/place/", self.place_view),
            ("remove", "rule/<int:row>/remove/", self.remove_view),
            ("limit", "rule/limit/<int:row>/", self.limit_view),
            ("milestone", "rule/milestone/<int:row>/", self.milestone_view),
        )
        own = [
            path(
                f"<int:pk>/{address}",
                self.admin_site.admin_view(view),
                name=f"pathways_pathwayversion_{name}",
            )
            for name, address, view in pages
        ]
        return [*own, *super().get_urls()]

    # Reading

    def rule_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The rule in outline, with buttons while it is a draft."""
        version = self._version(request, pk)
        return self._page(
            request,
            version,
            "rule",
            {
                "title": _("Rule"),
                "kinds": KINDS.items(),
                "models": Pathway.Model.choices,
                "limits": version.at_most.prefetch_related("achievements__current_version"),
                "milestones": self._milestones(version),
                "midpoint": self._midpoint(version),
            },
        )

    def export_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The version as a document of the exchange format, to keep or to bring in elsewhere."""
        version = self._version(request, pk)
        try:
            document = exchange_document(version)
        except tree.RuleError:
            messages.warning(request, _("The rule is not complete yet, so there is nothing to download."))
            return HttpResponseRedirect(rule_page(version))
        response = JsonResponse(document, json_dumps_params={"ensure_ascii": False, "indent": 1})
        response["Content-Disposition"] = f'attachment; filename="{document["id"]}.json"'
        return response

    # One press of a button

    def press_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Up, down, out of its group, away: what needs no page of its own. Answers with the outline."""
        version = self._draft(request, pk)
        act, _colon, row = str(request.POST.get("press", "")).partition(":")
        presses: Mapping[str, Callable[..., object]] = {
            "up": lambda **sent: move_requirement(is_up=True, **sent),
            "down": lambda **sent: move_requirement(is_up=False, **sent),
            "out": take_out,
            "remove": lambda **sent: remove_requirement(with_all_inside=False, **sent),
        }
        if request.method != "POST" or act not in presses or not row.isdigit():
            return HttpResponseRedirect(rule_page(version))
        requirement = self._requirement(version, int(row))
        form = BuildForm(request.POST)

        def do() -> str:
            presses[act](requirement=requirement, revision=form.cleaned_data["revision"], by=request.user)
            return rule_page(version) + (f"#requirement-{row}" if act != "remove" else "")

        try:
            done = self._send(request, version, form, f"rule {act}", do)
        except SomethingInside:
            return HttpResponseRedirect(rule_page(version, "remove", row))
        if done is not None:
            return done
        for problem in form.non_field_errors():
            messages.error(request, str(problem))
        return HttpResponseRedirect(rule_page(version))

    # Pages with a form

    def start_view(self, request: HttpRequest, pk: int, model: str) -> HttpResponse:
        """What one of the five models needs."""
        version = self._draft(request, pk)
        if model not in Pathway.Model.values:
            raise Http404
        form = BeginForm(
            request.POST or None,
            model=model,
            revision=draft_revision(version),
            is_empty=not version.requirements.exists(),
        )

        def do() -> str:
            start_from(version=version, beginning=form.beginning(), **self._signed(request, form))
            return rule_page(version)

        title = _("Start from: %(model)s") % {"model": Pathway.Model(model).label}
        return self._answer(request, version, form, "start rule", do, title=title)

    def requirement_view(
        self, request: HttpRequest, pk: int, row: int | None = None, kind: str = ""
    ) -> HttpResponse:
        """One requirement: a new one of this kind, inside the group that is named, or one that is there."""
        version = self._draft(request, pk)
        requirement = self._requirement(version, row) if row is not None else None
        if requirement is not None:
            kind = request.GET.get("kind", requirement.kind)
        inside = None
        if requirement is None and request.GET.get("inside", "").isdigit():
            inside = self._requirement(version, int(request.GET["inside"]))
        if kind not in KINDS or (requirement is not None and not may_become(requirement, kind)):
            raise Http404
        form = RequirementForm(
            request.POST or None, kind=kind, row=requirement, revision=draft_revision(version)
        )

        def do() -> str:
            sent = {"asked": form.asked(), **self._signed(request, form)}
            if requirement is None:
                kept = add_requirement(version=version, inside=inside, **sent)
            else:
                kept = change_requirement(requirement=requirement, **sent)
            return f"{rule_page(version)}#requirement-{kept.pk}"

        others = [
            (f"?kind={other}", words)
            for other, words in KINDS.items()
            if requirement is not None and other != kind and may_become(requirement, other)
        ]
        return self._answer(
            request,
            version,
            form,
            "ask in rule",
            do,
            title=str(KINDS[kind]),
            others=others,
            inside=inside,
        )

    def place_view(self, request: HttpRequest, pk: int, row: int) -> HttpResponse:
        """Put a requirement into another group, or into a new one."""
        version = self._draft(request, pk)
        requirement = self._requirement(version, row)
        root = outline(version, say)
        own = next(line for line in root.everything() if line.row.pk == row) if root else None
        below = {line.row.pk for line in own.everything()} if own else set()
        groups = [
            (line, line.called)
            for line in (root.everything() if root and requirement.parent_id else ())
            if line.takes_more and line.row.pk not in below and line.row.pk != requirement.parent_id
        ]
        kinds = [(kind, KINDS[kind]) for kind in NEW_GROUPS]
        form = PlaceForm(request.POST or None, groups=groups, kinds=kinds, revision=draft_revision(version))

        def do() -> str:
            into = str(form.cleaned_data["into"])
            signed = self._signed(request, form)
            if into.startswith(PlaceForm.NEW):
                asked = NEW_GROUPS[into.removeprefix(PlaceForm.NEW)]
                made = put_into_new_group(requirement=requirement, asked=asked, **signed)
                return rule_page(version, "requirement", made.pk)
            put_into(requirement=requirement, group=Requirement.objects.get(pk=into), **signed)
            return f"{rule_page(version)}#requirement-{row}"

        title = _("Put “%(row)s” into a group") % {"row": own.called if own else requirement}
        return self._answer(request, version, form, "place in rule", do, title=title)

    def remove_view(self, request: HttpRequest, pk: int, row: int) -> HttpResponse:
        """Asks before a group goes with all inside it."""
        version = self._draft(request, pk)
        requirement = self._requirement(version, row)
        root = outline(version, say)
        own = next(line for line in root.everything() if line.row.pk == row) if root else None
        form = BuildForm(request.POST or None, initial={"revision": draft_revision(version)})

        def do() -> str:
            remove_requirement(requirement=requirement, with_all_inside=True, **self._signed(request, form))
            return rule_page(version)

        title = _("Remove “%(row)s”") % {"row": own.called if own else requirement}
        falls = [line.called for line in own.everything() if line is not own] if own else []
        return self._answer(
            request, version, form, "remove from rule", do, title=title, falls=falls, is_removal=True
        )

    def whole_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Policies and filters of the whole rule."""
        version = self._draft(request, pk)
        form = PromisesForm(request.POST or None, version=version, revision=draft_revision(version))

        def do() -> str:
            set_promises(version=version, promises=form.promises(), **self._signed(request, form))
            return rule_page(version)

        return self._answer(request, version, form, "promise", do, title=_("The whole rule"))

    def limit_view(self, request: HttpRequest, pk: int, row: int) -> HttpResponse:
        """At most so many of some achievements; number 0 is a new limit."""
        version = self._draft(request, pk)
        limit = get_object_or_404(version.at_most, pk=row) if row else None
        form = LimitForm(request.POST or None, limit=limit, revision=draft_revision(version))

        def do() -> str:
            signed = self._signed(request, form)
            if "remove" in request.POST and limit is not None:
                remove_limit(limit=limit, **signed)
            else:
                save_limit(
                    version=version,
                    limit=limit,
                    k=form.cleaned_data["k"],
                    achievements=form.achievements(),
                    **signed,
                )
            return f"{rule_page(version)}#limits"

        return self._answer(
            request,
            version,
            form,
            "limit in rule",
            do,
            title=_("At most so many of some achievements"),
            may_remove=limit is not None,
        )

    def milestone_view(self, request: HttpRequest, pk: int, row: int) -> HttpResponse:
        """A waypoint worth telling; number 0 is a new one."""
        version = self._draft(request, pk)
        milestone = get_object_or_404(version.milestones, pk=row) if row else None
        root = outline(version, say)
        form = MilestoneForm(
            request.POST or None,
            milestone=milestone,
            nodes=[(line.row.key, line.called) for line in (root.everything() if root else ())],
            midpoint=self._midpoint(version),
            revision=draft_revision(version),
        )

        def do() -> str:
            signed = self._signed(request, form)
            if "remove" in request.POST and milestone is not None:
                remove_milestone(milestone=milestone, **signed)
            else:
                names = ("name", "at", "node", "awards")
                save_milestone(
                    version=version,
                    milestone=milestone,
                    **{name: form.cleaned_data[name] for name in names},
                    **signed,
                )
            return f"{rule_page(version)}#milestones"

        return self._answer(
            request,
            version,
            form,
            "milestone in rule",
            do,
            title=_("Milestone"),
            may_remove=milestone is not None,
        )

    def import_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A rule out of a file, in place of the one the draft has."""
        version = self._draft(request, pk)
        form = RuleFileForm(
            request.POST or None,
            request.FILES or None,
            is_empty=not version.requirements.exists(),
            revision=draft_revision(version),
        )

        def do() -> str:
            import_rule(version=version, text=form.cleaned_data["file"], **self._signed(request, form))
            return rule_page(version)

        return self._answer(request, version, form, "import rule", do, title=_("Import a rule"))

    # What they share

    def _version(self, request: HttpRequest, pk: int) -> PathwayVersion:
        if not self.has_view_permission(request):
            raise PermissionDenied
        versions = self.get_queryset(request).select_related("pathway__awards", "pathway__current_version")
        return get_object_or_404(versions, pk=pk)

    def _draft(self, request: HttpRequest, pk: int) -> PathwayVersion:
        """A version that this person may build on; one that is no draft any more is refused when saved."""
        version = self._version(request, pk)
        if not self._holds(request, self.editors):
            raise PermissionDenied
        return version

    def _requirement(self, version: PathwayVersion, row: int) -> Requirement:
        rows = version.requirements.select_related("version", "parent", "competency__framework")
        return get_object_or_404(rows.prefetch_related("steps__achievement", "steps__act"), pk=row)

    def _signed(self, request: HttpRequest, form: BuildForm) -> dict[str, Any]:
        return {"revision": form.cleaned_data["revision"], "by": request.user}

    def _send(
        self, request: HttpRequest, version: PathwayVersion, form: BuildForm, act: str, do: Callable[[], str]
    ) -> HttpResponse | None:
        """Do it once where the form is right; None, with the form saying why, where it is not."""
        if not form.is_valid():
            return None
        left_out = {"csrfmiddlewaretoken", "op_key"}
        sent = {name: values for name, values in request.POST.lists() if name not in left_out}
        by: Any = request.user
        try:
            address = once(
                actor=by,
                key=form.operation,
                act=act,
                parameters={"page": request.get_full_path(), "sent": sent},
                do=do,
            )
        except tuple(REFUSALS) as refusal:
            form.add_error(None, [*getattr(refusal, "lines", (str(refusal),))])
            form.status = next(code for kind, code in REFUSALS.items() if isinstance(refusal, kind))
            return None
        return HttpResponseRedirect(address)

    def _answer(
        self,
        request: HttpRequest,
        version: PathwayVersion,
        form: BuildForm,
        act: str,
        do: Callable[[], str],
        **context: Any,
    ) -> HttpResponse:
        """A page with one form: shown, searched, sent."""
        if not version.is_draft:
            messages.warning(request, _("This version is no draft any more: its rule is frozen."))
            return HttpResponseRedirect(rule_page(version))
        if request.method == "POST" and "find" in request.POST:
            # Looking for achievements sends nothing: what was typed and ticked stays as it is.
            form = _unsent(form)
        elif request.method == "POST" and (done := self._send(request, version, form, act, do)):
            messages.success(request, _("Saved."))
            return done
        return self._page(request, version, "form", {"form": form, **context}, status=form.status)

    def _page(
        self,
        request: HttpRequest,
        version: PathwayVersion,
        template: str,
        context: Mapping[str, Any],
        *,
        status: int = HTTPStatus.OK,
    ) -> TemplateResponse:
        root = outline(version, say)
        may_build = version.is_draft and self._holds(request, self.editors)
        everything = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "subtitle": str(version),
            "version": version,
            "back": page_of(version),
            "root": root,
            "may_build": may_build,
            "build": BuildForm(initial={"revision": draft_revision(version)}) if may_build else None,
            "beside": beside(version, root, asked=request.GET.get("learner", "").strip()[:200], at=now()),
            **context,
        }
        return TemplateResponse(request, f"{TEMPLATES}/{template}.html", everything, status=status)

    def _milestones(self, version: PathwayVersion) -> list[tuple[Any, str]]:
        root = outline(version, say)
        called = {line.row.key: line.called for line in root.everything()} if root else {}
        rows = version.milestones.select_related("awards__current_version")
        return [(row, called.get(row.node, row.node) if row.node else _("the whole rule")) for row in rows]

    def _midpoint(self, version: PathwayVersion) -> int | None:
        """Where a milestone would do good: halfway through a long stack that has none."""
        if version.milestones.exists():
            return None
        try:
            return midpoint(rule_for(version))
        except tree.RuleError:
            return None


def _unsent(form: BuildForm) -> BuildForm:
    """The same form with what was typed as its first values, so that nothing is found wrong with it yet."""
    form.initial = {
        name: field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        for name, field in form.fields.items()
    }
    if isinstance(form, ChoosingForm):
        form.chosen = list(form["codes"].value() or [])
    form.is_bound = False
    return form
