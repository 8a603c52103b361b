"""Try a draft on everybody before it is published: nothing but the report of it is written."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from credentials.models import Credential, Job
from credentials.queries import local_day
from credentials.services.jobs import start_job
from pathways.models import Enrolment, PathwayVersion, SimulatedLearner, Simulation
from pathways.queries import Inputs, catalogue, inputs_of, situation_of, terms_for
from pathways.queries.simulations import (
    fingerprint,
    job_key,
    learners_to_try,
    pinned,
    simulations_of,
)
from pathways.rules.bulk import Answer, Bulk, Change, Learner
from pathways.rules.bulk.difference import change
from pathways.rules.evaluate import Exemption, Explained, Situation, judged, prepared
from pathways.rules.exchange import Terms
from pathways.rules.tree import RuleError, rule_sha256

if TYPE_CHECKING:
    from learners.models import User

LEARNERS_A_CHUNK = 50
Outcome = SimulatedLearner.Outcome
OUTCOMES: Mapping[Change, SimulatedLearner.Outcome] = {
    Change.NEWLY_SATISFIED: Outcome.COMPLETES,
    Change.NO_LONGER_SATISFIED: Outcome.LOSES,
    Change.NEARER: Outcome.NEARER,
    Change.FARTHER: Outcome.FARTHER,
    Change.UNREACHABLE: Outcome.UNREACHABLE,
    Change.UNDECIDED: Outcome.UNDECIDED,
}


class CannotTry(Exception):
    """Nothing was tried; the message says why."""


@transaction.atomic
def try_on_everybody(*, version: PathwayVersion, by: "User", at: datetime) -> Simulation:
    """Begin to try a version that is not published yet; while one trial of this rule runs, it is answered.

    Everybody is judged as of `at`, however long it takes. Raises CannotTry.
    """
    # Held so that two presses begin one trial.
    version = (
        PathwayVersion.objects.select_for_update(no_key=True, of=("self",))
        .select_related("pathway__current_version")
        .get(pk=version.pk)
    )
    if version.status not in PathwayVersion.OPEN:
        raise CannotTry(_("This version is published already."))
    try:
        terms = terms_for(version)
        prepared(_shared(terms, (), at))
    except RuleError as error:
        raise CannotTry(
            _("“%(node)s”: %(problem)s.") % {"node": error.node, "problem": error.problem}
        ) from error
    for begun in simulations_of(version, terms).filter(finished_at__isnull=True):
        if Job.objects.filter(
            dedupe_key=job_key(begun), state__in=[Job.State.WAITING, Job.State.RUNNING]
        ).exists():
            return begun
    simulation = Simulation.objects.create(
        version=version,
        rule_sha256=rule_sha256(terms.rule),
        made_by=by,
        begun_at=at,
        figures={
            "terms": fingerprint(terms),
            "tried": 0,
            "enrolled": 0,
            "outcomes": {},
            "certificates": 0,
            "exceptions": 0,
            "added": {},
        },
    )
    start_job(
        title=gettext("Try %(version)s on everybody") % {"version": version},
        work="pathways.services.simulating.try_next",
        dedupe_key=job_key(simulation),
        total=learners_to_try(version, terms).count(),
        by=by,
        at=at,
        simulation=simulation.pk,
    )
    return simulation


def try_next(job: Job, at: datetime) -> bool:
    """One chunk of a trial. A draft that was changed meanwhile ends it: half of each would say nothing."""
    simulation = (
        Simulation.objects.select_related("version__pathway__current_version")
        .filter(pk=job.parameters["simulation"])
        .first()
    )
    terms = _unchanged(simulation) if simulation else None
    if simulation is None or terms is None:
        job.log = gettext("The draft was changed or deleted meanwhile. Try it again as it is now.")
        return False
    touched = learners_to_try(simulation.version, terms).filter(pk__gt=job.position)
    learners = list(touched.order_by("pk")[:LEARNERS_A_CHUNK])
    cases = _cases(simulation, terms, learners)
    SimulatedLearner.objects.bulk_create(
        SimulatedLearner(
            simulation=simulation,
            learner=case.learner,
            outcome=case.outcome,
            before=case.before,
            after=case.after,
            node=case.node,
        )
        for case in cases
        if case.outcome
    )
    _count(simulation, cases)
    there_is_more = len(learners) == LEARNERS_A_CHUNK
    if learners:
        job.position = learners[-1].pk
        job.done_count += len(learners)
    if not there_is_more:
        simulation.finished_at = at
    simulation.save(update_fields=["figures", "finished_at"])
    return there_is_more


def _unchanged(simulation: Simulation) -> Terms | None:
    """What is tried, if the draft still says it."""
    try:
        terms = terms_for(simulation.version)
    except RuleError:
        return None
    return terms if fingerprint(terms) == simulation.figures["terms"] else None


# --- One learner --------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One learner before the rule that holds for her and before the draft; no outcome: nothing changes."""

    learner: "User"
    outcome: str
    before: int | None
    after: int | None
    node: str
    is_enrolled: bool
    would_lapse: bool
    unfitting: int


class _Rule:
    """One version's rule before the learners of a chunk: what they share is read once."""

    def __init__(self, terms: Terms, inputs: Iterable[Inputs], at: datetime) -> None:
        self._situation = _shared(terms, tuple(inputs), at)
        self._bulk = Bulk(self._situation)

    def answer(self, learner: Learner) -> Answer:
        return self._bulk.answer(learner)

    def explained(self, learner: Learner) -> Explained:
        """The answer's explanation, which is asked only of whom something changes for."""
        own = replace(
            self._situation,
            facts=learner.facts,
            exemptions=learner.exemptions,
            pauses=learner.pauses,
            enrolled_on=learner.enrolled_on,
        )
        return judged(own).explanation

    def fits(self, exemption: Exemption) -> bool:
        """Whether an exception of another version still has its place in this one."""
        try:
            prepared(replace(self._situation, facts=(), exemptions=(exemption,)))
        except RuleError:
            return False
        return True


def _shared(terms: Terms, inputs: tuple[Inputs, ...], at: datetime) -> Situation:
    """What all of them have in common before these terms, with a catalogue that names whatever any holds."""
    everything = Inputs(
        facts=tuple(fact for row in inputs for fact in row.facts),
        credentials={},
        last_event=0,
        equivalences=inputs[0].equivalences if inputs else (),
    )
    situation = situation_of(terms, everything, at, enrolled_on=local_day(at))
    substitutes = {
        exemption.achievement
        for row in inputs
        for exemptions in row.exemptions.values()
        for exemption in exemptions
        if exemption.achievement
    }
    missing = substitutes - situation.catalog.keys()
    if not missing:
        return situation
    return replace(situation, catalog={**situation.catalog, **catalogue(missing)})


def _cases(simulation: Simulation, terms: Terms, learners: list["User"]) -> list[_Case]:
    at, in_force = simulation.begun_at, simulation.version.pathway.current_version
    inputs = {learner.pk: inputs_of(learner) for learner in learners}
    enrolments = {
        row.learner_id: row
        for row in pinned(simulation.version.pathway)
        .filter(learner__in=learners)
        .select_related("version", "certificate")
    }
    draft = _Rule(terms, inputs.values(), at)
    rules: dict[int, _Rule] = {}
    cases = []
    for learner in learners:
        enrolment = enrolments.get(learner.pk)
        version = enrolment.version if enrolment else in_force
        if version is not None and version.pk not in rules:
            rules[version.pk] = _Rule(terms_for(version), inputs.values(), at)
        rule = rules[version.pk] if version else None
        cases.append(_case(learner, inputs[learner.pk], enrolment, rule, draft, at))
    return cases


def _case(
    learner: "User",
    inputs: Inputs,
    enrolment: Enrolment | None,
    rule: _Rule | None,
    draft: _Rule,
    at: datetime,
) -> _Case:
    exemptions = inputs.exemptions.get(enrolment.pk, ()) if enrolment else ()
    fitting = tuple(row for row in exemptions if draft.fits(row))
    now = Learner(
        id=str(learner.pk),
        facts=inputs.facts,
        exemptions=exemptions,
        pauses=inputs.pauses,
        enrolled_on=enrolment.enrolled_on if enrolment else local_day(at),
    )
    then = replace(now, exemptions=fitting)
    before, after = rule.answer(now) if rule else None, draft.answer(then)
    outcome = _outcome(before, after)
    node = ""
    if outcome:
        node = first_difference(rule.explained(now) if rule else None, draft.explained(then))
    certificate = enrolment.certificate if enrolment else None
    return _Case(
        learner=learner,
        outcome=outcome,
        before=before.remaining if before else None,
        after=after.remaining,
        node=node,
        is_enrolled=enrolment is not None,
        would_lapse=outcome == Outcome.LOSES
        and certificate is not None
        and certificate.state == Credential.State.ACTIVE,
        unfitting=len(exemptions) - len(fitting),
    )


def _outcome(before: Answer | None, after: Answer) -> str:
    """Where no rule was in force before, only who would complete this one, or whom nobody can decide on."""
    if before is not None:
        return OUTCOMES.get(change(before, after), "")
    if after.satisfied is None:
        return Outcome.UNDECIDED
    return Outcome.COMPLETES if after.satisfied else ""


def first_difference(before: Explained | None, after: Explained) -> str:
    """The key of the first leaf that differs; else of one that is gone, else of the first such group."""
    if before is None:
        return after.key
    known = {node.key: _says(node) for node in _nodes(before)}
    nodes = list(_nodes(after))
    differing = [node for node in nodes if known.get(node.key) != _says(node)]
    kept = {node.key for node in nodes}
    gone = [node for node in _nodes(before) if node.key not in kept]
    candidates = [
        *(node for node in differing if not node.children),
        *(node for node in gone if not node.children),
        *differing,
        *gone,
    ]
    return candidates[0].key if candidates else after.key


def _says(node: Explained) -> tuple[object, ...]:
    return node.is_met, node.need, node.have, node.amounts


def _nodes(explained: Explained) -> Iterator[Explained]:
    yield explained
    for child in explained.children:
        yield from _nodes(child)


# --- All of them --------------------------------------------------------------------------------
def _count(simulation: Simulation, cases: list[_Case]) -> None:
    figures = simulation.figures
    figures["tried"] += len(cases)
    figures["enrolled"] += sum(case.is_enrolled for case in cases)
    figures["certificates"] += sum(case.would_lapse for case in cases)
    figures["exceptions"] += sum(case.unfitting for case in cases)
    outcomes = Counter(case.outcome for case in cases if case.outcome)
    figures["outcomes"] = dict(Counter(figures["outcomes"]) + outcomes)
    # How many learners would have how much more to do: a middle can be told of it at the end.
    added = Counter(
        str(case.after - case.before)
        for case in cases
        if case.before is not None and case.after is not None and case.after > case.before
    )
    figures["added"] = dict(Counter(figures["added"]) + added)
