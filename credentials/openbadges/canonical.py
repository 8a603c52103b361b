"""A JSON-LD document's canonical N-Quads: PyLD reads it with vendored contexts, pyoxigraph canonicalises."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import factorial
from threading import Lock
from typing import Any, TypeAlias
from typing import Literal as OneOf

from pyld.context_resolver import ContextResolver
from pyld.jsonld import JsonLdError, JsonLdProcessor
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
)

from credentials.openbadges import contexts

# PyLD compares every item of a list with every other (measured: 5,000 items, 20 s).
MAXIMUM_ITEMS = 1_000
MAXIMUM_VALUES = 10_000
MAXIMUM_QUADS = 10_000
# Orders of look-alike blank nodes that may have to be tried: well under a second's work.
MAXIMUM_TANGLE = 50_000
Digest: TypeAlias = OneOf["sha256", "sha384"]
_ALGORITHMS: Mapping[Digest, CanonicalizationAlgorithm] = {
    "sha256": CanonicalizationAlgorithm.RDFC_1_0_SHA_256,
    "sha384": CanonicalizationAlgorithm.RDFC_1_0_SHA_384,
}
# PyLD makes a relative IRI absolute under a base of its own choice, and it would be signed so. Under this
# base such an IRI is found out instead.
_NOWHERE = "nowhere://relative/"
_ABSOLUTE = re.compile(r"(?!nowhere:)[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]+")


class NotCanonical(ValueError):
    """The document has no canonical form that we would sign or check."""


class TooMuchWork(NotCanonical):
    """The document may be sound, but finding out would take too long."""


class Contexts:
    """The contexts a document may name, with what PyLD has already worked out about them.

    `load` answers an address with a parsed context or raises LookupError; nothing else is ever asked.
    """

    def __init__(self, load: Callable[[str], dict[str, Any]] = contexts.load) -> None:
        self._load = load
        self._resolved: dict[str, Any] = {}
        # PyLD's caches are not made for several threads at once.
        self._lock = Lock()

    def expand(self, document: Mapping[str, Any]) -> "Expansion":
        """The document's expanded nodes, and what of it no context maps. Raises NotCanonical."""
        if _values(document) > MAXIMUM_VALUES:
            raise TooMuchWork("the document is too large")
        dropped: list[str] = []
        processor = JsonLdProcessor(on_property_dropped=lambda term: dropped.append(str(term)))
        try:
            with self._lock:
                nodes = processor.expand(document, self._options())
        except JsonLdError as refused:
            raise NotCanonical(f"not JSON-LD: {refused.code or refused.type}") from refused
        return Expansion(nodes, (*dropped, *_relative(nodes)))

    def _options(self) -> dict[str, Any]:
        return {
            "base": _NOWHERE,
            "documentLoader": self._answer,
            "contextResolver": ContextResolver(self._resolved, self._answer),
        }

    def _answer(self, url: str, _options: object = None) -> dict[str, Any]:
        return {"contextUrl": None, "documentUrl": url, "document": self._load(url), "tag": "static"}


VENDORED = Contexts()


@dataclass(frozen=True, slots=True)
class Expansion:
    """PyLD's expanded nodes, and the terms, types and identifiers it would drop from the signed graph."""

    nodes: list[dict[str, Any]]
    unmapped: tuple[str, ...]

    def n_quads(self, *, digest: Digest = "sha256") -> str:
        """The canonical N-Quads (RDFC-1.0), to be asked once: reading lists uses the nodes up.

        `digest` decides the names of blank nodes (section 4.3). Raises NotCanonical when a term is unmapped
        or the document is too large.
        """
        dataset = Dataset(self.quads())
        dataset.canonicalize(_ALGORITHMS[digest])
        return "".join(sorted(f"{quad} .\n" for quad in dataset))

    def quads(self) -> list[Quad]:
        """The statements before their blank nodes are named; otherwise as `n_quads`."""
        if self.unmapped:
            raise NotCanonical(f"no context maps {', '.join(sorted(set(self.unmapped)))}")
        graphs = _Expanded().to_rdf(self.nodes, {"base": _NOWHERE, "contextResolver": None})
        try:
            quads = [_quad(triple, graph) for graph, triples in graphs.items() for triple in triples]
        except ValueError as refused:
            raise NotCanonical(f"not RDF: {refused}") from refused
        if len(quads) > MAXIMUM_QUADS:
            raise TooMuchWork("the document is too large")
        if _tangle(quads) > MAXIMUM_TANGLE:
            raise TooMuchWork("the document repeats itself in a way that would take too long to sort")
        return quads


class _Expanded(JsonLdProcessor):  # type: ignore[misc]
    """PyLD on nodes that are expanded already: expanding them again would cost as much as the first time."""

    def expand(self, input_: list[dict[str, Any]], options: object) -> list[dict[str, Any]]:
        return input_


def n_quads(document: Mapping[str, Any], known: Contexts = VENDORED, *, digest: Digest = "sha256") -> str:
    """The document's canonical N-Quads (RDFC-1.0). Raises NotCanonical."""
    return known.expand(document).n_quads(digest=digest)


def _values(value: object) -> int:
    """How many values the document holds. Raises TooMuchWork for a list too long to be read."""
    if isinstance(value, list):
        if len(value) > MAXIMUM_ITEMS:
            raise TooMuchWork("a list in the document is too long")
        return 1 + sum(_values(item) for item in value)
    if isinstance(value, Mapping):
        return 1 + sum(_values(part) for part in value.values())
    return 1


def _relative(node: object) -> Iterator[str]:
    """Identifiers, types and terms in expanded nodes that are no absolute IRI: to RDF they do not exist.

    A written blank-node label counts too: with labels a stranger could tie knots that take ages to undo,
    and no credential needs one.
    """
    if isinstance(node, list):
        for item in node:
            yield from _relative(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "@id" or (key == "@type" and "@value" not in node):
                wrong = (name for name in _names(value) if not _ABSOLUTE.fullmatch(name))
                yield from (name.removeprefix(_NOWHERE) for name in wrong)
            elif key != "@value":
                if not key.startswith("@") and not _ABSOLUTE.fullmatch(key):
                    yield key
                yield from _relative(value)


def _names(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _quad(triple: Mapping[str, Mapping[str, str]], graph: str) -> Quad:
    subject, predicate = _resource(triple["subject"]["value"]), NamedNode(triple["predicate"]["value"])
    thing = triple["object"]
    return Quad(
        subject,
        predicate,
        _literal(thing) if thing["type"] == "literal" else _resource(thing["value"]),
        DefaultGraph() if graph == "@default" else _resource(graph),
    )


def _resource(value: str) -> NamedNode | BlankNode:
    return BlankNode(value[2:]) if value.startswith("_:") else NamedNode(value)


def _literal(thing: Mapping[str, str]) -> Literal:
    if thing.get("language"):
        return Literal(thing["value"], language=thing["language"])
    return Literal(thing["value"], datatype=NamedNode(thing["datatype"]))


def _tangle(quads: Sequence[Quad]) -> int:
    """How many orders RDFC-1.0 may have to try at worst.

    Blank nodes that look alike at first sight (equal first-degree hashes) are told apart by trying the
    orders of their look-alike neighbours. A stranger's nested repetitions make that explode (measured:
    364 nodes, 24 s), so the sum over such neighbourhoods of size! is bounded before it is begun.
    """
    at: defaultdict[BlankNode, list[Quad]] = defaultdict(list)
    for quad in quads:
        for node in blanks(quad):
            at[node].append(quad)
    looks: defaultdict[tuple[str, ...], list[BlankNode]] = defaultdict(list)
    for node, own in at.items():
        looks[tuple(sorted(_seen_from(node, quad) for quad in own))].append(node)
    alike = {node for nodes in looks.values() if len(nodes) > 1 for node in nodes}
    orders = 0
    while alike:
        neighbourhood, frontier = 0, [alike.pop()]
        while frontier:
            neighbourhood += 1
            for quad in at[frontier.pop()]:
                near = blanks(quad) & alike
                alike -= near
                frontier += near
        orders += factorial(min(neighbourhood, 20))
    return orders


def blanks(quad: Quad) -> set[BlankNode]:
    """The blank nodes a statement names."""
    return {part for part in (quad.subject, quad.object, quad.graph_name) if isinstance(part, BlankNode)}


def _seen_from(node: BlankNode, quad: Quad) -> str:
    """The quad as its first-degree hash sees it: this node, other blank nodes, and all else as written."""
    parts = (quad.subject, quad.predicate, quad.object, quad.graph_name)
    return " ".join(
        ("_:a" if part == node else "_:z") if isinstance(part, BlankNode) else str(part) for part in parts
    )
