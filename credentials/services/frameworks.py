"""Frameworks: published, retired, kept in order, and told as plain facts to who writes or compares them."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from credentials.definitions import case
from credentials.definitions.case.writing import in_order
from credentials.models import Competency, CompetencyFramework, VersionCompetency
from credentials.services.auditing import audit

if TYPE_CHECKING:
    from learners.models import User

Status = CompetencyFramework.Status
ITEM_FIELDS = ("code", "title", "statement", "kind", "level", "cognitive_level", "sort", "uri", "extras")
FRAMEWORK_FIELDS = ("title", "creator", "version", "description", "language", "uri", "licence", "extras")
LINK_FIELDS = ("kind", "target_uri", "target_identifier", "target_title", "sequence", "extras")


class CannotChange(Exception):
    """What was asked of this framework or competency cannot be done as things stand."""


@transaction.atomic
def publish_framework(*, framework: CompetencyFramework, by: "User") -> CompetencyFramework:
    """Open its page to everyone. Raises CannotChange."""
    framework = CompetencyFramework.objects.select_for_update(no_key=True).get(pk=framework.pk)
    if framework.status == Status.PUBLISHED:
        raise CannotChange(gettext("This framework is published already."))
    if not framework.competencies.exists():
        raise CannotChange(gettext("This framework holds no competency yet. Add one, or import them."))
    return _moved(framework, Status.PUBLISHED, "publish framework", by)


@transaction.atomic
def retire_framework(*, framework: CompetencyFramework, by: "User") -> CompetencyFramework:
    """Take its page away; achievements keep what they say of it. Raises CannotChange."""
    framework = CompetencyFramework.objects.select_for_update(no_key=True).get(pk=framework.pk)
    if framework.status != Status.PUBLISHED:
        raise CannotChange(gettext("Only a published framework can be retired."))
    return _moved(framework, Status.RETIRED, "retire framework", by)


def _moved(framework: CompetencyFramework, status: Status, act: str, by: "User") -> CompetencyFramework:
    framework.status = status
    framework.save(update_fields=["status", "changed_at"])
    audit(act, framework, by=by, version=framework.version)
    return framework


@transaction.atomic
def remove_competency(*, competency: Competency, by: "User") -> CompetencyFramework:
    """Take a competency out of its framework. Raises CannotChange where anything stands on it."""
    competency = Competency.objects.select_for_update(no_key=True, of=("self",)).get(pk=competency.pk)
    shown = VersionCompetency.objects.filter(competency=competency).select_related("version__achievement")
    if cited := sorted({f"{row.version.achievement.code} {row.version.name}" for row in shown}):
        raise CannotChange(
            gettext("%(competency)s stays: %(achievements)s shows it.")
            % {"competency": competency, "achievements": ", ".join(cited[:5])}
        )
    if competency.children.exists():
        raise CannotChange(
            gettext("%(competency)s has parts. Remove these first.") % {"competency": competency}
        )
    framework = competency.framework
    audit("remove competency", framework, by=by, identifier=competency.identifier)
    competency.delete()
    return framework


@transaction.atomic
def arrange(*, framework: CompetencyFramework, first: Mapping[str, int] | None = None) -> int:
    """Number the tree through from the top down, so that a list by position is the tree.

    Answers how many rows moved. Siblings stand by `first`, the places a file gives them by identifier, and
    else by their present numbers.
    """
    rows = list(framework.competencies.order_by("position", "pk"))
    known = first or {}
    names = {row.pk: row.identifier for row in rows}
    items = [
        case.Item(identifier=row.identifier, statement="", parent=names.get(row.parent_id or 0, ""))
        for row in rows
    ]
    beyond = len(known)
    rank = {row.identifier: (known.get(row.identifier, beyond), place) for place, row in enumerate(rows)}
    placed = {item.identifier: place for place, item in enumerate(in_order(items, rank), start=1)}
    moved = [row for row in rows if row.position != placed.get(row.identifier, row.position)]
    for row in moved:
        row.position = placed[row.identifier]
    Competency.objects.bulk_update(moved, ["position"], batch_size=500)
    return len(moved)


@transaction.atomic
def settle(*, competency: Competency) -> None:
    """After somebody wrote on a competency: dated by that, no more by its file, and in its place."""
    framework, members = competency.framework, competency.extras.get("members", {})
    if members.pop("lastChangeDateTime", None):
        competency.save(update_fields=["extras"])
    framework.save(update_fields=["changed_at"])
    arrange(framework=framework)


# --- As plain facts -----------------------------------------------------------------------------------
def facts_of(framework: CompetencyFramework) -> case.Package:
    """The framework as its file would say it, asked in two queries; addresses filled in where it has none."""
    page = settings.PORTAL_URL + framework.get_absolute_url()
    rows = list(framework.competencies.order_by("position", "pk"))
    names = {row.pk: row.identifier for row in rows}
    items = tuple(
        case.Item(
            identifier=row.identifier,
            parent=names.get(row.parent_id or 0, ""),
            **{name: getattr(row, name) for name in ITEM_FIELDS if name != "uri"},
            uri=_address(row.uri, row.extras, f"{page}#c-{row.public_id}"),
        )
        for row in rows
    )
    links = tuple(
        case.Link(
            identifier=row.identifier,
            origin=names[row.origin_id],
            target=names.get(row.target_id or 0, ""),
            **{name: getattr(row, name) for name in LINK_FIELDS},
        )
        for row in framework.associations.order_by("sequence", "pk")
    )
    header = case.Framework(
        identifier=framework.identifier,
        levels=tuple(framework.levels),
        **{name: getattr(framework, name) for name in FRAMEWORK_FIELDS if name != "uri"},
        uri=_address(framework.uri, framework.extras, page),
    )
    return case.Package(framework=header, items=items, links=links)


def _address(uri: str, extras: Mapping[str, Any], ours: str) -> str:
    """Its own address, or our page; none where its file names one that is not of the web."""
    return uri or ("" if "uri" in extras.get("members", {}) else ours)


def case_document(framework: CompetencyFramework) -> dict[str, Any]:
    """The framework as a CASE 1.1 CFPackage."""
    return case.package(facts_of(framework), at=instant(framework.changed_at))


def instant(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def file_name(framework: CompetencyFramework) -> str:
    """A name for the downloaded file that any system takes."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", f"{framework.title} {framework.version}").strip("-").lower()
    return f"{plain[:60] or 'framework'}.case.json"
