"""Two versions of a rule side by side: keys stay, so each requirement is found again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from credentials.definitions.text import Text, gettext_noop
from pathways.rules.evaluate import Entry
from pathways.rules.exchange import Terms, terms_json
from pathways.rules.explain import listing, phrase
from pathways.rules.headings import heading
from pathways.rules.tree import Credits, InOrder, Pool, Rule, children, codes, is_leaf, keyed, nodes
from pathways.rules.tree.documents import own_fields

Kind: TypeAlias = Literal["added", "removed", "changed", "moved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One requirement that differs; `before` is None where it was added, `after` where it is gone.

    `place` is the group in which a moved one now stands.
    """

    kind: Kind
    key: str
    before: Rule | None = None
    after: Rule | None = None
    place: Rule | None = None


def compare(before: Rule, after: Rule) -> list[Change]:
    """What differs between two rules, in document order of the later one, what is gone last.

    Of a group that is new or gone as a whole only the group is named. A requirement that both changed and
    moved is named twice.
    """
    before, after = keyed(before), keyed(after)
    old, new = {node.key: node for node in nodes(before)}, {node.key: node for node in nodes(after)}
    above_old, above_new = dict(_above(before)), dict(_above(after))
    found: list[Change] = []
    for key, node in new.items():
        if key not in old:
            if above_new.get(key) is None or above_new[key] in old:
                found.append(Change(kind="added", key=key, after=node))
            continue
        if _differs(old[key], node):
            found.append(Change(kind="changed", key=key, before=old[key], after=node))
        place = above_new.get(key)
        if place != above_old.get(key):
            found.append(
                Change(
                    kind="moved", key=key, before=old[key], after=node, place=new[place] if place else None
                )
            )
    found += [
        Change(kind="removed", key=key, before=node)
        for key, node in old.items()
        if key not in new and (above_old.get(key) is None or above_old[key] in new)
    ]
    return found


def beside(before: Terms, after: Terms) -> list[Text]:
    """What differs between two versions beside their rules, one sentence for each matter."""
    old, new = terms_json(before), terms_json(after)
    return [
        sentence for fields, sentence in _BESIDE if any(old.get(name) != new.get(name) for name in fields)
    ]


_BESIDE = (
    (
        ("min_level", "earned_from", "earned_to", "sources", "validity"),
        Text(gettext_noop("What counts in the whole rule has changed.")),
    ),
    (("at_most",), Text(gettext_noop("The limits on some achievements have changed."))),
    (("milestones",), Text(gettext_noop("The milestones have changed."))),
    (
        ("exclusive_with", "use_limit"),
        Text(gettext_noop("The pathways it shares no credentials with have changed.")),
    ),
)


def in_words(change: Change, catalog: Mapping[str, Entry]) -> Text:
    """One difference as a sentence; the catalogue covers both rules."""
    before, after = change.before, change.after
    if after is None and before is not None:
        return Text(gettext_noop("Taken away: %(what)s."), {"what": _named(before, catalog)})
    if before is None and after is not None:
        return Text(gettext_noop("New: %(what)s."), {"what": _named(after, catalog)})
    if before is None or after is None:
        raise ValueError("a change has a before or an after")
    if change.kind == "changed":
        return _changed(before, after, catalog)
    params: dict[str, object] = {"what": _title(after, catalog)}
    if change.place is None:
        return Text(gettext_noop("“%(what)s” is now the outermost requirement."), params)
    params["place"] = _title(change.place, catalog)
    return Text(gettext_noop("“%(what)s” now stands in “%(place)s”."), params)


def _changed(before: Rule, after: Rule, catalog: Mapping[str, Entry]) -> Text:
    old, new = codes(before), codes(after)
    params: dict[str, object] = {"what": _title(after, catalog)}
    if isinstance(after, Pool | Credits) and _without_codes(before) == _without_codes(after):
        more = [code for code in new if code not in old]
        fewer = [code for code in old if code not in new]
        params |= {"more": _names(more, catalog), "fewer": _names(fewer, catalog)}
        if more and fewer:
            return Text(gettext_noop("“%(what)s” now lists %(more)s, and no longer %(fewer)s."), params)
        if more:
            return Text(gettext_noop("“%(what)s” now lists %(more)s too."), params)
        if fewer:
            return Text(gettext_noop("“%(what)s” no longer lists %(fewer)s."), params)
    say = phrase if is_leaf(before) and is_leaf(after) else heading
    was, now = say(before, catalog), say(after, catalog)
    params = {"what": _title(before, catalog), "was": was, "now": now}
    if str(was) != str(now):
        return Text(gettext_noop("“%(what)s”: was %(was)s; is now %(now)s."), params)
    if isinstance(after, InOrder) and before.label == after.label:
        return Text(gettext_noop("The order within “%(what)s” has changed."), params)
    params["now"] = _title(after, catalog)
    return Text(gettext_noop("“%(what)s” is now called “%(now)s”."), params)


def _differs(before: Rule, after: Rule) -> bool:
    return (
        before.label != after.label
        or own_fields(before) != own_fields(after)
        or (isinstance(after, InOrder) and _kept_order(before, after) != _kept_order(after, before))
    )


def _kept_order(rule: Rule, other: Rule) -> list[str]:
    """Keys of the parts that both have, in the order of the first."""
    both = {child.key for child in children(other)}
    return [child.key for child in children(rule) if child.key in both]


def _without_codes(rule: Rule) -> dict[str, object]:
    return {name: value for name, value in own_fields(rule).items() if name != "achievements"} | {
        "label": rule.label
    }


def _above(rule: Rule) -> Iterator[tuple[str, str]]:
    """Each node's key with its parent's."""
    for node in nodes(rule):
        for child in children(node):
            yield child.key, node.key


def _named(rule: Rule, catalog: Mapping[str, Entry]) -> Text:
    what = phrase(rule, catalog)
    if not rule.label:
        return what
    return Text(gettext_noop("“%(label)s”, which is %(what)s"), {"label": rule.label, "what": what})


def _title(rule: Rule, catalog: Mapping[str, Entry]) -> Text:
    if rule.label:
        return Text("%(label)s", {"label": rule.label})
    return phrase(rule, catalog) if is_leaf(rule) else heading(rule, catalog)


def _names(given: list[str], catalog: Mapping[str, Entry]) -> Text:
    shown = [catalog[code].name or code if code in catalog else code for code in given]
    return listing([Text("%(name)s", {"name": name}) for name in shown])
