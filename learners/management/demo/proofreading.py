"""Reads the whole demonstration before it is loaded and names whatever does not fit together."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

from credentials.models import AchievementVersion, Role
from credentials.services.artwork import ICONS, PALETTES, SHAPES
from learners.management.demo import people
from learners.management.demo.achievements import ASSESSED, CATALOGUE, CERTIFICATES
from learners.management.demo.design import framework
from learners.management.demo.design.activities import ACTIVITIES
from learners.management.demo.design.boards import BOARDS
from learners.management.demo.design.designs import DESIGNS
from learners.management.demo.history import STORIES, Outcome, State, Story, Work, levels_reached
from learners.management.demo.institution import HOURS_PER_CREDIT, INSTITUTION, SERIES, WORKSHOP_SERIES
from learners.management.demo.pathways import PATHWAYS, Pathway
from learners.management.demo.rubrics import ASSESSMENTS, Assessment
from learners.management.demo.standing import is_expired, states
from pathways.rules.evaluate import Entry
from pathways.rules.sizing import span
from pathways.rules.soundness import lint
from pathways.rules.tree import Rule, RuleError, listed, read

PATHWAY_BY_CODE = {pathway.code: pathway for pathway in PATHWAYS}
HOURS = {code: Decimal(entry.hours) for code, entry in CATALOGUE.items()}
ASSESSMENT_BY_CODE = {assessment.achievement: assessment for assessment in ASSESSMENTS}

LEARNERS_EXPECTED = 60
SCRIPTS_EXPECTED = 12
FOUNDATION_HOURS = range(4, 9)


def problems() -> list[str]:
    """One sentence for each fault; an empty list says that the demonstration may be loaded."""
    return [*_catalogue(), *_designs(), *_assessments(), *_pathways(), *_people(), *_stories()]


def repeated(values: Iterable[str]) -> list[str]:
    """The values that occur more than once, in order."""
    return sorted(value for value, times in Counter(values).items() if times > 1)


def _catalogue() -> Iterator[str]:
    codes = [entry.code for entry in (*ASSESSED, *CERTIFICATES)]
    yield from (f"{code} is in the catalogue twice." for code in repeated(codes))
    yield from (
        f"Two achievements are called {name}." for name in repeated(e.name for e in CATALOGUE.values())
    )
    looks = [f"{e.artwork.shape} {e.artwork.palette} {e.artwork.icon}" for e in CATALOGUE.values()]
    yield from (f"Two badges look alike: {look}." for look in repeated(looks))
    known = {
        "series": {series.code for series in SERIES},
        "kind": set(AchievementVersion.Kind.values),
        "level": set(AchievementVersion.Level.values),
        "learning_mode": set(AchievementVersion.Learning.values),
        "assessment_mode": set(AchievementVersion.Assessed.values),
    }
    for entry in CATALOGUE.values():
        for field, values in known.items():
            if getattr(entry, field) not in values:
                yield f"{entry.code}: {getattr(entry, field)} is no {field}."
        for part, choices in (("shape", SHAPES), ("palette", PALETTES), ("icon", ICONS)):
            if getattr(entry.artwork, part) not in {value for value, _label in choices}:
                yield f"{entry.code}: no {part} {getattr(entry.artwork, part)} can be drawn."
        if Decimal(entry.credits) * HOURS_PER_CREDIT != entry.hours:
            yield f"{entry.code}: {entry.credits} credits are not {entry.hours} hours."
        for other in (*entry.requires, *filter(None, [entry.leads_to])):
            if other not in CATALOGUE:
                yield f"{entry.code} names {other}, which is not in the catalogue."
        if entry.kind in {"introductory", "specialty"} and not entry.leads_to:
            yield f"{entry.code} is {entry.kind} and leads to nothing."
    for entry in ASSESSED:
        foundations = [code for code in entry.requires if CATALOGUE[code].level == "foundation"]
        if entry.level == "practitioner" and not foundations:
            yield f"{entry.code} is of practitioner level without a foundation."
        if entry.level == "foundation" and entry.hours not in FOUNDATION_HOURS:
            yield f"{entry.code} is of foundation level and takes {entry.hours} hours."


def _designs() -> Iterator[str]:
    """What achievements are made of: every name leads to something, every achievement has its design."""
    competencies = {*framework.AREAS, *(row.code for row in framework.COMPETENCIES)}
    yield from (f"{code} has no design." for code in CATALOGUE.keys() - DESIGNS.keys())
    yield from (
        f"{code} is designed, and not in the catalogue." for code in DESIGNS.keys() - CATALOGUE.keys()
    )
    for code, design in DESIGNS.items():
        if design.subject_area not in framework.SUBJECT_AREAS:
            yield f"{code}: {design.subject_area} is no subject area."
        for shown in design.shows:
            if shown.code not in competencies:
                yield f"{code} shows {shown.code}, which is not in the framework."
    for activity in ACTIVITIES:
        for code in activity.feeds:
            if code not in CATALOGUE:
                yield f"{activity.title} feeds {code}, which is not in the catalogue."
        for code in activity.teaches:
            if code not in competencies:
                yield f"{activity.title} teaches {code}, which is not in the framework."
    staff = {person.key for person in people.STAFF}
    for board in BOARDS:
        for key, _office in board.members:
            if key not in staff:
                yield f"{board.name}: nobody is called {key}."


def _assessments() -> Iterator[str]:
    for entry in ASSESSED:
        if sum(assessment.achievement == entry.code for assessment in ASSESSMENTS) != 1:
            yield f"{entry.code} has not exactly one assessment."
    for assessment in ASSESSMENTS:
        yield from (f"{assessment.achievement}: {problem}" for problem in _assessment(assessment))
    if not any(len(assessment.criteria) == 6 for assessment in ASSESSMENTS):
        yield "No rubric has six criteria."
    texts = [level.descriptor for a in ASSESSMENTS for row in a.criteria for level in row.levels]
    yield from (f"This descriptor is used twice: {text}" for text in repeated(texts))


def _assessment(assessment: Assessment) -> Iterator[str]:
    if not 4 <= len(assessment.criteria) <= 6:
        yield "a rubric has four to six criteria."
    yield from (f"two criteria have the key {key}." for key in repeated(c.key for c in assessment.criteria))
    if not set(assessment.evidence) <= {"text", "url", "file"}:
        yield f"evidence {', '.join(assessment.evidence)} cannot be handed in."
    if ("file" in assessment.evidence) != bool(assessment.sample_file[0]):
        yield "a sample file is there exactly where a file is asked for."
    if not any(row.hurdle for row in assessment.criteria):
        yield "nothing must be passed."
    for row in assessment.criteria:
        if not 3 <= len(row.levels) <= 4:
            yield f"{row.key} has {len(row.levels)} levels."
        if row.hurdle and row.must_pass_ordinal in {None, 1}:
            yield f"{row.key} must pass at {row.hurdle}, which is no level above the lowest."
        if repeated(level.label for level in row.levels):
            yield f"{row.key} has two levels of one name."


def _pathways() -> Iterator[str]:
    entries = {
        code: Entry(name=e.name, series=e.series, requires=e.requires) for code, e in CATALOGUE.items()
    }
    for pathway in PATHWAYS:
        try:
            rule = read(pathway.rule)
        except RuleError as error:
            yield f"{pathway.code}: {error}"
            continue
        unknown = sorted((listed(rule) | {pathway.award}) - set(CATALOGUE))
        if unknown:
            yield f"{pathway.code} names {', '.join(unknown)}, not in the catalogue."
            continue
        findings = lint(rule, entries, issues=pathway.award)
        yield from (f"{pathway.code}: {finding.code} {finding.message}" for finding in findings)
        yield from _pathway(pathway, rule)
    models = {pathway.model for pathway in PATHWAYS}
    if len(models) != 5 or len(PATHWAYS) != 5:
        yield "There is not one pathway for each of the five models."
    if {pathway.award for pathway in PATHWAYS} != {entry.code for entry in CERTIFICATES}:
        yield "The pathways and the certificates are not a pair each."


def _pathway(pathway: Pathway, rule: Rule) -> Iterator[str]:
    least, _most = span(rule, HOURS)
    if CATALOGUE[pathway.award].hours != least:
        yield f"{pathway.award} states {CATALOGUE[pathway.award].hours} hours; its rule asks for {least}."
    touched = {CATALOGUE[code].series for code in listed(rule)}
    if pathway.model == "cross_series" and touched != {series.code for series in WORKSHOP_SERIES}:
        yield f"{pathway.code} crosses {', '.join(sorted(touched))} only."


def _people() -> Iterator[str]:
    everybody = (*people.LEARNERS, *people.STAFF)
    if len(people.LEARNERS) != LEARNERS_EXPECTED:
        yield f"There are {len(people.LEARNERS)} learners."
    yield from (f"Two people have the address {email}." for email in repeated(p.email for p in everybody))
    yield from (f"Two people are called {name}." for name in repeated(p.name for p in everybody))
    for person in everybody:
        if not person.email.isascii():
            yield f"{person.email} is not ASCII."
        if unicodedata.normalize("NFC", person.name) != person.name:
            yield f"{person.key}: the name is not in composed form."
    scripts = {unicodedata.name(person.name[0]).split()[0] for person in people.LEARNERS}
    if len(scripts) < SCRIPTS_EXPECTED:
        yield f"Names stand in {len(scripts)} scripts only."
    roles = set(Role.Name.values)
    for staff in people.STAFF:
        yield from (f"{staff.key}: no role {role}." for role in staff.roles if role not in roles)
    yield from _cohorts()


def _cohorts() -> Iterator[str]:
    learners = {person.key for person in people.LEARNERS}
    faculty = {staff.key: staff.series for staff in people.STAFF if "faculty" in staff.roles}
    for cohort in people.COHORTS:
        if not set(cohort.members) <= learners:
            yield f"{cohort.name} has members who are not learners."
        if not cohort.faculty or any(cohort.series not in faculty.get(key, ()) for key in cohort.faculty):
            yield f"{cohort.name} has no faculty of its series."
    for series in WORKSHOP_SERIES:
        if not any(cohort.series == series.code for cohort in people.COHORTS):
            yield f"{series.name} has no cohort."


def _stories() -> Iterator[str]:
    told = [story.learner for story in STORIES]
    if sorted(told) != sorted(person.key for person in people.LEARNERS):
        yield "There is not one story for each learner."
    shown: set[State] = set()
    for story in STORIES:
        yield from (f"{story.learner}: {problem}" for problem in _story(story))
        found = states(story, CATALOGUE, PATHWAY_BY_CODE)
        shown |= found
        if found != story.shows:
            wanted, got = ("; ".join(sorted(side)) for side in (story.shows, found))
            yield f"{story.learner} should show {wanted}, and shows {got}."
    yield from (f"Nobody shows this: {state}." for state in State if state not in shown)


def _story(story: Story) -> Iterator[str]:
    earliest = min((day for _code, day in story.enrolled), default=0)
    latest_enrolment = max((day for _code, day in story.enrolled), default=0)
    if latest_enrolment > INSTITUTION.published_days_ago:
        yield "enrolled before anything was published."
    if earliest < 1:
        yield "is enrolled nowhere, or from the load day on."
    known_day = {w.achievement: w.returned for w in story.work if w.outcome is Outcome.PASSED}
    for work in story.work:
        yield from _work(work, latest_enrolment, known_day)
    if list(story.work) != sorted(story.work, key=lambda work: -work.submitted):
        yield "work is not in order of time."
    passes = [work.achievement for work in story.work if work.outcome is Outcome.PASSED]
    yield from (f"{code} is earned twice." for code in repeated(passes))
    for correction in story.corrections:
        returned = known_day.get(correction.achievement)
        if returned is None or returned <= correction.days_ago:
            yield f"{correction.achievement} is corrected before it was held."


def _work(work: Work, enrolled: int, returned_by_code: dict[str, int | None]) -> Iterator[str]:
    if work.submitted > enrolled:
        yield f"{work.achievement} was handed in before enrolment."
    if (work.returned is None) != (work.outcome in {Outcome.DRAFT, Outcome.WAITING}):
        yield f"{work.achievement} was returned without being marked, or the reverse."
    if work.returned is not None and work.returned < 1:
        yield f"{work.achievement} is returned after the load day."
    for code in CATALOGUE[work.achievement].requires:
        returned = returned_by_code.get(code)
        if returned is None or returned < work.submitted:
            yield f"{work.achievement} was handed in before {code} was held."
    if is_expired(work, CATALOGUE[work.achievement].valid_for_months) is None:
        yield f"{work.achievement} expires too near the load day to be certain."
    yield from _marks(work)


def _marks(work: Work) -> Iterator[str]:
    """A pass reaches every required level and a "not yet" misses one."""
    assessment = ASSESSMENT_BY_CODE[work.achievement]
    reached = levels_reached(assessment, work.strength)
    is_pass = all(reached[row.key] >= (row.must_pass_ordinal or 1) for row in assessment.criteria)
    if work.outcome in {Outcome.PASSED, Outcome.NOT_YET} and is_pass != (work.outcome is Outcome.PASSED):
        yield f"{work.achievement}: the levels do not agree with the outcome."
    if any(not 1 <= reached[row.key] <= row.top for row in assessment.criteria):
        yield f"{work.achievement}: a level reached does not exist."
