"""I0: what holds after every fault, in one place (SAFETY §8).

`settle` waits until nothing is owed; `assert_sound` asks whether everything fits together; `Attempts` is
what clients remember of their acts, and `assert_acknowledged` compares it with the rows there are.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.faults.checking import check_credentials
from tests.faults.portal import Portal

DRAINED_WITHIN = 120
OWED = ("unsigned", "unsent", "unevaluated", "unpublished", "stuck", "half_files")
TWICE = ("documents_twice", "evaluations_twice", "events_twice", "indexes_twice")
# What a server may answer under a fault, for it says what is wrong and when to come back.
NAMED_ERRORS = frozenset({503})


@dataclass(slots=True)
class Attempts:
    """Each act a client tried, by a name that its row will carry, and what it knows of the outcome."""

    ok: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    answers: list[int] = field(default_factory=list)

    def note(self, act: str, answer: int | None) -> None:
        """`answer` is the HTTP status, None when none came: then nobody knows whether it was done."""
        for outcome in (self.ok, self.failed, self.unknown):
            outcome.discard(act)
        if answer is None:
            self.unknown.add(act)
            return
        self.answers.append(answer)
        # An error of the server may come after the commit: only a refusal means that nothing was done.
        (self.ok if answer < 400 else self.failed if answer < 500 else self.unknown).add(act)


def is_whole(learners: int, seen: dict[str, Any]) -> bool:
    done = seen["certificates"] == seen["pdf_rows"] == seen["told"] == learners
    return done and not any(seen[name] for name in OWED)


def settle(portal: Portal, within: float = DRAINED_WITHIN) -> float:
    """Wait until nothing is owed; answers how many seconds that took. Fails with what is left."""
    began = time.monotonic()
    while left := portal.act("owes")["owed"]:
        assert time.monotonic() - began < within, f"still owed after {within} s: {left[:10]}"
        # The workers need the processor more.
        time.sleep(0.5)
    return time.monotonic() - began


def assert_once(learners: int, seen: dict[str, Any]) -> None:
    """Exactly one of everything for each learner, and nothing owed."""
    assert seen["certificates"] == seen["holders"] == learners
    assert seen["pdf_rows"] == seen["pdf_files"] == learners
    assert seen["told"] == learners
    for name in (*OWED, *TWICE):
        assert seen[name] == 0, name


def assert_sound(portal: Portal) -> int:
    """Every credential verifies by the signature intended; ids, files, bits and chain fit; none gave up.

    Answers how many credentials there are.
    """
    verdicts, signed = portal.act("verdicts"), portal.act("signed_anew")
    assert verdicts["refused"] == []
    assert verdicts["broken"] == []
    assert signed["same"] == signed["of"]
    assert {kind: found for kind, found in portal.act("misfits").items() if found} == {}
    assert portal.act("owes")["stuck"] == []
    # And by a second way, which shares no code with issuing.
    return check_credentials(portal)


def assert_acknowledged(attempts: Attempts, rows: Iterable[str]) -> None:
    """What was acknowledged is there, what was refused or never tried is not, and no error is nameless."""
    present = list(rows)
    kept = set(present)
    assert len(present) == len(kept), "an act was done twice"
    assert attempts.ok - kept == set(), "acknowledged and lost"
    assert kept - attempts.ok - attempts.unknown == set(), "there, though refused or never attempted"
    assert [answer for answer in attempts.answers if answer >= 500 and answer not in NAMED_ERRORS] == []
