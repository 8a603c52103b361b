"""Decisions that verdicts read: proposed here by one person, approved by another, ended with a reason."""

from typing import Any, ClassVar, TypeVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Case, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import ActsAdmin, page_of
from config.admin import ReadOnlyAdmin, ReadOnlyInline, RoleAdmin
from config.clock import now
from credentials.services.once import once
from pathways.admin.deciding import REFUSALS, Approve, End, Refuse, place_of, what_follows
from pathways.forms.rulings import (
    CompletionForm,
    EquivalenceForm,
    PauseForm,
    ProposalForm,
    RecognitionForm,
    StepForm,
)
from pathways.models import (
    Act,
    Enrolment,
    Equivalence,
    Exemption,
    Pause,
    Recognition,
    Requirement,
    Ruling,
    StepCompletion,
)
from pathways.services.ruling import keep_act, propose

R = TypeVar("R", bound=Ruling)
STANDINGS = {
    "waiting": _("waiting for approval"),
    "standing": _("stands"),
    "ended": _("ended"),
    "refused": _("refused"),
}
BY_STANDING = Case(
    When(ended_at__isnull=False, approved_at__isnull=True, then=Value("refused")),
    When(ended_at__isnull=False, then=Value("ended")),
    When(approved_at__isnull=False, then=Value("standing")),
    default=Value("waiting"),
)


class StandingFilter(admin.SimpleListFilter):
    title = _("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(STANDINGS.items())

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return queryset.filter(standing=self.value()) if self.value() in STANDINGS else queryset


class RulingAdmin(ActsAdmin[R], ReadOnlyAdmin[R]):
    """What all kinds share: lists by standing, the proposal's form, and the three words of people."""

    proposal: ClassVar[type[ProposalForm[Any]] | None] = None
    kept: ClassVar[tuple[str, ...]] = ()
    list_filter: ClassVar[Any] = (StandingFilter, "recorded_at")
    list_select_related: ClassVar[Any] = ("recorded_by",)
    acts = (Approve(), Refuse(), End())

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[R]:
        rows: models.QuerySet[R] = super().get_queryset(request)
        return rows.annotate(standing=BY_STANDING)  # type: ignore[return-value]  # as rows of the model still

    def get_fields(self, request: HttpRequest, obj: R | None = None) -> Any:
        who = ("recorded_by", "recorded_at", "approved_by", "approved_at")
        ended = ("ended_by", "ended_at", "end_reason") if obj is not None and obj.ended_at else ()
        follows = ("follows",) if obj is not None and not obj.ended_at else ()
        said = (name for name in self.kept if obj is None or getattr(obj, name, name) is not None)
        return (*said, "reason", "evidence", "how_it_stands", *follows, *who, *ended)

    def get_readonly_fields(self, request: HttpRequest, obj: R | None = None) -> Any:
        return self.get_fields(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:  # type: ignore[override]
        return self.proposal is not None and self._holds(request, self.editors)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Draw one up; it waits for somebody else."""
        if self.proposal is None or not self.has_add_permission(request):
            raise PermissionDenied
        form = self.proposal(request.POST if request.method == "POST" else None)
        status = 200
        if request.method == "POST" and form.is_valid():
            try:
                address = self._propose(request, form)
            except tuple(REFUSALS) as refusal:
                form.add_error(None, str(refusal))
                status = next(code for kind, code in REFUSALS.items() if isinstance(refusal, kind))
            else:
                messages.success(request, gettext("It waits for approval by somebody else."))
                return HttpResponseRedirect(address)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Propose: %(kind)s") % {"kind": self.opts.verbose_name},
            "opts": self.opts,
            "form": form,
        }
        return TemplateResponse(request, "admin/pathways/propose.html", context, status=status)

    def _propose(self, request: HttpRequest, form: "ProposalForm[Any]") -> str:
        by: Any = request.user
        return once(
            actor=by,
            key=form.operation,
            act=f"propose {self.opts.model_name}",
            parameters=form.answers,
            do=lambda: page_of(propose(ruling=form.ruling, by=by, at=now())),
        )

    @admin.display(description=_("standing"), ordering="standing")
    def how_it_stands(self, ruling: R) -> str:
        return str(STANDINGS[getattr(ruling, "standing", "waiting")])

    @admin.display(description=_("what follows"))
    def follows(self, ruling: R) -> str:
        opening = gettext("Ended now:") if ruling.is_standing else gettext("Once it is approved:")
        return format_html_join("", "<div>{}</div>", ((line,) for line in (opening, *what_follows(ruling))))


# The requirement's label, where it has one: the rule in words is read on the exception's own page.
REQUIREMENT = Coalesce(
    Subquery(
        Requirement.objects.filter(version=OuterRef("enrolment__version"), key=OuterRef("node"))
        .annotate(named=NullIf("label", Value("")))
        .values("named")[:1]
    ),
    F("node"),
)


@admin.register(Exemption)
class ExemptionAdmin(RulingAdmin[Exemption]):
    list_display = ("learner", "pathway", "type", "requirement", "expires_on", "how_it_stands")
    list_filter = (StandingFilter, "type", "enrolment__pathway")
    list_select_related = ("enrolment__learner", "enrolment__pathway")
    search_fields = ("enrolment__learner__name", "enrolment__learner__email")
    kept = (
        "enrolment",
        "type",
        "in_words",
        "by",
        "achievement",
        "credential",
        "expires_on",
        "second_approver",
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Exemption]:
        return super().get_queryset(request).annotate(requirement=REQUIREMENT)

    @admin.display(description=_("learner"), ordering="enrolment__learner__name")
    def learner(self, exemption: Exemption) -> str:
        return str(exemption.enrolment.learner)

    @admin.display(description=_("pathway"), ordering="enrolment__pathway__name")
    def pathway(self, exemption: Exemption) -> str:
        return str(exemption.enrolment.pathway)

    @admin.display(description=_("requirement"))
    def requirement(self, exemption: Exemption) -> str:
        return str(getattr(exemption, "requirement", exemption.node))

    @admin.display(description=_("requirement"))
    def in_words(self, exemption: Exemption) -> str:
        return place_of(exemption)


@admin.register(Equivalence)
class EquivalenceAdmin(RulingAdmin[Equivalence]):
    proposal = EquivalenceForm
    list_display = ("source", "target", "valid_from", "valid_to", "how_it_stands")
    list_select_related = ("source__current_version", "target__current_version")
    search_fields = ("source__code", "target__code")
    autocomplete_fields = ("source", "target")
    kept = ("source", "target", "valid_from", "valid_to")


@admin.register(Pause)
class PauseAdmin(RulingAdmin[Pause]):
    proposal = PauseForm
    list_display = ("learner", "starts_on", "ends_on", "how_it_stands")
    list_select_related = ("learner",)
    search_fields = ("learner__name", "learner__email")
    autocomplete_fields = ("learner",)
    kept = ("learner", "starts_on", "ends_on")


@admin.register(Recognition)
class RecognitionAdmin(RulingAdmin[Recognition]):
    proposal = RecognitionForm
    list_display = ("learner", "title", "institution", "achievement", "source", "how_it_stands")
    list_filter = (StandingFilter, "source")
    list_select_related = ("learner", "achievement__current_version")
    search_fields = ("learner__name", "learner__email", "title", "institution", "reference")
    autocomplete_fields = ("learner", "achievement")
    kept = (
        "learner",
        "achievement",
        "source",
        "institution",
        "title",
        "reference",
        "earned_at",
        "expires_on",
        "level",
        "credits",
    )


@admin.register(StepCompletion)
class StepCompletionAdmin(RulingAdmin[StepCompletion]):
    proposal = CompletionForm
    list_display = ("learner", "act", "earned_at", "level", "how_it_stands")
    list_filter = (StandingFilter, "act")
    list_select_related = ("learner", "act")
    search_fields = ("learner__name", "learner__email", "act__name")
    autocomplete_fields = ("learner",)
    kept = ("learner", "act", "earned_at", "level")


@admin.register(Act)
class ActAdmin(RoleAdmin[Act]):
    form = StepForm
    list_display = ("name", "code", "kind", "series", "is_active")
    list_filter = ("kind", "is_active")
    list_select_related = ("series",)
    search_fields = ("code", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: Act | None = None) -> tuple[str, ...]:
        """Frozen rules name it by its code."""
        return ("code",) if obj is not None else ()

    def save_model(self, request: HttpRequest, obj: Act, form: Any, change: bool) -> None:
        keep_act(act=obj, by=request.user)  # type: ignore[arg-type]  # the admin lets nobody else in


class ExemptionInline(ReadOnlyInline[Exemption, Enrolment]):
    """On the page of an enrolment."""

    model = Exemption
    fields = ("type", "requirement", "expires_on", "reason", "how_it_stands")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Exemption]:
        return super().get_queryset(request).annotate(standing=BY_STANDING, requirement=REQUIREMENT)

    @admin.display(description=_("requirement"))
    def requirement(self, exemption: Exemption) -> str:
        return str(getattr(exemption, "requirement", exemption.node))

    @admin.display(description=_("standing"))
    def how_it_stands(self, exemption: Exemption) -> str:
        return str(STANDINGS[getattr(exemption, "standing", "waiting")])
