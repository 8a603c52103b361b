"""A CFPackage to facts: lenient where nothing is lost, and every fault named with its item and its cure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from credentials.definitions.case import members
from credentials.definitions.case.members import Member, WrongType
from credentials.definitions.case.shapes import Framework, Item, Link, Package, without_cut
from credentials.definitions.case.strict import CASE_BYTES, EXPORT_AGAIN, Broken, load
from credentials.definitions.case.writing import document_member, in_order, item_member, link_member, pruned
from credentials.definitions.text import Text, gettext_noop

__all__ = ["CASE_BYTES", "Broken", "Problem", "Reading", "parse"]
MOST_SEQUENCE = 2**31 - 1
LAST = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault: `number` counts the items and then the associations, from 1; the document is 0."""

    number: int
    item: str
    field: str
    message: Text
    cure: Text = EXPORT_AGAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A file as it was understood. With `problems` the package holds what is sound, and nothing may be
    imported from it."""

    package: Package
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Text, ...] = ()
    # The place of each item in the file, from 1.
    numbers: Mapping[str, int]


def parse(data: bytes) -> Reading:
    """Raises Broken where the file as a whole is none."""
    document = load(data)
    if isinstance(document.get("CFPackage"), dict):
        document = document["CFPackage"]
    return _Parser(document).reading()


class _Parser:
    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.problems: list[Problem] = []
        self.odd: Counter[tuple[str, str]] = Counter()
        self.warnings: list[Text] = []
        self.items: dict[str, Item] = {}
        self.numbers: dict[str, int] = {}
        self.parents: dict[str, tuple[str, Any, int]] = {}
        self.links: list[Link] = []
        self.associations: set[str] = set()
        # Associations that no row can hold: [place in the file, as it stood there].
        self.kept: list[list[Any]] = []

    def reading(self) -> Reading:
        framework = self._framework()
        raw_items = self._list("CFItems")
        for number, raw in enumerate(raw_items, start=1):
            self._item(number, raw)
        self._codes()
        for index, raw in enumerate(self._list("CFAssociations")):
            self._association(framework, len(raw_items) + index + 1, index, raw)
        self._place(framework)
        self._cycles()
        self._notice("CFPackage", self.document)
        known = ("CFDocument", "CFItems", "CFAssociations")
        extras = {
            **framework.extras,
            "package": {name: value for name, value in self.document.items() if name not in known},
            "associations": self.kept,
        }
        rank = {identifier: _rank(item) for identifier, item in self.items.items()}
        return Reading(
            package=Package(
                framework=replace(framework, extras={name: said for name, said in extras.items() if said}),
                items=in_order(self.items.values(), rank),
                links=tuple(self.links),
            ),
            problems=tuple(sorted(self.problems, key=lambda problem: problem.number)),
            warnings=(*self.warnings, *self._oddities()),
            numbers=self.numbers,
        )

    # --- The document ---------------------------------------------------------------------------
    def _framework(self) -> Framework:
        said = self.document.get("CFDocument")
        if not isinstance(said, dict):
            raise Broken(
                Text(gettext_noop("The file has no CFDocument: it is no CASE package.")),
                Text(gettext_noop("Ask for the CFPackage of the framework, not for the document alone.")),
            )
        fields = self._fields(members.DOCUMENT, said, 0, "CFDocument")
        for name in ("identifier", "title"):
            if not fields[name]:
                self._problem(0, "CFDocument", name, gettext_noop("It is missing."))
        silent = [name for name, usual in members.UNSAID.items() if not fields[name]]
        fields |= {name: members.UNSAID[name] for name in silent}
        if isinstance(said.get("licenseURI"), str):
            self.warnings.append(
                Text(gettext_noop("licenseURI is a text; CASE 1.1 wants an object. It is kept."))
            )
        framework = Framework(**fields, levels=_levels(said.get("extensions")))
        self._notice("CFDocument", said)
        kept = pruned(said, document_member(framework, at=""))
        extras = {"members": kept, "silent": [name for name in silent if name not in said]}
        return replace(framework, extras={name: value for name, value in extras.items() if value})

    # --- Items ----------------------------------------------------------------------------------
    def _item(self, number: int, said: object) -> None:
        label = f"#{number}"
        if not isinstance(said, dict):
            self._problem(number, label, "CFItems", gettext_noop("It is no object."))
            return
        before = len(self.problems)
        label = _label(said) or label
        fields = self._fields(members.ITEM, said, number, label)
        extensions = said.get("extensions") or {}
        if not isinstance(extensions, dict):
            self._problem(number, label, "extensions", gettext_noop("It is no object."))
            extensions = {}
        for name in ("identifier", "statement"):
            if not fields[name]:
                member = "fullStatement" if name == "statement" else name
                self._problem(number, label, member, gettext_noop("It is missing."))
        identifier = fields["identifier"]
        if identifier in self.items:
            self._problem(
                number,
                label,
                "identifier",
                gettext_noop("%(identifier)s is the identifier of item %(other)s too."),
                identifier=identifier,
                other=self.numbers[identifier],
                cure=gettext_noop("Give each item an identifier of its own."),
            )
        self._notice("CFItem", said)
        if len(self.problems) > before:
            # Known, so that what hangs on it is not called lost as well.
            self.numbers.setdefault(identifier, number)
            return
        fields["title"] = without_cut(fields["title"], fields["statement"])
        item = Item(**fields, **_ours(extensions))
        kept = pruned(said, item_member(item, at=""))
        self.items[identifier] = replace(item, extras={"members": kept, "order": number})
        self.numbers[identifier] = number

    def _codes(self) -> None:
        first: dict[str, Item] = {}
        for item in self.items.values():
            if item.code and first.setdefault(item.code, item) is not item:
                self._problem(
                    self.numbers[item.identifier],
                    item.label,
                    "humanCodingScheme",
                    gettext_noop("The code %(code)s is that of %(other)s too."),
                    code=item.code,
                    other=first[item.code].identifier,
                    cure=gettext_noop("Give each item a code of its own, or none."),
                )

    # --- Associations ---------------------------------------------------------------------------
    def _association(self, framework: Framework, number: int, index: int, said: object) -> None:
        ends = self._ends(number, said)
        if ends is None or not isinstance(said, dict):
            return
        origin, target = ends
        kind = said.get("associationType")
        self._notice("CFAssociation", said)
        is_outside = isinstance(kind, str) and kind.startswith("ext:")
        if is_outside or origin == framework.identifier:
            self.kept.append([index, said])
        elif kind not in members.KINDS:
            self._problem(
                number, _label(said), "associationType", gettext_noop("%(kind)s is no kind of association."),
                kind=str(kind)[:40],
            )  # fmt: skip
        elif origin not in self.numbers:
            self._problem(
                number, _label(said), "originNodeURI", gettext_noop("%(node)s is no item of this file."),
                node=origin,
            )  # fmt: skip
        elif kind == "isChildOf" and origin not in self.parents:
            self.parents[origin] = (target, said, index)
        else:
            self._link(number, index, said, origin, target)

    def _ends(self, number: int, said: object) -> tuple[str, str] | None:
        """The identifiers at both ends, or None after saying what is wrong."""
        if not isinstance(said, dict):
            self._problem(number, f"#{number}", "CFAssociations", gettext_noop("It is no object."))
            return None
        label, before = _label(said) or f"#{number}", len(self.problems)
        found = []
        for name in ("originNodeURI", "destinationNodeURI"):
            node = said.get(name)
            identifier = node.get("identifier") if isinstance(node, dict) else None
            if not isinstance(identifier, str):
                self._problem(number, label, name, gettext_noop("It names no identifier."))
            found.append(str(identifier))
        sequence = said.get("sequenceNumber")
        if sequence is not None and (type(sequence) is not int or not 0 <= sequence <= MOST_SEQUENCE):
            self._problem(number, label, "sequenceNumber", gettext_noop("It is no number from 0 on."))
        own = said.get("identifier")
        if not isinstance(own, str) or not 0 < len(own) <= 64:
            self._problem(number, label, "identifier", gettext_noop("It is missing."))
        elif own in self.associations:
            self._problem(
                number, label, "identifier", gettext_noop("Another association has the same identifier."),
                cure=gettext_noop("Give each association an identifier of its own."),
            )  # fmt: skip
        else:
            self.associations.add(own)
        return (found[0], found[1]) if len(self.problems) == before else None

    def _link(self, number: int, index: int, said: dict[str, Any], origin: str, target: str) -> None:
        node = said["destinationNodeURI"]
        is_inside, uri = (
            target in self.numbers,
            members.address(node.get("uri") if isinstance(node.get("uri"), str) else None),
        )
        if not is_inside and not uri:
            self._problem(
                number,
                _label(said),
                "destinationNodeURI",
                gettext_noop("%(node)s is neither an item of this file nor an address on the web."),
                node=target,
            )
            return
        if origin not in self.items or (is_inside and target not in self.items):
            return
        link = Link(
            identifier=said["identifier"],
            kind=said["associationType"],
            origin=origin,
            target=target if is_inside else "",
            target_uri="" if is_inside else uri,
            target_identifier="" if is_inside else target[:64],
            target_title="" if is_inside else str(node.get("title") or "")[:250],
            sequence=said.get("sequenceNumber"),
        )
        kept = pruned(said, link_member(link, self.items, at=""))
        self.links.append(replace(link, extras={"members": kept, "order": index}))

    # --- The tree -------------------------------------------------------------------------------
    def _place(self, framework: Framework) -> None:
        for identifier, item in self.items.items():
            parent, said, index = self.parents.get(identifier, (framework.identifier, None, LAST))
            if parent == framework.identifier:
                parent = ""
            elif parent not in self.numbers:
                self._problem(
                    self.numbers[identifier],
                    item.label,
                    "isChildOf",
                    gettext_noop("It is part of %(parent)s, which is not in this file."),
                    parent=parent,
                    cure=gettext_noop("Add the missing item to the file, or take the association away."),
                )
                parent = ""
            placed = {"placed": said} if said is None else {"placed": said, "placed_order": index}
            self.items[identifier] = replace(item, parent=parent, extras={**item.extras, **placed})

    def _cycles(self) -> None:
        sound: set[str] = set()
        for start in self.items:
            way: list[str] = []
            here = start
            while here in self.items and here not in sound and here not in way:
                way.append(here)
                here = self.items[here].parent
            if here in way:
                round_trip = [self.items[identifier].label for identifier in (*way[way.index(here) :], here)]
                self._problem(
                    self.numbers[here],
                    self.items[here].label,
                    "isChildOf",
                    gettext_noop("It is part of itself: %(way)s."),
                    way=" → ".join(round_trip[:8]),
                    cure=gettext_noop("Take one of these associations away."),
                )
            sound.update(way)

    # --- Shared ---------------------------------------------------------------------------------
    def _fields(
        self, wanted: tuple[Member, ...], said: Mapping[str, Any], number: int, label: str
    ) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for member in wanted:
            try:
                value = member.read(said.get(member.name))
            except WrongType:
                value = ""
                self._problem(
                    number, label, member.name, gettext_noop("%(value)s is of the wrong type."),
                    value=repr(said[member.name])[:40],
                )  # fmt: skip
            if member.limit and len(value) > member.limit:
                self._problem(
                    number, label, member.name,
                    gettext_noop("It has %(length)s characters; at most %(limit)s can be kept."),
                    length=len(value), limit=member.limit, cure=gettext_noop("Shorten it in the file."),
                )  # fmt: skip
            fields[member.field] = value
        return fields

    def _list(self, name: str) -> list[Any]:
        found = self.document.get(name)
        if found is None:
            return []
        if not isinstance(found, list):
            raise Broken(Text(gettext_noop("%(name)s is no list."), {"name": name}), EXPORT_AGAIN)
        return found

    def _problem(
        self, number: int, item: str, field: str, message: str, *, cure: str = "", **params: object
    ) -> None:
        self.problems.append(
            Problem(
                number=number,
                item=item,
                field=field,
                message=Text(message, params),
                cure=Text(cure) if cure else EXPORT_AGAIN,
            )
        )

    def _notice(self, what: str, said: Mapping[str, Any]) -> None:
        self.odd.update((what, name) for name in said if name not in members.KNOWN[what])

    def _oddities(self) -> list[Text]:
        template = gettext_noop(
            "%(name)s is no member of %(what)s in CASE 1.1 (%(count)s times). It is kept, and exported again."
        )
        return [
            Text(template, {"name": name, "what": what, "count": count})
            for (what, name), count in sorted(self.odd.items())
        ]


def _label(said: Mapping[str, Any]) -> str:
    """What an item or an association is called in a message: its code, else its identifier."""
    names = (said.get("humanCodingScheme"), said.get("identifier"))
    return next((name[:80] for name in names if isinstance(name, str) and name), "")


def _rank(item: Item) -> tuple[int, int]:
    placed = item.extras.get("placed") or {}
    sequence = placed.get("sequenceNumber")
    return (LAST if sequence is None else sequence, item.extras.get("order", LAST))


def _ours(extensions: Mapping[str, Any]) -> dict[str, Any]:
    """What we wrote where CASE keeps a place for it; anything else there is the file's own."""
    cognitive, sort = extensions.get("cognitiveLevel"), extensions.get("sort")
    return {
        "cognitive_level": cognitive if cognitive in members.COGNITIVE else "",
        "sort": sort if isinstance(sort, str) and len(sort) <= 40 else "",
    }


def _levels(extensions: object) -> tuple[str, ...]:
    found = extensions.get("levels") if isinstance(extensions, dict) else None
    if not isinstance(found, list) or not all(isinstance(level, str) for level in found):
        return ()
    return tuple(found)
