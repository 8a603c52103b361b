"""An order that is advised is said where it was not kept, and nothing stops counting."""

from datetime import timedelta

import pytest

from learners.models import User
from learners.queries import order_notes, progress
from pathways.models import Enrolment, Pathway, PathwayVersion
from tests.makers import (
    TERM_DAY,
    all_of,
    make_achievement,
    make_credential,
    make_enrolment,
    make_pathway,
    make_pathway_version,
)

pytestmark = pytest.mark.django_db
EARLIER, LATER = TERM_DAY - timedelta(days=30), TERM_DAY + timedelta(days=1)


def on_a_linear_pathway(
    learner: User, *, order: str, model: str = Pathway.Model.LINEAR, keeps_order: bool = False
) -> Enrolment:
    """She earned the second of two parts a month before the first, unless she `keeps_order`."""
    first, second, third = (make_achievement(name=name) for name in ("First", "Second", "Third"))
    pathway = make_pathway(model=model, is_published=False)
    pathway.versions.all().delete()
    make_pathway_version(pathway=pathway, rule=all_of(first, second, third), order_policy=order)
    days = [EARLIER, TERM_DAY] if keeps_order else [TERM_DAY, EARLIER]
    for part, day in zip((first, second), days, strict=True):
        make_credential(recipient=learner, achievement=part, at=day)
    pathway.refresh_from_db()
    return make_enrolment(learner=learner, pathway=pathway)


class TestOneWrongPair:
    def test_counts_with_a_warning_when_the_order_is_advised(self, learner: User) -> None:
        enrolment = on_a_linear_pathway(learner, order=PathwayVersion.Order.ADVISORY)

        notes = order_notes(enrolment, LATER)

        assert progress(enrolment, LATER).left == 1
        assert notes == (
            "You earned Second on 2 August 2025, before First on 1 September 2025. That order is advised, "
            "not required: both count.",
        )

    def test_counts_in_silence_when_the_order_is_free(self, learner: User) -> None:
        enrolment = on_a_linear_pathway(
            learner, order=PathwayVersion.Order.ADVISORY, model=Pathway.Model.CORE_ELECTIVE
        )

        assert progress(enrolment, LATER).left == 1
        assert order_notes(enrolment, LATER) == ()

    def test_does_not_count_when_the_order_is_strict(self, learner: User) -> None:
        enrolment = on_a_linear_pathway(learner, order=PathwayVersion.Order.STRICT_DATES)

        assert progress(enrolment, LATER).left == 2
        assert order_notes(enrolment, LATER) == ()

    def test_nothing_is_said_where_the_order_was_kept(self, learner: User) -> None:
        enrolment = on_a_linear_pathway(learner, order=PathwayVersion.Order.ADVISORY, keeps_order=True)

        assert order_notes(enrolment, LATER) == ()
