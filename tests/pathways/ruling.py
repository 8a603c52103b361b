"""What tests of rulings share: rules of any kind in force, proposals drawn up, people who may approve."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from credentials.models import Achievement, Role
from learners.models import User
from pathways.models import (
    Act,
    Enrolment,
    Equivalence,
    Exemption,
    Pathway,
    PathwayVersion,
    Pause,
    Recognition,
    Requirement,
    Ruling,
    Step,
    StepCompletion,
)
from pathways.queries import inputs_of, terms_for
from pathways.rules.evaluate import Verdict
from pathways.services.evaluating import evaluate_learner, verdict_on
from pathways.services.publishing import publish_pathway
from pathways.services.ruling import approve, propose
from tests.makers import LONG_AGO, TERM_DAY, make_act, make_certificate, make_role, make_user, office

LATER = TERM_DAY + timedelta(days=1)


def in_force(rule: Mapping[str, Any], *, lapse_policy: str = "suspend", **fields: Any) -> Pathway:
    """A pathway with this rule, of nodes of any kind; `step` names an act, `competency` is a row."""
    awards = fields.pop("awards", None) or make_certificate()
    usual = {"name": "A Pathway", "slug": f"ruled-{Pathway.objects.count()}", "description": "Its parts."}
    usual |= {"model": Pathway.Model.FLEXIBLE, "enrolment_policy": Pathway.EnrolmentPolicy.BY_ACT}
    pathway = Pathway.objects.create(awards=awards, **{**usual, **fields})
    version = PathwayVersion.objects.create(
        pathway=pathway,
        lapse_policy=lapse_policy,
        size_reason="As many as the test needs.",
        written_by=office(),
    )
    _write(version, rule, None, 0)
    publish_pathway(version=version, by=office("second"), at=LONG_AGO, reason="As the test needs it.")
    pathway.refresh_from_db()
    return pathway


def _write(version: PathwayVersion, node: Mapping[str, Any], parent: Requirement | None, place: int) -> None:
    details = {
        name: node[name] for name in ("window", "anchor", "min", "strict", "min_level") if name in node
    }
    row = Requirement.objects.create(
        version=version,
        parent=parent,
        key=node["key"],
        kind=node["kind"],
        label=node.get("label", ""),
        n=node.get("n"),
        competency=node.get("competency"),
        details=details,
        position=place,
    )
    codes = [*node.get("achievements", ()), *([node["achievement"]] if "achievement" in node else ())]
    for position, code in enumerate(codes):
        Step.objects.create(
            requirement=row, achievement=Achievement.objects.get(code=code), position=position
        )
    if "step" in node:
        Step.objects.create(requirement=row, act=node["step"])
    below = [*node.get("children", ()), *([node["child"]] if "child" in node else ())]
    for position, child in enumerate(below):
        _write(version, child, row, position)


def another_approver() -> User:
    """An approver of the institution besides the one that tests call so."""
    user = make_user()
    make_role(user=user, role=Role.Name.APPROVER)
    return user


def exemption(enrolment: Enrolment, node: str, type_: str = "waive", **fields: Any) -> Exemption:
    """An exception drawn up, not proposed yet."""
    return Exemption(enrolment=enrolment, node=node, type=type_, **{"reason": "Illness in June.", **fields})


def equivalence(source: Achievement, target: Achievement, **fields: Any) -> Equivalence:
    return Equivalence(source=source, target=target, **{"reason": "The syllabus is the same.", **fields})


def leave(learner: User, first: date, last: date) -> Pause:
    return Pause(learner=learner, starts_on=first, ends_on=last, reason="Parental leave.")


def recognition(learner: User, achievement: Achievement, **fields: Any) -> Recognition:
    """Prior learning drawn up, earned before the term."""
    usual = {
        "source": Recognition.Source.RPL,
        "institution": "Northern College",
        "title": "Handling of Samples",
        "earned_at": LONG_AGO,
        "evidence": "File 2025/17.",
        "reason": "The panel saw the work.",
    }
    return Recognition(learner=learner, achievement=achievement, **{**usual, **fields})


def completion(learner: User, act: Act | None = None, **fields: Any) -> StepCompletion:
    usual = {"earned_at": TERM_DAY, "evidence": "The host's letter.", "reason": "Four weeks on the ward."}
    return StepCompletion(learner=learner, act=act or make_act(), **{**usual, **fields})


def stands(ruling: Any, *, by: User, approver: User, at: datetime = TERM_DAY) -> Any:
    """Propose and approve it, and evaluate whom it is about, as the workers do."""
    approved: Ruling = approve(ruling=propose(ruling=ruling, by=by, at=at), by=approver, at=at)
    learner = getattr(approved, "learner", None)
    if isinstance(approved, Exemption):
        learner = approved.enrolment.learner
    if learner is not None:
        evaluate_learner(learner=learner, at=at)
    return approved


def verdict(enrolment: Enrolment, at: datetime = LATER) -> Verdict:
    """What the engine says of an enrolment at that moment."""
    row = Enrolment.objects.select_related("version", "learner").get(pk=enrolment.pk)
    return verdict_on(terms_for(row.version), inputs_of(row.learner), at, enrolment=row)
