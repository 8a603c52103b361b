"""The record, to be read: ledger, signed documents, printed files, status lists, sweeps, audit trail."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Case, OuterRef, Subquery, Value, When
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import Act, ActForm, ActsAdmin, page_of
from config.admin import ReadOnlyAdmin
from credentials.models import (
    AuditEntry,
    Credential,
    CredentialEvent,
    Rendering,
    Role,
    SignedDocument,
    StatusList,
    SweepRun,
)
from credentials.models.duty import Duty
from credentials.services.duties import NotStuck, try_again
from credentials.services.once import KeyReused, once

PEOPLE = get_user_model().objects


def _named_now(rows: Any, path: str) -> Subquery:
    """The name today of the person that an entry's object belongs to."""
    ours = rows.filter(pk=Cast(OuterRef("object_id"), models.BigIntegerField()))
    return Subquery(ours.values(path)[:1], output_field=models.CharField())


ACTOR_NOW = Subquery(
    PEOPLE.filter(pk=OuterRef("person__actor_id")).values("name")[:1], output_field=models.CharField()
)
SUBJECT_NOW = Case(
    When(object_type="credentials.credential", then=_named_now(Credential.objects, "recipient__name")),
    When(object_type="credentials.role", then=_named_now(Role.objects, "user__name")),
    When(object_type=settings.AUTH_USER_MODEL.lower(), then=_named_now(PEOPLE, "name")),
    default=Value(""),
)


class TryAgain(Act[Any]):
    """The same button for every duty that gave up."""

    name = "try-again"
    label = _("Try again")
    consequence = _(
        "The work gave up after several failures. Put right what stood in its way, then give it a fresh "
        "start: it is taken up within half a minute."
    )
    done = _("It is tried again within half a minute.")
    refusals = {NotStuck: 409, KeyReused: 422}

    def is_open(self, record: Duty, by: Any) -> bool:
        return record.is_stuck

    def facts(self, record: Duty) -> list[tuple[str, object]]:
        return [
            (gettext("What"), record),
            (gettext("Attempts"), record.attempts),
            (gettext("Last error"), record.last_error),
        ]

    def do(self, record: Any, form: ActForm, *, by: Any, at: datetime) -> str:
        def again() -> str:
            try_again(duty=record, by=by)
            return page_of(record)

        return once(
            actor=by,
            key=form.operation,
            act="try again",
            parameters={"duty": f"{record._meta.label}:{record.pk}"},
            do=again,
        )


@admin.register(CredentialEvent)
class CredentialEventAdmin(ReadOnlyAdmin[CredentialEvent]):
    list_display = ("kind", "about", "recipient", "at", "who")
    list_filter = ("kind", "at")
    list_select_related = ("recipient", "by", "credential__version", "credential__recipient")
    search_fields = ("recipient__name", "recipient__email", "credential__code")
    ordering = ("-pk",)
    show_full_result_count = False
    fields = ("kind", "about", "recipient", "at", "recorded_at", "who", "reason", "public_reason")

    @admin.display(description=_("credential"))
    def about(self, event: CredentialEvent) -> str:
        return format_html('<a href="{}">{}</a>', page_of(event.credential), event.credential.version.name)

    @admin.display(description=_("by"))
    def who(self, event: CredentialEvent) -> str:
        return str(event.by) if event.by else gettext("the portal, by a rule")


class DutyAdmin(ActsAdmin[Any], ReadOnlyAdmin[Any]):
    """What the rows of all duties show, and the button for those that gave up."""

    acts: ClassVar[tuple[Act[Any], ...]] = (TryAgain(),)
    show_full_result_count = False

    @admin.display(description=_("how it stands"))
    def how_it_stands(self, duty: Duty) -> str:
        if duty.done_at is not None:
            return gettext("done")
        return gettext("gave up") if duty.is_stuck else gettext("waiting")


@admin.register(SignedDocument)
class SignedDocumentAdmin(DutyAdmin):
    list_display = ("credential", "revision", "how_it_stands", "signed_at", "attempts")
    list_filter = ("signed_at",)
    list_select_related = ("credential__version", "credential__recipient", "key")
    search_fields = ("sha256", "credential__code", "credential__recipient__name")
    ordering = ("-pk",)
    fields = (
        "about",
        "revision",
        "key",
        "proof_created_at",
        "valid_from",
        "how_it_stands",
        "signed_at",
        "sha256",
        "attempts",
        "last_error",
        "due_at",
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[SignedDocument]:
        return super().get_queryset(request).defer("unsigned", "signed")

    @admin.display(description=_("credential"))
    def about(self, document: SignedDocument) -> str:
        return format_html('<a href="{}">{}</a>', page_of(document.credential), document.credential)


@admin.register(Rendering)
class RenderingAdmin(DutyAdmin):
    list_display = ("certificate", "how_it_stands", "rendered_at", "attempts")
    list_filter = ("rendered_at", "design")
    list_select_related = (
        "document__credential__version",
        "document__credential__recipient",
    )
    search_fields = ("sha256", "document__credential__code", "document__credential__recipient__name")
    ordering = ("-pk",)
    fields = (
        "about",
        "design",
        "how_it_stands",
        "rendered_at",
        "file",
        "sha256",
        "attempts",
        "last_error",
        "due_at",
    )

    @admin.display(description=_("credential"))
    def certificate(self, rendering: Rendering) -> str:
        return str(rendering.document.credential)

    @admin.display(description=_("credential"))
    def about(self, rendering: Rendering) -> str:
        credential = rendering.document.credential
        return format_html('<a href="{}">{}</a>', page_of(credential), credential)


@admin.register(StatusList)
class StatusListAdmin(ReadOnlyAdmin[StatusList]):
    list_display = ("public_id", "issuer", "is_open", "is_published", "published_at")
    list_select_related = ("issuer",)
    fields = (
        "issuer",
        "public_id",
        "is_open",
        "is_published",
        "revision",
        "published_revision",
        "published_at",
        "addresses",
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[StatusList]:
        return super().get_queryset(request).defer("revocation_bytes", "suspension_bytes")

    @admin.display(description=_("published as it stands"), boolean=True)
    def is_published(self, block: StatusList) -> bool:
        return block.published_revision >= block.revision

    @admin.display(description=_("addresses"))
    def addresses(self, block: StatusList) -> str:
        return "\n".join([block.url("revocation"), block.url("suspension")])


@admin.register(SweepRun)
class SweepRunAdmin(ReadOnlyAdmin[SweepRun]):
    list_display = ("name", "started_at", "finished_at", "found")
    fields = ("name", "started_at", "finished_at", "found")


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin[AuditEntry]):
    list_display = ("at", "act", "on_what", "who", "about", "seq")
    list_filter = ("at", "act")
    list_select_related = ("person",)
    search_fields = ("act", "object_type", "object_id", "person__actor_name", "person__subject_name")
    show_full_result_count = False
    fields = ("at", "act", "on_what", "who", "about", "why", "facts_in_words", "seq", "hash", "commitment")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[AuditEntry]:
        """With people as they are called now: a name that was laid down is shown nowhere, kept or not."""
        return super().get_queryset(request).annotate(actor_now=ACTOR_NOW, subject_now=SUBJECT_NOW)

    @admin.display(description=_("on what"))
    def on_what(self, entry: AuditEntry) -> str:
        name = f"{entry.object_type} {entry.object_id}"
        try:
            address = reverse(f"admin:{entry.object_type.replace('.', '_')}_change", args=[entry.object_id])
        except NoReverseMatch:
            return name
        return format_html('<a href="{}">{}</a>', address, name)

    @admin.display(description=_("by"))
    def who(self, entry: AuditEntry) -> str:
        return self._personal(entry, "actor_name", "actor_now") or gettext("the portal")

    @admin.display(description=_("about"))
    def about(self, entry: AuditEntry) -> str:
        return self._personal(entry, "subject_name", "subject_now")

    @admin.display(description=_("reason"))
    def why(self, entry: AuditEntry) -> str:
        return self._personal(entry, "reason")

    @admin.display(description=_("facts"))
    def facts_in_words(self, entry: AuditEntry) -> str:
        return format_html_join("", "<div>{}: {}</div>", sorted(entry.facts.items())) or "–"

    def _personal(self, entry: AuditEntry, name: str, now: str = "") -> str:
        """The personal part is erased alone: then the entry stands without it."""
        person = getattr(entry, "person", None)
        if person is None:
            return gettext("erased")
        kept: str = getattr(person, name)
        return (getattr(entry, now, None) or kept) if kept and now else kept
