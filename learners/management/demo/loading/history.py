"""Plays the learners' stories in the order of time, through the same services as real people's acts."""

import heapq
import io
import itertools
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

from assessments.models import Assessment, RubricCriterionLevel, Submission
from assessments.services.grading import Marks, claim, record_grade
from assessments.services.submitting import add_file, add_link, open_draft, save_draft, submit
from credentials.models import Achievement, Credential, CredentialEvent
from credentials.services.revoking import expire, revoke, suspend
from learners.management.demo import people as written_people
from learners.management.demo.achievements import CATALOGUE
from learners.management.demo.history import Act, Correction, Outcome, Story, Work, levels_reached
from learners.management.demo.loading.calendar import CORRECTING, ENROLLING, MARKING, WORKING, Calendar
from learners.management.demo.proofreading import ASSESSMENT_BY_CODE
from learners.models import User
from learners.services.sharing import set_visibility
from pathways.models import Pathway
from pathways.services.enrolling import enrol
from pathways.services.evaluating import evaluate_learner

Happening: TypeAlias = Callable[[datetime], None]
WORKED_FOR = timedelta(hours=5)
"""How long before handing in a draft was opened."""


@dataclass(slots=True)
class History:
    """All that will have happened, soonest first; an act may put what follows from it on the list."""

    calendar: Calendar
    people: dict[str, User]
    achievements: dict[str, Achievement]
    pathways: dict[str, Pathway]
    _ahead: list[tuple[datetime, int, Happening]] = field(default_factory=list)
    _order: Iterable[int] = field(default_factory=itertools.count)
    _expiring: set[int] = field(default_factory=set)
    _assessments: dict[str, Assessment] = field(default_factory=dict)
    _levels: dict[tuple[int, str, int], RubricCriterionLevel] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows = Assessment.objects.filter(achievement__in=[row.pk for row in self.achievements.values()])
        self._assessments = {
            row.achievement.code: row for row in rows.select_related("achievement", "rubric")
        }
        levels = RubricCriterionLevel.objects.select_related("criterion")
        self._levels = {(row.criterion.rubric_id, row.criterion.key, row.ordinal): row for row in levels}

    def plan(self, stories: Iterable[Story]) -> None:
        for story in stories:
            for code, day in story.enrolled:
                at = self.calendar.moment(day, ENROLLING, f"{story.learner}/{code}")
                self._add(at, partial(self._enrol, story.learner, code))
            for work in story.work:
                self._plan_work(story.learner, work)
            for correction in story.corrections:
                at = self.calendar.moment(correction.days_ago, CORRECTING, story.learner)
                self._add(at, partial(self._correct, story.learner, correction))

    def play(self) -> None:
        while self._ahead:
            at, _place, happening = heapq.heappop(self._ahead)
            happening(at)

    def open_to_others(self, stories: Iterable[Story]) -> None:
        """Those who wanted it show their names to whoever verifies."""
        for story in stories:
            if story.is_public:
                learner = self.people[story.learner]
                for credential in Credential.objects.held_by(learner).order_by("pk"):
                    set_visibility(credential=credential, visibility=Credential.Visibility.PUBLIC, by=learner)

    def _add(self, at: datetime, happening: Happening) -> None:
        heapq.heappush(self._ahead, (at, next(iter(self._order)), happening))

    def _plan_work(self, learner: str, work: Work) -> None:
        submitted = self.calendar.moment(work.submitted, WORKING, f"{learner}/{work.achievement}")
        self._add(submitted, partial(self._work, learner, work))
        if work.returned is not None:
            returned = self.calendar.moment(work.returned, MARKING, f"{learner}/{work.achievement}")
            self._add(returned, partial(self._mark, learner, work))

    def _enrol(self, learner: str, code: str, at: datetime) -> None:
        enrol(learner=self.people[learner], pathway=self.pathways[code], by=self.people[learner], at=at)
        self._follow(self.people[learner], at)

    def _work(self, learner: str, work: Work, at: datetime) -> None:
        """She opens a draft, fills it and, unless it is to stay a draft, hands it in."""
        written, assessment = ASSESSMENT_BY_CODE[work.achievement], self._assessments[work.achievement]
        draft = open_draft(assessment=assessment, learner=self.people[learner], at=at - WORKED_FOR)
        chance = zlib.crc32(f"{learner}/{work.achievement}/{work.submitted}".encode())
        sample = written.samples[chance % len(written.samples)]
        if work.outcome is Outcome.DRAFT:
            save_draft(submission=draft, text=sample[: len(sample) // 2], revision=draft.revision)
            return
        save_draft(submission=draft, text=sample, revision=draft.revision)
        if "url" in written.evidence:
            url = f"https://work.{written_people.DOMAIN}/{learner}/{work.achievement.lower()}/{draft.attempt}"
            add_link(submission=draft, url=url, at=at)
        if "file" in written.evidence:
            name, text = written.sample_file
            add_file(submission=draft, content=io.BytesIO(text.encode()), name=name, at=at)
        submit(submission=draft, by=self.people[learner], at=at)

    def _mark(self, learner: str, work: Work, at: datetime) -> None:
        """A marker of her cohort, or of the series, releases it; a pass issues."""
        assessment = self._assessments[work.achievement]
        submission = Submission.objects.waiting().get(assessment=assessment, learner=self.people[learner])
        marker = self._marker(submission, CATALOGUE[work.achievement].series)
        written = ASSESSMENT_BY_CODE[work.achievement]
        chosen = [
            self._levels[assessment.rubric_id, key, ordinal]
            for key, ordinal in levels_reached(written, work.strength).items()
        ]
        grading = claim(submission=submission, by=marker, at=at)
        record_grade(
            grading=grading,
            marks=Marks(
                levels={level.criterion_id: level.pk for level in chosen},
                comments={},
                comment=written.praise if work.outcome is Outcome.PASSED else written.advice,
            ),
            revision=grading.revision,
            by=marker,
            at=at,
            is_news=False,
        )
        self._follow(self.people[learner], at)

    def _marker(self, submission: Submission, series: str) -> User:
        if submission.cohort is not None:
            # Through the written list, whose order does not change.
            name = submission.cohort.name
            cohort = next(row for row in written_people.COHORTS if row.name == name)
            return self.people[cohort.faculty[0]]
        of_series = (row for row in written_people.STAFF if "faculty" in row.roles and series in row.series)
        return self.people[next(of_series).key]

    def _correct(self, learner: str, correction: Correction, at: datetime) -> None:
        recipient, by = self.people[learner], self.people["registrar"]
        achievement = self.achievements[correction.achievement]
        credential = Credential.objects.live().held_by(recipient).get(achievement=achievement)
        match correction.act:
            case Act.REVOKE_VOID:
                revoke(
                    credential=credential,
                    revocation=Credential.Revocation.VOID,
                    reason=correction.note,
                    public_reason=correction.public_reason,
                    by=by,
                    at=at,
                    is_news=False,
                )
            case Act.SUSPEND:
                suspend(
                    credential=credential,
                    reason=correction.note,
                    public_reason=correction.public_reason,
                    by=by,
                    at=at,
                    is_news=False,
                )
        self._follow(recipient, at)

    def _expire(self, credential: Credential, at: datetime) -> None:
        if expire(credential=credential, at=at, is_news=False):
            self._follow(credential.recipient, at)

    def _follow(self, learner: User, at: datetime) -> None:
        """Evaluate until nothing more follows: a certificate may be a step of the next one."""
        events = (
            CredentialEvent.objects.filter(recipient=learner).order_by("-pk").values_list("pk", flat=True)
        )
        before: int | None = -1
        while (newest := events.first()) != before:
            before = newest
            evaluate_learner(learner=learner, at=at, is_news=False)
        ending = Credential.objects.live().held_by(learner).filter(expires_on__lt=self.calendar.load_day)
        for credential in ending.exclude(pk__in=self._expiring).select_related("recipient").order_by("pk"):
            self._expiring.add(credential.pk)
            if credential.expires_on is not None:
                self._add(self.calendar.after(credential.expires_on), partial(self._expire, credential))
