"""What a draft promises beside its rule: policies, filters of the whole, limits, milestones, approval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from credentials.models import Achievement
from credentials.services.auditing import audit
from credentials.services.drafting import note_writer
from pathways.models import AtMost, Milestone, Pathway, PathwayVersion
from pathways.services.building import CannotBuild, ChangedMeanwhile, opened

if TYPE_CHECKING:
    from learners.models import User

LONGEST_CODE = 48
# The weakest first.
APPROVERS = (Pathway.Approval.AUTOMATIC, Pathway.Approval.ONE, Pathway.Approval.TWO)
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """The policies of a version; `filters` as in the exchange format, `approval` is the pathway's."""

    order_policy: str
    lapse_policy: str
    grace_days: int
    filters: Mapping[str, Any]
    exclusive_with: Sequence[Pathway]
    use_limit: int
    approval: str
    size_reason: str = ""


@transaction.atomic
def set_promises(*, version: PathwayVersion, promises: Promises, revision: str, by: "User") -> PathwayVersion:
    """Keep the policies of a draft. Raises CannotBuild, ChangedMeanwhile.

    How many people approve an issue is the pathway's own, and holds from now on, for every version: one
    person alone, on a draft, may ask for more of them and never for fewer.
    """
    version = opened(version, revision)
    pathway = version.pathway
    if pathway.current_version_id and APPROVERS.index(promises.approval) < APPROVERS.index(pathway.approval):
        raise CannotBuild(
            _("While a version is in force, its certificates need as many approvers as before, or more.")
        )
    if pathway in promises.exclusive_with:
        raise CannotBuild(_("A pathway cannot share with itself. Choose others, or none."))
    version.order_policy, version.lapse_policy = promises.order_policy, promises.lapse_policy
    version.grace_days, version.use_limit = promises.grace_days, promises.use_limit
    version.filters, version.size_reason = dict(promises.filters), promises.size_reason
    version.save()
    version.exclusive_with.set(promises.exclusive_with)
    if pathway.approval != promises.approval:
        Pathway.objects.filter(pk=pathway.pk).update(approval=promises.approval)
        audit("change approval", pathway, by=by, was=pathway.approval, now=promises.approval)
    note_writer(draft=version, by=by)
    return version


@transaction.atomic
def save_limit(
    *,
    version: PathwayVersion,
    limit: AtMost | None,
    k: int,
    achievements: Sequence[Achievement],
    revision: str,
    by: "User",
) -> AtMost:
    """A new limit, "at most k of these", or an earlier one changed. Raises CannotBuild, ChangedMeanwhile."""
    version = opened(version, revision)
    if not achievements:
        raise CannotBuild(_("Choose the achievements that the limit is on."))
    if limit is None:
        limit = AtMost.objects.create(version=version, k=k)
    else:
        limit = _own(version.at_most.filter(pk=limit.pk).first())
        limit.k = k
        limit.save()
    limit.achievements.set(achievements)
    note_writer(draft=version, by=by)
    return limit


@transaction.atomic
def remove_limit(*, limit: AtMost, revision: str, by: "User") -> PathwayVersion:
    """Take a limit away. Raises ChangedMeanwhile, also where it is gone already."""
    version = opened(limit.version, revision)
    _own(version.at_most.filter(pk=limit.pk).first()).delete()
    note_writer(draft=version, by=by)
    return version


@transaction.atomic
def save_milestone(
    *,
    version: PathwayVersion,
    milestone: Milestone | None,
    name: str,
    at: int,
    node: str,
    awards: Achievement | None,
    revision: str,
    by: "User",
) -> Milestone:
    """A new waypoint, or an earlier one changed; its code is made of the first name and stays.

    `node` is a requirement's key, empty for the whole rule; `at` how many of it are done by then. Raises
    CannotBuild, ChangedMeanwhile.
    """
    version = opened(version, revision)
    if node and not version.requirements.filter(key=node).exists():
        raise CannotBuild(_("That requirement is not in the rule any more. Choose another."))
    if milestone is None:
        milestone = Milestone(version=version, code=_free_code(version, name))
    else:
        milestone = _own(version.milestones.filter(pk=milestone.pk).first())
    milestone.name, milestone.at, milestone.node, milestone.awards = name, at, node, awards
    milestone.save()
    note_writer(draft=version, by=by)
    return milestone


@transaction.atomic
def remove_milestone(*, milestone: Milestone, revision: str, by: "User") -> PathwayVersion:
    """Take a milestone away. Raises ChangedMeanwhile, also where it is gone already."""
    version = opened(milestone.version, revision)
    _own(version.milestones.filter(pk=milestone.pk).first()).delete()
    note_writer(draft=version, by=by)
    return version


def _own(row: Row | None) -> Row:
    if row is None:
        raise ChangedMeanwhile
    return row


def _free_code(version: PathwayVersion, name: str) -> str:
    used = set(Milestone.objects.filter(version__pathway=version.pathway_id).values_list("code", flat=True))
    wanted = slugify(name)[:LONGEST_CODE].strip("-") or "milestone"
    code, number = wanted, 2
    while code in used:
        code, number = f"{wanted}-{number}", number + 1
    return code
