"""One maker per model: a valid row with whatever a test does not care about filled in.

What is issued, graded or published is made by the services, as the portal makes it. Time is given: `at`
is TERM_DAY unless a test says otherwise.
"""

import functools
import io
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import uuid4

from assessments.models import (
    Assessment,
    Grading,
    Rubric,
    RubricCriterion,
    RubricCriterionLevel,
    Submission,
    SubmittedEvidence,
)
from assessments.services.grading import Marks, claim, record_grade
from assessments.services.submitting import add_file, add_link, open_draft, save_draft, submit
from config.events import quietly
from credentials.models import (
    Achievement,
    AchievementVersion,
    AuditEntry,
    Cohort,
    Credential,
    CredentialEvent,
    Issuer,
    Job,
    OperationKey,
    Rendering,
    Role,
    Series,
    SignedDocument,
    SigningKey,
    StatusList,
    SweepRun,
)
from credentials.services.artwork import Design, draw
from credentials.services.auditing import audit
from credentials.services.defining import publish_achievement
from credentials.services.issuing import Award, issue
from credentials.services.jobs import start_job
from credentials.services.once import once
from credentials.services.rendering import render
from credentials.services.signing import make_key, publish_status_list, sign_document
from learners.management.demo.loading.rules import write_rule
from learners.models import LearnerProfile, Notification, User
from learners.services.notifying import notify_event
from pathways.models import Enrolment, Evaluation, Pathway, PathwayVersion
from pathways.services.enrolling import enrol
from pathways.services.evaluating import evaluate_learner
from pathways.services.publishing import publish_pathway

TERM_DAY = datetime(2025, 9, 1, 9, 0, tzinfo=UTC)
"""The moment at which things happen where a test names none."""

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
        "signatory_name": "Sigrid Signatory",
        "signatory_title": "Registrar",
    }
    issuer = Issuer.objects.create(**{**usual, **fields})
    if has_key:
        make_signing_key(issuer=issuer, at=at)
        issuer.refresh_from_db()
    return issuer


def make_signing_key(*, issuer: Issuer | None = None, at: datetime = LONG_AGO) -> SigningKey:
    """A key in use; whatever key the issuer used before retires."""
    return make_key(issuer=issuer or make_issuer(has_key=False), by=office(), at=at)


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
    **fields: Any,
) -> AchievementVersion:
    """The next version of an achievement, in force or, with `is_published` False, a draft."""
    if achievement is None:
        return make_achievement(is_published=is_published, at=at, **fields).versions.get()
    usual = {
        "number": achievement.versions.count() + 1,
        "name": f"Skill {achievement.code}",
        "description": f"The holder can do {achievement.code}.",
        "criteria": f"The earner does {achievement.code} and is marked by a rubric.",
        "hours": Decimal(6),
        "credits": Decimal("0.24"),
        "expiry": AchievementVersion.Expiry.NEVER,
        "shape": "hexagon",
        "palette": "blue",
        "icon": "chart",
        "image_alt": "Hexagonal badge of blue stones with a chart.",
        "written_by": office(),
    }
    version = AchievementVersion.objects.create(achievement=achievement, **{**usual, **fields})
    return publish_achievement(version=version, by=office("second"), at=at) if is_published else version


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


def make_status_list(*, credential: Credential | None = None, at: datetime = TERM_DAY) -> StatusList:
    """The published status list on which a credential has its place."""
    status_list = (credential or make_credential(at=at)).status_list
    publish_status_list(list_id=status_list.pk, at=at)
    status_list.refresh_from_db()
    return status_list


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
    SweepRun.objects.begin(name)
    SweepRun.objects.finish(name, found)
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
        pathway=pathway, rule=rule, lapse_policy=lapse_policy, is_published=is_published, at=at
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
        pathway=pathway, **{"number": number, "written_by": office(), **fields}
    )
    rule = rule or all_of(make_achievement(), make_achievement())
    write_rule(version, rule, {row.code: row for row in Achievement.objects.all()})
    return publish_pathway(version=version, by=office("second"), at=at) if is_published else version


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
def make_notification(
    *, recipient: User | None = None, event: CredentialEvent | None = None, at: datetime = TERM_DAY
) -> Notification:
    """The message about a credential's issue, not yet sent."""
    with quietly():
        event = event or make_credential_event(credential=make_credential(recipient=recipient, at=at))
        notification = notify_event(event=event, at=at)
    assert notification is not None, "this event is no news"
    return notification
