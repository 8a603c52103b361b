"""`python -m tests.pathways.rules.compare N [FIRST [SECONDS]]`: engine against exhaustion, as a table.

N situations from seed FIRST on, or as many as these seconds allow; a line every thousand says how far it is.
"""

import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import MISSING, fields

from pathways.rules.evaluate import Reason, Situation, Verdict, judged, prepared
from pathways.rules.evaluate.deciding import is_common
from pathways.rules.lifecycle import life_of
from pathways.rules.tree import UNSET, Filters, Rule, kind, nodes
from tests.pathways.rules.exhaustive import World
from tests.pathways.rules.exhaustive_explanation import Judged
from tests.pathways.rules.exhaustive_life import life, some_life
from tests.pathways.rules.exhaustive_reasons import Reasons, milestones_due
from tests.pathways.rules.random_situations import AHEAD, situation

COMPARED = (
    "satisfied",
    "remaining",
    "total",
    "used",
    "completion",
    "assignment",
    "first_satisfied_on",
    "holds_through",
    "next_useful",
)

# The fields of every node; they are counted by their own names, or name nothing but the node.
COMMON = ("key", "label", "filters")

EVERY = 1000


def differences(case: Situation, verdict: Verdict, *, with_deadline: bool = False) -> Iterator[str]:
    """What engine and exhaustion say differently of one situation."""
    if beyond(verdict):
        return
    everything = Judged(case, AHEAD, with_deadline=with_deadline)
    world, expected = everything.world, everything.answer
    for name in COMPARED:
        if getattr(verdict, name) != getattr(expected, name):
            yield f"{name}: engine {getattr(verdict, name)}, exhaustion {getattr(expected, name)}"
    said = {row.credential: row.code.value for row in verdict.uncounted}
    lawful = [Reasons(world, plan).all() for plan in expected.plans or ({},)]
    if said not in lawful:
        yield f"uncounted: engine {said}, exhaustion {lawful[0]}"
    if verdict.milestones_due != (due := milestones_due(world)):
        yield f"milestones_due: engine {verdict.milestones_due}, exhaustion {due}"
    yield from everything.faults(verdict.explanation)
    if with_deadline and verdict.finish_by != everything.finish_by:
        yield f"finish_by: engine {verdict.finish_by}, exhaustion {everything.finish_by}"


def life_differences(case: Situation, seed: int, table: Counter[str]) -> Iterator[str]:
    """What they say differently of the credential that such a learner would have had, some day about then."""
    case, policy, grace_days = some_life(case, seed)
    lived = life_of(case, lapse_policy=policy, grace_days=grace_days)
    table.update((f"life {lived.state}", f"life issue {lived.issue_no}", f"life cause {lived.cause}"))
    if lived.state != "indeterminate" and lived != (expected := life(case, policy, grace_days)):
        yield f"life: engine {lived}, exhaustion {expected}"


def beyond(verdict: Verdict) -> bool:
    """Whether nothing can be compared: undecided, or more hypothetical facts than exhaustion tries."""
    return verdict.satisfied is None or max(verdict.remaining or 0, verdict.total or 0) > World.MOST


def counted(case: Situation, verdict: Verdict) -> Iterator[str]:
    """What occurs in one situation, by the name of its row in the table."""
    yield f"status {verdict.status}"
    yield from ["not compared"] * beyond(verdict)
    yield "way quick" if is_common(prepared(case)) else "way general"
    for node in nodes(case.rule):
        yield f"kind {kind(node)}"
        yield from (f"field {kind(node)} {name}" for name in given(node))
        for field in fields(Filters):
            value = getattr(node.filters, field.name)
            if value is not UNSET:
                yield f"filter {field.name}{' null' if value is None else ''}"
    for exemption in case.exemptions:
        yield f"exception {exemption.type}"
    for row in verdict.uncounted:
        yield f"uncounted {row.code}"
    for name in ("equivalences", "at_most", "milestones", "pauses"):
        yield from [f"beside {name}"] * bool(getattr(case, name))


def given(node: Rule) -> Iterator[str]:
    """The fields of its kind that a node gives other than by their default."""
    for field in fields(node):
        if field.name not in COMMON and field.default is not MISSING:
            value = getattr(node, field.name)
            if value != field.default:
                yield field.name


def main(many: int, first: int = 0, seconds: int = 1_000_000) -> int:
    """Compare, print the table, and say by the exit code whether all agreed."""
    ends = time.monotonic() + seconds
    done = 0
    table: Counter[str] = Counter({f"uncounted {code}": 0 for code in Reason})
    wrong = 0
    engine = search = 0.0
    for seed in range(first, first + many):
        if time.monotonic() > ends:
            break
        done += 1
        case = situation(seed)
        start = time.perf_counter()
        verdict = judged(case)
        middle = time.perf_counter()
        table.update(counted(case, verdict))
        found = list(differences(case, verdict, with_deadline=seed % 20 == 0))
        found += life_differences(case, seed, table)
        engine, search = engine + middle - start, search + time.perf_counter() - middle
        if found:
            wrong += 1
            print(f"seed {seed}: {'; '.join(found)}", flush=True)
        if done % EVERY == 0:
            print(f"{done} done, {wrong} disagreements", flush=True)
    for name, count in sorted(table.items()):
        print(f"{name:36} {count:8}")
    decided = table["status satisfied"] / done
    print(f"satisfied {decided:.1%}, indeterminate {table['status indeterminate'] / done:.3%}")
    print(f"engine {engine:.0f} s, exhaustion {search:.0f} s; {wrong} disagreements in {done}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:4])))
