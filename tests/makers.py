"""One maker per model: a valid row with whatever a test does not care about filled in.

What is issued, graded or published is made by the services, as the portal makes it. Time is given: `at`
is TERM_DAY unless a test says otherwise.
"""

import functools
import io
import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.models import (
    Assessment,
    BlueprintCell,
    Grading,
    MarkerQualification,
    Rubric,
    RubricCriterion,
    RubricCriterionLevel,
    Submission,
    SubmittedEvidence,
)
from assessments.services.grading import Marks, claim, record_grade
from assessments.services.registering import record_qualification
from assessments.services.submitting import add_file, add_link, open_draft, save_draft, submit
from config.clock import now
from config.events import quietly
from credentials.models import (
    Achievement,
    AchievementVersion,
    Alignment,
    AuditEntry,
    BatchCheck,
    BatchItem,
    Board,
    BoardMember,
    Cohort,
    Competency,
    CompetencyAssociation,
    CompetencyFramework,
    Credential,
    CredentialEvent,
    Decision,
    DesignReason,
    Endorsement,
    Issuer,
    Job,
    KnownIssuer,
    LearningActivity,
    Offering,
    OperationKey,
    PerformanceCriterion,
    Pilot,
    Rendering,
    Resource,
    Role,
    Series,
    Signatory,
    SignedDocument,
    SigningKey,
    StatusList,
    SubjectArea,
    SweepRun,
    VersionCompetency,
    Vote,
)
from credentials.openbadges.keys import KeyPair, did_document
from credentials.queries import local_day
from credentials.services.artwork import Design, draw
from credentials.services.auditing import audit
from credentials.services.batch_checking import start_check
from credentials.services.defining import freeze, publish_achievement
from credentials.services.designing import confirm_reason, give_reason
from credentials.services.endorsing import endorse, sign_endorsement
from credentials.services.issuing import Award, issue
from credentials.services.jobs import run_job, start_job
from credentials.services.keys import make_key
from credentials.services.once import once
from credentials.services.piloting import Terms, start_pilot
from credentials.services.registry import know_issuer
from credentials.services.rendering import render
from credentials.services.reviewing import NotReady, approve, next_review, renew, send_for_review
from credentials.services.signing import publish_status_list, sign_document
from learners.management.demo.loading.rules import write_rule
from learners.models import LearnerProfile, Notification, ShareLink, User
from learners.services.notifying import notify_event
from learners.services.sharing import make_link
from pathways.models import (
    Act,
    ApprovalCase,
    Enrolment,
    Equivalence,
    Evaluation,
    Exemption,
    IssueSnapshot,
    Pathway,
    PathwayVersion,
    Pause,
    ProgrammeDesign,
    Recognition,
    Simulation,
    StepCompletion,
    Transition,
    VersionAchievement,
)
from pathways.queries import series_to_ask
from pathways.queries.simulations import job_key, simulation_missing
from pathways.services.consenting import give_consent
from pathways.services.designing import start_design
from pathways.services.enrolling import enrol
from pathways.services.evaluating import evaluate_learner
from pathways.services.moving import try_move
from pathways.services.publishing import publish_pathway
from pathways.services.ruling import keep_act, propose
from pathways.services.simulating import try_on_everybody

TERM_DAY = datetime(2025, 9, 1, 9, 0, tzinfo=UTC)
"""The moment at which things happen where a test names none."""

Method = AchievementVersion.Method
HOW_ASSESSED = {
    **dict.fromkeys(AchievementVersion.STACKED, Method.COMPONENTS),
    AchievementVersion.Kind.PARTICIPATION: Method.ATTENDANCE,
}

PASSWORD = "correct-horse-battery"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

Node: TypeAlias = Mapping[str, Any]
_number = itertools.count(1)


# --- People -------------------------------------------------------------------------------------
def make_user(*, name: str = "", email: str = "", password: str = PASSWORD, **fields: Any) -> User:
    number = next(_number)
    return User.objects.create_user(
        email=email or f"person{number}@people.example",
        name=name or f"Person {number}",
        password=password,
        **fields,
    )


def make_profile(*, user: User | None = None, **fields: Any) -> LearnerProfile:
    return LearnerProfile.objects.create(user=user or make_user(), **fields)


def make_role(
    *,
    user: User | None = None,
    role: Role.Name = Role.Name.REGISTRAR,
    series: Series | None = None,
    cohort: Cohort | None = None,
    is_approved: bool = True,
    starts_at: datetime = LONG_AGO,
    **fields: Any,
) -> Role:
    """A role in force; with `is_approved` False, one that waits for a second person."""
    approval = {"approved_by": office("second"), "approved_at": starts_at} if is_approved else {}
    return Role.objects.create(
        user=user or make_user(),
        role=role,
        series=series,
        cohort=cohort,
        starts_at=starts_at,
        **{"requested_by": office(), **approval, **fields},
    )


def make_cohort(
    *, series: Series | None = None, members: Iterable[User] = (), faculty: Iterable[User] = (), **fields: Any
) -> Cohort:
    usual = {"name": f"Cohort {next(_number)}", "site": "Main Site", "starts_on": date(2025, 1, 15)}
    cohort = Cohort.objects.create(series=series or default_series(), **{**usual, **fields})
    cohort.members.set(members)
    cohort.faculty.set(faculty)
    return cohort


def office(which: str = "first") -> User:
    """Two people in the background: the first writes drafts and asks for roles, the second approves."""
    found = User.objects.filter(email=f"{which}@office.example").first()
    return found or make_user(email=f"{which}@office.example", name=f"{which.title()} Officer")


# --- Issuer, keys, series -----------------------------------------------------------------------
def make_issuer(*, has_key: bool = True, at: datetime = LONG_AGO, **fields: Any) -> Issuer:
    """An issuer with a signing key in use; the first one of a test speaks for the whole portal."""
    number = next(_number)
    usual = {
        "name": f"Issuer {number}",
        "slug": f"issuer-{number}",
        "is_main": not Issuer.objects.filter(is_main=True).exists(),
        "url": "https://issuer.example/",
        "email": "badges@issuer.example",
        "description": "Issues what is earned.",
        "country": "IE",
    }
    issuer = Issuer.objects.create(**{**usual, **fields})
    Signatory.objects.create(issuer=issuer, name="Sigrid Signatory", office="Registrar")
    if has_key:
        make_signing_key(issuer=issuer, at=at)
        issuer.refresh_from_db()
    return issuer


def make_signing_key(*, issuer: Issuer | None = None, at: datetime = LONG_AGO) -> SigningKey:
    """A key in use; whatever key the issuer used before retires."""
    return make_key(issuer=issuer or make_issuer(has_key=False), by=office(), at=at, at_once=True)


def default_issuer() -> Issuer:
    return Issuer.objects.filter(is_main=True).first() or make_issuer(
        name="University of Tests", slug="tests"
    )


def make_series(*, issuer: Issuer | None = None, **fields: Any) -> Series:
    number = next(_number)
    usual = {"name": f"Series {number}", "slug": f"series-{number}", "mark": "none"}
    return Series.objects.create(issuer=issuer or default_issuer(), **{**usual, **fields})


def default_series() -> Series:
    found = Series.objects.filter(slug="workshops").first()
    return found or make_series(name="Workshops", slug="workshops")


# --- Achievements -------------------------------------------------------------------------------
def make_achievement(
    *,
    code: str = "",
    series: Series | None = None,
    rubric: Rubric | None = None,
    is_published: bool = True,
    is_repeatable: bool = False,
    is_active: bool = True,
    at: datetime = LONG_AGO,
    **version_fields: Any,
) -> Achievement:
    """An achievement in force. With a `rubric` it is assessed, and its version carries the rubric."""
    code = code or f"X-{next(_number)}"
    series = series or default_series()
    achievement = Achievement.objects.create(
        issuer=series.issuer, series=series, code=code, is_repeatable=is_repeatable, is_active=is_active
    )
    if rubric is not None:
        _open_assessment(achievement, rubric)
    make_achievement_version(achievement=achievement, is_published=is_published, at=at, **version_fields)
    achievement.refresh_from_db()
    return achievement


def make_achievement_version(
    *,
    achievement: Achievement | None = None,
    is_published: bool = True,
    at: datetime = LONG_AGO,
    shows: Sequence[Competency] | None = None,
    **fields: Any,
) -> AchievementVersion:
    """The next version of an achievement, in force or, with `is_published` False, a draft.

    It shows the competencies named, or else the one that everything here shows.
    """
    if achievement is None:
        return make_achievement(is_published=is_published, at=at, shows=shows, **fields).versions.get()
    usual = {
        "number": achievement.versions.count() + 1,
        "name": f"Skill {achievement.code}",
        "description": f"The holder can do {achievement.code}.",
        "outcomes": f"Does {achievement.code} alone.\nSays why it was done so.",
        "criteria": f"The earner does {achievement.code} and is marked by a rubric.",
        "hours": Decimal(6),
        "credits": Decimal("0.24"),
        "qualification_framework": AchievementVersion.QualificationFramework.EQF,
        "qualification_level": "5",
        "assessment_types": [HOW_ASSESSED.get(fields.get("kind", ""), Method.APPLIED_PROJECT)],
        "evidence_kinds": ["text"],
        "quality_assurance": "A second marker sees every tenth piece of work.",
        "expiry": AchievementVersion.Expiry.NEVER,
        "shape": "hexagon",
        "palette": "blue",
        "icon": "chart",
        "image_alt": "Hexagonal badge of blue stones with a chart.",
        "written_by": office(),
    }
    version = AchievementVersion.objects.create(achievement=achievement, **{**usual, **fields})
    for position, competency in enumerate([default_competency()] if shows is None else shows):
        make_version_competency(version=version, competency=competency, position=position)
    return _at_once(version, at) if is_published else version


def _at_once(version: AchievementVersion, at: datetime) -> AchievementVersion:
    """In force by one statement, the same row as by `put_in_force`, without its decisions and audit rows.

    Thousands of tests need an achievement and are not about how it came to be; a test compares the two.
    """
    achievement = version.achievement
    freeze(version)
    version.status, version.submitted_at = AchievementVersion.Status.PUBLISHED, at
    version.approved_by = version.published_by = office("second")
    version.approved_at = version.published_at = at
    achievement.versions.filter(status=AchievementVersion.Status.PUBLISHED).update(
        status=AchievementVersion.Status.SUPERSEDED
    )
    version.save()
    achievement.current_version, achievement.review_due_on = version, next_review(version, local_day(at))
    achievement.save()
    return version


def put_in_force(version: AchievementVersion, *, at: datetime = LONG_AGO) -> AchievementVersion:
    """Through review and approval to publication, with a reason wherever the design lint takes one.

    What nobody assesses here is assessed for as long as it takes.
    """
    waits_for_assessment = (
        version.kind not in (*AchievementVersion.STACKED, AchievementVersion.Kind.PARTICIPATION)
        and not version.achievement.assessments.filter(is_open=True).exists()
    )
    stand_in = _open_assessment(version.achievement, default_rubric()) if waits_for_assessment else None
    try:
        send_for_review(version=version, by=office(), at=at)
    except NotReady as not_ready:
        _excuse(version, not_ready, at)
        send_for_review(version=version, by=office(), at=at)
    approve(version=version, by=office("second"), at=at)
    published = publish_achievement(version=version, by=office("second"), at=at)
    if stand_in is not None:
        stand_in.delete()
    return published


def _excuse(version: AchievementVersion, not_ready: NotReady, at: datetime) -> None:
    for row in not_ready.findings:
        if row.finding.severity != "error":
            reason = give_reason(
                version=version, code=row.finding.code, reason="So it is here.", by=office(), at=at
            )
            confirm_reason(reason=reason, by=office("second"), at=at)


def make_framework(*, is_published: bool = True, **fields: Any) -> CompetencyFramework:
    usual = {"title": f"Framework {next(_number)}", "creator": "Ministry of Tests", "levels": ["basic"]}
    status = CompetencyFramework.Status.PUBLISHED if is_published else CompetencyFramework.Status.DRAFT
    return CompetencyFramework.objects.create(**{"status": status, **usual, **fields})


def make_competency(*, framework: CompetencyFramework | None = None, **fields: Any) -> Competency:
    number = next(_number)
    usual = {
        "code": f"C.{number}",
        "statement": f"Does what item {number} asks.",
        "level": "basic",
        "cognitive_level": Competency.Cognitive.APPLY,
        "uri": f"https://frameworks.example/{number}",
    }
    return Competency.objects.create(framework=framework or make_framework(), **{**usual, **fields})


def default_competency() -> Competency:
    """What every achievement shows that names nothing else."""
    found = Competency.objects.filter(framework__title="Framework of Tests").first()
    return found or make_competency(framework=make_framework(title="Framework of Tests"), code="T.1")


def make_version_competency(
    *, version: AchievementVersion | None = None, competency: Competency | None = None, **fields: Any
) -> VersionCompetency:
    """A competency that a draft shows."""
    usual = {"level": "basic", "criterion": "Does it before a marker."}
    return VersionCompetency.objects.create(
        version=version or make_achievement_version(is_published=False, shows=()),
        competency=competency or default_competency(),
        **{**usual, **fields},
    )


def make_activity(
    *, series: Series | None = None, leads_to: Iterable[Achievement] = (), **fields: Any
) -> LearningActivity:
    usual = {"title": f"Workshop {next(_number)}", "description": "Done together, at one table.", "hours": 3}
    activity = LearningActivity.objects.create(series=series or default_series(), **{**usual, **fields})
    activity.achievements.set(leads_to)
    return activity


def make_resource(*, activity: LearningActivity | None = None, **fields: Any) -> Resource:
    usual = {
        "title": f"Sheet {next(_number)}",
        "url": "https://reading.example/sheet",
        "needed_when": "you begin",
    }
    return Resource.objects.create(activity=activity or make_activity(), **{**usual, **fields})


def make_offering(*, activity: LearningActivity | None = None, **fields: Any) -> Offering:
    """A date far ahead: pages ask the database's clock what is still to come."""
    usual = {"starts_at": datetime(2100, 3, 1, 9, 0, tzinfo=UTC), "place": "Room 1", "seats": 12}
    return Offering.objects.create(activity=activity or make_activity(), **{**usual, **fields})


def make_board(**fields: Any) -> Board:
    return Board.objects.create(**{"name": f"Board {next(_number)}", "quorum": 1, **fields})


def make_board_member(*, board: Board | None = None, user: User | None = None, **fields: Any) -> BoardMember:
    usual = {"starts_on": LONG_AGO.date()}
    return BoardMember.objects.create(
        board=board or make_board(), user=user or make_user(), **{**usual, **fields}
    )


def make_decision(*, version: AchievementVersion | None = None) -> Decision:
    """The approval of a published version."""
    version = version or put_in_force(make_achievement_version(is_published=False))
    return version.decisions.get(kind=Decision.Kind.APPROVE)


def make_vote(*, choice: Vote.Choice = Vote.Choice.FOR) -> Vote:
    """A board member's vote in the renewal of an achievement."""
    achievement = make_achievement(series=make_series(board=None))
    member = make_board_member()
    Series.objects.filter(pk=achievement.series_id).update(board=member.board)
    decision = renew(
        achievement=achievement,
        reason="Still right.",
        by=office("second"),
        at=TERM_DAY,
        votes={member: choice},
    )
    return decision.votes.get()


def make_pilot(
    *, achievement: Achievement | None = None, cap: int = 5, at: datetime = TERM_DAY, **terms: Any
) -> Pilot:
    """A pilot that runs: so many places, from that day on."""
    usual = {"starts_on": at.date(), "exit_criteria": "Four of five complete, and two markers agree."}
    return start_pilot(
        achievement=achievement or make_achievement(),
        terms=Terms(cap=cap, **{**usual, **terms}),
        by=office(),
        at=at,
    )


def make_design_reason(*, version: AchievementVersion | None = None, at: datetime = TERM_DAY) -> DesignReason:
    """Why the vague name of a draft may stand."""
    version = version or make_achievement_version(is_published=False, name="Understanding data")
    return give_reason(version=version, code="NAME_VAGUE", reason="A known name.", by=office(), at=at)


def make_alignment(*, competency: Competency | None = None, **fields: Any) -> Alignment:
    """A standard outside that a competency answers to; of a draft where `version` is given."""
    usual = {"target_name": "Outside standard", "target_url": "https://standards.example/1"}
    if "version" not in fields:
        competency = competency or make_competency()
    return Alignment.objects.create(competency=competency, **{**usual, **fields})


def make_subject_area(**fields: Any) -> SubjectArea:
    usual = {"name": f"Area {next(_number)}", "expiry": SubjectArea.Expiry.MONTHS, "expiry_months": 24}
    return SubjectArea.objects.create(**{**usual, **fields})


def make_performance_criterion(
    *, competency: Competency | None = None, **fields: Any
) -> PerformanceCriterion:
    usual = {"text": "Does it before a witness."}
    return PerformanceCriterion.objects.create(
        competency=competency or make_competency(), **{**usual, **fields}
    )


def make_competency_association(*, origin: Competency | None = None, **fields: Any) -> CompetencyAssociation:
    origin = origin or make_competency()
    usual = {"kind": CompetencyAssociation.Kind.PRECEDES, "framework": origin.framework}
    if "target" not in fields and "target_uri" not in fields:
        fields["target"] = make_competency(framework=origin.framework)
    return CompetencyAssociation.objects.create(origin=origin, **{**usual, **fields})


def make_certificate(**fields: Any) -> Achievement:
    """An achievement of the kind that a pathway awards, and that is printed."""
    kind = AchievementVersion.Kind.STACKED_CERTIFICATE
    return make_achievement(**{"kind": kind, "shape": "rosette", "icon": "star", **fields})


def thumbnail(design: Design, size: int = 0) -> bytes:
    """A badge picture of that look, small and drawn once: the real ones take half a second each."""
    return _drawn_small(replace(design, seed="", mark="none"))


@functools.cache
def _drawn_small(look: Design) -> bytes:
    return draw(look, 32)


# --- Assessment ---------------------------------------------------------------------------------
LEVELS = ("fail", "pass", "merit")
"""The levels of every rubric made here, low to high; each criterion asks for a pass."""


def make_rubric(
    *, criteria: Sequence[str] = ("method", "clarity"), cut: Decimal | None = None, **fields: Any
) -> Rubric:
    rubric = Rubric.objects.create(**{"title": f"Rubric {next(_number)}", "cut": cut, **fields})
    for position, key in enumerate(criteria):
        make_rubric_criterion(rubric=rubric, key=key, position=position)
    return rubric


def default_rubric() -> Rubric:
    return Rubric.objects.filter(title="Usual rubric").first() or make_rubric(title="Usual rubric")


def make_rubric_criterion(
    *, rubric: Rubric | None = None, key: str = "", levels: Sequence[str] = LEVELS, **fields: Any
) -> RubricCriterion:
    key = key or f"criterion-{next(_number)}"
    usual = {"title": key.capitalize(), "must_pass_ordinal": 2}
    rubric = rubric or make_rubric(criteria=())
    criterion = RubricCriterion.objects.create(rubric=rubric, key=key, **{**usual, **fields})
    for ordinal, label in enumerate(levels, start=1):
        make_rubric_criterion_level(criterion=criterion, ordinal=ordinal, label=label)
    return criterion


def make_rubric_criterion_level(
    *, criterion: RubricCriterion, ordinal: int, label: str, **fields: Any
) -> RubricCriterionLevel:
    usual = {"points": Decimal(ordinal - 1), "descriptor": f"{criterion.title}: what {label} looks like."}
    return RubricCriterionLevel.objects.create(
        criterion=criterion, ordinal=ordinal, label=label, **{**usual, **fields}
    )


def make_assessment(
    *,
    achievement: Achievement | None = None,
    rubric: Rubric | None = None,
    series: Series | None = None,
    code: str = "",
    **fields: Any,
) -> Assessment:
    """An open assessment; of a new achievement, whose version carries the rubric, unless one is named."""
    rubric = rubric or make_rubric()
    if achievement is None:
        achievement = make_achievement(rubric=rubric, series=series, code=code)
        assessment = achievement.assessments.get()
        Assessment.objects.filter(pk=assessment.pk).update(**fields)
        assessment.refresh_from_db()
        return assessment
    return _open_assessment(achievement, rubric, **fields)


def _open_assessment(achievement: Achievement, rubric: Rubric, **fields: Any) -> Assessment:
    usual = {
        "title": f"Show {achievement.code}",
        "brief": f"Do {achievement.code} and say how.",
        "required_kinds": ["text"],
    }
    return Assessment.objects.create(achievement=achievement, rubric=rubric, **{**usual, **fields})


def make_blueprint_cell(*, version: AchievementVersion | None = None, **fields: Any) -> BlueprintCell:
    """A share of a draft's assessment."""
    usual = {"competency": default_competency(), "method": "applied_project", "weight": Decimal(100)}
    version = version or make_achievement_version(is_published=False)
    return BlueprintCell.objects.create(version=version, **{**usual, **fields})


def make_marker_qualification(
    *,
    marker: User | None = None,
    series: Series | None = None,
    title: str = "Assessor, level 3",
    valid_from: date = date(2020, 1, 1),
    valid_until: date | None = None,
) -> MarkerQualification:
    """In force from long ago; with `valid_until` past, lapsed."""
    return record_qualification(
        marker=marker or make_user(),
        series=series,
        title=title,
        valid_from=valid_from,
        valid_until=valid_until,
        by=office(),
        at=LONG_AGO,
    )


def make_submission(
    *,
    assessment: Assessment | None = None,
    learner: User | None = None,
    text: str = "What I did, and why.",
    links: Sequence[str] = (),
    files: Sequence[tuple[str, bytes]] = (),
    is_handed_in: bool = True,
    at: datetime = TERM_DAY,
) -> Submission:
    """Work that waits for marking; with `is_handed_in` False, a draft."""
    learner = learner or make_user()
    submission = open_draft(assessment=assessment or make_assessment(), learner=learner, at=at)
    submission = save_draft(submission=submission, text=text, revision=submission.revision)
    for url in links:
        add_link(submission=submission, url=url, at=at)
    for name, data in files:
        add_file(submission=submission, content=io.BytesIO(data), name=name, at=at)
    return submit(submission=submission, by=learner, at=at) if is_handed_in else submission


def make_submitted_evidence(
    *, submission: Submission | None = None, url: str = "https://work.example/1", at: datetime = TERM_DAY
) -> SubmittedEvidence:
    """A link on a draft."""
    return add_link(submission=submission or make_submission(is_handed_in=False), url=url, at=at)


def marks(submission: Submission, level: str = "pass", *, comment: str = "Well argued.") -> Marks:
    """The same level for every criterion of the submission's rubric, as the marking form sends it."""
    chosen = RubricCriterionLevel.objects.filter(criterion__rubric=submission.assessment.rubric, label=level)
    levels = {row.criterion_id: row.pk for row in chosen}
    return Marks(levels=levels, comments=dict.fromkeys(levels, ""), comment=comment)


def make_grading(
    *,
    submission: Submission | None = None,
    marker: User | None = None,
    level: str = "pass",
    is_final: bool = True,
    at: datetime = TERM_DAY + timedelta(days=3),
    is_news: bool = True,
) -> Grading:
    """A released grading of that level throughout; a pass issues the credential. Not final: a claim."""
    submission = submission or make_submission()
    marker = marker or make_user(name="Background Marker")
    grading = claim(submission=submission, by=marker, at=at)
    if not is_final:
        return grading
    return record_grade(
        grading=grading,
        marks=marks(submission, level),
        revision=grading.revision,
        by=marker,
        at=at,
        is_news=is_news,
    )


# --- Credentials --------------------------------------------------------------------------------
def make_credential(
    *,
    recipient: User | None = None,
    achievement: Achievement | None = None,
    at: datetime = TERM_DAY,
    earned_at: datetime | None = None,
    is_news: bool = True,
    visibility: Credential.Visibility = Credential.Visibility.PRIVATE,
    **award: Any,
) -> Credential:
    """A credential issued by hand."""
    usual = {"source": Credential.Source.HAND, "source_id": next(_number)}
    credential = issue(
        award=Award(
            achievement=achievement or make_achievement(),
            recipient=recipient or make_user(),
            earned_at=earned_at or at,
            **{**usual, **award},
        ),
        by=office(),
        at=at,
        is_news=is_news,
    )
    if visibility != credential.visibility:
        Credential.objects.filter(pk=credential.pk).update(visibility=visibility)
        credential.refresh_from_db()
    return credential


def make_credential_event(*, credential: Credential | None = None) -> CredentialEvent:
    """The event of a credential's issue."""
    return (credential or make_credential()).events.get(kind=CredentialEvent.Kind.ISSUED)


def make_signed_document(*, credential: Credential | None = None) -> SignedDocument:
    document = (credential or make_credential()).documents.get()
    sign_document(document_id=document.pk)
    document.refresh_from_db()
    return document


def make_rendering(*, credential: Credential | None = None, is_printed: bool = False) -> Rendering:
    """The duty to print a signed certificate, or the printed one."""
    rendering = make_signed_document(
        credential=credential or make_credential(achievement=make_certificate())
    ).rendering
    if is_printed:
        render(rendering_id=rendering.pk)
        rendering.refresh_from_db()
    return rendering


def make_endorsement(
    *,
    endorser: Issuer | None = None,
    target: AchievementVersion | Credential | None = None,
    comment: str = "We hire people who can do this.",
    is_signed: bool = True,
    at: datetime = TERM_DAY,
    **fields: Any,
) -> Endorsement:
    """What an employer with a key here says of a published achievement."""
    # First, so that the university of the tests is the one that speaks for the whole portal.
    target = target or make_achievement_version()
    endorsement = endorse(
        endorser=endorser or make_issuer(name="Harbour Analytics"),
        target=target,
        comment=comment,
        by=office(),
        at=at,
        **fields,
    )
    if is_signed:
        sign_endorsement(endorsement_id=endorsement.pk)
        endorsement.refresh_from_db()
    return endorsement


def make_status_list(*, credential: Credential | None = None, at: datetime = TERM_DAY) -> StatusList:
    """The published status list on which a credential has its place."""
    status_list = (credential or make_credential(at=at)).status_list
    publish_status_list(list_id=status_list.pk, at=at)
    status_list.refresh_from_db()
    return status_list


def make_known_issuer(*, pair: KeyPair | None = None, at: datetime = LONG_AGO, **fields: Any) -> KnownIssuer:
    """An issuer elsewhere, with the public key of `pair` in its pinned document."""
    did = f"did:web:elsewhere-{next(_number)}.example"
    document = did_document(did, [(pair or KeyPair.generate()).multikey])
    usual = {"name": "Elsewhere College", "text": json.dumps(document), "reason": "Telephoned."}
    return know_issuer(by=office(), at=at, **{**usual, **fields})


def make_batch_check(
    *, codes: Sequence[str] = ("0000000000000000",), files: Mapping[str, bytes] | None = None
) -> BatchCheck:
    """A check of many that nobody has worked on yet."""
    default_issuer()
    uploads = [SimpleUploadedFile(name, data) for name, data in (files or {}).items()]
    return start_check(codes=codes, files=uploads, operation=uuid4(), at=now())


def make_batch_item() -> BatchItem:
    return make_batch_check().items.get()


def make_audit_entry(*, act: str = "test", **facts: Any) -> AuditEntry:
    return audit(act, default_series(), by=office(), **facts)


def no_work(job: Job, at: datetime) -> bool:
    """The work of a job that has nothing to do."""
    return False


def make_job(
    *, work: str = "tests.makers.no_work", total: int = 0, at: datetime = TERM_DAY, **fields: Any
) -> Job:
    number = next(_number)
    usual = {"title": f"Job {number}", "dedupe_key": f"test:{number}", "by": office()}
    return start_job(work=work, total=total, at=at, **{**usual, **fields})


def make_operation_key(*, actor: User | None = None, act: str = "test", outcome: str = "/") -> OperationKey:
    actor, key = actor or make_user(), uuid4()
    once(actor=actor, key=key, act=act, parameters={}, do=lambda: outcome)
    return OperationKey.objects.get(actor=actor, key=key)


def make_sweep_run(*, name: str = "credentials.catch_up", found: int = 0) -> SweepRun:
    """A sweep that has just run."""
    run = SweepRun.objects.begin(name, at=now())
    assert run is not None
    run.finish(found)
    return SweepRun.objects.get(name=name)


# --- Pathways -----------------------------------------------------------------------------------
def all_of(*parts: Achievement | Node, key: str = "all", label: str = "") -> Node:
    """A rule: every part; an achievement stands for holding it."""
    children = [_leaf(part) if isinstance(part, Achievement) else part for part in parts]
    return {"kind": "all", "key": key, "label": label, "children": children}


def pool(count: int, *achievements: Achievement, key: str = "pool", label: str = "") -> Node:
    """A rule: any `count` of these achievements."""
    codes = [achievement.code for achievement in achievements]
    return {"kind": "pool", "key": key, "label": label, "n": count, "achievements": codes}


def _leaf(achievement: Achievement) -> Node:
    return {"kind": "achievement", "key": achievement.code.lower(), "achievement": achievement.code}


def make_pathway(
    *,
    rule: Node | None = None,
    awards: Achievement | None = None,
    lapse_policy: PathwayVersion.Lapse = PathwayVersion.Lapse.SUSPEND,
    size_reason: str = "As many as the test needs.",
    is_published: bool = True,
    at: datetime = LONG_AGO,
    **fields: Any,
) -> Pathway:
    """A pathway in force: two achievements, both needed, unless a `rule` says otherwise."""
    number = next(_number)
    usual = {
        "name": f"Pathway {number}",
        "slug": f"pathway-{number}",
        "description": "What these add up to.",
        "model": Pathway.Model.CORE_ELECTIVE,
        "enrolment_policy": Pathway.EnrolmentPolicy.BY_ACT,
    }
    pathway = Pathway.objects.create(awards=awards or make_certificate(), **{**usual, **fields})
    make_pathway_version(
        pathway=pathway,
        rule=rule,
        lapse_policy=lapse_policy,
        size_reason=size_reason,
        is_published=is_published,
        at=at,
    )
    pathway.refresh_from_db()
    return pathway


def make_pathway_version(
    *,
    pathway: Pathway | None = None,
    rule: Node | None = None,
    is_published: bool = True,
    at: datetime = LONG_AGO,
    **fields: Any,
) -> PathwayVersion:
    """The next version of a pathway, in force or, with `is_published` False, a draft."""
    if pathway is None:
        return make_pathway(rule=rule, is_published=is_published, at=at, **fields).versions.get()
    number = pathway.versions.count() + 1
    version = PathwayVersion.objects.create(
        pathway=pathway,
        **{"number": number, "written_by": office(), "size_reason": "As many as the test needs.", **fields},
    )
    rule = rule or all_of(make_achievement(), make_achievement())
    write_rule(version, rule, {row.code: row for row in Achievement.objects.all()})
    if not is_published:
        return version
    agree_for_all(version, at=at)
    if simulation_missing(version):
        make_simulation(version=version, at=at)
    return publish_pathway(version=version, by=office("second"), at=at)


def make_programme_design(*, by: User | None = None, at: datetime = TERM_DAY, **end: Any) -> ProgrammeDesign:
    """A guided design of which only the first page, the end credential, is answered."""
    usual = {
        "name": "Working with Open Data",
        "code": f"P-{next(_number)}",
        "kind": AchievementVersion.Kind.STACKED_CERTIFICATE,
        "level": AchievementVersion.Level.FOUNDATION,
        "description": "Finds, cleans and publishes open data.",
        "outcomes": "",
        "subject_area": None,
    }
    return start_design(series=default_series(), answers={**usual, **end}, by=by or office(), at=at)


def make_enrolment(
    *, learner: User | None = None, pathway: Pathway | None = None, at: datetime = TERM_DAY
) -> Enrolment:
    return enrol(learner=learner or make_user(), pathway=pathway or make_pathway(), by=None, at=at)


def make_evaluation(*, enrolment: Enrolment | None = None, at: datetime = TERM_DAY) -> Evaluation:
    """The current answer about an enrolment, after the engine looked."""
    enrolment = enrolment or make_enrolment(at=at)
    evaluate_learner(learner=enrolment.learner, at=at)
    return enrolment.evaluations.get(is_current=True)


# --- News ---------------------------------------------------------------------------------------
def make_share_link(*, credential: Credential | None = None, at: datetime = TERM_DAY) -> ShareLink:
    """An open link that shows the levels reached."""
    credential = credential or make_credential()
    return make_link(
        credential=credential, shows_results=True, shows_evidence=False, by=credential.recipient, at=at
    )


def make_notification(
    *, recipient: User | None = None, event: CredentialEvent | None = None, at: datetime = TERM_DAY
) -> Notification:
    """The message about a credential's issue, not yet sent."""
    with quietly():
        event = event or make_credential_event(credential=make_credential(recipient=recipient, at=at))
        notification = notify_event(event=event, at=at)
    assert notification is not None, "this event is no news"
    return notification


def make_approval_case(*, approval: Pathway.Approval = Pathway.Approval.ONE) -> ApprovalCase:
    """A learner who meets a rule, and whose certificate people have to approve."""
    enrolment = _complete(make_pathway(approval=approval))
    return enrolment.cases.get()


def make_issue_snapshot() -> IssueSnapshot:
    """The grounds of a certificate of two parts."""
    return _complete(make_pathway()).snapshots.get()


def _complete(pathway: Pathway) -> Enrolment:
    """Somebody who holds all that this pathway's rule names, evaluated."""
    enrolment = make_enrolment(pathway=pathway)
    for row in VersionAchievement.objects.filter(version=enrolment.version).select_related("achievement"):
        make_credential(recipient=enrolment.learner, achievement=row.achievement)
    evaluate_learner(learner=enrolment.learner, at=TERM_DAY)
    enrolment.refresh_from_db()
    return enrolment


def agree_for_all(version: PathwayVersion, *, at: datetime = LONG_AGO) -> None:
    """Every other series whose achievements the rule lists agrees to it, each by an approver of its own."""
    for series in series_to_ask(version):
        owner = make_user()
        make_role(user=owner, role=Role.Name.APPROVER, series=series)
        give_consent(version=version, series=series, by=owner, at=at)


def make_simulation(*, version: PathwayVersion | None = None, at: datetime = TERM_DAY) -> Simulation:
    """A draft tried on everybody, its job done to the end."""
    version = version or make_pathway_version(is_published=False)
    simulation = try_on_everybody(version=version, by=office(), at=at)
    job = Job.objects.get(dedupe_key=job_key(simulation))
    while job.done_at is None:
        run_job(job_id=job.pk, at=at)
        job.refresh_from_db()
    simulation.refresh_from_db()
    return simulation


def make_act(**fields: Any) -> Act:
    """Something to be done that issues no credential."""
    number = next(_number)
    return keep_act(act=Act(**{"code": f"act-{number}", "name": f"Act {number}", **fields}), by=office())


def make_exemption(
    *, enrolment: Enrolment | None = None, at: datetime = TERM_DAY, **fields: Any
) -> Exemption:
    """The whole pathway waived, waiting for approval, unless the fields say otherwise."""
    enrolment = enrolment or make_enrolment(at=at)
    root = enrolment.version.requirements.get(parent=None)
    usual = {"type": Exemption.Type.WAIVE, "node": root.key, "reason": "Illness in June."}
    return propose(ruling=Exemption(enrolment=enrolment, **{**usual, **fields}), by=office(), at=at)


def make_equivalence(*, at: datetime = TERM_DAY, **fields: Any) -> Equivalence:
    """One achievement that counts as another, waiting for approval."""
    pair = {"source": make_achievement(), "target": make_achievement()}
    usual = {**pair, "reason": "The syllabus is the same."}
    return propose(ruling=Equivalence(**{**usual, **fields}), by=office(), at=at)


def make_pause(*, learner: User | None = None, at: datetime = TERM_DAY, **fields: Any) -> Pause:
    """Sixty days of leave, waiting for approval."""
    first = at.date()
    usual = {"starts_on": first, "ends_on": first + timedelta(days=59), "reason": "Parental leave."}
    return propose(ruling=Pause(learner=learner or make_user(), **{**usual, **fields}), by=office(), at=at)


def make_recognition(*, learner: User | None = None, at: datetime = TERM_DAY, **fields: Any) -> Recognition:
    """Prior learning of before the term, waiting for approval."""
    usual = {
        "achievement": fields.get("achievement") or make_achievement(),
        "source": Recognition.Source.RPL,
        "institution": "Northern College",
        "title": "Handling of Samples",
        "earned_at": LONG_AGO,
        "evidence": "File 2025/17.",
        "reason": "The panel saw the work.",
    }
    row = Recognition(learner=learner or make_user(), **{**usual, **fields})
    return propose(ruling=row, by=office(), at=at)


def make_step_completion(
    *, learner: User | None = None, at: datetime = TERM_DAY, **fields: Any
) -> StepCompletion:
    """A step done, waiting for approval."""
    usual = {
        "act": fields.get("act") or make_act(),
        "earned_at": at,
        "evidence": "The host's letter.",
        "reason": "Four weeks on the ward.",
    }
    row = StepCompletion(learner=learner or make_user(), **{**usual, **fields})
    return propose(ruling=row, by=office(), at=at)


def make_transition(
    *,
    version: PathwayVersion | None = None,
    policy: Transition.Policy = Transition.Policy.OFFER,
    at: datetime = TERM_DAY,
    **terms: Any,
) -> Transition:
    """A move to a version in force, tried out on whoever is under way on an earlier one."""
    if version is None:
        enrolment = make_enrolment(at=at)
        version = make_pathway_version(pathway=enrolment.pathway, at=at)
    usual = {"reason": "The profession asks for more.", "by": office()}
    batch = try_move(version=version, policy=policy, at=at, **{**usual, **terms})
    run_to_the_end(f"try-move:{batch.pk}", at=at)
    return batch


def run_to_the_end(dedupe_key: str, *, at: datetime) -> Job:
    """A job whose chunks all ran."""
    job = Job.objects.get(dedupe_key=dedupe_key)
    while job.done_at is None:
        run_job(job_id=job.pk, at=at)
        job.refresh_from_db()
    return job
