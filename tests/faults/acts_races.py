"""Many people at the same thing at once: verbs for tests/faults/test_races.py."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from assessments.models import Assessment, Grading, Submission
from assessments.services.grading import (
    AlreadyDecided,
    ClaimedByAnother,
    Overtaken,
    claim,
    let_go,
    record_grade,
    save_grading,
)
from assessments.services.submitting import CannotSubmit, open_draft, submit
from config.clock import now
from config.events import quietly
from credentials.models import Credential
from learners.models import Notification, User
from tests import makers

# What a page answers with 409: nothing was done, and the message says what stands in the way.
REFUSALS = (AlreadyDecided, ClaimedByAnother, Overtaken, CannotSubmit)
LONG_AGO = timedelta(hours=1)


def approve_alike(times: int, threads: int) -> dict[str, Any]:
    """One grading, ready to be released, released `times` times by `threads` threads."""
    with quietly():
        submission = makers.make_submission(at=now())
        marker = _person("marker")
        grading = claim(submission=submission, by=marker, at=now())
        marks = makers.marks(submission)

        def approve(_number: int) -> str:
            with quietly():
                try:
                    record_grade(grading=grading, marks=marks, revision=1, by=marker, at=now())
                except REFUSALS as refusal:
                    return f"{type(refusal).__name__}: {refusal}"
                return "released"

        began = time.monotonic()
        with ThreadPoolExecutor(threads) as pool:
            told = Counter(pool.map(approve, range(times)))
        seconds = time.monotonic() - began
    return {
        "told": told,
        "seconds": seconds,
        "marker": marker.name,
        "credentials": Credential.objects.filter(recipient=submission.learner).count(),
        "final": submission.gradings.filter(state=Grading.State.FINAL).count(),
    }


def mark_together(rounds: int, seed: int) -> dict[str, Any]:
    """`rounds` submissions, each with two markers at work at once; what was not legal afterwards."""
    chance = random.Random(seed)  # noqa: S311 - an order, no secret
    with quietly():
        assessment = makers.make_assessment()
        markers = [_person("first marker"), _person("second marker")]
        told: Counter[str] = Counter()
        illegal: list[str] = []
        for number in range(rounds):
            submission = _two_drafts(assessment, markers, f"learner{seed}-{number}")
            acts = _drawn(submission, markers, chance)
            answers = _together([act for _name, act in acts], chance)
            told.update(f"{name}: {answer}" for (name, _act), answer in zip(acts, answers, strict=True))
            illegal += _illegal(submission)
    return {"told": told, "illegal": illegal}


def _person(name: str) -> User:
    return User.objects.create_user(email=f"{name.replace(' ', '.')}@people.example", name=name.title())


def _two_drafts(assessment: Assessment, markers: Sequence[User], name: str) -> Submission:
    """Work that both markers have begun on: the first one's claim ran out before the second came."""
    learner = User.objects.create_user(email=f"{name}@people.example", name=name)
    submission = makers.make_submission(assessment=assessment, learner=learner, at=now() - 2 * LONG_AGO)
    for marker, ago in zip(markers, (2 * LONG_AGO, LONG_AGO), strict=True):
        claim(submission=submission, by=marker, at=now() - ago)
    return submission


def _drawn(
    submission: Submission, markers: Sequence[User], chance: random.Random
) -> list[tuple[str, Callable[[], object]]]:
    """What the two markers and the learner do in this round: at least one releases."""
    acts = [(f"{name} releases", _release(submission, marker, chance)) for name, marker in _named(markers)]
    name, marker = chance.choice(_named(markers))
    own = submission.gradings.get(marker=marker)
    others: list[tuple[str, Callable[[], object]]] = [
        (
            f"{name} saves",
            lambda: save_grading(
                grading=own, marks=makers.marks(submission, "fail"), revision=1, by=marker, at=now()
            ),
        ),
        (f"{name} lets go", lambda: let_go(submission=submission, by=marker)),
        (
            "the learner begins again",
            lambda: open_draft(assessment=submission.assessment, learner=submission.learner, at=now()),
        ),
        (
            "the learner hands in again",
            lambda: submit(submission=submission, by=submission.learner, at=now()),
        ),
    ]
    third: list[tuple[str, Callable[[], object]]] = [chance.choice(others)] if chance.random() < 0.5 else []
    drawn = acts + third
    chance.shuffle(drawn)
    return drawn


def _named(markers: Sequence[User]) -> list[tuple[str, User]]:
    return list(zip(("the first", "the second"), markers, strict=True))


def _release(submission: Submission, marker: User, chance: random.Random) -> Callable[[], object]:
    marks = makers.marks(submission, chance.choice(("fail", "pass", "merit")))
    grading = submission.gradings.get(marker=marker)
    return lambda: record_grade(grading=grading, marks=marks, revision=1, by=marker, at=now())


POOL = ThreadPoolExecutor(3)


def _together(acts: Sequence[Callable[[], object]], chance: random.Random) -> list[str]:
    """Do all of it at the same moment, give or take two thousandths of a second drawn by lot."""
    gate = threading.Barrier(len(acts))

    def at_once(act: Callable[[], object], wait: float) -> str:
        gate.wait(10)
        time.sleep(wait)
        with quietly():
            try:
                act()
            except REFUSALS as refusal:
                return type(refusal).__name__
        return "done"

    waits = [chance.uniform(0, 0.002) for _act in acts]
    return list(POOL.map(at_once, acts, waits))


def _illegal(submission: Submission) -> list[str]:
    """What contradicts itself in this submission's history: published is what one marker agreed to, once.

    Where one saved while the other released, both may have been refused: then it waits, as before.
    """
    submission = Submission.objects.get(pk=submission.pk)
    final = list(submission.gradings.filter(state=Grading.State.FINAL))
    issued = list(Credential.objects.filter(source=Credential.Source.SUBMISSION, source_id=submission.pk))
    again = Submission.objects.filter(learner=submission.learner_id).exclude(pk=submission.pk)
    is_returned = submission.state == Submission.State.RETURNED
    rules = {
        "neither waiting nor returned": is_returned or submission.state == Submission.State.SUBMITTED,
        "not released exactly once": len(final) == int(is_returned),
        "published is not what was released": [row.passed for row in final]
        == [submission.passed] * is_returned,
        "a released level is missing": all(
            row.grades.filter(level__isnull=False).count() == 2 for row in final
        ),
        "the credential does not follow the grade": len(issued) == int(bool(submission.passed)),
        "the credential shows another level": [row.level for row in issued]
        == [row.level for row in final if row.passed],
        "a claim outlived the release": not is_returned or submission.claimed_by_id is None,
        "two attempts wait at once": not again.filter(state=Submission.State.SUBMITTED).exists(),
        "a new attempt beside or after a pass": not again.exists() or submission.passed is False,
    }
    return [f"submission {submission.pk}: {rule}" for rule, holds in rules.items() if not holds]


def told_once() -> dict[str, Any]:
    """How many gradings were released, and of how many their learners were told, and told again."""
    told = Notification.objects.filter(grading__isnull=False).values_list("grading", flat=True)
    released = Grading.objects.filter(state=Grading.State.FINAL).count()
    return {"released": released, "told": len(set(told)), "twice": len(told) - len(set(told))}


VERBS = {verb.__name__: verb for verb in (approve_alike, mark_together, told_once)}
