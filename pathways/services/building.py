"""Build the rule of a draft: requirements added, changed, moved and taken away, one small act after another.

A half-built rule may be kept; whoever opens it reads what is missing. Every act says which revision of the
draft it was made on, so that two people never overwrite one another without noticing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from credentials.models import Achievement, Competency
from credentials.services.drafting import note_writer
from pathways.models import Act, PathwayVersion, Requirement, Step
from pathways.queries.drafts import draft_revision, node_alone
from pathways.rules import tree

if TYPE_CHECKING:
    from learners.models import User

Kind = Requirement.Kind
COUNTED = (Kind.POOL, Kind.N_OF)
# Leaves between which a requirement may change while it keeps what was chosen for it.
LISTING = (Kind.ACHIEVEMENT, Kind.POOL, Kind.CREDITS)


class CannotBuild(Exception):
    """The rule stays as it is; the message says what stands in the way."""


class ChangedMeanwhile(Exception):
    """Somebody changed this draft after the page was opened; nothing was overwritten."""

    message = _(
        "Somebody changed this draft after you opened the page, and nothing of yours was written over it. "
        "Open the rule again, look at what changed, and repeat what you wanted to do."
    )

    def __str__(self) -> str:
        return str(self.message)


class SomethingInside(Exception):
    """A group with requirements inside goes only if they are meant to go with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one requirement asks.

    `details` and `filters` are fields of the exchange format; `codes` the achievements or steps it lists,
    in order; `n` only where some of many are asked for, `competency` only where one is.
    """

    kind: str
    label: str = ""
    n: int | None = None
    competency: Competency | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    filters: Mapping[str, Any] = field(default_factory=dict)
    codes: Sequence[str] = ()


def opened(version: PathwayVersion, revision: str) -> PathwayVersion:
    """The draft, held until the transaction ends. Raises CannotBuild, ChangedMeanwhile."""
    version = (
        PathwayVersion.objects.select_for_update(no_key=True, of=("self",))
        .select_related("pathway__awards")
        .get(pk=version.pk)
    )
    if not version.is_draft:
        raise CannotBuild(_("This version is no draft any more. Open the next draft to change the rule."))
    if draft_revision(version) != revision:
        raise ChangedMeanwhile
    return version


@transaction.atomic
def add_requirement(
    *,
    version: PathwayVersion,
    inside: Requirement | None,
    asked: Asked,
    revision: str,
    by: "User",
) -> Requirement:
    """Put a new requirement last in a group, or as the outermost of an empty draft.

    Raises CannotBuild where there is no room for it, ChangedMeanwhile.
    """
    version = opened(version, revision)
    if inside is None and version.requirements.exists():
        raise CannotBuild(_("The rule has its outermost requirement already. Add this one inside a group."))
    group = _room_in(version, inside) if inside is not None else None
    row = _written(
        Requirement(
            version=version,
            parent=group,
            key=free_key(version, asked),
            position=group.children.count() if group else 0,
        ),
        asked,
    )
    note_writer(draft=version, by=by)
    return row


@transaction.atomic
def change_requirement(*, requirement: Requirement, asked: Asked, revision: str, by: "User") -> Requirement:
    """Let a requirement ask something else; its key stays. Raises CannotBuild, ChangedMeanwhile."""
    version, row = _row(requirement, revision)
    if asked.kind != row.kind and not may_become(row, asked.kind):
        raise CannotBuild(_("“%(row)s” cannot become that kind while it holds what it holds.") % {"row": row})
    row = _written(row, asked)
    note_writer(draft=version, by=by)
    return row


def may_become(row: Requirement, kind: str) -> bool:
    """Whether a requirement can change to this kind and keep what stands inside or is listed."""
    if kind == row.kind:
        return True
    if row.kind in Requirement.GROUPS and kind in Requirement.GROUPS:
        return kind != Kind.WITHIN or row.children.count() <= 1
    if row.kind in LISTING and kind in LISTING:
        return kind != Kind.ACHIEVEMENT or row.steps.count() <= 1
    return False


@transaction.atomic
def remove_requirement(
    *, requirement: Requirement, with_all_inside: bool, revision: str, by: "User"
) -> PathwayVersion:
    """Take a requirement out of the rule. Raises SomethingInside unless all inside is meant to go too."""
    version, row = _row(requirement, revision)
    if row.children.exists() and not with_all_inside:
        raise SomethingInside
    parent = row.parent
    row.delete()
    if parent is not None:
        _place(parent.children.all())
    note_writer(draft=version, by=by)
    return version


@transaction.atomic
def move_requirement(*, requirement: Requirement, is_up: bool, revision: str, by: "User") -> Requirement:
    """One place up or down among its neighbours; the first stays first, the last last."""
    version, row = _row(requirement, revision)
    neighbours = list(Requirement.objects.filter(version=version, parent=row.parent_id))
    place = neighbours.index(row)
    other = place - 1 if is_up else place + 1
    if 0 <= other < len(neighbours):
        neighbours[place], neighbours[other] = neighbours[other], neighbours[place]
        _place(neighbours)
        note_writer(draft=version, by=by)
    return row


@transaction.atomic
def put_into(*, requirement: Requirement, group: Requirement, revision: str, by: "User") -> Requirement:
    """Move a requirement, with all inside it, to the end of another group. Raises CannotBuild."""
    version, row = _row(requirement, revision)
    group = _room_in(version, group)
    if row.parent_id is None:
        raise CannotBuild(_("The outermost requirement holds all others; it cannot stand inside one."))
    above: Requirement | None = group
    while above is not None:
        if above.pk == row.pk:
            raise CannotBuild(_("“%(row)s” would stand inside itself.") % {"row": row})
        above = above.parent
    _move_to(row, group, group.children.count())
    note_writer(draft=version, by=by)
    return row


@transaction.atomic
def put_into_new_group(*, requirement: Requirement, asked: Asked, revision: str, by: "User") -> Requirement:
    """Make a group in the place of a requirement, and put the requirement inside; answers the group."""
    version, row = _row(requirement, revision)
    if asked.kind not in Requirement.GROUPS:
        raise CannotBuild(_("Only a group can hold a requirement."))
    # It begins inside the row it will hold: a draft has one outermost row at any moment.
    group = _written(
        Requirement(version=version, parent=row, key=free_key(version, asked), position=row.position), asked
    )
    above = row.parent_id
    Requirement.objects.filter(pk=row.pk).update(parent=group, position=0)
    Requirement.objects.filter(pk=group.pk).update(parent=above)
    group.refresh_from_db()
    note_writer(draft=version, by=by)
    return group


@transaction.atomic
def take_out(*, requirement: Requirement, revision: str, by: "User") -> Requirement:
    """Out of its group, to the place right after it. Raises CannotBuild where nothing is further out."""
    version, row = _row(requirement, revision)
    group = row.parent
    if group is None or group.parent is None:
        raise CannotBuild(
            _("“%(row)s” stands in the outermost group; it cannot be taken out.") % {"row": row}
        )
    outer = _room_in(version, group.parent)
    neighbours = list(outer.children.all())
    _move_to(row, outer, len(neighbours))
    neighbours.insert(neighbours.index(group) + 1, row)
    _place(neighbours)
    note_writer(draft=version, by=by)
    return row


def free_key(version: PathwayVersion, asked: Asked, taken: Iterable[str] = ()) -> str:
    """A key made of the label, or of what is listed; never one that any version of the pathway has used.

    An exception names a requirement by its key, so what is gone must not come back as something else.
    """
    used = set(taken) | set(
        Requirement.objects.filter(version__pathway=version.pathway_id).values_list("key", flat=True)
    )
    code = asked.codes[0].removeprefix(Act.PREFIX) if len(asked.codes) == 1 else ""
    wanted = (slugify(asked.label) or slugify(code) or str(asked.kind).replace("_", "-"))[:48].strip("-")
    key, number = wanted, 2
    while key in used:
        key, number = f"{wanted}-{number}", number + 1
    return key


def steps_of(codes: Iterable[str]) -> list[Step]:
    """Unsaved steps for these achievements and acts, in order. Raises CannotBuild naming what is unknown."""
    wanted = list(dict.fromkeys(codes))
    achievements = {row.code: row for row in Achievement.objects.filter(code__in=wanted)}
    acts = {
        row.rule_code: row
        for row in Act.objects.filter(
            code__in=[code.removeprefix(Act.PREFIX) for code in wanted if code.startswith(Act.PREFIX)]
        )
    }
    unknown = [code for code in wanted if code not in achievements and code not in acts]
    if unknown:
        raise CannotBuild(
            _("The catalogue does not know these: %(codes)s.") % {"codes": ", ".join(sorted(unknown))}
        )
    return [
        Step(achievement=achievements.get(code), act=acts.get(code), position=place)
        for place, code in enumerate(wanted)
    ]


def _row(requirement: Requirement, revision: str) -> tuple[PathwayVersion, Requirement]:
    version = opened(requirement.version, revision)
    row = version.requirements.select_related("parent__parent").filter(pk=requirement.pk).first()
    if row is None:
        raise ChangedMeanwhile
    return version, row


def _room_in(version: PathwayVersion, group: Requirement) -> Requirement:
    found = version.requirements.select_related("parent").filter(pk=group.pk).first()
    if found is None:
        raise CannotBuild(_("That group is not in this rule."))
    if found.kind not in Requirement.GROUPS:
        raise CannotBuild(_("“%(row)s” is no group: nothing can stand inside it.") % {"row": found})
    if found.kind == Kind.WITHIN and found.children.exists():
        raise CannotBuild(
            _("“%(row)s” holds one requirement. Put that one into a group of its own, and add there.")
            % {"row": found}
        )
    return found


def _written(row: Requirement, asked: Asked) -> Requirement:
    """Save a row and the achievements it lists. Raises CannotBuild for what no rule could hold."""
    row.kind, row.label = asked.kind, asked.label
    row.n = asked.n if asked.kind in COUNTED else None
    row.competency = asked.competency if asked.kind == Kind.COMPETENCY else None
    row.details, row.filters = dict(asked.details), dict(asked.filters)
    steps = [] if asked.kind in Requirement.GROUPS else steps_of(asked.codes)
    row.save()
    row.steps.all().delete()
    for step in steps:
        step.requirement = row
    Step.objects.bulk_create(steps)
    _refuse_malformed(Requirement.objects.get(pk=row.pk))
    return row


def _refuse_malformed(row: Requirement) -> None:
    many = 1 if row.kind == Kind.WITHIN else row.children.count()
    if row.kind in {Kind.ACHIEVEMENT, Kind.STEP} and row.steps.count() != 1:
        return
    try:
        tree.read(node_alone(row, many))
    except tree.RuleError as error:
        raise CannotBuild(
            _("“%(row)s”, %(field)s: %(problem)s.")
            % {"row": row, "field": error.field, "problem": error.problem}
        ) from error


def _move_to(row: Requirement, group: Requirement, position: int) -> None:
    left = row.parent
    row.parent, row.position = group, position
    row.save(update_fields=["parent", "position"])
    if left is not None:
        _place(left.children.all())


def _place(rows: Iterable[Requirement]) -> None:
    """Number neighbours from nought, in this order."""
    for position, row in enumerate(rows):
        if row.position != position:
            row.position = position
            row.save(update_fields=["position"])
