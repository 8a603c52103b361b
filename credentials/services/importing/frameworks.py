"""What both ways to import a framework share: compare with what stands here, and write it in one piece."""

import hashlib
import json
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import QuerySet

from credentials.definitions import case
from credentials.definitions.text import Text, gettext_noop
from credentials.models import Competency, CompetencyAssociation, CompetencyFramework, ImportBatch, ImportRow
from credentials.services.auditing import audit
from credentials.services.frameworks import (
    FRAMEWORK_FIELDS,
    ITEM_FIELDS,
    LINK_FIELDS,
    arrange,
    facts_of,
)
from credentials.services.importing.shape import Importer, Message, Refused, Source

if TYPE_CHECKING:
    from learners.models import User

Action = ImportRow.Action
BATCH = 500
# How many names the preview lists, and how much of a row it shows.
NAMED, SHOWN = 100, 200
UPLOAD_AGAIN = Text(gettext_noop("Hand the file in again, and look at the new preview."))
# A date alone is no change of what a framework says.
DATED = "lastChangeDateTime"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A row that cannot be imported, and why."""

    number: int
    key: str
    message: Message
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a file says, in the shape of a framework; `numbers` are the rows of the file."""

    package: case.Package
    numbers: Mapping[str, int]
    faults: Sequence[Fault] = ()
    warnings: Sequence[Text] = ()
    # Whether the file says everything about an item, so that any difference counts.
    is_exact: bool = False


class FrameworkImporter(Importer):
    is_whole = True

    @abstractmethod
    def framework_of(self, batch: ImportBatch, data: bytes) -> CompetencyFramework | None:
        """The framework of this portal that the file is about; None for a new one. Raises Refused."""

    @abstractmethod
    def found(self, batch: ImportBatch, data: bytes, stored: case.Package | None) -> Found:
        """What the file says. Raises Refused."""

    def open(self, batch: ImportBatch, data: bytes) -> "FrameworkSource":
        framework = self.framework_of(batch, data)
        stored = facts_of(framework) if framework else None
        found = self.found(batch, data, stored)
        if framework is not None and framework.status == CompetencyFramework.Status.RETIRED:
            raise Refused(
                Text(gettext_noop("“%(framework)s” is retired."), {"framework": str(framework)}),
                Text(gettext_noop("Give the file a new version, so that it becomes a framework of its own.")),
            )
        _refuse_a_double(found.package.framework, framework)
        return FrameworkSource(framework, stored, found)

    def apply(self, batch: ImportBatch, rows: QuerySet[ImportRow], *, by: "User", at: datetime) -> None:
        notes = batch.options["framework"]
        framework = (
            CompetencyFramework.objects.select_for_update(no_key=True).filter(pk=notes["pk"]).first()
            if notes["pk"]
            else None
        )
        if fingerprint(facts_of(framework) if framework else None) != notes["fingerprint"]:
            raise Refused(
                Text(gettext_noop("The framework was changed after the preview was made.")), UPLOAD_AGAIN
            )
        _refuse_a_double(_header(notes["header"]), framework)
        Writing(batch, list(rows), framework).write(by=by)


def _refuse_a_double(header: case.Framework, framework: CompetencyFramework | None) -> None:
    others = CompetencyFramework.objects.filter(title=header.title, version=header.version)
    if framework is not None:
        others = others.exclude(pk=framework.pk)
    if others.exists():
        raise Refused(
            Text(
                gettext_noop("“%(title)s” version %(version)s stands here already, as another framework."),
                {"title": header.title, "version": header.version},
            ),
            Text(gettext_noop("Give it another title or version.")),
        )


# --- Compare ------------------------------------------------------------------------------------------
class FrameworkSource(Source):
    def __init__(
        self, framework: CompetencyFramework | None, stored: case.Package | None, found: Found
    ) -> None:
        self.found, self.stored = found, stored
        self.before = {item.identifier: item for item in stored.items} if stored else {}
        self.links_before = {link.identifier: link for link in stored.links} if stored else {}
        self.after = {item.identifier: item for item in found.package.items}
        is_compared = stored is not None and found.is_exact
        self.places_before = case.placements(stored, at="") if stored and is_compared else {}
        self.places = case.placements(found.package, at="") if is_compared else {}
        self.rank = {item.identifier: rank for rank, item in enumerate(found.package.items)}
        self.faults = _by_row([*found.faults, *self._taken_codes()])
        self.things: list[case.Item | case.Link] = [
            *sorted(found.package.items, key=lambda item: found.numbers[item.identifier]),
            *found.package.links,
        ]
        self.total = len(self.faults) or len(self.things)
        self.notes = {"framework": self._notes(framework)}

    def _taken_codes(self) -> list[Fault]:
        """Codes of the file that stand here already, on competencies that the file does not hold."""
        kept = {item.code: item for item in self.before.values() if item.identifier not in self.rank}
        return [
            Fault(
                number=self.found.numbers[item.identifier],
                key=item.label,
                message=Message(
                    field="code",
                    message=Text(
                        gettext_noop(
                            "The code %(code)s is that of “%(other)s” here, which is not in the file."
                        ),
                        {"code": item.code, "other": kept[item.code].statement[:80]},
                    ),
                    cure=Text(
                        gettext_noop("Remove that competency or change its code, here or in the file.")
                    ),
                ),
            )
            for item in self.found.package.items
            if item.code and item.code in kept
        ]

    def _notes(self, framework: CompetencyFramework | None) -> dict[str, Any]:
        header = self.found.package.framework
        missing = [item for identifier, item in self.before.items() if identifier not in self.rank]
        if self.faults:
            missing = []
        known = [identifier for identifier in self.before if identifier in self.rank]
        return {
            "pk": framework.pk if framework else None,
            "fingerprint": fingerprint(self.stored),
            "header": asdict(header),
            "changes": _header_changes(self.stored.framework, header) if self.stored else {},
            "missing_count": len(missing),
            "missing": [_named(item) for item in missing[:NAMED]],
            "is_reordered": known != sorted(known, key=self.rank.__getitem__),
            "warnings": [
                {"field": "", "message": text.template, "params": dict(text.params), "cure": ""}
                for text in self.found.warnings
            ],
        }  # fmt: skip

    def rows(self, start: int, stop: int) -> list[ImportRow]:
        if self.faults:
            return [_error_row(number, faults) for number, faults in self.faults[start:stop]]
        beyond = len(self.found.package.items)
        return [
            self._item_row(thing) if isinstance(thing, case.Item) else self._link_row(thing, beyond + place)
            for place, thing in enumerate(self.things[start:stop], start=start + 1 - beyond)
        ]

    def _item_row(self, item: case.Item) -> ImportRow:
        before = self.before.get(item.identifier)
        changes = self._item_changes(before, item) if before else {}
        action = Action.NEW if before is None else Action.CHANGED if changes else Action.UNCHANGED
        named = {
            "what": "item",
            "identifier": item.identifier,
            "rank": self.rank[item.identifier],
            "says": (item.title or item.statement)[:SHOWN],
        }
        return ImportRow(
            number=self.found.numbers[item.identifier],
            key=item.label[:250],
            data=named if action == Action.UNCHANGED else {**asdict(item), **named},
            action=action,
            changes=changes,
        )

    def _item_changes(self, before: case.Item, after: case.Item) -> dict[str, list[str]]:
        changes = {
            name: [getattr(before, name), getattr(after, name)]
            for name in ITEM_FIELDS
            if name != "extras" and getattr(before, name) != getattr(after, name)
        }
        if before.parent != after.parent:
            changes["parent"] = [self._label(before.parent), self._label(after.parent)]
        if not changes and self.found.is_exact:
            changes = _member_changes(case.item_member(before, at=""), case.item_member(after, at=""))
            changes |= _member_changes(
                self.places_before[before.identifier] or {}, self.places[after.identifier] or {}
            )
        return changes

    def _label(self, identifier: str) -> str:
        known = self.before.get(identifier) or self.after.get(identifier)
        return known.label if known else ""

    def _link_row(self, link: case.Link, number: int) -> ImportRow:
        before = self.links_before.get(link.identifier)
        changes = (
            {
                name: [str(getattr(before, name) or ""), str(getattr(link, name) or "")]
                for name in ("origin", "target", *LINK_FIELDS)
                if getattr(before, name) != getattr(link, name) and name != "extras"
            }
            if before
            else {}
        )
        action = Action.NEW if before is None else Action.CHANGED if changes else Action.UNCHANGED
        return ImportRow(
            number=number,
            key=link.identifier,
            data={**asdict(link), "what": "link"},
            action=action,
            changes=changes,
        )


def _named(item: case.Item) -> str:
    return f"{item.code} {item.title or item.statement}".strip()[:120]


def fingerprint(stored: case.Package | None) -> str:
    """The same for the same content of a framework; empty for none."""
    if stored is None:
        return ""
    return hashlib.sha256(json.dumps(asdict(stored), sort_keys=True, default=str).encode()).hexdigest()


def _by_row(faults: Sequence[Fault]) -> list[tuple[int, list[Fault]]]:
    rows: dict[int, list[Fault]] = {}
    for fault in sorted(faults, key=lambda fault: fault.number):
        rows.setdefault(fault.number, []).append(fault)
    return list(rows.items())


def _error_row(number: int, faults: list[Fault]) -> ImportRow:
    return ImportRow(
        number=number,
        key=faults[0].key[:250],
        data=dict(faults[0].data),
        action=Action.ERROR,
        messages=[fault.message.kept() for fault in faults],
    )


def _member_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[str]]:
    """What differs in members of the file that have no field here."""
    return {
        name: [_short(before.get(name)), _short(after.get(name))]
        for name in sorted(before.keys() | after.keys())
        if name != DATED and before.get(name) != after.get(name)
    }


def _short(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)[:500]


def _header_changes(before: case.Framework, after: case.Framework) -> dict[str, list[str]]:
    changes = {
        name: [_short(getattr(before, name)), _short(getattr(after, name))]
        for name in FRAMEWORK_FIELDS
        if name != "extras" and getattr(before, name) != getattr(after, name)
    }
    if not changes:
        changes = _member_changes(case.document_member(before, at=""), case.document_member(after, at=""))
        for name in ("package", "associations"):
            changes |= _member_changes({name: before.extras.get(name)}, {name: after.extras.get(name)})
    return changes


# --- Write --------------------------------------------------------------------------------------------
def _header(kept: Mapping[str, Any]) -> case.Framework:
    return case.Framework(**{**kept, "levels": tuple(kept["levels"])})


class Writing:
    """Staged rows to rows of the framework, a bounded number of statements for every thousand."""

    def __init__(
        self, batch: ImportBatch, rows: Sequence[ImportRow], framework: CompetencyFramework | None
    ) -> None:
        self.batch, self.notes = batch, batch.options["framework"]
        self.framework = framework
        self.items = [row for row in rows if row.data["what"] == "item"]
        self.links = [row for row in rows if row.data["what"] == "link"]

    def write(self, *, by: "User") -> None:
        is_new = self.framework is None
        if not (is_new or self.items or self.links or self.notes["changes"] or self.notes["is_reordered"]):
            return
        framework = self._write_header()
        page = settings.PORTAL_URL + framework.get_absolute_url()
        self.known = {row.identifier: row for row in framework.competencies.all()}
        self._add_items(framework, page)
        self._change_items(page)
        self._write_links(framework)
        rank = {
            data["identifier"]: data["rank"]
            for data in self.batch.rows.values_list("data", flat=True)
            if data["what"] == "item"
        }
        arrange(framework=framework, first=rank)
        audit("import framework", framework, by=by, batch=self.batch.pk, sha256=self.batch.sha256)

    def _write_header(self) -> CompetencyFramework:
        header = _header(self.notes["header"])
        framework = self.framework or CompetencyFramework(identifier=header.identifier)
        if framework.pk is None or self.notes["changes"]:
            page = settings.PORTAL_URL + framework.get_absolute_url()
            for name in FRAMEWORK_FIELDS:
                setattr(framework, name, getattr(header, name))
            framework.levels = list(header.levels)
            framework.uri = "" if header.uri == page else header.uri
        # Saved in any case: what it holds changes, and `changed_at` tells when.
        framework.save()
        return framework

    def _add_items(self, framework: CompetencyFramework, page: str) -> None:
        """From the top down, one statement for each depth of the tree: a part needs its whole's key."""
        waiting = [row.data for row in self.items if row.action == Action.NEW]
        while waiting:
            ready = [data for data in waiting if not data["parent"] or data["parent"] in self.known]
            waiting = [data for data in waiting if data["parent"] and data["parent"] not in self.known]
            added = [
                Competency(
                    framework=framework,
                    identifier=data["identifier"],
                    parent=self.known.get(data["parent"]),
                    **_item_fields(data, page),
                )
                for data in ready
            ]
            Competency.objects.bulk_create(added, batch_size=BATCH)
            self.known |= {competency.identifier: competency for competency in added}

    def _change_items(self, page: str) -> None:
        changed = []
        for row in self.items:
            if row.action == Action.CHANGED:
                competency = self.known[row.data["identifier"]]
                for name, value in _item_fields(row.data, page).items():
                    setattr(competency, name, value)
                competency.parent = self.known.get(row.data["parent"])
                changed.append(competency)
        # Two that exchange their codes would meet for a moment: first let go of them all.
        renamed = [self.known[row.data["identifier"]].pk for row in self.items if "code" in row.changes]
        for start in range(0, len(renamed), BATCH):
            Competency.objects.filter(pk__in=renamed[start : start + BATCH]).update(code="")
        Competency.objects.bulk_update(changed, [*ITEM_FIELDS, "parent"], batch_size=BATCH)

    def _write_links(self, framework: CompetencyFramework) -> None:
        if not self.links:
            return
        before = {link.identifier: link for link in framework.associations.all()}
        new: list[CompetencyAssociation] = []
        changed: list[CompetencyAssociation] = []
        for row in self.links:
            link = before.get(row.data["identifier"])
            is_known = link is not None
            link = link or CompetencyAssociation(framework=framework, identifier=row.data["identifier"])
            link.origin = self.known[row.data["origin"]]
            link.target = self.known.get(row.data["target"])
            for name in LINK_FIELDS:
                setattr(link, name, row.data[name])
            (changed if is_known else new).append(link)
        CompetencyAssociation.objects.bulk_create(new, batch_size=BATCH)
        CompetencyAssociation.objects.bulk_update(
            changed, [*LINK_FIELDS, "origin", "target"], batch_size=BATCH
        )


def _item_fields(data: Mapping[str, Any], page: str) -> dict[str, Any]:
    """An address on our own page is not kept: it is what we say where a competency has none."""
    values = {name: data[name] for name in ITEM_FIELDS}
    if values["uri"].startswith(f"{page}#"):
        values["uri"] = ""
    return values
