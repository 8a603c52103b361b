"""What a learner's story amounts to on the load day, asked of the same engine that serves real learners."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from learners.management.demo.achievements import Achievement
from learners.management.demo.history import Act, Outcome, State, Story, Work
from learners.management.demo.pathways import Pathway
from pathways.rules.evaluate import Entry, Fact, Suspension, Verdict, evaluate
from pathways.rules.tree import read

# Any day will do: stories count in days before it, and stay clear of the ends of validity.
LOAD_DAY = datetime(2031, 5, 20, 12, tzinfo=UTC)
ZONE = ZoneInfo("UTC")

# Months are 28 to 31 days long; a story's component must be surely valid or surely expired.
SHORTEST_MONTH, LONGEST_MONTH = 28, 31


@dataclass(frozen=True, slots=True)
class Progress:
    """One enrolment on the load day: the verdict, and whether its certificate was issued and rests."""

    pathway: Pathway
    verdict: Verdict

    @property
    def is_issued(self) -> bool:
        return self.verdict.first_satisfied_on is not None

    @property
    def rests(self) -> bool:
        return self.is_issued and not self.verdict.satisfied and self.pathway.lapse_policy == "suspend"


def is_expired(work: Work, valid_for_months: int | None) -> bool | None:
    """Whether a pass has run out; None if that would depend on the calendar of the load day."""
    if valid_for_months is None or work.submitted < SHORTEST_MONTH * valid_for_months:
        return False
    return True if work.submitted > LONGEST_MONTH * valid_for_months else None


def facts_of(story: Story, catalogue: Mapping[str, Achievement]) -> tuple[Fact, ...]:
    """The credentials that the story's passes were awarded, with what the registrar did to them."""
    return tuple(_fact(story, work, catalogue) for work in story.work if work.outcome is Outcome.PASSED)


def _fact(story: Story, work: Work, catalogue: Mapping[str, Achievement]) -> Fact:
    earned_at = LOAD_DAY - timedelta(days=work.submitted)
    months = catalogue[work.achievement].valid_for_months
    mean_validity = timedelta(days=(SHORTEST_MONTH + LONGEST_MONTH) / 2 * months) if months else None
    revoked_at = None
    suspensions: tuple[Suspension, ...] = ()
    for correction in story.corrections:
        moment = LOAD_DAY - timedelta(days=correction.days_ago)
        if correction.achievement != work.achievement:
            continue
        if correction.act is Act.REVOKE_VOID:
            revoked_at = moment
        else:
            suspensions = (Suspension(moment),)
    return Fact(
        id=f"{work.achievement}/{work.submitted}",
        achievement=work.achievement,
        earned_at=earned_at,
        expires_on=(earned_at + mean_validity).date() if mean_validity else None,
        revoked_at=revoked_at,
        suspensions=suspensions,
    )


def progress_of(
    story: Story, catalogue: Mapping[str, Achievement], pathways: Mapping[str, Pathway]
) -> Iterator[Progress]:
    """The learner's pathways, lower tiers first, so that a certificate counts for the next."""
    facts = list(facts_of(story, catalogue))
    entries = {code: Entry(name=entry.name, series=entry.series) for code, entry in catalogue.items()}
    codes = {code for code, _day in story.enrolled}
    for pathway in (pathway for code, pathway in pathways.items() if code in codes):
        verdict = evaluate(read(pathway.rule), facts, catalog=entries, at=LOAD_DAY, zone=ZONE)
        progress = Progress(pathway, verdict)
        yield progress
        if verdict.first_satisfied_on:
            noon = datetime.combine(verdict.first_satisfied_on, LOAD_DAY.timetz())
            resting = (Suspension(LOAD_DAY),) if progress.rests else ()
            facts.append(Fact(pathway.award, pathway.award, noon, suspensions=resting))


def states(
    story: Story, catalogue: Mapping[str, Achievement], pathways: Mapping[str, Pathway]
) -> frozenset[State]:
    """Every state that the story shows."""
    found = set(_states_of_work(story, catalogue))
    for progress in progress_of(story, catalogue, pathways):
        found |= set(_states_of_progress(progress))
    if _lost_a_certificate(story, catalogue, pathways):
        found.add(State.REVOKED_COMPONENT)
    if len(story.enrolled) == 2:
        found.add(State.TWO_PATHWAYS)
    return frozenset(found)


def _states_of_work(story: Story, catalogue: Mapping[str, Achievement]) -> Iterator[State]:
    if story.enrolled and not story.work:
        yield State.NOTHING_YET
    latest = {work.achievement: work.outcome for work in sorted(story.work, key=lambda work: -work.submitted)}
    named = {Outcome.DRAFT: State.DRAFT, Outcome.WAITING: State.WAITING, Outcome.NOT_YET: State.NOT_YET}
    yield from (named[outcome] for outcome in latest.values() if outcome in named)
    for work in story.work:
        if work.outcome is Outcome.PASSED and is_expired(work, catalogue[work.achievement].valid_for_months):
            yield State.EXPIRED_COMPONENT
    if any(correction.act is Act.SUSPEND for correction in story.corrections):
        yield State.SUSPENDED_COMPONENT


def _states_of_progress(progress: Progress) -> Iterator[State]:
    if progress.is_issued:
        yield State.LAPSED_CERTIFICATE if progress.rests else State.COMPLETE
    elif progress.verdict.remaining == 1:
        yield State.ONE_LEFT
    elif progress.verdict.used:
        yield State.HALFWAY


def _lost_a_certificate(
    story: Story, catalogue: Mapping[str, Achievement], pathways: Mapping[str, Pathway]
) -> bool:
    """Whether a revocation took a certificate away that would stand without it."""
    if not any(correction.act is Act.REVOKE_VOID for correction in story.corrections):
        return False
    untouched = Story(learner=story.learner, enrolled=story.enrolled, shows=story.shows, work=story.work)
    had = sum(progress.is_issued for progress in progress_of(untouched, catalogue, pathways))
    has = sum(progress.is_issued for progress in progress_of(story, catalogue, pathways))
    return has < had
