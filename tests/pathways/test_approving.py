"""A certificate that people approve first: one case, as many people as the pathway says, one certificate."""

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from config.clock import now
from credentials.models import Credential, CredentialEvent, Role
from credentials.queries import local_day
from learners.models import User
from pathways.models import Approval, ApprovalCase, Enrolment, IssueSnapshot, Pathway
from pathways.queries import stale_enrolments, waiting_work
from pathways.services.approving import CannotDecide, approve_case, refuse_case
from pathways.services.enrolling import withdraw
from pathways.services.evaluating import evaluate_learner
from tests.makers import (
    TERM_DAY,
    make_achievement,
    make_certificate,
    make_enrolment,
    make_role,
    make_series,
    make_user,
    pool,
)
from tests.pathways.stacks import (
    certificate_of,
    certificates_of,
    days,
    hold,
    look,
    make_stack,
    standing,
    void,
)
from tests.people import SignIn

LATER = TERM_DAY + days(10)
Asked = Pathway.Approval


class Waiting:
    """A learner who meets a rule whose certificate people approve."""

    def __init__(self, learner: User, approval: Pathway.Approval) -> None:
        self.learner, self.part, self.other = learner, make_achievement(), make_achievement()
        self.pathway = make_stack(rule=pool(1, self.part, self.other), approval=approval)
        make_enrolment(learner=learner, pathway=self.pathway)
        (self.held,) = hold(learner, self.part)
        look(learner, TERM_DAY)

    @property
    def case(self) -> ApprovalCase:
        return ApprovalCase.objects.latest("pk")


def another_approver() -> User:
    user = make_user(name="Berta Approver")
    make_role(user=user, role=Role.Name.APPROVER)
    return user


@pytest.mark.django_db
class TestCase:
    @pytest.fixture
    def waiting(self, learner: User) -> Waiting:
        return Waiting(learner, Asked.ONE)

    def test_is_opened_once_instead_of_issuing(self, waiting: Waiting, learner: User) -> None:
        for _sweep in range(3):
            look(learner, LATER)

        (case,) = ApprovalCase.objects.all()
        assert (case.needs, case.met_on, case.opened_at) == (1, local_day(TERM_DAY), TERM_DAY)
        assert standing(learner, waiting.pathway).standing == "waiting"
        assert certificates_of(learner, waiting.pathway) == []
        assert not stale_enrolments(local_day(LATER)).exists()

    def test_the_last_approval_issues_that_day(self, waiting: Waiting, learner: User, approver: User) -> None:
        case = approve_case(case=waiting.case, by=approver, at=LATER)

        certificate = certificate_of(learner, waiting.pathway)
        assert (case.outcome, case.closed_at) == (ApprovalCase.Outcome.APPROVED, LATER)
        assert (certificate.issued_at, local_day(certificate.earned_at)) == (LATER, local_day(TERM_DAY))
        assert IssueSnapshot.objects.get(credential=certificate).met_on == local_day(TERM_DAY)
        assert Enrolment.objects.get(learner=learner).state == Enrolment.State.COMPLETE
        assert standing(learner, waiting.pathway).standing == "active"

    def test_where_a_part_is_void_it_lapses_by_itself(
        self, waiting: Waiting, learner: User, registrar: User, approver: User
    ) -> None:
        void(waiting.held, by=registrar, at=LATER)

        with pytest.raises(CannotDecide, match="no longer met"):
            approve_case(case=waiting.case, by=approver, at=LATER)
        look(learner, LATER)

        assert waiting.case.outcome == ApprovalCase.Outcome.LAPSED
        assert not Approval.objects.exists()
        assert certificates_of(learner, waiting.pathway) == []

    def test_whoever_leaves_is_asked_about_no_more(
        self, waiting: Waiting, learner: User, approver: User
    ) -> None:
        withdraw(enrolment=waiting.case.enrolment, by=learner, at=LATER)

        with pytest.raises(CannotDecide, match="closed earlier"):
            approve_case(case=waiting.case, by=approver, at=LATER)

    def test_earned_again_it_is_asked_again(self, waiting: Waiting, learner: User, registrar: User) -> None:
        void(waiting.held, by=registrar, at=LATER)
        look(learner, LATER)

        hold(learner, waiting.part, at=LATER + days(1))
        look(learner, LATER + days(1))

        assert [row.outcome for row in ApprovalCase.objects.order_by("pk")] == ["lapsed", ""]


@pytest.mark.django_db
class TestWhoApproves:
    def test_the_second_is_somebody_else(self, learner: User, approver: User) -> None:
        waiting = Waiting(learner, Asked.TWO)
        approve_case(case=waiting.case, by=approver, at=LATER)

        with pytest.raises(CannotDecide, match="Somebody else"):
            approve_case(case=waiting.case, by=approver, at=LATER)

        assert certificates_of(learner, waiting.pathway) == []
        approve_case(case=waiting.case, by=another_approver(), at=LATER + days(1))
        assert certificate_of(learner, waiting.pathway).issued_at == LATER + days(1)

    def test_never_the_learner_herself(self, learner: User) -> None:
        make_role(user=learner, role=Role.Name.APPROVER)
        waiting = Waiting(learner, Asked.ONE)

        with pytest.raises(CannotDecide, match="nobody decides on their own"):
            approve_case(case=waiting.case, by=learner, at=LATER)

    def test_nobody_whose_role_is_for_another_series(self, learner: User, registrar: User) -> None:
        waiting = Waiting(learner, Asked.ONE)
        elsewhere = make_user()
        make_role(user=elsewhere, role=Role.Name.APPROVER, series=make_series())

        for person in (elsewhere, registrar):
            with pytest.raises(CannotDecide, match="approver of this series"):
                approve_case(case=waiting.case, by=person, at=LATER)

    def test_an_approver_of_the_series_does(self, learner: User) -> None:
        waiting, own = Waiting(learner, Asked.ONE), make_user()
        make_role(user=own, role=Role.Name.APPROVER, series=waiting.pathway.awards.series)

        approve_case(case=waiting.case, by=own, at=LATER)

        assert certificate_of(learner, waiting.pathway).state == Credential.State.ACTIVE


@pytest.mark.django_db
class TestRefuse:
    @pytest.fixture
    def refused(self, learner: User, approver: User) -> Waiting:
        waiting = Waiting(learner, Asked.ONE)
        refuse_case(case=waiting.case, reason="The evidence is somebody else's.", by=approver, at=LATER)
        return waiting

    def test_is_not_asked_again_about_the_same(self, refused: Waiting, learner: User) -> None:
        hold(learner, make_achievement(), at=LATER)
        for sweep in range(2):
            look(learner, LATER + days(sweep))

        assert ApprovalCase.objects.count() == 1
        assert standing(learner, refused.pathway).standing == "refused"
        assert certificates_of(learner, refused.pathway) == []
        assert not stale_enrolments(local_day(LATER + days(1))).exists()

    def test_is_asked_again_once_the_facts_are_others(self, refused: Waiting, learner: User) -> None:
        hold(learner, refused.other, at=LATER + days(1))

        look(learner, LATER + days(1))

        assert ApprovalCase.objects.filter(closed_at=None).count() == 1

    def test_cannot_be_approved_afterwards(self, refused: Waiting, approver: User) -> None:
        with pytest.raises(CannotDecide, match="closed earlier: refused"):
            approve_case(case=refused.case, by=another_approver(), at=LATER)


@pytest.mark.django_db
class TestDesk:
    @pytest.fixture
    def waiting(self, learner: User) -> Waiting:
        return Waiting(learner, Asked.ONE)

    def test_the_case_shows_rule_parts_and_what_she_has(
        self, waiting: Waiting, approver: User, sign_in: SignIn
    ) -> None:
        client = sign_in(approver)

        listed = client.get(reverse("admin:pathways_approvalcase_changelist") + "?state=waiting")
        page = client.get(reverse("admin:pathways_approvalcase_change", args=[waiting.case.pk]))

        told = " ".join(page.content.decode().split())
        assert "Lea Learner" in listed.content.decode()
        assert "0 of 1" in told
        assert waiting.held.version.name in told
        assert "Version 1, earned on" in told
        assert "Earn one of" in told

    def test_one_press_is_one_approval_however_often_it_arrives(
        self, waiting: Waiting, learner: User, approver: User, sign_in: SignIn
    ) -> None:
        address = reverse("admin:pathways_approvalcase_act", args=[waiting.case.pk, "approve"])
        client, press = sign_in(approver), {"op_key": str(uuid4())}

        first, again = (client.post(address, press) for _time in range(2))

        assert (first.status_code, again.status_code) == (302, 302)
        assert Approval.objects.count() == 1
        assert len(certificates_of(learner, waiting.pathway)) == 1

    def test_a_refusal_needs_a_reason_and_the_learner_reads_it(
        self, waiting: Waiting, learner: User, approver: User, sign_in: SignIn
    ) -> None:
        address = reverse("admin:pathways_approvalcase_act", args=[waiting.case.pk, "refuse"])
        client = sign_in(approver)
        page = reverse("learners:progress", args=[Enrolment.objects.get().public_id])

        before = sign_in(learner).get(page).content.decode()
        client.post(address, {"op_key": str(uuid4()), "reason": " "})
        kept_open = waiting.case.closed_at is None
        client.post(address, {"op_key": str(uuid4()), "reason": "Show the second interview."})
        after = sign_in(learner).get(page).content.decode()

        assert "Waiting for approval" in before
        assert kept_open
        assert waiting.case.outcome == ApprovalCase.Outcome.REFUSED
        assert "Not approved" in after
        assert "Show the second interview." in after

    def test_it_stands_on_the_work_list_until_it_is_decided(
        self, waiting: Waiting, registrar: User, approver: User
    ) -> None:
        before = waits(registrar)
        approve_case(case=waiting.case, by=approver, at=LATER)

        assert (before, waits(registrar)) == (1, 0)

    def test_the_learner_s_first_page_says_that_it_waits(
        self, waiting: Waiting, learner: User, sign_in: SignIn
    ) -> None:
        page = sign_in(learner).get(reverse("learners:dashboard")).content.decode()

        assert "The certificate waits for approval." in page


def waits(user: User) -> int:
    return next(row.count for row in waiting_work(user, LATER) if row.label == "certificates to approve")


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
class TestTwoApproversAtOnce:
    def test_issue_one_certificate_beside_workers_who_evaluate(self) -> None:
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has one writer at a time; this race needs PostgreSQL")
        people = [another_approver(), another_approver()]
        certificate, part = make_certificate(), make_achievement()
        pathway = make_stack(rule=pool(1, part, make_achievement()), awards=certificate, approval=Asked.TWO)
        learners = [make_user() for _round in range(20)]

        for learner in learners:
            make_enrolment(learner=learner, pathway=pathway)
            hold(learner, part)
            evaluate_learner(learner=learner, at=now())
            case = ApprovalCase.objects.get(enrolment__learner=learner)
            at_once(
                [
                    *(partial(press, case, by) for by in (*people, *people)),
                    *[partial(evaluate, learner)] * 2,
                ]
            )

        issued = Credential.objects.filter(achievement=certificate)
        assert issued.count() == issued.values("recipient").distinct().count() == len(learners)
        assert CredentialEvent.objects.filter(credential__in=issued).count() == len(learners)
        assert Approval.objects.count() == 2 * len(learners)
        assert IssueSnapshot.objects.count() == len(learners)
        assert not ApprovalCase.objects.filter(closed_at=None).exists()


def press(case: ApprovalCase, by: User) -> None:
    with suppress(CannotDecide):
        approve_case(case=case, by=by, at=now())


def evaluate(learner: User) -> None:
    evaluate_learner(learner=learner, at=now())


def at_once(acts: list[Callable[[], None]]) -> None:
    """Run the acts in threads of their own, with connections of their own, from one starting line."""
    line = threading.Barrier(len(acts))
    failures: list[BaseException] = []

    def run(act: Callable[[], None]) -> None:
        try:
            line.wait(timeout=10)
            act()
        except BaseException as failure:  # noqa: BLE001 - shown by the test, not lost in a thread
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not failures
