"""One learner before a rule: everything that a verdict about her reads, in few queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, QuerySet

from credentials.models import Credential, CredentialEvent
from credentials.queries import local_day
from pathways.models import (
    Act,
    Consumption,
    Enrolment,
    Equivalence,
    Exemption,
    Pause,
    Recognition,
    Ruling,
    StepCompletion,
)
from pathways.queries.rules import catalogue_for
from pathways.rules import evaluate as engine
from pathways.rules import tree
from pathways.rules.evaluate import Fact, Situation, Suspension
from pathways.rules.evaluate.situation import check
from pathways.rules.exchange import Terms

if TYPE_CHECKING:
    from learners.models import User

R = TypeVar("R", bound=Ruling)
# How the id of a fact begins that is no credential of ours; a step's begins with the code of its act.
CREDENTIAL, RECOGNITION = "", "recognition:"
NOT_FACTS = (Credential.State.SUPERSEDED,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """All that verdicts about one learner read of her, and how new it is; `exemptions` by enrolment.

    What is behind a fact is found by its id: a credential, or something of hers that was recognised.
    """

    facts: tuple[Fact, ...]
    credentials: Mapping[str, Credential]
    last_event: int
    recognitions: Mapping[str, Recognition] = field(default_factory=dict)
    equivalences: tuple[engine.Equivalence, ...] = ()
    pauses: tuple[engine.Pause, ...] = ()
    exemptions: Mapping[int, tuple[engine.Exemption, ...]] = field(default_factory=dict)


def inputs_of(learner: "User") -> Inputs:
    """What she holds and what was decided for her; three queries, and one for each kind of ruling she has."""
    has = _rulings_of(learner)
    used = _consumptions(learner) if has["consumed"] else {}
    held = (
        Credential.objects.held_by(learner)
        .exclude(state__in=NOT_FACTS)
        .select_related("achievement", "version")
        .order_by("pk")
    )
    suspensions, last_event = _stays(learner)
    credentials = {str(row.pk): row for row in held}
    facts = [_fact(row, suspensions[row.pk], used.get(row.pk, ())) for row in credentials.values()]
    recognised: list[Recognition] = []
    if has["recognised"]:
        approved = Recognition.objects.filter(learner=learner, approved_at__isnull=False)
        recognised = list(approved.select_related("achievement"))
        facts += [_recognised(row) for row in recognised]
    if has["completed"]:
        facts += [
            _completed(row)
            for row in StepCompletion.objects.filter(
                learner=learner, approved_at__isnull=False
            ).select_related("act")
        ]
    return Inputs(
        facts=tuple(facts),
        credentials=credentials,
        last_event=last_event,
        recognitions={_recognised(row).id: row for row in recognised},
        equivalences=equivalences() if has["equivalences"] else (),
        pauses=_pauses(learner) if has["paused"] else (),
        exemptions=_exemptions(learner) if has["exempt"] else {},
    )


def situation_of(
    terms: Terms,
    inputs: Inputs,
    at: datetime,
    *,
    enrolment: Enrolment | None = None,
    enrolled_on: date | None = None,
) -> Situation:
    """The learner of `inputs` before these terms; an enrolment brings its exceptions and its first day."""
    named = {fact.achievement for fact in inputs.facts}
    exemptions = inputs.exemptions.get(enrolment.pk, ()) if enrolment else ()
    named |= {row.achievement for row in exemptions if row.achievement}
    named |= {code for row in inputs.equivalences for code in (row.source, row.target)}
    named |= {code for cap in terms.at_most for code in cap.achievements}
    situation = Situation(
        rule=terms.rule,
        facts=_with_own_uses(inputs.facts, enrolment) if enrolment else inputs.facts,
        catalog=catalogue_for(terms.rule, named),
        at=at,
        zone=ZoneInfo(settings.PORTAL_TIME_ZONE),
        horizon_days=settings.RULE_HORIZON_DAYS,
        equivalences=inputs.equivalences,
        at_most=terms.at_most,
        milestones=terms.milestones,
        exclusive_with=terms.exclusive_with,
        use_limit=terms.use_limit,
        enrolled_on=enrolment.enrolled_on if enrolment else enrolled_on,
        pauses=inputs.pauses,
        defaults=terms.defaults,
    )
    return replace(situation, exemptions=tuple(row for row in exemptions if _fits(row, situation)))


def _with_own_uses(facts: tuple[Fact, ...], enrolment: Enrolment) -> tuple[Fact, ...]:
    """What her own certificate has used stays hers here, whoever used it as well later on."""
    if not any(fact.consumed_by for fact in facts):
        return facts
    own = enrolment.pathway.slug
    return tuple(replace(fact, consumed_by=()) if own in fact.consumed_by else fact for fact in facts)


def as_if(inputs: Inputs, ruling: Ruling, at: datetime) -> Inputs:
    """The inputs once this proposal is approved or, if it stands, once it is ended; nothing is written.

    An equivalence is nobody's own and stays as it is.
    """
    match ruling:
        case Recognition():
            decided = _decided(ruling, at)
            fact = _recognised(decided)
            known = {**inputs.recognitions, fact.id: decided}
            return replace(inputs, facts=_with(inputs.facts, fact), recognitions=known)
        case StepCompletion():
            return replace(inputs, facts=_with(inputs.facts, _completed(_decided(ruling, at))))
        case Pause():
            leave = engine.Pause(ruling.starts_on, ruling.ends_on)
            others = tuple(row for row in inputs.pauses if row != leave)
            return replace(inputs, pauses=others if ruling.is_standing else (*others, leave))
        case Exemption():
            before = inputs.exemptions.get(ruling.enrolment_id, ())
            rows = [row for row in before if row != _exemption(ruling)]
            rows.append(_exemption(_decided(ruling, at)))
            return replace(inputs, exemptions={**inputs.exemptions, ruling.enrolment_id: tuple(rows)})
    return inputs


def _decided(ruling: R, at: datetime) -> R:
    """A copy with what a person may decide of it next: approved or, where it stands, ended."""
    decided = copy(ruling)
    if ruling.is_standing:
        decided.ended_at = at
    else:
        decided.approved_at = at
    return decided


def records_of(facts: Iterable[str]) -> dict[str, Credential | Recognition | StepCompletion]:
    """The rows behind these ids of facts; three queries."""
    numbers: dict[str, dict[int, str]] = {CREDENTIAL: {}, RECOGNITION: {}, Act.PREFIX: {}}
    for fact in facts:
        kind = next((prefix for prefix in (RECOGNITION, Act.PREFIX) if fact.startswith(prefix)), CREDENTIAL)
        numbers[kind][int(fact.rpartition(":")[2])] = fact
    rows: tuple[tuple[str, QuerySet[Any]], ...] = (
        (CREDENTIAL, Credential.objects.select_related("version")),
        (RECOGNITION, Recognition.objects.all()),
        (Act.PREFIX, StepCompletion.objects.select_related("act")),
    )
    return {numbers[kind][row.pk]: row for kind, found in rows for row in found.filter(pk__in=numbers[kind])}


def _with(facts: tuple[Fact, ...], fact: Fact) -> tuple[Fact, ...]:
    return (*(row for row in facts if row.id != fact.id), fact)


def _fits(exemption: engine.Exemption, situation: Situation) -> bool:
    """Whether the rule has that node, of that kind: one that a later version lacks excuses from nothing."""
    try:
        check(replace(situation, exemptions=(exemption,)))
    except tree.RuleError:
        return False
    return True


def _rulings_of(learner: "User") -> dict[str, bool]:
    """Which kinds of decisions there are at all: most learners have none, and are asked nothing more."""
    mine = OuterRef("pk")
    kinds = {
        "consumed": Consumption.objects.filter(credential__recipient=mine, released_at__isnull=True),
        "recognised": Recognition.objects.filter(learner=mine, approved_at__isnull=False),
        "completed": StepCompletion.objects.filter(learner=mine, approved_at__isnull=False),
        "paused": Pause.objects.standing().filter(learner=mine),
        "exempt": Exemption.objects.filter(enrolment__learner=mine, approved_at__isnull=False),
        "equivalences": Equivalence.objects.standing(),
    }
    asked = {name: Exists(rows) for name, rows in kinds.items()}
    found: Any = get_user_model().objects.filter(pk=learner.pk).values(**asked).get()
    return dict(found)


def _stays(learner: "User") -> tuple[Mapping[int, list[tuple[datetime, datetime | None]]], int]:
    """When each of her credentials was suspended, and the newest event of all."""
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
    return suspensions, last_event


def _consumptions(learner: "User") -> Mapping[int, list[str]]:
    used: dict[int, list[str]] = defaultdict(list)
    rows = Consumption.objects.filter(credential__recipient=learner, released_at__isnull=True)
    for credential_id, slug in rows.values_list("credential_id", "pathway__slug"):
        used[credential_id].append(slug)
    return used


def _fact(
    row: Credential,
    suspensions: list[tuple[datetime, datetime | None]],
    consumed_by: Iterable[str],
) -> Fact:
    return Fact(
        id=str(row.pk),
        achievement=row.achievement.code,
        earned_at=row.earned_at,
        expires_on=row.expires_on,
        revoked_at=row.revoked_at,
        revocation="withdrawn" if row.revocation == Credential.Revocation.WITHDRAWN else "void",
        suspensions=tuple(Suspension(starts_at=begin, ends_at=end) for begin, end in suspensions),
        level=row.level,
        consumed_by=tuple(sorted(consumed_by)),
    )


def _recognised(row: Recognition) -> Fact:
    return Fact(
        id=f"{RECOGNITION}{row.pk}",
        achievement=row.achievement.code,
        earned_at=row.earned_at,
        expires_on=row.expires_on,
        revoked_at=row.ended_at,
        revocation="withdrawn",
        level=row.level,
        credits=row.credits,
        source=cast(engine.Source, row.source),
    )


def _completed(row: StepCompletion) -> Fact:
    return Fact(
        id=f"{row.act.rule_code}:{row.pk}",
        achievement=row.act.rule_code,
        earned_at=row.earned_at,
        revoked_at=row.ended_at,
        revocation="withdrawn",
        level=row.level,
    )


def equivalences() -> tuple[engine.Equivalence, ...]:
    """What stands for what, as verdicts read it today."""
    rows = Equivalence.objects.standing().order_by("pk")
    return tuple(
        engine.Equivalence(*row)
        for row in rows.values_list("source__code", "target__code", "valid_from", "valid_to")
    )


def _pauses(learner: "User") -> tuple[engine.Pause, ...]:
    rows = Pause.objects.standing().filter(learner=learner).order_by("starts_on", "pk")
    return tuple(engine.Pause(*row) for row in rows.values_list("starts_on", "ends_on"))


def _exemptions(learner: "User") -> Mapping[int, tuple[engine.Exemption, ...]]:
    found: dict[int, list[engine.Exemption]] = defaultdict(list)
    rows = Exemption.objects.filter(enrolment__learner=learner, approved_at__isnull=False)
    for row in rows.select_related("achievement").order_by("pk"):
        found[row.enrolment_id].append(_exemption(row))
    return {pk: tuple(rows) for pk, rows in found.items()}


def _exemption(row: Exemption) -> engine.Exemption:
    """An exception as the engine reads it; what somebody ended held through the day before."""
    last = row.expires_on
    if row.ended_at is not None:
        ended = local_day(row.ended_at) - timedelta(days=1)
        last = min(last, ended) if last else ended
    return engine.Exemption(
        type=cast(engine.Exempts, row.type),
        node=row.node,
        approved_at=row.approved_at or row.recorded_at,
        expires_on=last,
        by=row.by or 0,
        achievement=row.achievement.code if row.achievement else "",
        credential=str(row.credential_id or ""),
    )
