"""Rules and verdicts as sentences a learner can act on, each a template that may be translated."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import assert_never
from zoneinfo import ZoneInfo

from credentials.definitions.text import Text, gettext_noop
from pathways.rules.evaluate import Entry, Explained, Fact, Proof, Reason, Verdict, local_day
from pathways.rules.tree import (
    AllOf,
    AtLeast,
    Competency,
    Credits,
    Done,
    Earned,
    Filters,
    InOrder,
    Pool,
    Rule,
    Source,
    Window,
    Within,
    keyed,
    nodes,
)


def sentence(rule: Rule, catalog: Mapping[str, Entry]) -> Text:
    """The whole rule as one plain sentence."""
    return Text(gettext_noop("Earn %(what)s."), {"what": phrase(rule, catalog)})


def phrase(rule: Rule, catalog: Mapping[str, Entry]) -> Text:
    """What a node asks for, as part of a sentence."""
    what = _unfiltered(rule, catalog)
    for limit in limits(rule.filters):
        what = Text(gettext_noop("%(what)s (%(limit)s)"), {"what": what, "limit": limit})
    return what


def _unfiltered(rule: Rule, catalog: Mapping[str, Entry]) -> Text:
    match rule:
        case Earned():
            return _name(rule.achievement, catalog)
        case Done():
            return Text(gettext_noop("completion of %(name)s"), {"name": _name(rule.step, catalog)})
        case Pool():
            return spread(rule, _pool_phrase(rule, catalog))
        case Credits():
            return _credits_phrase(rule, catalog)
        case Competency():
            return competency_phrase(rule, catalog)
        case AllOf():
            return _group_phrase(rule.children, catalog)
        case AtLeast():
            return _some_phrase(rule, catalog)
        case InOrder():
            return _order_phrase(rule, catalog)
        case Within():
            return _window_phrase(rule, catalog)
        case _:
            assert_never(rule)


def spread(pool: Pool, what: Text) -> Text:
    """`what` with the groups that a pool draws from."""
    if pool.min_groups is not None and pool.min_groups > 1:
        params = {"what": what, "groups": pool.min_groups}
        what = Text(gettext_noop("%(what)s, from at least %(groups)s different groups"), params)
    if pool.max_per_group is not None:
        params = {"what": what, "most": pool.max_per_group}
        what = Text(gettext_noop("%(what)s, at most %(most)s from each group"), params)
    return what


# The attribute under which the entry of a competency names its levels, lowest first.
LEVELS = "levels"

# What may be added up, in words; another attribute of the catalogue is called by its own name.
_MEASURES = {
    "credits": gettext_noop("%(many)s credits"),
    "hours": gettext_noop("%(many)s hours"),
    "points": gettext_noop("%(many)s points"),
}


def summed(rule: Credits, many: object) -> Text:
    """An amount of what this node adds up, in words."""
    if rule.measure in _MEASURES:
        return Text(_MEASURES[rule.measure], {"many": many})
    return Text("%(many)s %(measure)s", {"many": many, "measure": rule.measure})


def _credits_phrase(rule: Credits, catalog: Mapping[str, Entry]) -> Text:
    params: dict[str, object] = {"sum": summed(rule, rule.min), "names": _names(rule.achievements, catalog)}
    return capped(rule, Text(gettext_noop("%(sum)s out of %(names)s"), params))


def capped(rule: Credits, what: Text) -> Text:
    """`what` with the limits of a sum."""
    for group, cap in rule.group_caps:
        params: dict[str, object] = {"what": what, "sum": summed(rule, cap), "group": group}
        what = Text(gettext_noop("%(what)s, at most %(sum)s of them from %(group)s"), params)
    if rule.transfer_max is not None:
        params = {"what": what, "sum": summed(rule, rule.transfer_max)}
        what = Text(gettext_noop("%(what)s, at most %(sum)s of them earned elsewhere"), params)
    if rule.residency_min is not None:
        params = {"what": what, "sum": summed(rule, rule.residency_min)}
        what = Text(gettext_noop("%(what)s, at least %(sum)s of them earned here"), params)
    return what


def competency_phrase(rule: Competency, catalog: Mapping[str, Entry]) -> Text:
    """What shows a competency, by its name and its level's where the catalogue says them."""
    entry = catalog.get(rule.code)
    levels = entry.attributes.get(LEVELS) if entry is not None else None
    level: object = rule.min_level
    if isinstance(levels, list) and 0 < rule.min_level <= len(levels):
        level = f"“{levels[rule.min_level - 1]}”"
    params: dict[str, object] = {"name": _name(rule.code, catalog), "level": level, "count": rule.count}
    if rule.min_level <= 1 and rule.count == 1:
        return Text(gettext_noop("an achievement that shows “%(name)s”"), params)
    if rule.min_level <= 1:
        return Text(gettext_noop("%(count)s achievements that show “%(name)s”"), params)
    if rule.count == 1:
        return Text(gettext_noop("an achievement that shows “%(name)s” at level %(level)s or above"), params)
    return Text(
        gettext_noop("%(count)s achievements that show “%(name)s” at level %(level)s or above"), params
    )


def _some_phrase(rule: AtLeast, catalog: Mapping[str, Entry]) -> Text:
    if rule.n == len(rule.children):
        return _group_phrase(rule.children, catalog)
    parts = _parts(rule.children, catalog)
    if rule.n == 1:
        return Text(gettext_noop("one of these parts: %(parts)s"), {"parts": parts})
    params = {"n": rule.n, "many": len(rule.children), "parts": parts}
    return Text(gettext_noop("%(n)s of these %(many)s parts: %(parts)s"), params)


def _order_phrase(rule: InOrder, catalog: Mapping[str, Entry]) -> Text:
    if len(rule.children) < 2:
        return _group_phrase(rule.children, catalog)
    whole = phrase(rule.children[0], catalog)
    for part in rule.children[1:]:
        params = {"before": whole, "after": phrase(part, catalog)}
        strictly = gettext_noop("%(before)s; then, on a later day, %(after)s")
        whole = Text(strictly if rule.strict else gettext_noop("%(before)s; then %(after)s"), params)
    return whole


def _window_phrase(rule: Within, catalog: Mapping[str, Entry]) -> Text:
    params = {"what": phrase(rule.child, catalog), "window": length(rule.window)}
    if rule.anchor == "enrolment":
        return Text(gettext_noop("%(what)s, all within %(window)s of enrolling"), params)
    return Text(gettext_noop("%(what)s, all within %(window)s"), params)


def length(window: Window) -> Text:
    """A length of time in words."""
    units = (
        (window.years, gettext_noop("1 year"), gettext_noop("%(many)s years")),
        (window.months, gettext_noop("1 month"), gettext_noop("%(many)s months")),
        (window.weeks, gettext_noop("1 week"), gettext_noop("%(many)s weeks")),
        (window.days, gettext_noop("1 day"), gettext_noop("%(many)s days")),
    )
    parts = [Text(one if many == 1 else more, {"many": many}) for many, one, more in units if many]
    return listing(parts) if parts else Text(gettext_noop("one day"))


_SOURCES: dict[Source, str] = {
    "internal": gettext_noop("earned here"),
    "transfer": gettext_noop("transferred"),
    "rpl": gettext_noop("recognised from earlier learning"),
    "external": gettext_noop("earned elsewhere"),
}


# What a cleared filter says: the one above does not hold here.
_CLEARED = {
    "min_level": gettext_noop("at any level"),
    "earned_from": gettext_noop("however early"),
    "earned_to": gettext_noop("however late"),
    "sources": gettext_noop("from any source"),
}


def limits(filters: Filters) -> Iterator[Text]:
    """What a node asks of every fact below it, filter by filter."""
    if isinstance(filters.min_level, int):
        yield Text(gettext_noop("at level %(level)s or above"), {"level": filters.min_level})
    if isinstance(filters.earned_from, date):
        yield Text(gettext_noop("earned on or after %(day)s"), {"day": filters.earned_from})
    if isinstance(filters.earned_to, date):
        yield Text(gettext_noop("earned on or before %(day)s"), {"day": filters.earned_to})
    if isinstance(filters.sources, tuple) and filters.sources:
        whole = Text(_SOURCES[filters.sources[0]])
        for source in filters.sources[1:]:
            params = {"before": whole, "after": Text(_SOURCES[source])}
            whole = Text(gettext_noop("%(before)s or %(after)s"), params)
        yield whole
    if filters.validity == "ever":
        yield Text(gettext_noop("also if it has expired since"))
    if filters.validity == "current":
        yield Text(gettext_noop("still valid"))
    if filters.scope == "none":
        yield Text(gettext_noop("what counts elsewhere may count here too"))
    elif isinstance(filters.scope, str):
        yield Text(gettext_noop("counted apart, as “%(scope)s”"), {"scope": filters.scope})
    for name, cleared in _CLEARED.items():
        if getattr(filters, name) is None:
            yield Text(cleared)


def _pool_phrase(pool: Pool, catalog: Mapping[str, Entry]) -> Text:
    names = _names(pool.achievements, catalog)
    many = len(set(pool.achievements))
    if pool.n == many:
        return names
    if pool.n == 1:
        return Text(gettext_noop("one of these %(many)s: %(names)s"), {"many": many, "names": names})
    params = {"n": pool.n, "many": many, "names": names}
    return Text(gettext_noop("%(n)s of these %(many)s: %(names)s"), params)


def _group_phrase(children: Sequence[Rule], catalog: Mapping[str, Entry]) -> Text:
    if not children:
        return Text(gettext_noop("something from a group that is empty"))
    if all(isinstance(child, Earned) for child in children):
        return listing([phrase(child, catalog) for child in children])
    return _parts(children, catalog)


def _parts(children: Sequence[Rule], catalog: Mapping[str, Entry]) -> Text:
    if not children:
        return Text(gettext_noop("something from a group that is empty"))
    parts = [phrase(child, catalog) for child in children]
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
        case "waived":
            return Text(gettext_noop("You are excused from this part."))
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
    if explained.amounts is not None:
        names = _names(explained.missing_options, catalog)
        summed: dict[str, object] = {
            "need": explained.amounts[0],
            "have": explained.amounts[1],
            "names": names,
        }
        return Text(gettext_noop("%(have)s of %(need)s so far; still to choose from: %(names)s."), summed)
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
        case Reason.BLOCKED:
            return Text(gettext_noop("%(name)s was excluded here by the registrar."), {"name": name})
        case Reason.CONSUMED_ELSEWHERE:
            return Text(gettext_noop("%(name)s was already used for another certificate."), {"name": name})
        case Reason.BEFORE_CUTOFF | Reason.AFTER_CUTOFF:
            params = {"name": name, "day": local_day(fact.earned_at, zone)}
            early = gettext_noop("%(name)s was earned on %(day)s, before what counts here.")
            late = gettext_noop("%(name)s was earned on %(day)s, after what counts here.")
            return Text(early if reason is Reason.BEFORE_CUTOFF else late, params)
        case Reason.SOURCE_NOT_ALLOWED:
            params = {"name": name, "source": Text(_SOURCES[fact.source])}
            return Text(gettext_noop("%(name)s was %(source)s, which does not count here."), params)
        case Reason.LEVEL_TOO_LOW if fact.level is not None:
            params = {"name": name, "level": fact.level}
            return Text(gettext_noop("%(name)s was reached at level %(level)s; here it takes more."), params)
        case Reason.LEVEL_TOO_LOW:
            return Text(gettext_noop("%(name)s does not reach the level asked for here."), {"name": name})
        case Reason.OUTSIDE_WINDOW:
            params = {"name": name, "day": local_day(fact.earned_at, zone)}
            return Text(
                gettext_noop("%(name)s was earned on %(day)s, too far from the others to count."),
                params,
            )
        case Reason.WRONG_ORDER:
            params = {"name": name, "day": local_day(fact.earned_at, zone)}
            return Text(gettext_noop("%(name)s was earned on %(day)s, out of the order asked for."), params)
        case Reason.CAP_REACHED:
            return Text(
                gettext_noop("%(name)s adds nothing: as much of its kind as may count is counted already."),
                {"name": name},
            )
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
    if isinstance(node, Done):
        return _name(node.step, catalog)
    return Text(gettext_noop("“%(what)s”"), {"what": phrase(node, catalog)})
