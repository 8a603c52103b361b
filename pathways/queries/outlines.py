"""Pathways as readers meet them: what one asks in words, how large it is, where a learner stands on it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from credentials.definitions.text import Text
from credentials.models import Achievement, Credential
from credentials.queries import Card, Onward, card_of, plain
from pathways.models import Enrolment, Pathway, VersionAchievement
from pathways.queries.rules import achievements, catalogue, catalogue_for, entry_of, rule_for
from pathways.rules import ctdl, explain, tree
from pathways.rules.evaluate import Entry
from pathways.rules.headings import heading
from pathways.rules.sizing import span

if TYPE_CHECKING:
    from learners.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One requirement of a pathway as a reader meets it: what it asks, then its achievements or parts.

    `title` is empty where nobody gave one, `ask` for a single achievement.
    """

    title: str
    ask: str
    cards: tuple[Card, ...] = ()
    parts: "tuple[Part, ...]" = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A published pathway to be read: its rule in one sentence, its parts in order, how much it takes.

    `hours` and `credits` are the least and the most that any way through takes, as text.
    """

    pathway: Pathway
    sentence: str
    parts: tuple[Part, ...]
    count: int
    hours: str
    credits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a learner is on a pathway she is enrolled on; `left` is None until the engine has answered."""

    enrolment: Enrolment
    done: int
    total: int
    left: int | None

    @property
    def tiles(self) -> list[str]:
        return ["filled"] * self.done + ["outlined"] * (self.total - self.done)


def published() -> QuerySet[Pathway]:
    """Pathways in force, with the version and the certificate they name."""
    return Pathway.objects.published().select_related(
        "current_version", "awards__current_version", "awards__series", "awards__issuer"
    )


def ctdl_document(pathway: Pathway) -> dict[str, Any]:
    """A published pathway as CTDL JSON-LD, with its rule as component conditions; one query."""
    version = pathway.current_version
    if version is None:
        raise ValueError("only what is published is described to others")
    rule = rule_for(version)
    rows = achievements(tree.listed(rule) | {pathway.awards.code})
    components = {code: _component(row) for code, row in rows.items()}
    described = ctdl.Described(
        url=settings.PORTAL_URL + pathway.get_absolute_url(),
        ctid=f"ce-{pathway.public_id}",
        name=pathway.name,
        description=pathway.description,
        language=settings.LANGUAGE_CODE,
        owner=settings.PORTAL_URL + reverse("credentials:issuer", args=[pathway.awards.issuer.slug]),
        version=str(version.number),
        goal=components[pathway.awards.code],
    )
    return ctdl.write(described, rule, components)


def _component(row: Achievement) -> ctdl.Component:
    version = row.current_version
    url = settings.PORTAL_URL + version.get_absolute_url() if version else ""
    return ctdl.Component(code=row.code, name=row.name, url=url)


def outlines(pathways: Iterable[Pathway], held: Mapping[str, str] | None = None) -> list[Outline]:
    """Published pathways as their pages show them; one query for all their achievements.

    `held` marks what the reader holds: a state of components/state_chip.html by achievement code.
    """
    rules = [(row, rule_for(row.current_version)) for row in pathways if row.current_version]
    codes = {code for _pathway, rule in rules for code in tree.listed(rule)}
    rows = achievements(codes)
    known = {code: entry_of(row) for code, row in rows.items()}
    if steps := codes - rows.keys():
        known |= catalogue(steps)
    return [_outline(pathway, rule, rows, known, held or {}) for pathway, rule in rules]


def _outline(
    pathway: Pathway,
    rule: tree.Rule,
    rows: Mapping[str, Achievement],
    known: Mapping[str, Entry],
    held: Mapping[str, str],
) -> Outline:
    # What shows a skill is not listed by the rule that asks for it.
    shows = any(isinstance(node, tree.Competency) for node in tree.nodes(rule))
    catalog = catalogue_for(rule) if shows else known
    hours, credits = (
        span(rule, {code: entry.measured(measure) for code, entry in catalog.items()}, catalog)
        for measure in ("hours", "credits")
    )
    return Outline(
        pathway=pathway,
        sentence=_say(explain.sentence(rule, catalog)),
        parts=tuple(
            _part(node, rows, held, catalog)
            for node in (rule.children if isinstance(rule, tree.AllOf) else (rule,))
        ),
        count=len(tree.listed(rule)),
        hours=_range(hours),
        credits=_range(credits),
    )


def stacks_into(achievement: Achievement) -> list[Onward]:
    """The published pathways whose rule in force names this achievement, or that award it; two queries."""
    listing = VersionAchievement.objects.filter(achievement=achievement).values("version")
    return [
        Onward(
            name=outline.pathway.name,
            url=outline.pathway.get_absolute_url(),
            awards=outline.pathway.awards.name,
            sentence=outline.sentence,
            is_awarded=outline.pathway.awards_id == achievement.pk,
        )
        for outline in outlines(published().filter(Q(current_version__in=listing) | Q(awards=achievement)))
    ]


def lapse_policies(certificates: Iterable[Credential]) -> dict[int, str]:
    """What each certificate's pathway says of a component that lapses, in words, by the certificate's id."""
    causes = {
        row.source_id: row.pk
        for row in certificates
        # What a milestone on the way awarded stays.
        if row.source == Credential.Source.PATHWAY and row.awarding_version
    }
    enrolments = Enrolment.objects.filter(pk__in=causes).select_related("version")
    return {causes[row.pk]: row.version.get_lapse_policy_display() for row in enrolments}


def taking_part(achievement: Achievement) -> "QuerySet[Enrolment, Any]":
    """Ids of the people enrolled on a pathway that awards this achievement."""
    return Enrolment.objects.current().filter(pathway__awards=achievement).values("learner")


def held_states(learner: "User") -> dict[str, str]:
    """What this learner holds in force or on hold: a state chip's code by achievement code."""
    rows = Credential.objects.live().held_by(learner).values_list("achievement__code", "state")
    return {code: "suspended" if state == Credential.State.SUSPENDED else "earned" for code, state in rows}


def standing_of(pathway: Pathway, learner: "User") -> Standing | None:
    """Where she is on this pathway; None where she is not enrolled."""
    enrolment = (
        Enrolment.objects.current()
        .held_by(learner)
        .filter(pathway=pathway)
        .select_related("version", "certificate")
        .first()
    )
    if enrolment is None:
        return None
    evaluation = enrolment.evaluations.filter(is_current=True).first()
    total, left = (evaluation.total or 0, evaluation.remaining) if evaluation else (0, None)
    return Standing(enrolment=enrolment, done=total - (left or 0) if total else 0, total=total, left=left)


def _part(
    node: tree.Rule, rows: Mapping[str, Achievement], held: Mapping[str, str], catalog: Mapping[str, Entry]
) -> Part:
    """A node and what is below it. A group of nothing but plain achievements is shown as their cards."""
    children = tree.children(node)
    is_plain = all(
        isinstance(child, tree.Earned) and not child.label and child.filters == tree.NO_FILTERS
        for child in children
    )
    named = [*tree.codes(node), *(code for child in children if is_plain for code in tree.codes(child))]
    cards = tuple(
        card_of(version, state=held.get(code, ""))
        for code in dict.fromkeys(named)
        if code in rows and (version := rows[code].current_version)
    )
    is_said_by_its_card = isinstance(node, tree.Earned) and node.filters == tree.NO_FILTERS and bool(cards)
    return Part(
        title=node.label,
        ask="" if is_said_by_its_card else f"{capfirst(_say(heading(node, catalog)))}.",
        cards=cards,
        parts=() if is_plain else tuple(_part(child, rows, held, catalog) for child in children),
    )


def _say(text: Text) -> str:
    return text.render(
        _, lambda value: date_format(value, "j F Y") if isinstance(value, date) else str(value)
    )


def _range(ends: tuple[Decimal, Decimal]) -> str:
    least, most = (plain(end) for end in ends)
    if least == most:
        return least
    return _("%(least)s to %(most)s") % {"least": least or "0", "most": most}
