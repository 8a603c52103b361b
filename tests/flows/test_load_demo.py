"""Loading the demonstration: every story told is a state in the database; loading again changes nothing."""

import io
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Model
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from assessments.models import Grading, Submission
from config.clock import now
from credentials.analytics import gaps
from credentials.models import (
    AuditEntry,
    CompetencyFramework,
    Credential,
    CredentialEvent,
    Rendering,
    Role,
    SignedDocument,
    StatusList,
)
from credentials.queries import local_day
from credentials.services.auditing import broken_links
from credentials.services.defining import portrait
from learners.management.demo import loading
from learners.management.demo.design import framework
from learners.management.demo.history import STORIES, State, Story
from learners.management.demo.loading import PUBLIC_PASSWORD, accounts, pictures
from learners.management.demo.people import STAFF
from learners.models import Notification, User
from pathways.models import Enrolment, EnrolmentChange, Evaluation
from tests.kept import kept_for_a_class
from tests.makers import make_achievement_version, make_issuer

TOLD: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
    (User, ("email", "name", "joined_at")),
    (Role, ("user__email", "role", "series__slug", "starts_at", "approved_by__email")),
    (
        Enrolment,
        ("learner__email", "pathway__slug", "state", "enrolled_on", "certificate__achievement__code"),
    ),
    (EnrolmentChange, ("enrolment__learner__email", "enrolment__pathway__slug", "state", "at")),
    (
        Submission,
        ("learner__email", "assessment__title", "attempt", "state", "text", "created_at", "mark_by"),
    ),
    (
        Grading,
        ("submission__learner__email", "marker__email", "state", "passed", "level", "final_at", "comment"),
    ),
    (Credential, ("recipient__email", "achievement__code", "state", "issued_at", "expires_on", "visibility")),
    (CredentialEvent, ("recipient__email", "kind", "at", "by__email", "reason", "public_reason", "is_news")),
    (Evaluation, ("enrolment__learner__email", "is_current", "status", "remaining", "total", "evaluated_at")),
)


def what_is_told() -> list[object]:
    """Every row of people and their story, in the order of its making; without secrets and ids."""
    return [list(model._default_manager.order_by("pk").values_list(*names)) for model, names in TOLD]


def load_demo(**options: object) -> str:
    said = io.StringIO()
    call_command("load_demo", stdout=said, **options)
    return said.getvalue()


@pytest.fixture(scope="class")
def loaded_once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One load for a whole class of tests, undone after it."""
    with kept_for_a_class(django_db_blocker), override_settings(DEMO=True):
        load_demo(as_of=local_day(now()))
        yield


@pytest.fixture
def loaded(loaded_once: None, db: None) -> None:
    """A database with the demonstration in it."""


def shown_by(learner: User) -> set[State]:
    """The states of a learner, asked of her rows."""
    return {*_of_her_work(learner), *_of_her_credentials(learner), *_of_her_pathways(learner)}


def _of_her_work(learner: User) -> Iterator[State]:
    work = Submission.objects.held_by(learner).order_by("assessment", "attempt")
    latest = {submission.assessment_id: submission for submission in work}.values()
    if not latest and learner.enrolments.exists():
        yield State.NOTHING_YET
    for submission in latest:
        match submission.state, submission.passed:
            case Submission.State.DRAFT, _:
                yield State.DRAFT
            case Submission.State.SUBMITTED, _:
                yield State.WAITING
            case Submission.State.RETURNED, False:
                yield State.NOT_YET


def _of_her_credentials(learner: User) -> Iterator[State]:
    held = Credential.objects.held_by(learner)
    earned = set(held.filter(source="submission").values_list("state", flat=True))
    stacked = set(held.filter(source="pathway").values_list("state", flat=True))
    if "expired" in earned:
        yield State.EXPIRED_COMPONENT
    if "suspended" in earned:
        yield State.SUSPENDED_COMPONENT
    if "revoked" in earned and "revoked" in stacked:
        yield State.REVOKED_COMPONENT


def _of_her_pathways(learner: User) -> Iterator[State]:
    enrolments = list(learner.enrolments.select_related("certificate"))
    if len(enrolments) == 2:
        yield State.TWO_PATHWAYS
    for enrolment in enrolments:
        answer = enrolment.evaluations.get(is_current=True)
        certificate = enrolment.certificate
        if certificate and certificate.state == "active" and enrolment.state == "complete":
            yield State.COMPLETE
        elif certificate and certificate.state == "suspended" and enrolment.state == "lapsed":
            yield State.LAPSED_CERTIFICATE
        elif answer.remaining == 1:
            yield State.ONE_LEFT
        elif answer.verdict["used"]:
            yield State.HALFWAY


@pytest.mark.usefixtures("loaded")
class TestLoaded:
    @pytest.mark.parametrize("story", STORIES, ids=lambda story: story.learner)
    def test_a_learner_stands_where_her_story_says(self, story: Story) -> None:
        learner = User.objects.get(email__startswith=f"{story.learner}@")

        assert shown_by(learner) == story.shows

    def test_there_are_sixty_learners_and_the_staff(self) -> None:
        assert User.objects.filter(role_rows=None).count() == len(STORIES) == 60
        assert User.objects.exclude(role_rows=None).distinct().count() == len(STAFF)

    def test_every_change_of_an_enrolment_has_its_day_in_the_past(self) -> None:
        for enrolment in Enrolment.objects.prefetch_related("changes"):
            changes = list(enrolment.changes.all())
            assert local_day(changes[0].at) == enrolment.enrolled_on
            assert changes[-1].state == enrolment.state
            assert [change.at for change in changes] == sorted(change.at for change in changes)
        assert not EnrolmentChange.objects.filter(at__gte=now()).exists()

    def test_the_ledger_is_in_the_order_of_time(self) -> None:
        moments = list(CredentialEvent.objects.order_by("pk").values_list("at", flat=True))

        assert moments == sorted(moments)
        assert moments[-1] < now()

    def test_nobody_approved_her_own_role_and_everyone_s_is_in_force(self) -> None:
        assert Role.objects.in_force().count() == Role.objects.count()
        for staff in STAFF:
            assert User.objects.get(email=staff.email).roles == frozenset(staff.roles)

    def test_everything_waiting_can_be_marked_by_somebody(self) -> None:
        markers = User.objects.filter(role_rows__role=Role.Name.FACULTY)
        gradable = {
            pk
            for marker in markers
            for pk in Submission.objects.gradable_by(marker).values_list("pk", flat=True)
        }

        assert set(Submission.objects.waiting().values_list("pk", flat=True)) <= gradable

    def test_every_document_is_signed_and_only_the_printing_is_left(self) -> None:
        assert SignedDocument.objects.filter(signed_at=None).count() == 0
        assert SignedDocument.objects.count() == Credential.objects.count()
        assert StatusList.objects.filter(published_revision=0).count() == 0
        assert (
            Rendering.objects.filter(done_at=None).count()
            == Credential.objects.filter(source="pathway").count()
        )

    def test_every_account_shown_can_sign_in(self) -> None:
        shown = accounts()

        assert {row.part for row in shown} >= {"registrar", "faculty", "analyst"}
        for row in shown:
            assert User.objects.get(email=row.email, name=row.name).check_password(PUBLIC_PASSWORD)

    def test_the_sweeps_find_no_news_and_change_nobody_s_standing(self, drain: Callable[..., None]) -> None:
        before = what_is_told()

        drain(printing=False)

        assert Notification.objects.count() == 0
        assert what_is_told() == before

    def test_the_audit_trail_is_whole_once_sealed(self, drain: Callable[..., None]) -> None:
        drain(printing=False)

        assert AuditEntry.objects.filter(seq=None).count() == 0
        assert broken_links() == []

    def test_again_changes_nothing_and_says_so(self) -> None:
        before = what_is_told()

        said = load_demo()

        assert "loaded before; nothing was changed" in said
        assert f"Everybody's password is {PUBLIC_PASSWORD}" in said
        assert what_is_told() == before

    def test_the_framework_has_the_gaps_that_were_worked_out_by_hand(self) -> None:
        found = gaps(CompetencyFramework.objects.get())

        assert {place.competency.code for place in found.covered_twice} == framework.COVERED_TWICE
        assert {place.competency.code for place in found.uncovered} == framework.UNCOVERED
        assert {place.competency.code for place in found.only_taught} == framework.TAUGHT_NOT_ASSESSED


class TestLoading:
    def test_the_same_day_gives_the_same_rows(self, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        few = [story for story in STORIES if story.learner in {"zofie", "evanthia", "haile", "minori"}]
        monkeypatch.setattr(loading, "STORIES", few)
        told = []

        for _turn in ("first", "second"):
            with override_settings(DEMO=True), transaction.atomic():
                load_demo(as_of=date(2025, 10, 6))
                told.append(what_is_told())
                transaction.set_rollback(True)

        assert told[0] == told[1]
        assert "suspended" in str(told[0])

    def test_pictures_drawn_side_by_side_are_those_that_publishing_draws(
        self, db: None, full_artwork: None
    ) -> None:
        drafts = [make_achievement_version(is_published=False, shape=shape) for shape in ("circle", "shield")]

        assert pictures.drawn(drafts) == [portrait(draft) for draft in drafts]

    def test_is_refused_where_the_portal_is_no_demonstration(self, db: None) -> None:
        with override_settings(DEMO=False), pytest.raises(CommandError, match="--even-here"):
            load_demo()

        assert not User.objects.exists()

    def test_leaves_another_institution_alone(self, db: None) -> None:
        make_issuer()

        with override_settings(DEMO=True):
            said = load_demo()

        assert "nothing was loaded" in said
        assert not Role.objects.exists()
