"""Import of a framework as a table, one competency in each row; its code is the key."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils.translation import gettext_lazy as _

from credentials.definitions import case
from credentials.definitions.case.members import COGNITIVE
from credentials.definitions.case.shapes import without_cut
from credentials.definitions.case.writing import in_order
from credentials.definitions.text import Text, gettext_noop
from credentials.models import CompetencyFramework, ImportBatch
from credentials.services.importing.frameworks import Fault, Found, FrameworkImporter
from credentials.services.importing.shape import Column, Message
from credentials.services.importing.tables import read_table

# The column, the field it fills, and how much fits.
FIELDS = (
    ("title", "title", 250),
    ("description", "statement", 2_000),
    ("kind", "kind", 64),
    ("level", "level", 80),
    ("ksa_type", "sort", 40),
    ("cognitive_level", "cognitive_level", 16),
)
ADD_ROW = Text(gettext_noop("Add the missing row to the table, or mend the code of the parent."))


class CompetencyTableImporter(FrameworkImporter):
    kind = "competencies"
    title = _("Competencies, as a table (CSV)")
    accepts = ".csv,text/csv"
    columns = (
        Column(
            name="code", label=_("Code"), is_required=True, synonyms=("id", "number", "humanCodingScheme")
        ),
        Column(
            name="description",
            label=_("Statement"),
            is_required=True,
            synonyms=("description", "fullStatement", "competency", "text"),
        ),
        Column(name="title", label=_("Short title"), synonyms=("name", "abbreviatedStatement")),
        Column(
            name="parent_code",
            label=_("Code of the one it is part of"),
            synonyms=("parent", "part of", "isChildOf"),
        ),
        Column(name="kind", label=_("Kind"), synonyms=("type", "CFItemType")),
        Column(name="level", label=_("Level"), synonyms=("proficiency", "educationLevel")),
        Column(name="ksa_type", label=_("Knowledge, skill or attitude"), synonyms=("sort", "ksa")),
        Column(name="cognitive_level", label=_("Cognitive level"), synonyms=("bloom", "cognitive")),
    )

    def check(self, data: bytes, options: Mapping[str, Any]) -> None:
        read_table(data)

    def header(self, data: bytes) -> tuple[str, ...]:
        return read_table(data).header

    def framework_of(self, batch: ImportBatch, data: bytes) -> CompetencyFramework | None:
        chosen = batch.options.get("framework_id")
        if chosen:
            return CompetencyFramework.objects.get(pk=chosen)
        named = {name: batch.options[name] for name in ("title", "version")}
        return CompetencyFramework.objects.filter(**named).first()

    def found(self, batch: ImportBatch, data: bytes, stored: case.Package | None) -> Found:
        header = stored.framework if stored else _new_framework(batch)
        reading = _Rows(batch.options["mapping"], stored, header.identifier)
        for number, row in read_table(data).rows:
            reading.add(number, row)
        items = reading.placed()
        if stored is None:
            levels = dict.fromkeys(item.level for item in items if item.level)
            header = replace(header, levels=tuple(levels))
        rank = {item.identifier: (place, 0) for place, item in enumerate(items)}
        return Found(
            package=case.Package(framework=header, items=in_order(items, rank)),
            numbers=reading.numbers,
            faults=reading.faults,
        )


def _new_framework(batch: ImportBatch) -> case.Framework:
    named = {name: batch.options.get(name, "") for name in ("title", "version", "creator")}
    # The same for every chunk of one batch, and for no other batch.
    identifier = str(uuid5(NAMESPACE_URL, f"urn:uuid:{batch.public_id}"))
    return case.Framework(identifier=identifier, **named, language=batch.options.get("language", "en"))


class _Rows:
    """The rows of a table, one after the other, and what is wrong with them."""

    def __init__(self, mapping: Mapping[str, str], stored: case.Package | None, framework: str) -> None:
        self.mapping, self.framework = mapping, framework
        self.before = {item.code: item for item in stored.items if item.code} if stored else {}
        self.items: dict[str, case.Item] = {}
        self.parents: dict[str, str] = {}
        self.raw: dict[str, Mapping[str, str]] = {}
        self.numbers: dict[str, int] = {}
        self.row_of: dict[str, int] = {}
        self.faults: list[Fault] = []

    def add(self, number: int, row: Mapping[str, str]) -> None:
        values = {column: row[name] for column, name in self.mapping.items() if name}
        code = values["code"]
        count = len(self.faults)
        if not code:
            self._fault(number, row, "code", gettext_noop("The code is missing."))
        elif code in self.row_of:
            self._fault(
                number, row, "code", gettext_noop("The code %(code)s stands in row %(other)s too."),
                cure=gettext_noop("Give each row a code of its own."), code=code, other=self.row_of[code],
            )  # fmt: skip
        elif len(code) > 64:
            self._too_long(number, row, "code", code, 64)
        statement = values["description"] or values.get("title", "")
        if not statement:
            self._fault(number, row, "description", gettext_noop("The statement is missing."))
        for column, _field, limit in FIELDS:
            if len(values.get(column, "")) > limit:
                self._too_long(number, row, column, values[column], limit)
        cognitive = values.get("cognitive_level", "")
        if cognitive and (level := _cognitive(cognitive)) is None:
            self._fault(
                number, row, "cognitive_level", gettext_noop("“%(level)s” is no cognitive level."),
                cure=gettext_noop("Write remember, understand, apply, analyse, evaluate or create."),
                level=cognitive,
            )  # fmt: skip
        elif cognitive:
            values["cognitive_level"] = level or ""
        self.row_of.setdefault(code, number)
        if len(self.faults) == count:
            self._keep(number, row, code, {**values, "description": statement})

    def _keep(self, number: int, row: Mapping[str, str], code: str, values: dict[str, str]) -> None:
        said: dict[str, Any] = {field: values[column] for column, field, _limit in FIELDS if column in values}
        if "title" in said:
            said["title"] = without_cut(said["title"], said["statement"])
        if "kind" in said:
            said["kind"] = said["kind"].replace("_", " ")
        before = self.before.get(code)
        identifier = str(uuid5(NAMESPACE_URL, f"{self.framework} {code}"))
        item = before or case.Item(identifier=identifier, code=code, statement="")
        self.items[code] = replace(item, **said)
        self.numbers[item.identifier] = number
        self.raw[code] = row
        if "parent_code" in values:
            self.parents[code] = values["parent_code"]

    def placed(self) -> list[case.Item]:
        """The items with their places in the tree; those of a row with a fault are left out."""
        by_identifier = {item.identifier: code for code, item in self.items.items()}
        for code, parent in self.parents.items():
            known = self.items.get(parent) or self.before.get(parent)
            if parent and known is None and parent not in self.row_of:
                self._fault(
                    self.row_of[code], self.raw[code], "parent_code",
                    gettext_noop("It is part of %(parent)s, which is in no row."), cure=ADD_ROW.template,
                    parent=parent,
                )  # fmt: skip
            self.items[code] = replace(self.items[code], parent=known.identifier if known else "")
        for code in self._in_circles(by_identifier):
            self._fault(
                self.row_of[code], self.raw[code], "parent_code",
                gettext_noop("%(code)s is part of itself."),
                cure=gettext_noop("Mend the codes of the parents: each leads to a row higher up."), code=code,
            )  # fmt: skip
        return list(self.items.values())

    def _in_circles(self, by_identifier: Mapping[str, str]) -> list[str]:
        sound: set[str] = set()
        found = []
        for start in self.items:
            way: list[str] = []
            here: str | None = start
            while here and here not in sound and here not in way:
                way.append(here)
                here = by_identifier.get(self.items[here].parent)
            if here in way:
                found.append(here)
            sound.update(way)
        return [code for code in found if code]

    def _too_long(self, number: int, row: Mapping[str, str], column: str, value: str, limit: int) -> None:
        self._fault(
            number, row, column, gettext_noop("It has %(length)s characters; at most %(limit)s can be kept."),
            cure=gettext_noop("Shorten it in the table."), length=len(value), limit=limit,
        )  # fmt: skip

    def _fault(
        self, number: int, row: Mapping[str, str], column: str, message: str, *,
        cure: str = "", **params: object,
    ) -> None:  # fmt: skip
        cure = cure or gettext_noop("Fill the cell in the table.")
        self.faults.append(
            Fault(
                number=number,
                key=row.get(self.mapping["code"], "") or str(number),
                message=Message(
                    field=self.mapping.get(column) or column, message=Text(message, params), cure=Text(cure)
                ),
                data={"row": dict(row)},
            )
        )


def _cognitive(written: str) -> str | None:
    """“Apply”, “3_apply” or “3” to the name of the level."""
    plain = written.strip().casefold()
    return next((level for level in COGNITIVE if plain in {level, level[0], level[2:]}), None)
