"""The published assessment blueprint: what is asked, by which methods, how much each weighs, what passes."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from assessments.marking.blueprint import Blueprint, blueprint_of
from assessments.models.assessment import Kind
from credentials.queries import plain, public_version, rubric_of


@require_safe
def blueprint(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Of one published version, for everybody: the same that its markers work by."""
    version = get_object_or_404(public_version(public_id))
    table = blueprint_of(version.definition.get("blueprint", ()))
    context = {
        "version": version,
        "achievement": version.achievement,
        "table": _in_words(table) if table.rows else None,
        "criteria": rubric_of(version),
    }
    return render(request, "assessments/blueprint.html", context)


def _in_words(table: Blueprint) -> dict[str, object]:
    """The table as the page shows it: methods by name, weights as the reader writes numbers."""
    words = dict(Kind.choices)
    methods = [str(words.get(method, method)) for method in table.methods]
    rows = [
        {
            "row": row,
            "cells": [
                (method, cell, plain(cell.weight) if cell else "")
                for method, cell in zip(methods, row.cells, strict=True)
            ],
            "total": plain(row.total),
        }
        for row in table.rows
    ]
    totals = [(method, plain(total)) for method, total in zip(methods, table.totals, strict=True)]
    return {"methods": methods, "rows": rows, "totals": totals, "total": plain(table.total)}
