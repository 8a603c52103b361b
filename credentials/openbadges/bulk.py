"""Many documents of one shape, signed by filling a template: byte for byte what `proofs.sign` would give.

Putting a credential in signing form costs a hundred times its signature, and of a thousand credentials of
one achievement all but a few values are the same. A template is made once, by the reference path, out of a
document whose own values (OWN) were replaced by marks; each learner's document is then those same statements
with her values in the marks' places.

Why what is filled in cannot be unsafe:
- the document's bytes are those whose hash was recorded, and must match the template's frame with the
  values in it, so nothing else differs;
- each value passes the guard of its field's kind, as in `shapes`; the published schema asks no more of it
  (tests/standards/test_bulk.py reads that off the schema);
- an address keeps its scheme and is of a form that no JSON-LD processor rewrites;
- no mark went anywhere but where a whole term stands, and each was found.
Why the form is canonical (RDFC-1.0, section 4.4): when all first-degree hashes differ, blank nodes are
numbered in the order of those hashes. Where two are equal, two statements fall together, or anything above
does not hold, the document goes the reference path.
"""

import hashlib
import itertools
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from json.encoder import encode_basestring
from random import Random
from threading import Lock
from typing import Any, TypeAlias

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from credentials.openbadges import canonical
from credentials.openbadges.documents import UnsafeDocument, guard, to_bytes
from credentials.openbadges.keys import base58_encode
from credentials.openbadges.proofs import proof_options
from credentials.openbadges.shapes import is_sound

Own: TypeAlias = Mapping[str, "str | Own"]
Place: TypeAlias = tuple[str | int, ...]

# What differs from learner to learner: a field and the kind of its value, or the fields of the objects there.
# All else belongs to the template, a result's status too, of which the schema has a closed list.
OWN: Own = {
    "id": "iri",
    "validFrom": "instant",
    "validUntil": "instant",
    "awardedDate": "instant",
    "credentialSubject": {
        "id": "iri",
        "identifier": {"identityHash": "text", "salt": "text"},
        "result": {"achievedLevel": "iri", "value": "text"},
    },
    "evidence": {"id": "iri", "name": "text", "narrative": "text"},
    "credentialStatus": {"id": "iri", "statusListIndex": "text"},
}
_OWN_OF_PROOF: Own = {"created": "instant"}
# Fewer of one kind are signed as quickly one by one: a template costs about two, and its checks two more.
LEAST = 5
# One in so many, beside the first and the last, is signed by the reference path too.
CHECKED_OF = 100
MOST_TEMPLATES, MOST_MOMENTS = 100, 1000
# Addresses that every JSON-LD processor reads as whole, and that the guard finds sound. Others may be as
# good, and go the reference path.
_PLAIN_IRI = re.compile(
    r"https?://[A-Za-z0-9][A-Za-z0-9._~:/?#@!$&'()*+,;=%-]*|urn:uuid:[0-9a-f-]+|did:[a-z0-9]+:[A-Za-z0-9.:%_-]+"
)
_QUOTED = re.compile(r'(?:[^"\\]|\\.)*')
# What a value or a name opens with, by the first letter of what stands for it in a pattern; a text: with ".
_ADDRESS, _BLANK = "i", "b"
_OPENS = {_ADDRESS: "<", _BLANK: "_"}
_MARK = "tessera-mark-"
_MARK_DAY = "0999-01-01T00:00:00."


class NoTemplate(ValueError):
    """No template can be made or filled; the document goes the reference path."""


@dataclass(frozen=True, slots=True)
class Intent:
    """One document to be signed: its bytes as `to_bytes` wrote them, their hash as it was recorded (hex), and
    its proof's own facts.
    """

    unsigned: bytes
    sha256: str
    created: datetime
    verification_method: str


@dataclass(slots=True)
class Batch:
    """What became of the intents, in their order; None where the reference path answered None.

    `filled` of them were signed by template and `checked` of those by the reference path too; `differing` are
    the places where the two did not agree, after which that template's documents went the reference path.
    """

    signed: list[bytes | None]
    filled: int = 0
    checked: int = 0
    differing: list[int] = field(default_factory=list)


def sign_batch(
    intents: Sequence[Intent],
    *,
    sign: Callable[[bytes], bytes],
    one: Callable[[int], bytes | None],
    templates: "Templates",
    seed: int,
) -> Batch:
    """Sign all of them. `sign` answers the 64 bytes of an Ed25519 signature over the bytes it is given.

    `one` signs the document at a place by the reference path, or answers None when it cannot be signed.
    `seed` chooses whom the random check meets.
    """
    batch = Batch([None] * len(intents))
    alone = set(range(len(intents)))
    for template, ready in templates.fill(intents):
        signed: dict[int, bytes | None] = {
            place: made.signed(sign(made.data)) for place, made in ready.items()
        }
        reference = {place: one(place) for place in _sample(sorted(ready), seed)}
        batch.checked += len(reference)
        differing = [place for place, data in reference.items() if data != signed[place]]
        if differing:
            templates.stop(template)
            batch.differing += differing
            signed = reference
        else:
            batch.filled += len(ready)
        alone -= signed.keys()
        for place, data in signed.items():
            batch.signed[place] = data
    for place in sorted(alone):
        batch.signed[place] = one(place)
    return batch


@dataclass(frozen=True, slots=True)
class Ready:
    """A document in signing form: the bytes to be signed, and how the signed document begins and ends."""

    data: bytes
    head: bytes
    tail: bytes

    def signed(self, signature: bytes) -> bytes:
        return self.head + b"z" + base58_encode(signature).encode() + self.tail


class Templates:
    """The templates a process has made: one per achievement version and set of optional fields."""

    def __init__(self) -> None:
        self._made: list[_Signing] = []  # the last one used first
        self._stopped: set[tuple[str, ...]] = set()
        self._lock = Lock()

    def fill(self, intents: Sequence[Intent]) -> list[tuple["_Signing", dict[int, Ready]]]:
        """Which template puts which documents in signing form, by their places; the rest are in none."""
        with self._lock:
            return self._fill(intents)

    def stop(self, template: "_Signing") -> None:
        """Never again in this process."""
        with self._lock:
            self._stopped.add(template.frame)
            self._made = [made for made in self._made if made is not template]

    def _fill(self, intents: Sequence[Intent]) -> list[tuple["_Signing", dict[int, Ready]]]:
        filled: dict[_Signing, dict[int, Ready]] = {}
        rest = [place for place, intent in enumerate(intents) if not self._fits(place, intent, filled)]
        for group in _alike(intents, rest).values():
            # What the documents share can change between two intents: the issuer's name, for one.
            while len(group) >= LEAST:
                template = self._make(intents[group[0]])
                left = [place for place in group if not self._fits(place, intents[place], filled)]
                if template is None or len(group) - len(left) < LEAST:
                    break
                group = left
        # A few that found no template of theirs before now are as quickly signed one by one.
        return [(template, ready) for template, ready in filled.items() if len(ready) >= LEAST]

    def _make(self, intent: Intent) -> "_Signing | None":
        try:
            template = _Signing(intent)
        except NoTemplate:
            return None
        if template.frame in self._stopped:
            return None
        self._made = [template, *self._made[: MOST_TEMPLATES - 1]]
        return template

    def _fits(self, place: int, intent: Intent, filled: "dict[_Signing, dict[int, Ready]]") -> bool:
        """Whether a template puts this document in signing form; it is then in `filled`."""
        for number, template in enumerate(self._made):
            ready = template.ready(intent)
            if ready is not None:
                filled.setdefault(template, {})[place] = ready
                if number:
                    self._made.insert(0, self._made.pop(number))
                return True
        return False


def _alike(intents: Sequence[Intent], places: Sequence[int]) -> dict[tuple[object, ...], list[int]]:
    """Places of documents that may share a template; of a document of a strange form, none."""
    groups: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for place in places:
        if b'"proof":' in intents[place].unsigned:
            # An endorsement that it carries has a graph of its own, which no template knows.
            continue
        try:
            document = json.loads(intents[place].unsigned)
            shape = tuple((at, scheme) for at, scheme, _value in _values(document, OWN))
            about = document["credentialSubject"]["achievement"]["id"]
        except (NoTemplate, ValueError, KeyError, TypeError):
            continue
        groups[shape, about, intents[place].verification_method].append(place)
    return groups


def _sample(places: Sequence[int], seed: int) -> list[int]:
    """The first, the last and, by chance, one in a hundred of them."""
    if not places:
        return []
    chance = Random(seed)  # noqa: S311  whom a check meets: to be repeated, not to be kept secret
    by_chance = chance.sample(places, -(-len(places) // CHECKED_OF))
    return sorted({places[0], places[-1], *by_chance})


class _Signing:
    """One template for documents, and one for the options of their proofs."""

    def __init__(self, example: Intent) -> None:
        """Raises NoTemplate."""
        document = json.loads(example.unsigned)
        self._method = example.verification_method
        self._context = document["@context"]
        try:
            guard(document)
            self._document = _Template(document, OWN, guard)
            self._options = _Template(self._options_of(example), _OWN_OF_PROOF, canonical.VENDORED.expand)
        except (UnsafeDocument, canonical.NotCanonical) as refused:
            raise NoTemplate(str(refused)) from refused
        self._proofs: dict[datetime, tuple[bytes, bytes]] = {}

    @property
    def frame(self) -> tuple[str, ...]:
        return self._document.frame

    def ready(self, intent: Intent) -> Ready | None:
        """None where this template does not fit."""
        if intent.verification_method != self._method:
            return None
        if hashlib.sha256(intent.unsigned).hexdigest() != intent.sha256:
            return None
        try:
            text = self._document.filled(intent.unsigned)
            options_hash, options = self._proof(intent)
        except NoTemplate:
            return None
        return Ready(
            data=options_hash + hashlib.sha256(text.encode()).digest(),
            head=intent.unsigned[:-1] + b',"proof":[' + options[:-1] + b',"proofValue":"',
            tail=b'"}]}',
        )

    def _proof(self, intent: Intent) -> tuple[bytes, bytes]:
        """The options' hash and their bytes. Within a batch they differ by their moment at most."""
        if intent.created not in self._proofs:
            whole = self._options_of(intent)
            text = self._options.filled(to_bytes(whole))
            del whole["@context"]
            if len(self._proofs) >= MOST_MOMENTS:
                self._proofs.clear()
            self._proofs[intent.created] = (hashlib.sha256(text.encode()).digest(), to_bytes(whole))
        return self._proofs[intent.created]

    def _options_of(self, intent: Intent) -> dict[str, Any]:
        options = proof_options(verification_method=intent.verification_method, created=intent.created)
        return {"@context": self._context, **options}


class _Template:
    """The canonical N-Quads of every document that differs from `example` in its own values only."""

    def __init__(
        self, example: Mapping[str, Any], own: Own, expand: Callable[[Mapping[str, Any]], canonical.Expansion]
    ) -> None:
        """Raises NoTemplate, and whatever `expand` raises."""
        written = to_bytes(example).decode()
        if _MARK in written or _MARK_DAY in written:
            raise NoTemplate("the document speaks of our marks")
        marked: dict[str, Any] = json.loads(written)
        found: dict[str, tuple[str, str]] = {}
        for number, (place, scheme, _value) in enumerate(_values(example, own)):
            kind = _kind(own, place)
            mark = _mark(number, kind, scheme)
            found[mark] = (kind, scheme)
            _put(marked, place, mark)
        text = to_bytes(marked).decode()
        marks = sorted(found, key=lambda mark: text.index(f'"{mark}"'))  # as they are written
        self._sound = [_soundness(*found[mark]) for mark in marks]
        self.frame = _frame(text, marks)
        # How each mark stands in the statements: as an address, or as a text of some datatype.
        self._terms: dict[str, tuple[int, Callable[[str], str]]] = {}
        quads = list(dict.fromkeys(expand(marked).quads()))
        lines = _Lines(marks, self._terms)
        blanks = list(dict.fromkeys(node for quad in quads for node in canonical.blanks(quad)))
        self._nodes = [lines.first_degree(node, quads) for node in blanks]
        names = {node: f"%({_BLANK}{number})s" for number, node in enumerate(blanks)}
        # `_` comes after `<`: what is said of blank nodes stands last, node by node in their names' order.
        self._blocks = [lines.block(node, quads, names) for node in blanks]
        whole = [lines.line(quad, names) for quad in quads if not isinstance(quad.subject, BlankNode)]
        self._fixed = sorted(line % {} for line in whole if not _moves(line))
        self._moving = "".join(f"{line}\n" for line in whole if _moves(line))
        if {number for number, _write in self._terms.values()} != set(range(len(marks))):
            raise NoTemplate("a value does not reach the signed statements")

    def filled(self, written: bytes) -> str:
        """The canonical N-Quads of the document written so. Raises NoTemplate."""
        try:
            values = _between(self.frame, written.decode())
            for value, is_so in zip(values, self._sound, strict=True):
                if not is_so(value):
                    raise NoTemplate("not a plain value of its kind")
            terms = {name: write(values[number]) for name, (number, write) in self._terms.items()}
        except ValueError as refused:  # half of a surrogate pair, an address that RDF refuses
            raise NoTemplate(str(refused)) from refused
        hashes = [node.hash(terms) for node in self._nodes]
        if len(set(hashes)) < len(hashes):
            raise NoTemplate("two blank nodes look alike")
        names = [""] * len(hashes)
        for number, node in enumerate(sorted(range(len(hashes)), key=hashes.__getitem__)):
            terms[f"{_BLANK}{node}"] = names[node] = f"_:c14n{number}"
        lines = self._fixed + (self._moving % terms).split("\n")[:-1]
        if len(set(lines)) < len(lines):
            raise NoTemplate("two statements fall together")
        blocks = (
            self._blocks[node].written(terms) for node in sorted(range(len(names)), key=names.__getitem__)
        )
        return "\n".join((*sorted(lines), "".join(blocks)))


class _Ordered:
    """Patterns of statements, written in the order of their characters."""

    def __init__(self, patterns: Sequence[str], subject: str = "") -> None:
        """`subject` stands before each of them. Raises NoTemplate where values would decide the order."""
        ordered = sorted(patterns, key=_beginning)
        beginnings = [_beginning(pattern) for pattern in ordered]
        # Told apart before any value, they stand in the same order whatever the values.
        if any(after.startswith(before) for before, after in itertools.pairwise(beginnings)):
            raise NoTemplate("the values decide the order of what is said of one blank node")
        self.pattern = "".join(f"{subject}{pattern}\n" for pattern in ordered)

    def written(self, terms: Mapping[str, str]) -> str:
        return self.pattern % terms


class _Node:
    """A blank node: the statements that name it, as its first-degree hash sees them."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._seen = _Ordered(patterns)
        self._known = None if _moves(self._seen.pattern) else _hash(self._seen.written({}))

    def hash(self, terms: Mapping[str, str]) -> str:
        """RDFC-1.0, section 4.6."""
        return self._known or _hash(self._seen.written(terms))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class _Lines:
    """Statements written as patterns, a name where a mark or a blank node stands."""

    def __init__(self, marks: Sequence[str], terms: dict[str, tuple[int, Callable[[str], str]]]) -> None:
        self._numbers = {mark: number for number, mark in enumerate(marks)}
        self._terms = terms

    def line(self, quad: Quad, names: Mapping[BlankNode, str]) -> str:
        parts = [self._part(part, names) for part in (quad.subject, quad.predicate, quad.object)]
        if not isinstance(quad.graph_name, DefaultGraph):
            parts.append(self._part(quad.graph_name, names))
        return " ".join((*parts, "."))

    def first_degree(self, node: BlankNode, quads: Sequence[Quad]) -> _Node:
        return _Node(
            [
                self.line(quad, {near: "_:a" if near == node else "_:z" for near in canonical.blanks(quad)})
                for quad in quads
                if node in canonical.blanks(quad)
            ]
        )

    def block(self, node: BlankNode, quads: Sequence[Quad], names: Mapping[BlankNode, str]) -> _Ordered:
        """What is said of a blank node."""
        said = [self.line(quad, names) for quad in quads if quad.subject == node]
        return _Ordered([line.removeprefix(names[node]) for line in said], names[node])

    def _part(self, part: object, names: Mapping[BlankNode, str]) -> str:
        if isinstance(part, BlankNode):
            return names[part]
        if isinstance(part, NamedNode | Literal) and part.value in self._numbers:
            number = self._numbers[part.value]
            name, write = _term(number, part)
            self._terms[name] = (number, write)
            return f"%({name})s"
        written = str(part)
        if _MARK in written or _MARK_DAY in written:
            raise NoTemplate("a value is changed on its way into the signed statements")
        return written.replace("%", "%%")


def _term(number: int, part: NamedNode | Literal) -> tuple[str, Callable[[str], str]]:
    """A name for a mark in this form, and what writes a value so."""
    if isinstance(part, NamedNode):
        return f"{_ADDRESS}{number}", lambda value: str(NamedNode(value))
    language, datatype = part.language, part.datatype
    if language:
        return f"l{number}-{language}", lambda value: str(Literal(value, language=language))
    return f"t{number}-{datatype.value}", lambda value: str(Literal(value, datatype=datatype))


def _moves(pattern: str) -> bool:
    return "%(" in pattern.replace("%%", "")


def _beginning(pattern: str) -> str:
    """What every such statement begins with: all before the first value, and the mark that opens that."""
    before, opens, after = pattern.replace("%%", "\0").partition("%(")
    return before.replace("\0", "%") + (_OPENS.get(after[0], '"') if opens else "")


def _soundness(kind: str, scheme: str) -> Callable[[str], bool]:
    """What a value here must be: sound as the guard asks; an address plain, too, and of the scheme."""
    if kind == "iri":
        return lambda value: value.startswith(f"{scheme}:") and bool(_PLAIN_IRI.fullmatch(value))
    return lambda value: is_sound(value, kind)


def _values(holder: object, own: Own, place: Place = ()) -> Iterator[tuple[Place, str, str]]:
    """Place, an address's scheme, and value. Raises NoTemplate where another kind of thing stands."""
    if not isinstance(holder, Mapping):
        raise NoTemplate("not an object")
    for name, kind in own.items():
        part = holder.get(name)
        if part is None:
            continue
        if isinstance(kind, str):
            if not isinstance(part, str):
                raise NoTemplate("not a text")
            yield (*place, name), part.partition(":")[0] if kind == "iri" else "", part
        elif isinstance(part, list):
            for number, item in enumerate(part):
                yield from _values(item, kind, (*place, name, number))
        else:
            yield from _values(part, kind, (*place, name))


def _kind(own: Own, place: Place) -> str:
    kind: str | Own = own
    for step in place:
        if isinstance(step, str) and not isinstance(kind, str):
            kind = kind[step]
    if not isinstance(kind, str):
        raise NoTemplate("not a value")
    return kind


def _put(document: Any, place: Place, value: str) -> None:
    for step in place[:-1]:
        document = document[step]
    document[place[-1]] = value


def _mark(number: int, kind: str, scheme: str) -> str:
    """A sound value of that kind that no document holds."""
    if kind == "instant":
        return f"{_MARK_DAY}{number:06d}Z"
    if kind == "iri":
        return f"{scheme}:{'//' if scheme.startswith('http') else ''}{_MARK}{number}.example"
    return f"{_MARK}{number}."


def _frame(text: str, marks: Sequence[str]) -> tuple[str, ...]:
    """What stands before, between and after the own values in every document of the template."""
    pieces, rest = [], text
    for mark in marks:
        if text.count(mark) != 1:
            raise NoTemplate("a mark does not stand alone")
        before, _mark_itself, rest = rest.partition(mark)
        pieces.append(before)
    return (*pieces, rest)


def _between(frame: Sequence[str], text: str) -> list[str]:
    """The values that stand in the frame. Raises NoTemplate if anything else differs.

    A JSON text ends at its first bare quotation mark, and we would write each value just so: there is one
    way to read the document at most.
    """
    values, at = [], 0
    for before in frame[:-1]:
        if not text.startswith(before, at):
            raise NoTemplate("more differs than a learner's own values")
        at += len(before)
        ends = text.find('"', at)
        value = text[at:ends]
        if "\\" in value:
            quoted = _QUOTED.match(text, at)
            ends = quoted.end() if quoted else -1
            value = json.loads(f'"{text[at:ends]}"')
            if encode_basestring(value) != f'"{text[at:ends]}"':
                raise NoTemplate("a text is not written as we write it")
        elif "\n" in value or "\t" in value:  # the guard knows the other control characters
            raise NoTemplate("a text is not JSON")
        values.append(value)
        at = ends
    if text[at:] != frame[-1]:
        raise NoTemplate("more differs than a learner's own values")
    return values
