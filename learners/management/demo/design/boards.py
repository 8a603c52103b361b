"""Who decides about what is awarded: one board for each series, with a member from outside."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A board; `members` are keys of people with their office, `series` the codes it answers for."""

    name: str
    remit: str
    quorum: int
    series: tuple[str, ...]
    members: tuple[tuple[str, str], ...]
    review_months: int = 24
    when_overdue: str = "warn"


BOARDS = (
    Board(
        name="Board for Teaching and Learning",
        remit="Approves what the Centre for Teaching awards, and reviews it every two years.",
        quorum=2,
        series=("TL",),
        members=(
            ("approver", "chair"),
            ("faculty.seminar", "member"),
            ("faculty.teaching", "member"),
            ("assessor", "external"),
        ),
    ),
)
