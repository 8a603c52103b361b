"""Backward design: answers kept page by page, and at the end drafts made of all of them, once."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from credentials.models import (
    Achievement,
    AchievementVersion,
    Competency,
    LearningActivity,
    Series,
    VersionCompetency,
)
from credentials.services.artwork import ICONS, PALETTES, SHAPES
from credentials.services.auditing import audit
from credentials.services.drafting import note_writer
from pathways.models import Pathway, PathwayVersion, ProgrammeDesign, Requirement, Step

if TYPE_CHECKING:
    from learners.models import User

Answers = Mapping[str, Any]
# In the order in which they are answered: the end first, the rules last.
END, SKILLS, ACHIEVEMENTS, RULES = "end", "skills", "achievements", "rules"
PAGES = (END, SKILLS, ACHIEVEMENTS, RULES)
FEWEST_SKILLS, MOST_SKILLS = 3, 6


class SavedMeanwhile(Exception):
    """Somebody saved this design after the page was opened; nothing of it was overwritten."""

    message = _(
        "Somebody saved this design after you opened the page. What you typed is still below; what was "
        "saved stands in the design. Copy what you need, then open the page again."
    )

    def __str__(self) -> str:
        return str(self.message)


class CannotMake(Exception):
    """The drafts cannot be made yet; the message says which page to finish or what to rename."""


def next_page(design: ProgrammeDesign) -> str | None:
    """The first page that is not answered; None when all are."""
    return next((page for page in PAGES if page not in design.answers), None)


def is_open(design: ProgrammeDesign, page: str) -> bool:
    """Whether a page may be answered: every page before it is."""
    return all(earlier in design.answers for earlier in PAGES[: PAGES.index(page)])


@transaction.atomic
def start_design(*, series: Series, answers: Answers, by: "User", at: datetime) -> ProgrammeDesign:
    """Begin at the end: the credential that all the rest leads to."""
    design = ProgrammeDesign.objects.create(
        title=answers["name"],
        series=series,
        answers={END: dict(answers)},
        started_by=by,
        started_at=at,
        saved_at=at,
        revision=1,
    )
    audit("start design", design, by=by, title=design.title)
    return design


@transaction.atomic
def save_page(
    *, design: ProgrammeDesign, page: str, answers: Answers, revision: int, by: "User", at: datetime
) -> ProgrammeDesign:
    """Keep the answers of one page. Raises SavedMeanwhile, CannotMake when drafts were made of it already."""
    design = ProgrammeDesign.objects.select_for_update(no_key=True, of=("self",)).get(pk=design.pk)
    if design.pathway_id is not None:
        raise CannotMake(_("The drafts of this design are made. Go on in the drafts themselves."))
    if design.revision != revision:
        raise SavedMeanwhile
    design.answers[page] = dict(answers)
    design.title = design.answers[END]["name"]
    design.revision, design.saved_at = design.revision + 1, at
    design.save()
    audit("write draft", design, by=by, page=page)
    return design


@transaction.atomic
def make_drafts(*, design: ProgrammeDesign, by: "User", at: datetime) -> Pathway:
    """Make every draft the design describes; a design of which they are made answers its pathway.

    Raises CannotMake: a page is missing, or a code or a name is taken.
    """
    design = ProgrammeDesign.objects.select_for_update(no_key=True, of=("self",)).get(pk=design.pk)
    if design.pathway is not None:
        return design.pathway
    if next_page(design) is not None or not _is_consistent(design):
        raise CannotMake(_("Answer every page first."))
    _refuse_taken_names(design)
    components = {
        slot: _draft_component(design, slot, skill, place, by)
        for place, (slot, skill) in enumerate(design.answers[SKILLS].items())
    }
    certificate = _draft_certificate(design, by)
    pathway = _draft_pathway(design, certificate, components, by)
    design.pathway, design.saved_at = pathway, at
    design.save()
    audit("make drafts", design, by=by, pathway=pathway.slug)
    return pathway


def _is_consistent(design: ProgrammeDesign) -> bool:
    """Whether every skill has its achievement: skills may be added after the later pages were answered."""
    return set(design.answers[SKILLS]) <= set(design.answers[ACHIEVEMENTS])


def _refuse_taken_names(design: ProgrammeDesign) -> None:
    end = design.answers[END]
    codes = [end["code"], *(design.answers[ACHIEVEMENTS][slot]["code"] for slot in design.answers[SKILLS])]
    taken = sorted(Achievement.objects.filter(code__in=codes).values_list("code", flat=True))
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if taken or twice:
        raise CannotMake(
            _("These codes are taken: %(codes)s. Choose others.") % {"codes": ", ".join(taken or twice)}
        )


def _draft_component(
    design: ProgrammeDesign, slot: str, skill: Answers, place: int, by: "User"
) -> Achievement:
    """One skill as an achievement with a half-written draft, and the activity where it is learnt."""
    answered = design.answers[ACHIEVEMENTS][slot]
    achievement = _achievement(design, answered["code"])
    version = AchievementVersion.objects.create(
        achievement=achievement,
        name=skill["name"],
        criteria=answered["criteria"],
        kind=AchievementVersion.Kind.MICRO_CREDENTIAL,
        level=answered["level"],
        hours=Decimal(answered["hours"]),
        assessment_types=[answered["method"]],
        expiry=answered["expiry"],
        expiry_months=answered["expiry_months"],
        subject_area_id=design.answers[END]["subject_area"],
        # Each of the stack looks a little different from the first draft on.
        shape=SHAPES[0][0],
        palette=PALETTES[place % len(PALETTES)][0],
        icon=ICONS[place % len(ICONS)][0],
        written_by=by,
    )
    competency = Competency.objects.get(pk=skill["competency"])
    VersionCompetency.objects.create(
        version=version, competency=competency, level=skill["level"], criterion=skill["criterion"]
    )
    note_writer(draft=version, by=by)
    if answered["activity"]:
        # The same title in several rows is one activity that feeds several achievements.
        activity, _made = LearningActivity.objects.get_or_create(
            series=design.series,
            title=answered["activity"],
            defaults={"kind": answered["activity_kind"], "hours": Decimal(answered["activity_hours"] or 0)},
        )
        activity.achievements.add(achievement)
        activity.teaches.add(competency)
    return achievement


def _draft_certificate(design: ProgrammeDesign, by: "User") -> Achievement:
    end = design.answers[END]
    certificate = _achievement(design, end["code"])
    components = design.answers[ACHIEVEMENTS]
    version = AchievementVersion.objects.create(
        achievement=certificate,
        name=end["name"],
        description=end["description"],
        outcomes=end["outcomes"],
        kind=end["kind"],
        level=end["level"],
        hours=sum((Decimal(components[slot]["hours"]) for slot in design.answers[SKILLS]), Decimal(0)),
        assessment_types=[AchievementVersion.Method.COMPONENTS],
        subject_area_id=end["subject_area"],
        shape=SHAPES[-1][0],
        palette=PALETTES[0][0],
        icon="star",
        written_by=by,
    )
    for place, skill in enumerate(design.answers[SKILLS].values()):
        VersionCompetency.objects.get_or_create(
            version=version,
            competency_id=skill["competency"],
            defaults={"level": skill["level"], "criterion": skill["criterion"], "position": place},
        )
    note_writer(draft=version, by=by)
    return certificate


def _achievement(design: ProgrammeDesign, code: str) -> Achievement:
    return Achievement.objects.create(issuer=design.series.issuer, series=design.series, code=code)


def _draft_pathway(
    design: ProgrammeDesign, certificate: Achievement, components: Mapping[str, Achievement], by: "User"
) -> Pathway:
    end, rules = design.answers[END], design.answers[RULES]
    pathway = Pathway.objects.create(
        name=end["name"],
        slug=_free_slug(end["name"]),
        description=end["description"],
        model=rules["model"],
        awards=certificate,
        enrolment_policy=rules["enrolment_policy"],
    )
    version = PathwayVersion.objects.create(pathway=pathway, written_by=by)
    _write_rule(
        version, rules, components, {slot: row["name"] for slot, row in design.answers[SKILLS].items()}
    )
    note_writer(draft=version, by=by)
    return pathway


def _write_rule(
    version: PathwayVersion,
    rules: Answers,
    components: Mapping[str, Achievement],
    names: Mapping[str, str],
) -> None:
    """The rows a registrar edits: all of them, some of them, or a core and some of the rest."""
    if rules["model"] == Pathway.Model.FLEXIBLE:
        core: list[str] = []
    elif rules["model"] == Pathway.Model.CORE_ELECTIVE:
        core = [slot for slot in components if slot in rules["core"]]
    else:
        core = list(components)
    electives = [slot for slot in components if slot not in core]
    root = None
    if core:
        root = Requirement.objects.create(
            version=version, key="all", kind=Requirement.Kind.ALL, label=str(version.pathway)
        )
    for place, slot in enumerate(core):
        leaf = Requirement.objects.create(
            version=version,
            parent=root,
            key=f"part-{slot}",
            kind=Requirement.Kind.ACHIEVEMENT,
            label=names[slot][:200],
            position=place,
        )
        Step.objects.create(requirement=leaf, achievement=components[slot])
    if electives:
        pool = Requirement.objects.create(
            version=version,
            parent=root,
            key="choice",
            kind=Requirement.Kind.POOL,
            n=rules["n"],
            label=str(_("Chosen by the learner")),
            position=len(core),
        )
        Step.objects.bulk_create(
            Step(requirement=pool, achievement=components[slot], position=place)
            for place, slot in enumerate(electives)
        )


def _free_slug(name: str) -> str:
    """An address part made of the name; names of other scripts, and names in use, get a number."""
    wanted = slugify(name)[:40] or "pathway"
    if not Pathway.objects.filter(slug=wanted).exists():
        return wanted
    newest: int = Pathway.objects.aggregate(newest=Max("pk"))["newest"] or 0
    return f"{wanted}-{newest + 1}"
