"""Two lists for the registrar: who is close to a certificate, and what holds people up on a pathway."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from config.admin import READERS
from credentials.services.importing import write_table
from pathways.admin.wording import say
from pathways.analytics import bottlenecks as counted
from pathways.models import Pathway
from pathways.queries import catalogue
from pathways.queries.closeness import Close, closest, named
from pathways.rules import explain, tree
from pathways.rules.headings import heading

A_PAGE = 50


class ClosenessForm(forms.Form):
    """Whom the list shows; the answers stand in the address."""

    left = forms.TypedChoiceField(
        choices=[
            ("", _("any number of steps left")),
            ("1", _("one step left")),
            ("2", _("two steps left, or fewer")),
            ("3", _("three steps left, or fewer")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
        label=_("How close"),
    )
    pathway = forms.ModelChoiceField(
        Pathway.objects.filter(current_version__isnull=False).order_by("name"),
        required=False,
        label=_("Pathway"),
        empty_label=_("every pathway"),
    )


@never_cache
@login_required
def who_is_close(request: HttpRequest) -> HttpResponse:
    """Learners under way, the nearest first, with the exact steps that are left."""
    _only_readers(request)
    form = ClosenessForm(request.GET)
    answers = form.cleaned_data if form.is_valid() else {}
    rows = closest(pathway=answers.get("pathway"), most=answers.get("left"))
    if request.GET.get("as") == "csv":
        return _download(_table(named(rows)), "who-is-close.csv")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        **admin.site.each_context(request),
        "title": gettext("Who is close"),
        "form": form,
        "page_obj": page,
        "rows": [(row, _steps(row)) for row in named(page)],
        "pathway": answers.get("pathway"),
    }
    return TemplateResponse(request, "admin/pathways/closeness.html", context)


@never_cache
@login_required
def bottlenecks(request: HttpRequest, slug: str) -> HttpResponse:
    """The requirements of one pathway, what holds most people up first."""
    _only_readers(request)
    pathway = get_object_or_404(Pathway, slug=slug)
    found = counted(pathway)
    entries = catalogue(code for row in found.rows for code in tree.listed(row.rule))
    context = {
        **admin.site.each_context(request),
        "title": gettext("What holds people up"),
        "subtitle": str(pathway),
        "pathway": pathway,
        "found": found,
        "rows": [
            {
                "name": row.rule.label or say(heading(row.rule, entries)),
                "asks": say(explain.phrase(row.rule, entries)),
                "blocked": row.blocked,
                "one_fewer": row.one_fewer if _has_a_number(row.rule) else None,
                "without": row.without,
            }
            for row in found.rows
        ],
    }
    return TemplateResponse(request, "admin/pathways/bottlenecks.html", context)


def _only_readers(request: HttpRequest) -> None:
    """For those who read verdicts; nobody else finds it."""
    user: Any = request.user
    if not user.roles & READERS:
        raise Http404


def _has_a_number(rule: tree.Rule) -> bool:
    """Whether one fewer could be asked for at all."""
    return isinstance(rule, tree.Pool | tree.AtLeast) and rule.n > 1


def _steps(row: Close) -> list[str]:
    return [gettext(" or ").join(names) for names in row.steps]


def _table(rows: Iterable[Close]) -> bytes:
    header = [
        gettext("Learner"),
        gettext("E-mail"),
        gettext("Pathway"),
        gettext("Version"),
        gettext("Steps left"),
        gettext("Which"),
    ]
    return write_table(
        header,
        (
            [
                row.enrolment.learner.name,
                row.enrolment.learner.email,
                row.enrolment.pathway.name,
                row.enrolment.version.number,
                row.left,
                "; ".join(_steps(row)),
            ]
            for row in rows
        ),
    )


def _download(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
