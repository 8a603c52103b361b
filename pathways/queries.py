"""What is asked about pathways: the rule as a tree, the facts it reads, who stands where."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from config.admin import WorkItem
from credentials.models import Achievement, Credential, CredentialEvent
from pathways.models import Enrolment, Evaluation, Pathway, PathwayVersion, Requirement, VersionAchievement
from pathways.rules import tree
from pathways.rules.evaluate import Entry, Fact, Suspension

if TYPE_CHECKING:
    from learners.models import User

NOT_FACTS = (Credential.State.SUPERSEDED,)


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
    rows = Achievement.objects.filter(code__in=set(codes)).select_related("current_version", "series")
    return {
        row.code: Entry(
            name=row.name,
            active=row.is_active and row.current_version_id is not None,
            repeatable=row.is_repeatable,
            credits=row.current_version.credits if row.current_version else Entry().credits,
            series=row.series.slug,
            criteria=row.current_version.criteria if row.current_version else None,
        )
        for row in rows
    }


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


def versions_listing(achievement_ids: Iterable[int]) -> QuerySet[PathwayVersion]:
    """Versions whose rule names any of these achievements, by the inverted index."""
    return PathwayVersion.objects.filter(
        pk__in=VersionAchievement.objects.filter(achievement__in=list(achievement_ids)).values("version")
    )


def stale_enrolments(today: date) -> QuerySet[Enrolment]:
    """Enrolments whose stored answer is missing, older than what it read, or due to change by time."""
    current = Evaluation.objects.filter(enrolment=OuterRef("pk"), is_current=True)
    newer = CredentialEvent.objects.filter(recipient=OuterRef("learner"))
    up_to_date = current.filter(
        Q(next_change_on__isnull=True) | Q(next_change_on__gt=today),
        input_revision=OuterRef("input_revision"),
    )
    newest = newer.order_by("-pk").values("pk")[:1]
    return (
        Enrolment.objects.current()
        .annotate(newest_event=newest, seen_event=current.values("last_event")[:1])
        .filter(~Exists(up_to_date) | Q(newest_event__gt=F("seen_event")))
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
        version__pathway__enrolment_policy=Pathway.EnrolmentPolicy.AUTOMATIC,
    )
    return Credential.objects.live().filter(Exists(listing)).order_by("recipient")


def local_day(at: datetime) -> date:
    """The institution's calendar day at this instant."""
    return at.astimezone(ZoneInfo(settings.PORTAL_TIME_ZONE)).date()


def is_evaluating(learner: "User") -> bool:
    """Whether an answer shown to this learner is still behind her ledger."""
    newest = CredentialEvent.objects.filter(recipient=learner).aggregate(newest=Max("pk"))["newest"] or 0
    behind = Evaluation.objects.filter(enrolment__learner=learner, is_current=True, last_event__lt=newest)
    unanswered = Enrolment.objects.current().filter(learner=learner).exclude(evaluations__is_current=True)
    return behind.exists() or unanswered.exists()


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
