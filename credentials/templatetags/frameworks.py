"""{% competency_tree nodes words %}: a framework as lists inside lists.

A framework may hold a thousand competencies; templates inside templates would take them most of a second.
"""

from collections.abc import Iterable, Iterator

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext

from credentials.models import Alignment
from credentials.queries.frameworks import Node

register = template.Library()


@register.simple_tag
def competency_tree(nodes: Iterable[Node], words: str = "") -> str:
    """Tops are open, and all under them where a search for `words` left them."""
    return _list(nodes, is_open=True, are_parts_open=bool(words))


def _list(nodes: Iterable[Node], *, is_open: bool, are_parts_open: bool) -> str:
    items = (
        (node.competency.public_id, _whole(node, is_open, are_parts_open) if node.parts else _leaf(node))
        for node in nodes
    )
    return format_html("<ul>{}</ul>", format_html_join("", '<li id="c-{}">{}</li>', items))


def _whole(node: Node, is_open: bool, are_parts_open: bool) -> str:
    """A competency with its parts, which fold away under its name."""
    name = format_html('<span class="competency-name" dir="auto">{}</span>', _name(node))
    parts = _list(node.parts, is_open=are_parts_open, are_parts_open=are_parts_open)
    state = " open" if is_open else ""
    return format_html(
        "<details{}><summary>{}{}</summary>{}{}</details>", state, name, _count(node), _about(node), parts
    )


def _leaf(node: Node) -> str:
    return format_html('<p class="competency-name" dir="auto">{}</p>{}', _name(node), _about(node))


def _name(node: Node) -> str:
    row = node.competency
    return format_html('<span class="code">{}</span> {}', row.code, row.name) if row.code else row.name


def _count(node: Node) -> str:
    total = node.shown_within
    if not total:
        return ""
    words = ngettext("%(total)d achievement", "%(total)d achievements", total) % {"total": total}
    return format_html(' <span class="shown-count">{}</span>', words)


def _about(node: Node) -> str:
    """What is said of one competency under its name."""
    row = node.competency
    facts = format_html_join("", "<div><dt>{}</dt>{}</div>", _facts(node))
    listed = format_html('<dl class="competency-facts">{}</dl>', facts) if facts else facts
    if not row.title:
        return listed
    return format_html('<p class="competency-statement" dir="auto">{}</p>{}', row.statement, listed)


def _facts(node: Node) -> Iterator[tuple[str, str]]:
    """Names and values, without those of which nothing is known."""
    row = node.competency
    if row.level:
        yield gettext("Level"), _values([row.level])
    if row.cognitive_level:
        yield gettext("Cognitive level"), _values([row.get_cognitive_level_display()])
    if row.sort:
        yield gettext("Sort"), _values([row.sort])
    if node.criteria:
        yield gettext("What can be observed"), _values(criterion.text for criterion in node.criteria)
    if node.shown_by:
        shown = ((version.get_absolute_url(), version.name) for version in node.shown_by)
        yield gettext("Shown by"), _values(format_html('<a href="{}">{}</a>', *each) for each in shown)
    if node.alignments:
        yield gettext("Answers to"), _values(_outside(alignment) for alignment in node.alignments)


def _values(values: Iterable[str]) -> str:
    return format_html_join("", '<dd dir="auto">{}</dd>', ((value,) for value in values))


def _outside(alignment: Alignment) -> str:
    return format_html(
        '<a href="{}" rel="external">{}</a> <span class="small soft">{}</span>',
        alignment.target_url,
        str(alignment),
        alignment.target_framework or alignment.get_purpose_display(),
    )
