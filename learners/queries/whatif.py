"""A learner's own what-if: one pathway as it would stand if she earned some more; nothing is written."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from credentials.queries import plain, price_in_words
from learners.queries.advice import Effort, efforts
from pathways.models import Act, Enrolment
from pathways.queries import Inputs, catalogue_for, inputs_of, terms_for
from pathways.rules import explain, tree
from pathways.rules.evaluate import Entry, Fact, Verdict
from pathways.services.evaluating import verdict_on

if TYPE_CHECKING:
    from learners.models import User

# Above every level that a rubric has.
BEST_LEVEL = 99


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What would bring the end nearer, to be ticked; `effort` None for a step without a credential."""

    code: str
    name: str
    is_chosen: bool = False
    effort: Effort | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imagined:
    """The pathway with what is chosen. `left` None: out of reach; `completes`: it would be complete by that.

    `still` names a smallest set that would then be left; `hours` and `costs` add up what is known of the
    choices, `unpriced` those without a price.
    """

    headline: str
    left: int | None
    completes: bool
    still: tuple[str, ...]
    finish_by: date | None
    holds_through: date | None
    hours: str
    costs: tuple[str, ...]
    unpriced: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """`headline` is how it stands now; `imagined` None where nothing is chosen."""

    headline: str
    choices: tuple[Choice, ...]
    imagined: Imagined | None


def what_if(enrolment: Enrolment, codes: Collection[str], at: datetime) -> WhatIf:
    """What earning these would do; codes that the rule does not list are ignored."""
    learner: User = enrolment.learner
    terms, inputs = terms_for(enrolment.version), inputs_of(learner)
    now = verdict_on(terms, inputs, at, enrolment=enrolment)
    chosen = [code for code in _in_order(terms.rule) if code in codes]
    entries = catalogue_for(terms.rule)
    offered = choices(terms.rule, now, entries, chosen)
    known = efforts(learner, [row.code for row in offered])
    offered = tuple(replace(row, effort=known.get(row.code)) for row in offered)
    imagined = None
    if chosen:
        held, then = _with(inputs, chosen, at, is_strict=_is_strict(terms.rule))
        verdict = verdict_on(terms, held, then, enrolment=enrolment)
        imagined = _imagined(verdict, entries, [row for row in offered if row.is_chosen])
    return WhatIf(headline=_headline(now), choices=offered, imagined=imagined)


def choices(
    rule: tree.Rule, verdict: Verdict, entries: Mapping[str, Entry], chosen: Collection[str] = ()
) -> tuple[Choice, ...]:
    """Whatever brings the end nearer, alone or together with others, and what is `chosen` already."""
    useful = _useful(verdict) | set(chosen)
    return tuple(
        Choice(code=code, name=_name(code, entries), is_chosen=code in chosen)
        for code in _in_order(rule)
        if code in useful
    )


def _useful(verdict: Verdict) -> set[str]:
    leaves = explain.leaves(verdict.explanation)
    return {
        *verdict.next_useful,
        *verdict.completion,
        *(code for leaf in leaves if not leaf.is_met for code in leaf.missing_options),
    }


def _in_order(rule: tree.Rule) -> Iterator[str]:
    """Each code that the rule lists, once, in its own order."""
    yield from dict.fromkeys(code for node in tree.nodes(rule) for code in tree.codes(node))


def _is_strict(rule: tree.Rule) -> bool:
    return any(isinstance(node, tree.InOrder) and node.strict for node in tree.nodes(rule))


def _with(inputs: Inputs, codes: Sequence[str], at: datetime, *, is_strict: bool) -> tuple[Inputs, datetime]:
    """What she would hold if she earned these now, and when that is judged.

    Where the rule asks that one comes on a later day than another, each is earned a day after the one before.
    """
    days = [timedelta(days=place if is_strict else 0) for place in range(len(codes))]
    earned = tuple(
        Fact(id=f"if:{code}", achievement=code, earned_at=at + day, level=BEST_LEVEL)
        for code, day in zip(codes, days, strict=True)
    )
    return replace(inputs, facts=inputs.facts + earned), at + days[-1]


def _imagined(verdict: Verdict, entries: Mapping[str, Entry], chosen: Sequence[Choice]) -> Imagined:
    known = [row.effort for row in chosen if row.effort]
    costs: dict[str, Decimal] = {}
    for effort in known:
        if effort.price is not None:
            costs[effort.currency] = costs.get(effort.currency, Decimal(0)) + effort.price
    return Imagined(
        headline=_headline(verdict),
        left=verdict.remaining,
        completes=bool(verdict.satisfied),
        still=tuple(_name(code, entries) for code in verdict.completion),
        finish_by=verdict.finish_by,
        holds_through=verdict.holds_through,
        hours=plain(sum((effort.hours for effort in known), Decimal(0))),
        costs=tuple(price_in_words(total, currency) for currency, total in sorted(costs.items())),
        unpriced=tuple(
            row.name
            for row in chosen
            if not row.code.startswith(Act.PREFIX) and (row.effort is None or row.effort.price is None)
        ),
    )


def _headline(verdict: Verdict) -> str:
    return explain.headline(verdict).render(_, _shown)


def _shown(value: object) -> str:
    return date_format(value, "j F Y") if isinstance(value, date) else str(value)


def _name(code: str, entries: Mapping[str, Entry]) -> str:
    return (entries[code].name if code in entries else "") or code
