"""Reviewing: a version goes from its draft through review to approval, and out of force."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from credentials.services.auditing import audit
from credentials.services.drafting import wrote
from pathways.models import Pathway, PathwayVersion
from pathways.services.publishing import SUBMITTED, freeze, held, refuse_if_changed

if TYPE_CHECKING:
    from learners.models import User

Status = PathwayVersion.Status


class CannotReview(Exception):
    """Nothing was decided; the message says why and what to do next."""


@transaction.atomic
def submit_version(*, version: PathwayVersion, by: "User", at: datetime, reason: str = "") -> PathwayVersion:
    """Freeze a draft as it stands and hand it to whoever decides; `reason` says why warnings may stand.

    Raises CannotReview; CannotPublish where the lint objects.
    """
    version = held(version)
    if not version.is_draft:
        raise CannotReview(_("This version is no draft any more: it is %(status)s.") % _status(version))
    warnings = freeze(version, reason=reason, at=at)
    version.status, version.returned_because = Status.IN_REVIEW, ""
    version.save()
    audit(
        SUBMITTED,
        version,
        by=by,
        reason="\n".join(filter(None, (version.size_reason.strip(), reason.strip()))),
        pathway=version.pathway.slug,
        rule=version.rule_sha256,
        warnings=" ".join(warnings),
    )
    return version


@transaction.atomic
def approve_version(*, version: PathwayVersion, by: "User", at: datetime) -> PathwayVersion:
    """Approve exactly what was submitted, by somebody who wrote nothing on it.

    Raises CannotReview; CannotPublish where the rule is not sound any more.
    """
    version = held(version)
    if version.status == Status.APPROVED:
        raise CannotReview(
            _("This version was already approved by %(person)s on %(day)s.")
            % {"person": version.approved_by, "day": f"{version.approved_at:%Y-%m-%d %H:%M}"}
        )
    if version.status != Status.IN_REVIEW:
        raise CannotReview(_("This version is not under review: it is %(status)s.") % _status(version))
    if wrote(version, by):
        raise CannotReview(_("You wrote on this version. Somebody else has to decide on it."))
    refuse_if_changed(version, at)
    version.status = Status.APPROVED
    version.approved_by, version.approved_at = by, at
    version.save()
    audit("approve", version, by=by, pathway=version.pathway.slug, rule=version.rule_sha256)
    return version


@transaction.atomic
def return_version(*, version: PathwayVersion, reason: str, by: "User", at: datetime) -> PathwayVersion:
    """Let what was submitted, or approved and not published, be written on again. Raises CannotReview."""
    version = held(version)
    if version.status not in (Status.IN_REVIEW, Status.APPROVED):
        raise CannotReview(_("This version is not under review: it is %(status)s.") % _status(version))
    version.returned_because = _needed(reason, _("Write what has to change."))
    version.status, version.approved_by, version.approved_at = Status.DRAFT, None, None
    version.rule, version.rule_sha256, version.terms = "", "", {}
    version.save()
    audit("return", version, by=by, reason=version.returned_because, pathway=version.pathway.slug)
    return version


@transaction.atomic
def retire_version(*, version: PathwayVersion, reason: str, by: "User", at: datetime) -> PathwayVersion:
    """Take the version in force out of force: nobody new is enrolled, nobody enrolled is changed.

    What was awarded stands, and can still be suspended and revoked. Raises CannotReview.
    """
    version = held(version)
    if version.status != Status.PUBLISHED:
        raise CannotReview(
            _("Only a version in force is retired: this one is %(status)s.") % _status(version)
        )
    reason = _needed(reason, _("Write the reason."))
    Pathway.objects.filter(pk=version.pathway_id).update(current_version=None)
    # `save` refuses what was published; the database lets its status change and nothing it promises.
    PathwayVersion.objects.filter(pk=version.pk).update(status=Status.RETIRED, retired_at=at)
    audit("retire", version, by=by, reason=reason, pathway=version.pathway.slug)
    version.refresh_from_db()
    return version


def _status(version: PathwayVersion) -> dict[str, str]:
    return {"status": version.get_status_display()}


def _needed(text: str, otherwise: str) -> str:
    if not text.strip():
        raise CannotReview(otherwise)
    return text.strip()
