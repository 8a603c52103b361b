"""Stacks for tests of what a met or broken rule leads to: pathways with terms, and a learner on one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from credentials.models import Achievement, Credential
from credentials.services.revoking import expire, past_their_last_day, revoke
from credentials.services.signing import sign_document
from learners.models import User
from pathways.models import (
    Act,
    Enrolment,
    Evaluation,
    Milestone,
    Pathway,
    PathwayVersion,
    Requirement,
    Step,
)
from pathways.services.evaluating import evaluate_learner
from pathways.services.publishing import publish_pathway
from tests.makers import (
    LONG_AGO,
    TERM_DAY,
    Node,
    agree_for_all,
    make_certificate,
    make_credential,
    make_pathway,
    make_pathway_version,
    office,
)


def make_stack(
    *,
    rule: Node,
    awards: Achievement | None = None,
    approval: Pathway.Approval = Pathway.Approval.AUTOMATIC,
    not_with: Sequence[Pathway] = (),
    milestones: Sequence[dict[str, Any]] = (),
    window: dict[str, int] | None = None,
    act: Act | None = None,
    **terms: Any,
) -> Pathway:
    """A pathway in force; `terms` are fields of its version, `not_with` shares no credentials with it.

    With a `window` its whole rule stands within one; an `act` is asked for beside what the group asks.
    """
    pathway = make_pathway(
        rule=rule, awards=awards or make_certificate(), approval=approval, is_published=False
    )
    pathway.versions.all().delete()
    version = make_pathway_version(pathway=pathway, rule=rule, is_published=False, **terms)
    if act:
        root = version.requirements.get(parent=None)
        asked = Requirement.objects.create(version=version, parent=root, key="act", kind="step", position=9)
        Step.objects.create(requirement=asked, act=act)
    if window:
        _put_within(version, window)
    version.exclusive_with.set(not_with)
    for milestone in milestones:
        Milestone.objects.create(version=version, **milestone)
    agree_for_all(version)
    publish_pathway(version=version, by=office("second"), at=LONG_AGO)
    pathway.refresh_from_db()
    return pathway


def _put_within(version: PathwayVersion, window: dict[str, int]) -> None:
    root = version.requirements.get(parent=None)
    outer = Requirement.objects.create(
        version=version, parent=root, key="within", kind="within", details={"window": window}
    )
    version.requirements.filter(pk=root.pk).update(parent=outer)
    version.requirements.filter(pk=outer.pk).update(parent=None)


def hold(
    learner: User, *achievements: Achievement, at: datetime = TERM_DAY, **award: Any
) -> list[Credential]:
    """What she earns on that day."""
    return [make_credential(recipient=learner, achievement=row, at=at, **award) for row in achievements]


def look(learner: User, at: datetime) -> list[Evaluation]:
    """A day of the portal for her: what was issued is signed, what is over expires, all is evaluated."""
    for credential in Credential.objects.held_by(learner):
        for document in credential.documents.filter(signed_at__isnull=True):
            sign_document(document_id=document.pk)
    for credential in past_their_last_day(at=at).filter(recipient=learner):
        expire(credential=credential, at=at)
    return evaluate_learner(learner=learner, at=at)


def void(credential: Credential, *, by: User, at: datetime) -> None:
    revoke(credential=credential, revocation=Credential.Revocation.VOID, reason="A slip.", by=by, at=at)


def withdraw_it(credential: Credential, *, by: User, at: datetime) -> None:
    revoke(credential=credential, revocation=Credential.Revocation.WITHDRAWN, reason="Over.", by=by, at=at)


def enrolment_of(learner: User, pathway: Pathway) -> Enrolment:
    return Enrolment.objects.select_related("certificate").get(learner=learner, pathway=pathway)


def certificate_of(learner: User, pathway: Pathway) -> Credential:
    certificate = enrolment_of(learner, pathway).certificate
    assert certificate is not None, "no certificate was issued"
    return certificate


def certificates_of(learner: User, pathway: Pathway) -> list[Credential]:
    """Every certificate the pathway ever awarded her, the first first."""
    issued = Credential.objects.filter(recipient=learner, achievement=pathway.awards)
    return list(issued.order_by("issue_no"))


def standing(learner: User, pathway: Pathway) -> Evaluation:
    return Evaluation.objects.get(enrolment=enrolment_of(learner, pathway), is_current=True)


def days(count: int) -> timedelta:
    return timedelta(days=count)
