"""Publish a pathway: freeze its rule with its hash, and credit everybody who had already earned its parts."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from credentials.models import Achievement, Credential, Job
from credentials.services.auditing import audit
from credentials.services.jobs import start_job
from pathways.models import Pathway, PathwayVersion, Requirement, Step, VersionAchievement
from pathways.queries import catalogue, inputs_of, rule_for
from pathways.rules import tree
from pathways.rules.soundness import Finding, lint
from pathways.services.enrolling import enrol
from pathways.services.evaluating import evaluate_learner, verdict_on

if TYPE_CHECKING:
    from learners.models import User

LEARNERS_A_CHUNK = 50


class CannotPublish(Exception):
    """The draft stays a draft; the message says what to mend."""


def findings(version: PathwayVersion) -> list[Finding]:
    """What the lint says of a version's rule, errors first. Raises RuleError when it is not a rule yet."""
    rule = rule_for(version)
    return lint(rule, catalogue(tree.listed(rule)), issues=version.pathway.awards.code)


@transaction.atomic
def publish_pathway(*, version: PathwayVersion, by: "User", at: datetime) -> PathwayVersion:
    """Freeze the draft, put it in force for new enrolments, and start crediting those who qualify already.

    Learners enrolled on an earlier version stay on it. Raises CannotPublish.
    """
    version = (
        PathwayVersion.objects.select_for_update(no_key=True, of=("self",))
        .select_related("pathway")
        .get(pk=version.pk)
    )
    if not version.is_draft:
        raise CannotPublish(_("This version is published already."))
    if version.written_by_id == by.pk:
        raise CannotPublish(_("You wrote this draft. Somebody else has to publish it."))
    rule = _sound_rule(version)
    PathwayVersion.objects.filter(pathway=version.pathway, status=PathwayVersion.Status.PUBLISHED).update(
        status=PathwayVersion.Status.SUPERSEDED
    )
    version.rule, version.rule_sha256 = tree.canonical(rule), tree.rule_sha256(rule)
    version.status = PathwayVersion.Status.PUBLISHED
    version.published_by, version.published_at = by, at
    version.save()
    listed = Achievement.objects.filter(code__in=tree.listed(rule))
    VersionAchievement.objects.bulk_create(
        VersionAchievement(version=version, achievement=row) for row in listed
    )
    Pathway.objects.filter(pk=version.pathway_id).update(current_version=version)
    audit("publish", version, by=by, pathway=version.pathway.slug, rule=version.rule_sha256)
    start_job(
        title=str(_("Credit holders on %(pathway)s")) % {"pathway": version},
        work="pathways.services.publishing.credit_holders",
        dedupe_key=f"credit-holders:{version.pk}",
        total=_holders(version).count(),
        by=by,
        at=at,
        version=version.pk,
    )
    return version


def credit_holders(job: Job, at: datetime) -> bool:
    """One chunk of the retroactive run: enrol and evaluate the next holders of any component."""
    version = PathwayVersion.objects.select_related("pathway").get(pk=job.parameters["version"])
    learners = list(_holders(version).filter(pk__gt=job.position).order_by("pk")[:LEARNERS_A_CHUNK])
    rule = rule_for(version)
    for learner in learners:
        # By-act pathways enrol nobody but those who satisfy the rule already (RULES §8).
        is_automatic = version.pathway.enrolment_policy == Pathway.EnrolmentPolicy.AUTOMATIC
        if is_automatic or verdict_on(rule, inputs_of(learner), at).satisfied:
            enrol(learner=learner, pathway=version.pathway, by=None, at=at, is_retroactive=True)
        evaluate_learner(learner=learner, at=at)
        job.position = learner.pk
        job.done_count += 1
    return len(learners) == LEARNERS_A_CHUNK


@transaction.atomic
def next_draft(*, pathway: Pathway, by: "User") -> PathwayVersion:
    """The draft to edit: the one that is open, or a copy of the version in force; keys stay."""
    pathway = Pathway.objects.select_for_update(no_key=True, of=("self",)).get(pk=pathway.pk)
    newest = pathway.versions.order_by("-number").first()
    if newest is not None and newest.is_draft:
        return newest
    draft = PathwayVersion.objects.create(
        pathway=pathway,
        number=newest.number + 1 if newest else 1,
        lapse_policy=newest.lapse_policy if newest else PathwayVersion.Lapse.SUSPEND,
        written_by=by,
    )
    if newest is not None:
        _copy_rows(newest, draft)
    return draft


def _sound_rule(version: PathwayVersion) -> tree.Rule:
    try:
        rule = rule_for(version)
    except tree.RuleError as error:
        raise CannotPublish(str(error)) from error
    errors = [str(finding) for finding in findings(version) if finding.severity == "error"]
    if errors:
        raise CannotPublish(" ".join(errors))
    if version.pathway.awards.current_version_id is None:
        raise CannotPublish(
            _("Publish %(code)s first: it is what this pathway awards.")
            % {"code": version.pathway.awards.code}
        )
    return rule


def _holders(version: PathwayVersion):  # type: ignore[no-untyped-def]
    held = Credential.objects.live().filter(achievement__listed_in__version=version)
    return get_user_model().objects.filter(pk__in=held.values("recipient"))


def _copy_rows(source: PathwayVersion, target: PathwayVersion) -> None:
    copies: dict[int, Requirement] = {}
    for row in source.requirements.order_by("pk"):
        copies[row.pk] = Requirement.objects.create(
            version=target,
            key=row.key,
            kind=row.kind,
            label=row.label,
            n=row.n,
            position=row.position,
            parent=copies[row.parent_id] if row.parent_id else None,
        )
        Step.objects.bulk_create(
            Step(requirement=copies[row.pk], achievement_id=step.achievement_id, position=step.position)
            for step in row.steps.all()
        )
