"""1EdTech CASE 1.0 and 1.1: a CFPackage read into plain facts with every fault named, and written again."""

from credentials.definitions.case.reading import CASE_BYTES, Broken, Problem, Reading, parse
from credentials.definitions.case.shapes import Framework, Item, Link, Package
from credentials.definitions.case.writing import document_member, item_member, package, placements

__all__ = [
    "CASE_BYTES",
    "Broken",
    "Framework",
    "Item",
    "Link",
    "Package",
    "Problem",
    "Reading",
    "document_member",
    "item_member",
    "package",
    "parse",
    "placements",
]
