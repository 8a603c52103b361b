"""The AdminSite: roles instead of permission tables, and the registrar's work list as its index."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self, TypeVar, cast

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from config.choosing import TypedSelect, TypedSelectMultiple
from config.clock import now

M = TypeVar("M", bound=models.Model)
P = TypeVar("P", bound=models.Model)
if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin
    TabularInline = admin.TabularInline
    ModelForm = forms.ModelForm
else:
    # Django's admin classes take no type parameter while running; the type checker wants one.
    class ModelAdmin(admin.ModelAdmin):
        def __class_getitem__(cls, _model: object) -> type[Self]:
            return cls

    class TabularInline(admin.TabularInline):
        def __class_getitem__(cls, _models: object) -> type[Self]:
            return cls

    class ModelForm(forms.ModelForm):
        def __class_getitem__(cls, _model: object) -> type[Self]:
            return cls


# Who may open the admin at all; SAFETY §4 is the one list of roles.
ADMIN_ROLES = frozenset({"registrar", "approver", "auditor", "analyst", "support", "break_glass"})
READERS = frozenset({"registrar", "approver", "auditor"})


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """One line of the work list: what waits, how much, since when, and where to do it."""

    label: str
    count: int
    url: str
    oldest: datetime | None = None
    severity: Literal["bad", "warn", "plain"] = "plain"


class PortalAdminSite(admin.AdminSite):
    site_header = _("Registrar")
    site_title = _("Registrar")
    index_title = _("What waits")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(user.is_active and user.is_authenticated and user.roles & ADMIN_ROLES)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One sign-in for everybody; somebody signed in without a role for the admin is told so."""
        if request.user.is_authenticated:
            return super().login(request, extra_context)
        return redirect(
            f"{reverse(settings.LOGIN_URL)}?next={request.GET.get('next', reverse('admin:index'))}"
        )

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        found: list[WorkItem] = []
        at = now()
        for dotted in settings.WORKLIST:
            waiting_work: Callable[..., list[WorkItem]] = import_string(dotted)
            found += waiting_work(request.user, at)
        urgency = {"bad": 0, "warn": 1, "plain": 2}
        waiting = sorted((item for item in found if item.count), key=lambda item: urgency[item.severity])
        context = {
            "worklist": waiting,
            "last_sweep": import_string(settings.LAST_SWEEP)(),
            **(extra_context or {}),
        }
        return super().index(request, context)


class LongLists:
    """Where a list is too long to show, its rows are searched or, without script, named in writing."""

    def formfield_for_foreignkey(
        self, db_field: "models.ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "forms.ModelChoiceField[Any] | None":
        model_admin, above = cast("Any", self), cast("Any", super())
        if db_field.name in model_admin.get_autocomplete_fields(request):
            kwargs["widget"] = TypedSelect(db_field, model_admin.admin_site, using=kwargs.get("using"))
        field: forms.ModelChoiceField[Any] | None = above.formfield_for_foreignkey(
            db_field, request, **kwargs
        )
        return field

    def formfield_for_manytomany(
        self, db_field: "models.ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "forms.ModelMultipleChoiceField[Any] | None":
        model_admin, above = cast("Any", self), cast("Any", super())
        if db_field.name in model_admin.get_autocomplete_fields(request):
            kwargs["widget"] = TypedSelectMultiple(
                db_field, model_admin.admin_site, using=kwargs.get("using")
            )
        field: forms.ModelMultipleChoiceField[Any] | None = above.formfield_for_manytomany(
            db_field, request, **kwargs
        )
        return field


class RoleAdmin(LongLists, ModelAdmin[M]):
    """A ModelAdmin whose doors are roles: `readers` may look, `editors` may also change what is a draft."""

    readers: ClassVar[frozenset[str]] = READERS
    editors: ClassVar[frozenset[str]] = frozenset({"registrar"})

    def _holds(self, request: HttpRequest, roles: frozenset[str]) -> bool:
        user: Any = request.user
        return bool(user.roles & roles)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._holds(request, self.readers | self.editors)

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self._holds(request, self.readers | self.editors)

    def has_add_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self._holds(request, self.editors)

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self._holds(request, self.editors)

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """A list is called by what it lists."""
        named = {"title": capfirst(str(self.opts.verbose_name_plural))}
        return super().changelist_view(request, {**named, **(extra_context or {})})


class ReadOnlyAdmin(RoleAdmin[M]):
    """For issued, graded and published records: to be read and followed, changed only by services."""

    def has_add_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False


class RoleInline(LongLists, TabularInline[M, P]):
    """Rows inside another row's page: whoever may open that page sees them, its editors change them."""

    extra = 0
    editors: ClassVar[frozenset[str]] = frozenset({"registrar"})

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Without the small links to other pages beside a choice: in a row they only take room."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            for link in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
                setattr(field.widget, link, False)
        return field

    def _may_edit(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(user.roles & self.editors)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_edit(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_edit(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_edit(request)


class DraftInline(RoleInline[M, P]):
    """Rows of a draft, to be changed until it is sent on; the row above says by `is_draft`."""

    # One empty row stands ready where no script can add one.
    extra = 1

    def _may_edit_in(self, request: HttpRequest, obj: Any) -> bool:
        return self._may_edit(request) and (obj is None or obj.is_draft)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_edit_in(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_edit_in(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_edit_in(request, obj)


class ReadOnlyInline(RoleInline[M, P]):
    """Records inside another record's page, to be read there."""

    template = "admin/records_inline.html"
    can_delete = False
    show_change_link = True

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Every field: Django makes a form of an inline's others, even where nobody may change them."""
        return tuple(self.fields or ())

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
