"""What-if: whom a draft is tried on, whether it has been, and what the trial says in figures and names."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from credentials.models import Credential, Job
from pathways.models import (
    Act,
    Enrolment,
    Equivalence,
    Pathway,
    PathwayVersion,
    Recognition,
    SimulatedLearner,
    Simulation,
    StepCompletion,
)
from pathways.queries.rules import catalogue_for, terms_for
from pathways.rules import tree
from pathways.rules.exchange import Terms, terms_json

if TYPE_CHECKING:
    from learners.models import User

Outcome = SimulatedLearner.Outcome
# How many names the list of those who are set back furthest holds.
MOST = 50


@dataclass(frozen=True, slots=True)
class Added:
    """Of `learners` who would have more to do: how many achievements more, in the middle and at the end."""

    learners: int
    median: int
    p90: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A trial in figures. `counts` are the learners by outcome; whoever has none of them is `untouched`.

    `certificates` are those in force that would rest on a rule no longer met, `exceptions` those of learners
    that fit nothing in the draft. `job` is None once the record of it was cleared away.
    """

    tried: int
    enrolled: int
    counts: Mapping[str, int]
    untouched: int
    certificates: int
    exceptions: int
    added: Added | None
    job: Job | None


def pinned(pathway: Pathway) -> QuerySet[Enrolment]:
    """Enrolments that a published version of the pathway is promised to."""
    return Enrolment.objects.current().filter(pathway=pathway)


def learners_to_try(version: PathwayVersion, terms: Terms) -> "QuerySet[User]":
    """Everybody enrolled on any version of its pathway, and everybody who holds what the rule lists."""
    listed = catalogue_for(terms.rule).keys()
    standing = Equivalence.objects.standing().filter(target__code__in=listed)
    codes = {*listed, *standing.values_list("source__code", flat=True)}
    acts = {code.removeprefix(Act.PREFIX) for code in codes if code.startswith(Act.PREFIX)}
    still = {"learner": OuterRef("pk"), "approved_at__isnull": False, "ended_at__isnull": True}
    touched: QuerySet[User] = get_user_model().objects.filter(
        Exists(pinned(version.pathway).filter(learner=OuterRef("pk")))
        | Exists(Credential.objects.live().filter(recipient=OuterRef("pk"), achievement__code__in=codes))
        | Exists(Recognition.objects.filter(**still, achievement__code__in=codes))
        | Exists(StepCompletion.objects.filter(**still, act__code__in=acts))
    )
    return touched


def fingerprint(terms: Terms) -> str:
    """Of the rule and of what stands beside it: an edit of either is another draft. In hexadecimal."""
    text = json.dumps(terms_json(terms), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def simulations_of(version: PathwayVersion, terms: Terms) -> QuerySet[Simulation]:
    """Trials of exactly this rule of the version, begun or finished, the newest first."""
    return version.simulations.filter(
        rule_sha256=tree.rule_sha256(terms.rule), figures__terms=fingerprint(terms)
    )


def simulation_missing(version: PathwayVersion) -> bool:
    """Whether people are enrolled whom this rule was never tried on. Raises RuleError."""
    if not pinned(version.pathway).exists():
        return False
    tried = simulations_of(version, terms_for(version)).filter(finished_at__isnull=False)
    return not tried.exists()


def report(simulation: Simulation) -> Report:
    """The figures of a trial, also while it runs; one query."""
    figures: Mapping[str, Any] = simulation.figures
    counts = {code: figures["outcomes"].get(code, 0) for code in Outcome.values}
    return Report(
        tried=figures["tried"],
        enrolled=figures["enrolled"],
        counts=counts,
        untouched=figures["tried"] - sum(counts.values()),
        certificates=figures["certificates"],
        exceptions=figures["exceptions"],
        added=_added({int(more): many for more, many in figures["added"].items()}),
        job=Job.objects.filter(dedupe_key=job_key(simulation)).first(),
    )


def job_key(simulation: Simulation) -> str:
    """The key under which the work of a trial is known."""
    return f"simulate:{simulation.pk}"


def simulated(simulation: Simulation) -> QuerySet[SimulatedLearner]:
    """Whom the draft would treat differently, hit hardest first: out of reach, then by how much more."""
    more = Case(
        When(after__isnull=True, then=Value(2**15)),
        When(before__isnull=True, then=Value(-(2**15))),
        default=F("after") - F("before"),
        output_field=IntegerField(),
    )
    enrolled = pinned(simulation.version.pathway).filter(learner=OuterRef("learner"))
    return (
        SimulatedLearner.objects.filter(simulation=simulation)
        .select_related("learner")
        .annotate(more=more, is_enrolled=Exists(enrolled))
        .order_by(F("more").desc(), F("before").asc(nulls_last=True), "learner__name", "pk")
    )


def worst(simulation: Simulation) -> QuerySet[SimulatedLearner]:
    """Whom the draft would set back furthest, no more than a page of them."""
    set_back = Q(outcome__in=[Outcome.LOSES, Outcome.FARTHER, Outcome.UNREACHABLE])
    return simulated(simulation).filter(set_back)[:MOST]


def last_finished(version: PathwayVersion, terms: Terms) -> datetime | None:
    """When exactly this rule was last tried on everybody to the end."""
    newest = simulations_of(version, terms).filter(finished_at__isnull=False).first()
    return newest.finished_at if newest else None


def _added(histogram: Mapping[int, int]) -> Added | None:
    """Nearest ranks of how many learners have how much more to do."""
    learners = sum(histogram.values())
    if not learners:
        return None
    ranks = [more for more, many in sorted(histogram.items()) for _learner in range(many)]
    return Added(learners, ranks[ceil(learners / 2) - 1], ranks[ceil(learners * 9 / 10) - 1], ranks[-1])
