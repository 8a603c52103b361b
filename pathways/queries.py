"""What is asked about pathways: the rule as a tree, the facts it reads, who stands where."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from config.admin import WorkItem
from credentials.models import Achievement, AchievementVersion, Credential, CredentialEvent, Pilot, Series
from credentials.queries import Card, Onward, card_of, local_day, plain
from pathways.models import Enrolment, Evaluation, Pathway, PathwayVersion, Requirement, VersionAchievement
from pathways.rules import ctdl, explain, tree
from pathways.rules.evaluate import Entry, Fact, Suspension
from pathways.rules.sizing import span

if TYPE_CHECKING:
    from learners.models import User

NOT_FACTS = (Credential.State.SUPERSEDED,)


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


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a verdict about one learner reads, and how new it is."""

    facts: tuple[Fact, ...]
    credentials: Mapping[str, Credential]
    last_event: int


def rule_for(version: PathwayVersion) -> tree.Rule:
    """The rule: frozen text once published, folded from its rows while a draft. Raises RuleError."""
    if version.rule:
        return tree.read(json.loads(version.rule))
    return tree.read(_folded(version))


def catalogue(codes: Iterable[str]) -> dict[str, Entry]:
    """What the engine and the sentences need to know of these achievements, by code."""
    return {code: _entry(row) for code, row in _achievements(codes).items()}


def _achievements(codes: Iterable[str]) -> dict[str, Achievement]:
    rows = Achievement.objects.filter(code__in=set(codes)).select_related("current_version", "series")
    return {row.code: row for row in rows}


def _entry(row: Achievement) -> Entry:
    return Entry(
        name=row.name,
        active=row.is_active and row.current_version_id is not None,
        repeatable=row.is_repeatable,
        credits=row.current_version.credits if row.current_version else Entry().credits,
        series=row.series.slug,
        criteria=row.current_version.criteria if row.current_version else None,
        participation=row.current_version.kind == AchievementVersion.Kind.PARTICIPATION
        if row.current_version
        else None,
    )


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
    rows = _achievements(tree.listed(rule) | {pathway.awards.code})
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
    rows = _achievements(code for _pathway, rule in rules for code in tree.listed(rule))
    catalog = {code: _entry(row) for code, row in rows.items()}
    sizes = {code: row.current_version for code, row in rows.items() if row.current_version}
    hours = {code: version.hours for code, version in sizes.items()}
    credits = {code: version.credits for code, version in sizes.items()}
    return [
        Outline(
            pathway=pathway,
            sentence=explain.sentence(rule, catalog).render(_),
            parts=tuple(
                _part(node, rows, held or {})
                for node in (rule.children if isinstance(rule, tree.AllOf) else (rule,))
            ),
            count=len(tree.listed(rule)),
            hours=_range(span(rule, hours)),
            credits=_range(span(rule, credits)),
        )
        for pathway, rule in rules
    ]


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
    causes = {row.source_id: row.pk for row in certificates if row.source == Credential.Source.PATHWAY}
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


def _part(node: tree.Rule, rows: Mapping[str, Achievement], held: Mapping[str, str]) -> Part:
    """A node and what is below it. A group of nothing but plain achievements is shown as their cards."""
    children = node.children if isinstance(node, tree.AllOf) else ()
    is_plain = all(isinstance(child, tree.Earned) and not child.label for child in children)
    named = [*tree.codes(node), *(code for child in children if is_plain for code in tree.codes(child))]
    cards = tuple(
        card_of(version, state=held.get(code, ""))
        for code in dict.fromkeys(named)
        if code in rows and (version := rows[code].current_version)
    )
    match node:
        case tree.Pool(n=n) if n < len(cards):
            ask = _("Any %(n)d of these %(many)d.") % {"n": n, "many": len(cards)}
        case tree.Earned():
            ask = ""
        case _:
            ask = _("All of these.")
    return Part(
        title=node.label,
        ask=ask,
        cards=cards,
        parts=() if is_plain else tuple(_part(child, rows, held) for child in children),
    )


def _range(ends: tuple[Decimal, Decimal]) -> str:
    least, most = (plain(end) for end in ends)
    if least == most:
        return least
    return _("%(least)s to %(most)s") % {"least": least or "0", "most": most}


def inputs_of(learner: "User") -> Inputs:
    """The learner's credentials as facts, in two queries whatever their number."""
    held = (
        Credential.objects.held_by(learner)
        .exclude(state__in=NOT_FACTS)
        .select_related("achievement", "version")
        .order_by("pk")
    )
    suspensions: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    last_event = 0
    for credential_id, kind, at, pk in (
        CredentialEvent.objects.filter(recipient=learner)
        .order_by("pk")
        .values_list("credential_id", "kind", "at", "pk")
    ):
        last_event = pk
        periods = suspensions[credential_id]
        if kind == CredentialEvent.Kind.SUSPENDED:
            periods.append((at, None))
        elif periods and periods[-1][1] is None and kind == CredentialEvent.Kind.REINSTATED:
            periods[-1] = (periods[-1][0], at)
    credentials = {str(row.pk): row for row in held}
    facts = tuple(_fact(row, suspensions[row.pk]) for row in credentials.values())
    return Inputs(facts=facts, credentials=credentials, last_event=last_event)


def stale_enrolments(today: date) -> QuerySet[Enrolment]:
    """Enrolments whose stored answer is missing, older than what it read, or due to change by time."""
    current = Evaluation.objects.filter(enrolment=OuterRef("pk"), is_current=True)
    newer = CredentialEvent.objects.filter(recipient=OuterRef("learner"))
    up_to_date = current.filter(
        Q(next_change_on__isnull=True) | Q(next_change_on__gt=today),
        input_revision=OuterRef("input_revision"),
    )
    newest = newer.order_by("-pk").values("pk")[:1]
    released = unissued().exclude(_stopped(today)).values("pk")
    return (
        Enrolment.objects.current()
        .annotate(newest_event=newest, seen_event=current.values("last_event")[:1])
        .filter(~Exists(up_to_date) | Q(newest_event__gt=F("seen_event")) | Q(pk__in=released))
    )


def unissued() -> QuerySet[Enrolment]:
    """Enrolments whose rule is met and whose certificate is still owed: something stopped its issue."""
    met = Evaluation.objects.filter(enrolment=OuterRef("pk"), is_current=True, status="satisfied")
    held = Credential.objects.live().filter(
        achievement=OuterRef("pathway__awards"),
        recipient=OuterRef("learner"),
        awarding_version=OuterRef("version"),
    )
    # What a person revoked, no rule gives back.
    by_a_person = CredentialEvent.objects.filter(
        credential=OuterRef("certificate"), kind=CredentialEvent.Kind.REVOKED, by__isnull=False
    )
    return Enrolment.objects.current().filter(Exists(met), ~Exists(held), ~Exists(by_a_person))


def waiting_for_review(today: date) -> QuerySet[Enrolment]:
    """Enrolments whose certificate is earned, and waits for the overdue review of what it certifies."""
    return unissued().filter(_stopped(today))


def _stopped(today: date) -> Q:
    return Q(
        pathway__awards__series__when_overdue=Series.WhenOverdue.STOP,
        pathway__awards__review_due_on__lt=today,
    )


def enrolling_by_themselves() -> QuerySet[Pathway]:
    """Pathways that a first component puts people on.

    While what one awards is tried with a few, people join by their own act, as long as there are places.
    """
    not_for_all = [Pilot.Outcome.RUNNING, Pilot.Outcome.STOPPED]
    return Pathway.objects.filter(enrolment_policy=Pathway.EnrolmentPolicy.AUTOMATIC).exclude(
        awards__pilot__outcome__in=not_for_all
    )


def learners_to_enrol() -> QuerySet[Credential]:
    """Live credentials listed by a published automatic pathway whose holder is not enrolled there."""
    enrolled = Enrolment.objects.filter(
        learner=OuterRef(OuterRef("recipient")), pathway=OuterRef("version__pathway")
    )
    listing = VersionAchievement.objects.filter(
        ~Exists(enrolled),
        achievement=OuterRef("achievement"),
        version=F("version__pathway__current_version"),
        version__pathway__in=enrolling_by_themselves(),
    )
    return Credential.objects.live().filter(Exists(listing)).order_by("recipient")


def waiting_work(user: "User", at: datetime) -> list[WorkItem]:
    """The registrar's work list: what pathways need somebody for."""
    undecided = Evaluation.objects.filter(is_current=True, status="indeterminate")
    drafts = PathwayVersion.objects.filter(status=PathwayVersion.Status.DRAFT)
    return [
        WorkItem(
            label=_("pathway verdicts the engine could not decide"),
            count=undecided.count(),
            url=reverse("admin:pathways_evaluation_changelist") + "?status=indeterminate",
            severity="bad",
        ),
        WorkItem(
            label=_("certificates waiting for a review"),
            count=waiting_for_review(local_day(at)).count(),
            url=reverse("admin:pathways_enrolment_changelist"),
            severity="warn",
        ),
        WorkItem(
            label=_("pathway drafts to publish"),
            count=drafts.count(),
            url=reverse("admin:pathways_pathwayversion_changelist") + "?status__exact=draft",
        ),
    ]


def _fact(row: Credential, suspensions: list[tuple[datetime, datetime | None]]) -> Fact:
    return Fact(
        id=str(row.pk),
        achievement=row.achievement.code,
        earned_at=row.earned_at,
        expires_on=row.expires_on,
        revoked_at=row.revoked_at,
        revocation="withdrawn" if row.revocation == Credential.Revocation.WITHDRAWN else "void",
        suspensions=tuple(Suspension(starts_at=begin, ends_at=end) for begin, end in suspensions),
    )


def _folded(version: PathwayVersion) -> dict[str, object]:
    rows = list(version.requirements.prefetch_related("steps__achievement"))
    children: dict[int | None, list[Requirement]] = defaultdict(list)
    for row in rows:
        children[row.parent_id].append(row)
    roots = children[None]
    if len(roots) != 1:
        raise tree.RuleError(
            tree.ROOT, "parent", _("a rule has exactly one outermost requirement, not %d") % len(roots)
        )
    return _node(roots[0], children)


def _node(row: Requirement, children: Mapping[int | None, list[Requirement]]) -> dict[str, object]:
    node: dict[str, object] = {"kind": row.kind, "key": row.key}
    if row.label:
        node["label"] = row.label
    codes = [step.achievement.code for step in row.steps.all()]
    match row.kind:
        case Requirement.Kind.ALL:
            node["children"] = [_node(child, children) for child in children[row.pk]]
        case Requirement.Kind.POOL:
            node |= {"n": row.n, "achievements": codes}
        case _:
            if len(codes) != 1:
                raise tree.RuleError(
                    row.key, "achievement", _("it names %d achievements and needs exactly one") % len(codes)
                )
            node["achievement"] = codes[0]
    return node
