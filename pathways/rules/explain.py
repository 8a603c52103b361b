"""Rules and verdicts as sentences a learner can act on, each a template that may be translated."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never
from zoneinfo import ZoneInfo

from pathways.rules.evaluate import Entry, Explained, Fact, Proof, Reason, Verdict, local_day
from pathways.rules.tree import AllOf, Earned, Pool, Rule, keyed, nodes


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence still in its parts: an English template, and values of which some are texts themselves."""

    template: str
    params: Mapping[str, object] = field(default_factory=dict)

    def render(self, translate: Callable[[str], str] = str, show: Callable[[object], str] = str) -> str:
        """The sentence in the language of `translate`, its numbers, days and names written by `show`."""
        shown = {
            name: value.render(translate, show) if isinstance(value, Text) else show(value)
            for name, value in self.params.items()
        }
        return translate(self.template) % shown

    def __str__(self) -> str:
        return self.render()


def gettext_noop(template: str) -> str:
    """Marks a template under the name by which the message collector finds it; the hands translate."""
    return template


def sentence(rule: Rule, catalog: Mapping[str, Entry]) -> Text:
    """The whole rule as one plain sentence."""
    return Text(gettext_noop("Earn %(what)s."), {"what": phrase(rule, catalog)})


def phrase(rule: Rule, catalog: Mapping[str, Entry]) -> Text:
    """What a node asks for, as part of a sentence."""
    match rule:
        case Earned():
            return _name(rule.achievement, catalog)
        case Pool():
            return _pool_phrase(rule, catalog)
        case AllOf():
            return _group_phrase(rule, catalog)
        case _:
            assert_never(rule)


def _pool_phrase(pool: Pool, catalog: Mapping[str, Entry]) -> Text:
    names = _names(pool.achievements, catalog)
    many = len(set(pool.achievements))
    if pool.n == many:
        return names
    if pool.n == 1:
        return Text(gettext_noop("one of these %(many)s: %(names)s"), {"many": many, "names": names})
    params = {"n": pool.n, "many": many, "names": names}
    return Text(gettext_noop("%(n)s of these %(many)s: %(names)s"), params)


def _group_phrase(group: AllOf, catalog: Mapping[str, Entry]) -> Text:
    if not group.children:
        return Text(gettext_noop("something from a group that is empty"))
    parts = [phrase(child, catalog) for child in group.children]
    if all(isinstance(child, Earned) for child in group.children):
        return listing(parts)
    # A part may hold commas of its own, so the parts are told apart by something stronger.
    whole = parts[0]
    for part in parts[1:]:
        whole = Text(gettext_noop("%(before)s; and %(after)s"), {"before": whole, "after": part})
    return whole


def listing(parts: Sequence[Text]) -> Text:
    """Names in a row: "A", "A and B", "A, B and C"."""
    if not parts:
        return Text(gettext_noop("nothing"))
    *before, last = parts
    if not before:
        return last
    row = before[0]
    for part in before[1:]:
        row = Text(gettext_noop("%(before)s, %(after)s"), {"before": row, "after": part})
    return Text(gettext_noop("%(before)s and %(after)s"), {"before": row, "after": last})


def _name(code: str, catalog: Mapping[str, Entry]) -> Text:
    entry = catalog.get(code)
    return Text("%(name)s", {"name": entry.name if entry is not None and entry.name else code})


def _names(codes: Iterable[str], catalog: Mapping[str, Entry]) -> Text:
    return listing([_name(code, catalog) for code in dict.fromkeys(codes)])


def headline(verdict: Verdict) -> Text:
    """How far the learner is, in a few words; never a share of what was not asked for."""
    match verdict.status:
        case "satisfied":
            return Text(gettext_noop("Complete."))
        case "unreachable":
            return Text(gettext_noop("Cannot be completed as things stand."))
        case "indeterminate":
            return Text(gettext_noop("Not decided yet: the registrar will look at it."))
        case "unsatisfied" if verdict.total is None:
            return Text(gettext_noop("%(left)s left."), {"left": verdict.remaining})
        case "unsatisfied":
            params = {"done": verdict.done, "total": verdict.total, "left": verdict.remaining}
            return Text(gettext_noop("%(done)s of %(total)s, %(left)s left."), params)
        case _:
            assert_never(verdict.status)


def node_sentence(explained: Explained, catalog: Mapping[str, Entry]) -> Text:
    """What one node still asks of this learner, or what fills it."""
    match explained.status:
        case "unreachable":
            return Text(gettext_noop("This part cannot be completed as things stand."))
        case "indeterminate":
            return Text(gettext_noop("This part is not decided yet."))
        case "satisfied":
            return Text(gettext_noop("Complete: %(names)s."), {"names": _used_names(explained, catalog)})
        case "at_risk":
            return _at_risk_sentence(explained, catalog)
        case "partial" | "unmet":
            return _open_sentence(explained, catalog)
        case _:
            assert_never(explained.status)


def _at_risk_sentence(explained: Explained, catalog: Mapping[str, Entry]) -> Text:
    names = _used_names(explained, catalog)
    if explained.deadline is None:
        return Text(gettext_noop("Complete for now: %(names)s."), {"names": names})
    params = {"names": names, "day": explained.deadline}
    return Text(gettext_noop("Complete for now: %(names)s. Renew by %(day)s."), params)


def _used_names(explained: Explained, catalog: Mapping[str, Entry]) -> Text:
    return _names((used.counted_as for used in explained.used), catalog)


def _open_sentence(explained: Explained, catalog: Mapping[str, Entry]) -> Text:
    if explained.children:
        params: dict[str, object] = {"have": explained.have, "need": explained.need}
        return Text(gettext_noop("%(have)s of %(need)s parts complete."), params)
    still, options = explained.need - explained.have, explained.missing_options
    names = _names(options, catalog)
    if still == len(options):
        return Text(gettext_noop("Still to earn: %(names)s."), {"names": names})
    if still > len(options):
        return Text(gettext_noop("%(still)s more of: %(names)s."), {"still": still, "names": names})
    params = {"still": still, "many": len(options), "names": names}
    return Text(gettext_noop("%(still)s more of these %(many)s: %(names)s."), params)


def reason_sentence(reason: Reason, fact: Fact, *, catalog: Mapping[str, Entry], zone: ZoneInfo) -> Text:
    """Why one credential is not counted; `fact` is the one the verdict names."""
    name = _name(fact.achievement, catalog)
    match reason:
        case Reason.FUTURE:
            params = {"name": name, "day": local_day(fact.earned_at, zone)}
            return Text(gettext_noop("%(name)s counts from %(day)s on."), params)
        case Reason.REVOKED if fact.revoked_at is not None:
            params = {"name": name, "day": local_day(fact.revoked_at, zone)}
            return Text(gettext_noop("%(name)s was revoked on %(day)s."), params)
        case Reason.REVOKED:
            return Text(gettext_noop("%(name)s was revoked."), {"name": name})
        case Reason.SUSPENDED:
            return Text(gettext_noop("%(name)s is suspended."), {"name": name})
        case Reason.EXPIRED:
            params = {"name": name, "day": fact.expires_on}
            return Text(gettext_noop("%(name)s was valid until %(day)s."), params)
        case Reason.NOT_LISTED:
            return Text(gettext_noop("%(name)s is not part of this pathway."), {"name": name})
        case Reason.IDENTITY_ALREADY_USED:
            return Text(gettext_noop("%(name)s counts once, and it is counted already."), {"name": name})
        case Reason.NOT_NEEDED:
            return Text(gettext_noop("%(name)s is not needed: no place is waiting for it."), {"name": name})
        case _:
            assert_never(reason)


def proof_sentence(proof: Proof, *, rule: Rule, verdict: Verdict, catalog: Mapping[str, Entry]) -> Text:
    """Why the places stay open: what fits them, and that it is fewer than they are."""
    by_key = {node.key: node for node in nodes(keyed(rule))}
    titles = listing([_title(by_key[key], catalog) for key in proof.nodes])
    if not proof.held:
        return Text(gettext_noop("Nothing that counts today fits %(nodes)s."), {"nodes": titles})
    codes = {used.credential: used.counted_as for leaf in leaves(verdict.explanation) for used in leaf.used}
    params = {
        "nodes": titles,
        "names": listing([_name(codes[credential], catalog) for credential in proof.held]),
        "held": len(proof.held),
        "places": proof.places,
    }
    return Text(
        gettext_noop("Only %(names)s can fill %(nodes)s: %(held)s held for %(places)s places."), params
    )


def leaves(explained: Explained) -> Iterator[Explained]:
    """The leaves of an explanation in document order."""
    if explained.children:
        for child in explained.children:
            yield from leaves(child)
    else:
        yield explained


def _title(node: Rule, catalog: Mapping[str, Entry]) -> Text:
    if node.label:
        return Text("%(label)s", {"label": node.label})
    if isinstance(node, Earned):
        return _name(node.achievement, catalog)
    return Text(gettext_noop("“%(what)s”"), {"what": phrase(node, catalog)})
