"""Gates: under that order policy, what must be held before is asked on enrolling and on handing in."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext as _

from credentials.models import Achievement
from pathways.models import Enrolment, Pathway, PathwayVersion
from pathways.queries import Inputs, inputs_of, situation_of
from pathways.rules import tree
from pathways.rules.evaluate import judged
from pathways.rules.exchange import Terms

if TYPE_CHECKING:
    from learners.models import User

GATE = PathwayVersion.Order.GATE


class Assessed(Protocol):
    """What is handed in for; assessments and pathways are strangers to each other."""

    @property
    def achievement(self) -> Achievement: ...


def lacking_to_enrol(*, pathway: Pathway, learner: "User", at: datetime) -> list[Achievement]:
    """What the certificate of a gated pathway requires and nothing of hers stands for."""
    version, certificate = pathway.current_version, pathway.awards.current_version
    if version is None or version.order_policy != GATE or certificate is None:
        return []
    return _lacking(certificate.requires.all(), learner, at)


def not_before(*, assessment: Assessed, learner: "User", at: datetime) -> str:
    """One of settings.SUBMISSION_GATES: what she has to hold first, in words; nothing where all is held.

    Asked where she is enrolled, on a gated version, on a pathway that lists what she would hand in for.
    """
    achievement = assessment.achievement
    if achievement.current_version is None:
        return ""
    gated = Enrolment.objects.current().filter(
        learner=learner, version__order_policy=GATE, version__listed__achievement=achievement
    )
    pathway = gated.values_list("pathway__name", flat=True).order_by("pk").first()
    if pathway is None:
        return ""
    missing = _lacking(achievement.current_version.requires.all(), learner, at)
    if not missing:
        return ""
    return _(
        "On %(pathway)s this is handed in after %(first)s. Earn that first; its page in the catalogue "
        "says how."
    ) % {"pathway": pathway, "first": named(missing)}


def named(missing: Iterable[Achievement]) -> str:
    """Each by its name, its series and its code, so that it is found in the catalogue."""
    return ", ".join(f"“{row.name}” ({row.series}, {row.code})" for row in missing)


def _lacking(required: Iterable[Achievement], learner: "User", at: datetime) -> list[Achievement]:
    """Those that she does not hold in force, by recognition or by an equivalence either."""
    asked = list(required)
    if not asked:
        return []
    inputs = inputs_of(learner)
    return [row for row in asked if not _is_met(row, inputs, at)]


def _is_met(achievement: Achievement, inputs: Inputs, at: datetime) -> bool:
    terms = Terms(rule=tree.Earned(achievement.code, key=tree.ROOT))
    return bool(judged(situation_of(terms, inputs, at)).satisfied)
