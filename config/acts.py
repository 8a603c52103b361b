"""Acts of staff on one record: each a button, a page that says what will follow, and one service call."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from config.admin import RoleAdmin
from config.clock import now
from config.operations import OperationForm

M = TypeVar("M", bound=models.Model)


def page_of(record: models.Model) -> str:
    """The address of a record's own page in the admin."""
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])


class ActForm(OperationForm):
    """The form of an act's page; without further fields it only asks to confirm."""

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, without the key of the press."""
        return {name: value for name, value in self.cleaned_data.items() if name != "op_key"}


class Act(Generic[M]):
    """One thing that staff may do to a record, declared; `do` makes the one service call.

    An exception of `refusals` becomes a message above the form, or several where it has `lines`; the form
    keeps what was typed, and the HTTP status is the one beside the exception.
    """

    name: ClassVar[str]
    label: ClassVar[str | Promise]
    consequence: ClassVar[str | Promise]
    done: ClassVar[str | Promise]
    roles: ClassVar[frozenset[str]] = frozenset({"registrar"})
    form_class: ClassVar[type[ActForm]] = ActForm
    refusals: ClassVar[Mapping[type[Exception], int]] = {}
    # Whether the person must have proved within the last minutes that it is still she (SAFETY 5.12).
    is_guarded: ClassVar[bool] = False
    is_grave: ClassVar[bool] = False
    # Whether the record's page has a button for it; another part of that page may lead to it instead.
    is_listed: ClassVar[bool] = True
    template: ClassVar[str] = "admin/act.html"
    # Fields of the form that a link to the page may fill in.
    asked: ClassVar[tuple[str, ...]] = ()

    def allows(self, record: M, by: Any) -> bool:
        """Whether the role of this person reaches this record; a role may be for one series only."""
        return True

    def is_open(self, record: M, by: Any) -> bool:
        """Whether the button shows; the service decides again when it is pressed."""
        return True

    def form(self, record: M, data: Mapping[str, Any] | None) -> ActForm:
        return self.form_class(data)

    def facts(self, record: M) -> Sequence[tuple[str, object]]:
        """What the page shows about the record and about what follows: names and values."""
        return ()

    def beside(self, record: M) -> Mapping[str, object]:
        """What a template of the act's own shows besides."""
        return {}

    def do(self, record: M, form: ActForm, *, by: Any, at: datetime) -> str:
        """Do it once for this press of the button; answers the address to go on to."""
        raise NotImplementedError


class ActsAdmin(RoleAdmin[M]):
    """A ModelAdmin with buttons: each act has a page of its own at `<pk>/act/<name>/`."""

    acts: ClassVar[tuple[Act[Any], ...]] = ()
    change_form_template = "admin/acts_change_form.html"

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_act"
        view = self.admin_site.admin_view(self.act_view)
        return [path("<int:pk>/act/<slug:act>/", view, name=name), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        record = kwargs.get("obj")
        context["acts"] = self._buttons(request, record) if record is not None else []
        return super().render_change_form(request, context, *args, **kwargs)

    def _buttons(self, request: HttpRequest, record: M) -> list[dict[str, object]]:
        address = f"admin:{self.opts.app_label}_{self.opts.model_name}_act"
        return [
            {
                "label": act.label,
                "url": reverse(address, args=[record.pk, act.name]),
                "is_grave": act.is_grave,
            }
            for act in self.acts
            if act.is_listed
            and self._holds(request, act.roles)
            and act.allows(record, request.user)
            and act.is_open(record, request.user)
        ]

    def act_view(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        chosen = next((known for known in self.acts if known.name == act), None)
        if chosen is None:
            raise Http404
        if not self.has_view_permission(request) or not self._holds(request, chosen.roles):
            raise PermissionDenied
        record = get_object_or_404(self.get_queryset(request), pk=pk)
        if not chosen.allows(record, request.user):
            raise PermissionDenied
        page = reauthentication_required(self._act_page) if chosen.is_guarded else self._act_page
        response: HttpResponse = page(request, chosen, record)
        return response

    def _act_page(self, request: HttpRequest, act: Act[M], record: M) -> HttpResponse:
        back = page_of(record)
        status = 200
        if request.method == "POST":
            form = act.form(record, request.POST)
            if form.is_valid():
                try:
                    address = act.do(record, form, by=request.user, at=now())
                except tuple(act.refusals) as refusal:
                    form.add_error(None, [*getattr(refusal, "lines", (str(refusal),))])
                    status = next(code for kind, code in act.refusals.items() if isinstance(refusal, kind))
                else:
                    messages.success(request, str(act.done))
                    return HttpResponseRedirect(address)
        elif act.is_open(record, request.user):
            form = act.form(record, None)
            form.initial.update({name: request.GET[name] for name in act.asked if name in request.GET})
        else:
            messages.warning(request, _("That cannot be done as things stand."))
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": act.label,
            "subtitle": str(record),
            "opts": self.opts,
            "original": record,
            "act": act,
            "facts": [
                (name, value if isinstance(value, list) else [value]) for name, value in act.facts(record)
            ],
            "form": form,
            "back": back,
            **act.beside(record),
        }
        return TemplateResponse(request, act.template, context, status=status)
