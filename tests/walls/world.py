"""One learner's things, and eight people who knock at their doors."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.db.models import Model
from django.test import Client

from assessments.models import Submission, SubmittedEvidence
from credentials.models import (
    Achievement,
    Credential,
    Issuer,
    Rendering,
    Role,
    StatusList,
    SubjectArea,
)
from credentials.services.importing import start_import
from credentials.services.rendering import keep_file
from learners.models import User
from pathways.models import Enrolment, Simulation
from pathways.services.publishing import publish_pathway
from tests import makers
from tests.people import signed_in

ANYONE = "anonymous"
LEARNERS = ("learner", "stranger")
MARKERS = ("faculty", "other_faculty")
STAFF = (*MARKERS, "registrar", "approver", "analyst")
SIGNED_IN = (*LEARNERS, *STAFF)
PEOPLE = (ANYONE, *SIGNED_IN)


@dataclass(frozen=True, slots=True)
class World:
    """What stands behind the doors: all of it the learner's, in one series."""

    clients: dict[str, Client]
    records: dict[str, Model]
    draft: Submission
    handed_in: Submission
    evidence: SubmittedEvidence
    kept: SubmittedEvidence
    credential: Credential
    enrolment: Enrolment
    status_list: StatusList
    other_issuer: Issuer
    legacy: Credential

    def knock(self, who: str, address: str, method: str = "get") -> str:
        """What this person meets there, in one word: opens, sign in, hidden, refused, or the status."""
        form = {"op_key": str(uuid4()), "revision": "1", "text": "A text."}
        send = self.clients[who].post if method == "post" else self.clients[who].get
        response = send(address, form if method == "post" else None)
        return _in_a_word(response.status_code, response.headers.get("Location", ""))


def _in_a_word(status: int, location: str) -> str:
    if status == 302:
        return "sign in" if "/login/" in location else "opens"
    # 400, 409 and 422 answer whoever may act, about what she sent; 204 has nothing new to say.
    words = {
        200: "opens",
        204: "opens",
        400: "opens",
        409: "opens",
        422: "opens",
        403: "refused",
        404: "hidden",
    }
    return words.get(status, str(status))


def make_world() -> World:
    people = _people()
    learner, faculty = people["learner"], people["faculty"]
    assessment = makers.make_assessment()
    submission = makers.make_submission(
        assessment=assessment, learner=learner, files=[("work.txt", b"Seen by me and my marker.")]
    )
    grading = makers.make_grading(
        submission=makers.make_submission(learner=learner), marker=faculty, level="pass"
    )
    draft = makers.make_submission(learner=learner, is_handed_in=False)
    evidence = makers.make_submitted_evidence(submission=draft)
    makers.make_grading(submission=submission, marker=faculty, is_final=False)
    rendering = _printed(
        makers.make_credential(recipient=learner, achievement=makers.make_certificate(), at=makers.TERM_DAY)
    )
    credential = rendering.document.credential
    enrolment = makers.make_enrolment(learner=learner)
    status_list = makers.make_status_list(credential=credential)
    legacy = _legacy()
    criterion, requirement = (
        assessment.rubric.criteria.get(key="method"),
        enrolment.version.requirements.get(parent=None),
    )
    records: list[Model] = [assessment, assessment.rubric, criterion, submission, grading]
    records += [credential, rendering, rendering.document, credential.achievement, credential.version]
    records += [
        credential.achievement.issuer,
        rendering.document.key,
        status_list,
        credential.achievement.series,
    ]
    records += [makers.make_cohort(), makers.make_job(), makers.make_sweep_run(), makers.make_audit_entry()]
    records += [makers.make_credential_event(credential=credential), makers.make_role()]
    records += [makers.make_known_issuer(), makers.make_batch_check()]
    records += [makers.make_programme_design(), makers.make_marker_qualification()]
    records += [*_governance(), *_competencies(), makers.make_endorsement()]
    cell = makers.make_blueprint_cell()
    makers.put_in_force(cell.version)
    records.append(cell)
    records += [enrolment, enrolment.pathway, enrolment.version, requirement, enrolment.changes.get()]
    batch = makers.make_transition()
    records += [batch, batch.cases.get()]
    records += [makers.make_exemption(enrolment=enrolment), makers.make_equivalence(), makers.make_pause()]
    records += [makers.make_recognition(learner=learner), makers.make_step_completion(), makers.make_act()]
    records += [
        _tried(),
        makers.make_evaluation(enrolment=enrolment),
        makers.make_notification(recipient=learner),
        learner,
    ]
    records += [makers.make_approval_case(), makers.make_issue_snapshot()]
    return World(
        clients={ANYONE: Client(), **{name: signed_in(user) for name, user in people.items()}},
        records={record._meta.label_lower.replace(".", "_"): record for record in records},
        draft=draft,
        handed_in=submission,
        evidence=evidence,
        kept=submission.evidence.get(),
        credential=credential,
        enrolment=enrolment,
        status_list=status_list,
        other_issuer=makers.make_issuer(),
        legacy=legacy,
    )


def _tried() -> Simulation:
    """What was said of a version before it was published."""
    simulation = makers.make_simulation()
    publish_pathway(version=simulation.version, by=makers.office("second"), at=makers.TERM_DAY)
    return simulation


def _legacy() -> Credential:
    """A credential that its holder opened, of an achievement that is offered as Open Badges 2.0 too."""
    credential = makers.make_credential(visibility=Credential.Visibility.PUBLIC)
    Achievement.objects.filter(pk=credential.achievement_id).update(offers_open_badges_2=True)
    makers.make_signed_document(credential=credential)
    return credential


def _governance() -> list[Model]:
    """A board, what was decided, a trial and a workshop."""
    return [
        makers.make_board(),
        makers.make_decision(),
        makers.make_pilot(),
        makers.make_activity(),
    ]


def _competencies() -> list[Model]:
    """A framework with one competency, a field of study, and a table that waits for its columns."""
    competency = makers.make_competency()
    table = ContentFile(b"code,description\nA,Works with data.\n", name="data.csv")
    batch = start_import(
        kind="competencies",
        file=table,
        options={"title": "Data", "version": "1", "creator": "Us"},
        by=makers.office(),
        at=makers.TERM_DAY,
    )
    return [competency, competency.framework, SubjectArea.objects.create(name="Field of Walls"), batch]


def _printed(credential: Credential) -> Rendering:
    """A certificate whose file lies there; what is in it makes no difference to whose it is."""
    rendering = makers.make_rendering(credential=credential)
    certificate = Path(settings.MEDIA_ROOT) / "certificates" / "walls.pdf"
    keep_file(certificate, b"%PDF-1.7", beside=certificate.with_name(".walls"))
    Rendering.objects.filter(pk=rendering.pk).update(file="certificates/walls.pdf", done_at=makers.TERM_DAY)
    rendering.refresh_from_db()
    return rendering


def _people() -> dict[str, User]:
    people = {name: makers.make_user(name=name.replace("_", " ").title()) for name in SIGNED_IN}
    roles: dict[str, dict[str, Any]] = {
        "faculty": {"role": Role.Name.FACULTY, "series": makers.default_series()},
        "other_faculty": {"role": Role.Name.FACULTY, "series": makers.make_series()},
        "registrar": {"role": Role.Name.REGISTRAR},
        "approver": {"role": Role.Name.APPROVER},
        "analyst": {"role": Role.Name.ANALYST},
    }
    for name, role in roles.items():
        makers.make_role(user=people[name], **role)
    return people
