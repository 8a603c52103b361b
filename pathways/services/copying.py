"""Copy a version: its policies, the rows of its rule and what stands beside them, as another draft."""

from typing import TYPE_CHECKING

from pathways.models import AtMost, Milestone, Pathway, PathwayVersion, Requirement, Step

if TYPE_CHECKING:
    from learners.models import User


def copied(source: PathwayVersion, *, pathway: Pathway, number: int, by: "User") -> PathwayVersion:
    """A draft with the policies and rows of `source`; the keys of its rows stay."""
    draft = PathwayVersion.objects.create(
        pathway=pathway,
        number=number,
        order_policy=source.order_policy,
        lapse_policy=source.lapse_policy,
        grace_days=source.grace_days,
        filters=source.filters,
        use_limit=source.use_limit,
        size_reason=source.size_reason,
        written_by=by,
    )
    draft.exclusive_with.set(source.exclusive_with.all())
    _copy_rows(source, draft)
    _copy_beside(source, draft)
    return draft


def _copy_rows(source: PathwayVersion, target: PathwayVersion) -> None:
    waiting = list(source.requirements.prefetch_related("steps"))
    copies: dict[int | None, Requirement | None] = {None: None}
    # A row may stand inside one that was made later, so each is copied once its own place is there.
    while ready := [row for row in waiting if row.parent_id in copies]:
        for row in ready:
            copies[row.pk] = Requirement.objects.create(
                version=target,
                parent=copies[row.parent_id],
                key=row.key,
                kind=row.kind,
                label=row.label,
                n=row.n,
                competency_id=row.competency_id,
                details=row.details,
                filters=row.filters,
                position=row.position,
            )
            Step.objects.bulk_create(
                Step(
                    requirement=copies[row.pk],
                    achievement_id=step.achievement_id,
                    act_id=step.act_id,
                    position=step.position,
                )
                for step in row.steps.all()
            )
        waiting = [row for row in waiting if row.pk not in copies]


def _copy_beside(source: PathwayVersion, target: PathwayVersion) -> None:
    """Limits and milestones of the version; their codes stay."""
    for cap in source.at_most.prefetch_related("achievements"):
        copy = AtMost.objects.create(version=target, k=cap.k)
        copy.achievements.set(cap.achievements.all())
    Milestone.objects.bulk_create(
        Milestone(
            version=target,
            code=row.code,
            name=row.name,
            at=row.at,
            node=row.node,
            awards_id=row.awards_id,
        )
        for row in source.milestones.all()
    )
