"""Backward design: four pages from the end credential to its rule, each kept as it is answered."""

from http import HTTPStatus
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.acts import ActForm, page_of
from config.admin import RoleAdmin
from config.clock import now
from credentials.models import AchievementVersion, Competency, CompetencyFramework
from credentials.services.once import KeyReused, once
from pathways.forms import AchievementsForm, EndForm, RulesForm, SkillsForm, StartForm
from pathways.forms.design import PageForm
from pathways.models import ProgrammeDesign
from pathways.services.designing import (
    PAGES,
    CannotMake,
    SavedMeanwhile,
    is_open,
    make_drafts,
    next_page,
    save_page,
    start_design,
)

FORMS: dict[str, type[PageForm]] = {
    form.page: form for form in (EndForm, SkillsForm, AchievementsForm, RulesForm)
}
TITLES: dict[str, Promise] = {
    "end": gettext_lazy("1. The end credential"),
    "skills": gettext_lazy("2. Three to six skills"),
    "achievements": gettext_lazy("3. Achievements and where they are learnt"),
    "rules": gettext_lazy("4. How they add up"),
}
LEADS: dict[str, Promise] = {
    "end": gettext_lazy("Begin with what somebody holds in the end, and what that person can then do."),
    "skills": gettext_lazy(
        "Which skills, each worth something alone, make up that whole? Name each as an employer would."
    ),
    "achievements": gettext_lazy(
        "Each skill becomes an achievement: small, assessed, and learnt somewhere. Half-known is enough now: "
        "the drafts can be completed later."
    ),
    "rules": gettext_lazy("Say which of them somebody must hold before the certificate follows."),
}


@admin.register(ProgrammeDesign)
class ProgrammeDesignAdmin(RoleAdmin[ProgrammeDesign]):
    list_display = ("title", "series", "how_far", "started_by", "saved_at")
    list_select_related = ("series", "started_by", "pathway")
    search_fields = ("title",)
    fields: ClassVar[tuple[str, ...]] = ("title", "series", "started_by", "started_at", "saved_at")

    @admin.display(description=gettext_lazy("how far"))
    def how_far(self, design: ProgrammeDesign) -> str:
        if design.pathway_id is not None:
            return _("drafts are made")
        page = next_page(design)
        return str(TITLES[page]) if page else _("ready for its drafts")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ProgrammeDesign]:
        return super().get_queryset(request).select_related("series", "started_by", "pathway__awards")

    def get_urls(self) -> list[URLPattern]:
        name = "pathways_programmedesign_page"
        view = self.admin_site.admin_view(self.page_view)
        return [path("<int:pk>/page/<slug:page>/", view, name=name), *super().get_urls()]

    def add_view(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """The first page; saved, it makes the design."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = StartForm(request.POST or None)
        status = HTTPStatus.OK
        if request.method == "POST" and form.is_valid():
            by: Any = request.user

            def start() -> str:
                design = start_design(
                    series=form.cleaned_data["series"], answers=form.answers, by=by, at=now()
                )
                return page_address(design, PAGES[1])

            asked = {"series": form.cleaned_data["series"].pk, **form.answers}
            try:
                address = once(actor=by, key=form.operation, act="start design", parameters=asked, do=start)
            except KeyReused as refusal:
                form.add_error(None, str(refusal))
                status = HTTPStatus.UNPROCESSABLE_ENTITY
            else:
                return HttpResponseRedirect(address)
        return self._page(request, form, design=None, status=status)

    def change_view(self, request: HttpRequest, object_id: str, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """All that is answered so far, and the button that makes the drafts of it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not object_id.isdigit():
            raise Http404
        design = get_object_or_404(self.get_queryset(request), pk=object_id)
        form = ActForm(request.POST or None)
        status = HTTPStatus.OK
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied
            if form.is_valid():
                try:
                    address = self._make(request, design, form)
                except (CannotMake, KeyReused) as refusal:
                    form.add_error(None, str(refusal))
                    status = HTTPStatus.CONFLICT
                else:
                    messages.success(
                        request, _("The drafts are made. Complete them, then send them for review.")
                    )
                    return HttpResponseRedirect(address)
        return TemplateResponse(
            request,
            "admin/pathways/programmedesign/overview.html",
            self._context(request, design) | {"form": form, "made": _made(design)},
            status=status,
        )

    def page_view(self, request: HttpRequest, pk: int, page: str) -> HttpResponse:
        """One page of the design, kept when it is sent."""
        if page not in FORMS:
            raise Http404
        if not self.has_change_permission(request):
            raise PermissionDenied
        design = get_object_or_404(self.get_queryset(request), pk=pk)
        if design.pathway_id is not None or not is_open(design, page):
            messages.warning(request, _("That page is not open: answer the pages before it first."))
            return HttpResponseRedirect(page_of(design))
        form = FORMS[page](request.POST or None, design=design)
        status = HTTPStatus.OK
        if request.method == "POST" and form.is_valid():
            try:
                return HttpResponseRedirect(self._save(request, design, form))
            except SavedMeanwhile as refusal:
                form.add_error(None, str(refusal))
                status = HTTPStatus.CONFLICT
            except KeyReused as refusal:
                form.add_error(None, str(refusal))
                status = HTTPStatus.UNPROCESSABLE_ENTITY
        return self._page(request, form, design=design, status=status)

    def _save(self, request: HttpRequest, design: ProgrammeDesign, form: PageForm) -> str:
        by: Any = request.user
        page, revision = form.page, form.cleaned_data["revision"] or 0

        def save() -> str:
            saved = save_page(
                design=design, page=page, answers=form.answers, revision=revision, by=by, at=now()
            )
            following = next_page(saved)
            return page_address(saved, following) if following else page_of(saved)

        asked = {"design": design.pk, "page": page, "answers": form.answers}
        return once(actor=by, key=form.operation, act="save design", parameters=asked, do=save)

    def _make(self, request: HttpRequest, design: ProgrammeDesign, form: ActForm) -> str:
        by: Any = request.user

        def make() -> str:
            make_drafts(design=design, by=by, at=now())
            return page_of(design)

        return once(
            actor=by, key=form.operation, act="make drafts", parameters={"design": design.pk}, do=make
        )

    def _page(
        self, request: HttpRequest, form: PageForm, *, design: ProgrammeDesign | None, status: HTTPStatus
    ) -> TemplateResponse:
        context = self._context(request, design) | {
            "form": form,
            "page": form.page,
            "lead": LEADS[form.page],
            "title": TITLES[form.page],
            "competencies": _competencies() if form.page == "skills" else [],
            "is_last": form.page == PAGES[-1],
        }
        return TemplateResponse(request, "admin/pathways/programmedesign/page.html", context, status=status)

    def _context(self, request: HttpRequest, design: ProgrammeDesign | None) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "design": design,
            "title": str(design or _("Design a programme")),
            "pages": [
                {
                    "name": name,
                    "title": TITLES[name],
                    "is_answered": design is not None and name in design.answers,
                    "url": page_address(design, name)
                    if design is not None and design.pathway_id is None and is_open(design, name)
                    else "",
                }
                for name in PAGES
            ],
            "answers": _told(design) if design else [],
            "may_make": design is not None and design.pathway_id is None and next_page(design) is None,
            "has_change_permission": self.has_change_permission(request),
        }


def page_address(design: ProgrammeDesign, page: str) -> str:
    return reverse("admin:pathways_programmedesign_page", args=[design.pk, page])


def _competencies() -> list[str]:
    """What the list under the competency fields offers: everything published."""
    published = Competency.objects.filter(framework__status=CompetencyFramework.Status.PUBLISHED)
    return [str(competency) for competency in published.only("code", "title", "statement")]


def _told(design: ProgrammeDesign) -> list[tuple[str, list[tuple[str, str]]]]:
    """What was answered, to be read: a heading and lines of name and value for each page."""
    end, told = design.answers["end"], []
    told.append((str(TITLES["end"]), [(end["code"], end["name"]), (_("The holder can"), end["description"])]))
    if skills := design.answers.get("skills"):
        competencies = Competency.objects.in_bulk([row["competency"] for row in skills.values()])
        lines = [(row["name"], str(competencies.get(row["competency"], "–"))) for row in skills.values()]
        told.append((str(TITLES["skills"]), lines))
    if achievements := design.answers.get("achievements"):
        methods = dict(AchievementVersion.Method.choices)
        lines = [
            (
                row["code"],
                _("%(hours)s hours, %(method)s, %(activity)s")
                % {
                    "hours": row["hours"],
                    "method": methods[row["method"]],
                    "activity": row["activity"] or _("no activity yet"),
                },
            )
            for slot, row in achievements.items()
            if skills and slot in skills
        ]
        told.append((str(TITLES["achievements"]), lines))
    if rules := design.answers.get("rules"):
        form = RulesForm(design=design)
        model: Any = form.fields["model"]
        lines = [(_("How they add up"), str(dict(model.choices)[rules["model"]]))]
        if rules["n"]:
            lines.append((_("How many of the free ones"), str(rules["n"])))
        if rules["core"] and skills:
            lines.append(
                (_("Core"), ", ".join(skills[slot]["name"] for slot in rules["core"] if slot in skills))
            )
        told.append((str(TITLES["rules"]), lines))
    return told


def _made(design: ProgrammeDesign) -> list[tuple[str, str]]:
    """The drafts that were made: names and addresses, the pathway last."""
    if design.pathway is None:
        return []
    codes = [design.answers["end"]["code"]]
    codes += [design.answers["achievements"][slot]["code"] for slot in design.answers["skills"]]
    versions = AchievementVersion.objects.filter(
        achievement__code__in=codes, number=1, achievement__series=design.series
    ).select_related("achievement")
    drafts = [(f"{row.achievement.code} {row.name}", page_of(row)) for row in versions.order_by("pk")]
    rule = design.pathway.versions.order_by("number").first()
    return [*drafts, (str(rule), page_of(rule))] if rule else drafts
