"""Who is close: learners under way, the fewest steps first, each with what would complete her pathway."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from pathways.models import Enrolment, Evaluation, Pathway
from pathways.queries.rules import catalogue
from pathways.rules.evaluate import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """One learner on one pathway. Each of `steps` names what fills one; several names: any one of them."""

    enrolment: Enrolment
    left: int
    steps: tuple[tuple[str, ...], ...]


def closest(*, pathway: Pathway | None = None, most: int | None = None) -> QuerySet[Evaluation]:
    """The stored answers about learners who have `most` steps left or fewer, on this pathway or on any."""
    rows = (
        Evaluation.objects.filter(
            is_current=True,
            status="unsatisfied",
            remaining__isnull=False,
            enrolment__state=Enrolment.State.ACTIVE,
        )
        .select_related("enrolment__learner", "enrolment__pathway", "enrolment__version")
        .order_by("remaining", "enrolment__pathway__name", "enrolment__learner__name", "pk")
    )
    if pathway is not None:
        rows = rows.filter(enrolment__pathway=pathway)
    return rows if most is None else rows.filter(remaining__lte=most)


def named(rows: Iterable[Evaluation]) -> list[Close]:
    """The same with their steps named; two queries at most, whatever the number of rows."""
    answers = [(row, Verdict.from_json(row.verdict)) for row in rows]
    codes = {code for _row, verdict in answers for code in (*verdict.completion, *verdict.next_useful)}
    entries = catalogue(codes)
    names = {code: entries[code].name if code in entries else code for code in codes}
    return [
        Close(
            enrolment=row.enrolment,
            left=row.remaining or 0,
            # The last step may be any that helps; of several steps, a smallest set that is enough is named.
            steps=(tuple(names[code] for code in verdict.next_useful),)
            if row.remaining == 1
            else tuple((names[code],) for code in verdict.completion),
        )
        for row, verdict in answers
    ]
