"""Begin a rule from one of the five stacking models: what the model needs is answered, the rows follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from credentials.services.drafting import note_writer
from pathways.models import Pathway, PathwayVersion, Requirement, Step
from pathways.services.building import Asked, CannotBuild, free_key, opened, steps_of

if TYPE_CHECKING:
    from learners.models import User

Kind = Requirement.Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What a model asks: codes of achievements in order, and the counts that this model needs.

    `core` are those everybody must hold, `lower` is the certificate of the tier below, `n` how many of the
    free ones (None: all of them), `series` from how many series they must come at least.
    """

    model: str
    achievements: Sequence[str]
    core: Sequence[str] = ()
    lower: str = ""
    n: int | None = None
    series: int | None = None
    order: str = PathwayVersion.Order.ADVISORY


@transaction.atomic
def start_from(*, version: PathwayVersion, beginning: Beginning, revision: str, by: "User") -> PathwayVersion:
    """Write the rows of a model into a draft, in place of those it had.

    Raises CannotBuild, ChangedMeanwhile.
    """
    version = opened(version, revision)
    parts = _parts(beginning)
    if not parts:
        raise CannotBuild(_("Choose the achievements first."))
    version.requirements.filter(parent=None).delete()
    taken: set[str] = set()
    # A model that is one choice among achievements needs no group around it.
    root = None
    if not (len(parts) == 1 and parts[0].kind == Kind.POOL):
        root = _row(version, Asked(kind=Kind.ALL), None, 0, taken)
    for place, asked in enumerate(parts):
        _row(version, asked, root, place, taken)
    version.order_policy = beginning.order
    version.save(update_fields=["order_policy"])
    if version.pathway.current_version_id is None:
        Pathway.objects.filter(pk=version.pathway_id).update(model=beginning.model)
    note_writer(draft=version, by=by)
    return version


def _parts(beginning: Beginning) -> list[Asked]:
    free = [code for code in beginning.achievements if code not in beginning.core]
    fixed = [*([beginning.lower] if beginning.lower else []), *beginning.core]
    if beginning.n is None or beginning.n == len(free):
        return [Asked(kind=Kind.ACHIEVEMENT, codes=[code]) for code in dict.fromkeys([*fixed, *free])]
    some = Asked(
        kind=Kind.POOL,
        label=_("Chosen by the learner") if fixed else "",
        n=beginning.n,
        codes=free,
        details={"min_groups": beginning.series} if beginning.series else {},
    )
    return [*(Asked(kind=Kind.ACHIEVEMENT, codes=[code]) for code in fixed), some]


def _row(
    version: PathwayVersion, asked: Asked, parent: Requirement | None, place: int, taken: set[str]
) -> Requirement:
    key = free_key(version, asked, taken)
    taken.add(key)
    row = Requirement.objects.create(
        version=version,
        parent=parent,
        key=key,
        kind=asked.kind,
        label=asked.label,
        n=asked.n,
        details=dict(asked.details),
        position=place,
    )
    steps = steps_of(asked.codes)
    for step in steps:
        step.requirement = row
    Step.objects.bulk_create(steps)
    return row
