"""Imports: hand in a file, say which column is which, look at what would happen, let it happen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminFileWidget
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import Act, ActForm, ActsAdmin, page_of
from config.admin import ReadOnlyAdmin
from config.clock import now
from config.operations import OperationForm
from credentials.models import Competency, CompetencyFramework, ImportBatch, ImportRow
from credentials.services.importing import (
    CannotImport,
    MappingIncomplete,
    NotAsShown,
    Refused,
    TooLarge,
    cancel_import,
    confirm_import,
    guessed,
    header_of,
    importer_of,
    importers,
    in_words,
    map_columns,
    start_import,
    write_table,
)
from credentials.services.once import KeyReused, once

State = ImportBatch.State
ROWS_A_PAGE = 100
# Errors first, then what changes.
ORDER = ("error", "changed", "new", "unchanged")


class UploadForm(OperationForm):
    """The file, and what it does not say of itself."""

    kind = forms.ChoiceField(label=_("What the file holds"), widget=forms.RadioSelect)
    file = forms.FileField(label=_("File"), widget=AdminFileWidget)
    framework = forms.ModelChoiceField(
        label=_("Add to"),
        required=False,
        queryset=CompetencyFramework.objects.exclude(status=CompetencyFramework.Status.RETIRED),
        empty_label=_("A new framework, named below"),
        help_text=_("For a table. A CASE file names its framework itself."),
    )
    title = forms.CharField(label=_("Title"), max_length=250, required=False)
    version = forms.CharField(label=_("Version"), max_length=40, required=False, initial="1")
    creator = forms.CharField(label=_("Published by"), max_length=250, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = importers()
        self.fields["kind"].choices = [(importer.kind, importer.title) for importer in known]  # type: ignore[attr-defined]
        self.fields["kind"].initial = known[0].kind
        self.fields["file"].widget.attrs["accept"] = ",".join(importer.accepts for importer in known)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        is_table = bool(cleaned.get("kind")) and bool(importer_of(cleaned["kind"]).columns)
        if is_table and not cleaned.get("framework"):
            for name in ("title", "creator"):
                if not cleaned.get(name):
                    self.add_error(name, _("Name the new framework, or choose one above."))
        return cleaned

    @property
    def options(self) -> dict[str, Any]:
        said = self.cleaned_data
        if not importer_of(said["kind"]).columns:
            return {}
        if said["framework"]:
            return {"framework_id": said["framework"].pk}
        return {"title": said["title"], "version": said["version"] or "1", "creator": said["creator"]}


class MappingForm(ActForm):
    """For each column that the portal knows, which of the file's it is."""

    def __init__(self, data: Mapping[str, Any] | None, *, batch: ImportBatch) -> None:
        super().__init__(data)
        header = header_of(batch)
        columns = importer_of(batch.kind).columns
        likely = guessed(header, columns)
        for column in columns:
            self.fields[column.name] = forms.ChoiceField(
                label=str(column.label),
                required=column.is_required,
                choices=[("", gettext("not in the file")), *((name, name) for name in header)],
                initial=likely.get(column.name, ""),
            )


class MapColumns(Act[ImportBatch]):
    name = "map"
    label = _("Read the file")
    consequence = _(
        "Say which column of the file is which; what the names suggest is chosen already. Then the file is "
        "read and compared. Nothing is changed yet."
    )
    done = _("The file is being read.")
    refusals = {MappingIncomplete: 400, NotAsShown: 409, Refused: 400, KeyReused: 422}

    def is_open(self, record: ImportBatch, by: Any) -> bool:
        return _waits_for_columns(record)

    def form(self, record: ImportBatch, data: Mapping[str, Any] | None) -> ActForm:
        return MappingForm(data, batch=record)

    def facts(self, record: ImportBatch) -> Sequence[tuple[str, object]]:
        return [(gettext("File"), record.file_name)]

    def do(self, record: ImportBatch, form: ActForm, *, by: Any, at: datetime) -> str:
        return once(
            actor=by,
            key=form.operation,
            act="map columns",
            parameters={"batch": record.pk, **form.answers},
            do=lambda: page_of(map_columns(batch=record, mapping=form.answers, by=by, at=at)),
        )


class ConfirmForm(ActForm):
    sha256 = forms.CharField(widget=forms.HiddenInput)


class ConfirmImport(Act[ImportBatch]):
    name = "confirm"
    label = _("Import what is shown")
    consequence = _("What the preview shows happens now, all of it together or nothing.")
    done = _("The import is running.")
    refusals = {CannotImport: 409, KeyReused: 422}

    def is_open(self, record: ImportBatch, by: Any) -> bool:
        return record.state == State.STAGED and has_effect(record)

    def form(self, record: ImportBatch, data: Mapping[str, Any] | None) -> ActForm:
        return ConfirmForm(data, initial={"sha256": record.sha256})

    def facts(self, record: ImportBatch) -> Sequence[tuple[str, object]]:
        return [
            (gettext("File"), record.file_name),
            (gettext("New"), record.new_count),
            (gettext("Changed"), record.changed_count),
            (gettext("Unchanged"), record.unchanged_count),
        ]

    def do(self, record: ImportBatch, form: ActForm, *, by: Any, at: datetime) -> str:
        sha256 = form.cleaned_data["sha256"]
        return once(
            actor=by,
            key=form.operation,
            act="confirm import",
            parameters={"batch": record.pk, "sha256": sha256},
            do=lambda: page_of(confirm_import(batch=record, sha256=sha256, by=by, at=at)),
        )


class CancelImport(Act[ImportBatch]):
    name = "cancel"
    label = _("Put aside")
    consequence = _("The file is put aside. Nothing of it is written.")
    done = _("The file is put aside; nothing was changed.")
    refusals = {NotAsShown: 409, KeyReused: 422}

    def is_open(self, record: ImportBatch, by: Any) -> bool:
        return record.state in {State.STAGING, State.STAGED}

    def do(self, record: ImportBatch, form: ActForm, *, by: Any, at: datetime) -> str:
        return once(
            actor=by,
            key=form.operation,
            act="cancel import",
            parameters={"batch": record.pk},
            do=lambda: page_of(cancel_import(batch=record, by=by)),
        )


def _waits_for_columns(batch: ImportBatch) -> bool:
    return batch.state == State.STAGING and batch.job_id is None


def has_effect(batch: ImportBatch) -> bool:
    """Whether importing it would write anything."""
    framework = batch.options.get("framework", {})
    whole = framework.get("changes") or framework.get("is_reordered") or framework.get("pk", 0) is None
    return bool(batch.new_count or batch.changed_count or whole)


@admin.register(ImportBatch)
class ImportBatchAdmin(ActsAdmin[ImportBatch], ReadOnlyAdmin[ImportBatch]):
    list_display = (
        "file_name",
        "holds",
        "state",
        "new_count",
        "changed_count",
        "error_count",
        "created_at",
    )
    list_filter = ("state", "created_at")
    search_fields = ("file_name",)
    fields = ("file_name", "holds", "state", "started_by", "created_at", "applied_at")
    readonly_fields = ("holds",)
    acts = (MapColumns(), ConfirmImport(), CancelImport())
    change_form_template = "admin/credentials/importbatch/change_form.html"
    view_on_site = False

    class Media:
        css = {"all": ("credentials/imports.css",)}

    def has_add_permission(self, request: HttpRequest, obj: ImportBatch | None = None) -> bool:
        return self._holds(request, self.editors)

    @admin.display(description=_("holds"))
    def holds(self, batch: ImportBatch) -> str:
        return str(importer_of(batch.kind).title)

    # --- Hand in ----------------------------------------------------------------------------------
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        status = 200
        if request.method == "POST" and form.is_valid():
            try:
                return HttpResponseRedirect(self._started(request, form))
            except (Refused, KeyReused) as refusal:
                form.add_error("file" if isinstance(refusal, Refused) else None, str(refusal))
                status = 413 if isinstance(refusal, TooLarge) else 400
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Import a file"),
            "opts": self.opts,
            "form": form,
            "columns": [(importer.title, importer.columns) for importer in importers() if importer.columns],
        }
        return TemplateResponse(
            request, "admin/credentials/importbatch/add_form.html", context, status=status
        )

    def _started(self, request: HttpRequest, form: UploadForm) -> str:
        by: Any = request.user
        file, kind = form.cleaned_data["file"], form.cleaned_data["kind"]

        def start() -> str:
            batch = start_import(kind=kind, file=file, options=form.options, by=by, at=now())
            if _waits_for_columns(batch):
                return reverse("admin:credentials_importbatch_act", args=[batch.pk, MapColumns.name])
            return page_of(batch)

        parameters = {"kind": kind, "file": file.name, "size": file.size, **form.options}
        return once(actor=by, key=form.operation, act="start import", parameters=parameters, do=start)

    # --- Look -------------------------------------------------------------------------------------
    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        batch: ImportBatch = kwargs["obj"]
        context |= preview(batch, request.GET)
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.errors_view)
        return [path("<int:pk>/errors.csv", view, name="credentials_importbatch_errors"), *super().get_urls()]

    def errors_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The rows with errors as they stood in the file, with a column that says what is wrong."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        batch = get_object_or_404(ImportBatch, pk=pk)
        answer = HttpResponse(failed_rows(batch), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="rows-with-errors.csv"'
        return answer


def preview(batch: ImportBatch, asked: Mapping[str, str]) -> dict[str, Any]:
    """What the page of an import shows: counts, what belongs to the whole, and one page of rows."""
    counts = {name: getattr(batch, f"{name}_count") for name in ORDER}
    action = asked.get("action", "")
    rows = batch.rows.all()
    if action in ORDER:
        rows = rows.filter(action=action)
    else:
        rank = models.Case(*(models.When(action=name, then=place) for place, name in enumerate(ORDER)))
        action, rows = "", rows.order_by(rank, "number")
    page = Paginator(rows, ROWS_A_PAGE).get_page(asked.get("page"))
    whole = batch.options.get("framework", {})
    return {
        "filters": [(name, ImportRow.Action(name).label, counts[name]) for name in ORDER],
        "action": action,
        "page_obj": page,
        "lines": [_line(row) for row in page],
        "whole_changes": _changes(whole.get("changes", {}), CompetencyFramework),
        "whole": whole,
        "framework": _framework_of(whole),
        "warnings": [in_words(kept) for kept in whole.get("warnings", ())],
        "has_effect": has_effect(batch),
        "waits_for_columns": _waits_for_columns(batch),
    }


def _framework_of(whole: Mapping[str, Any]) -> CompetencyFramework | None:
    """The framework that the file is about: here before it, or made by it."""
    if "header" not in whole:
        return None
    is_it = models.Q(pk=whole.get("pk")) | models.Q(identifier=whole["header"]["identifier"])
    return CompetencyFramework.objects.filter(is_it).first()


def _line(row: ImportRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "key": row.key,
        "action": row.action,
        "action_words": row.get_action_display(),
        "says": row.data.get("says") or row.data.get("kind", ""),
        "messages": [in_words(kept) for kept in row.messages],
        "changes": _changes(row.changes, Competency),
    }


def _changes(changes: Mapping[str, Sequence[str]], model: type[models.Model]) -> list[tuple[str, str, str]]:
    """(name, before, after) in the words of the forms; what has no form keeps its name in the file."""
    known = {
        field.name: capfirst(str(getattr(field, "verbose_name", ""))) for field in model._meta.get_fields()
    }
    choices = dict(Competency.Cognitive.choices)
    return [
        (known.get(name) or name, *(str(choices.get(value, value)) for value in pair))  # type: ignore[misc]
        for name, pair in changes.items()
    ]


def failed_rows(batch: ImportBatch) -> bytes:
    rows = list(batch.rows.filter(action=ImportRow.Action.ERROR))
    header = list(dict.fromkeys(name for row in rows for name in row.data.get("row", {})))
    lines = (
        [
            row.number,
            *(row.data.get("row", {}).get(name, "") for name in header),
            *([] if header else [row.key]),
            "; ".join(
                f"{words['field']}: {words['message']} {words['cure']}"
                for words in map(in_words, row.messages)
            ),
        ]
        for row in rows
    )
    return write_table([gettext("row"), *(header or [gettext("item")]), "error"], lines)
