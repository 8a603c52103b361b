"""What becomes of a certificate when its rule breaks, holds again, or never held: by policy, to the day."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from credentials.models import AuditEntry, Credential, CredentialEvent
from credentials.queries import local_day
from credentials.services.checking import check_credentials
from credentials.services.renewing import renew
from credentials.services.revoking import reinstate
from credentials.services.verifying import verify_credential
from learners.models import User
from pathways.models import Enrolment, Evaluation, Pathway, PathwayVersion
from pathways.queries import stale_enrolments, waiting_work
from pathways.services.enrolling import enrol
from pathways.services.evaluating import evaluate_learner
from pathways.services.lapsing import Decision, NothingToDecide, decide_lapse
from tests.makers import TERM_DAY, all_of, make_achievement, make_certificate, make_enrolment, pool
from tests.pathways.stacks import (
    certificate_of,
    certificates_of,
    days,
    enrolment_of,
    hold,
    look,
    make_stack,
    standing,
    void,
    withdraw_it,
)
from tests.people import SignIn

pytestmark = pytest.mark.django_db
Lapse = PathwayVersion.Lapse
LATER = TERM_DAY + days(10)
# 1 September 2025 and a year: what is valid for twelve months ends on 31 August 2026.
LAST_DAY = date(2026, 8, 31)
MORNING_AFTER = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


class TestAnotherElective:
    """Golden test 9: the certificate stays while any set of what is held meets the rule."""

    def test_keeps_the_certificate_when_one_is_withdrawn(self, learner: User, registrar: User) -> None:
        electives = [make_achievement(), make_achievement()]
        pathway = make_stack(rule=pool(1, *electives))
        make_enrolment(learner=learner, pathway=pathway)
        first, _second = hold(learner, *electives)
        look(learner, TERM_DAY)

        withdraw_it(first, by=registrar, at=LATER)
        look(learner, LATER)

        assert certificate_of(learner, pathway).state == Credential.State.ACTIVE
        assert standing(learner, pathway).standing == "active"

    @pytest.mark.parametrize(
        ("policy", "state"),
        [
            (Lapse.KEEP, Credential.State.ACTIVE),
            (Lapse.SUSPEND, Credential.State.SUSPENDED),
            (Lapse.EXPIRE, Credential.State.EXPIRED),
            (Lapse.REVIEW, Credential.State.ACTIVE),
        ],
    )
    def test_without_one_the_policy_acts_at_once(
        self, learner: User, registrar: User, policy: Lapse, state: str
    ) -> None:
        part = make_achievement()
        pathway = make_stack(rule=pool(1, part, make_achievement()), lapse_policy=policy, grace_days=30)
        make_enrolment(learner=learner, pathway=pathway)
        (held,) = hold(learner, part)
        look(learner, TERM_DAY)

        withdraw_it(held, by=registrar, at=LATER)
        look(learner, LATER)

        evaluation = standing(learner, pathway)
        assert certificate_of(learner, pathway).state == state
        assert (evaluation.broken_on, evaluation.cause) == (local_day(LATER), "revocation")
        assert evaluation.grace_through is None


class TestTiers:
    def test_a_fall_below_takes_both_certificates_in_one_go(self, learner: User, registrar: User) -> None:
        part, lower, higher = make_achievement(), make_certificate(), make_certificate()
        below = make_stack(rule=pool(1, part, make_achievement()), awards=lower)
        above = make_stack(rule=pool(1, lower, make_achievement()), awards=higher)
        # The higher one was begun first: it is looked at first, too.
        make_enrolment(learner=learner, pathway=above)
        make_enrolment(learner=learner, pathway=below)
        (held,) = hold(learner, part)
        evaluate_learner(learner=learner, at=TERM_DAY)

        both = [certificate_of(learner, row) for row in (below, above)]
        void(held, by=registrar, at=LATER)
        evaluate_learner(learner=learner, at=LATER)

        assert [row.state for row in both] == ["active", "active"]
        assert [certificate_of(learner, row).state for row in (below, above)] == ["revoked", "revoked"]
        assert not stale_enrolments(local_day(LATER)).filter(learner=learner).exists()

    def test_suspension_and_return_pass_up_too(self, learner: User, registrar: User) -> None:
        part, lower = make_achievement(), make_certificate()
        below = make_stack(rule=pool(1, part, make_achievement()), awards=lower)
        above = make_stack(rule=pool(1, lower, make_achievement()))
        for pathway in (above, below):
            make_enrolment(learner=learner, pathway=pathway)
        (held,) = hold(learner, part)
        evaluate_learner(learner=learner, at=TERM_DAY)

        withdraw_it(held, by=registrar, at=LATER)
        evaluate_learner(learner=learner, at=LATER)
        fallen = [certificate_of(learner, row).state for row in (below, above)]
        hold(learner, part, at=LATER + days(1))
        evaluate_learner(learner=learner, at=LATER + days(1))

        assert fallen == ["suspended", "suspended"]
        assert [certificate_of(learner, row).state for row in (below, above)] == ["active", "active"]


class TestVoid:
    def test_revoked_and_earned_again_is_a_new_credential_after_the_old(
        self, learner: User, registrar: User
    ) -> None:
        """Golden test 11."""
        part = make_achievement()
        pathway = make_stack(rule=pool(1, part, make_achievement()))
        make_enrolment(learner=learner, pathway=pathway)
        (held,) = hold(learner, part)
        look(learner, TERM_DAY)
        void(held, by=registrar, at=LATER)
        look(learner, LATER)

        hold(learner, part, at=LATER + days(5))
        look(learner, LATER + days(6))

        old, new = certificates_of(learner, pathway)
        assert (old.state, old.revocation, old.issue_no) == ("revoked", "void", 1)
        assert (new.state, new.issue_no, local_day(new.earned_at)) == (
            "active",
            2,
            local_day(LATER + days(5)),
        )
        assert certificate_of(learner, pathway) == new

    def test_still_due_from_a_later_day_is_awarded_anew_with_that_day(
        self, learner: User, registrar: User
    ) -> None:
        electives = [make_achievement(), make_achievement()]
        pathway = make_stack(rule=pool(1, *electives))
        make_enrolment(learner=learner, pathway=pathway)
        (first,) = hold(learner, electives[0])
        look(learner, TERM_DAY)
        hold(learner, electives[1], at=LATER)
        look(learner, LATER)

        void(first, by=registrar, at=LATER + days(1))
        look(learner, LATER + days(1))
        look(learner, LATER + days(2))

        old, new = certificates_of(learner, pathway)
        assert (old.state, old.revocation) == ("revoked", "void")
        assert (new.state, local_day(new.earned_at)) == ("active", local_day(LATER))

    def test_a_kept_certificate_whose_rule_is_broken_is_not_awarded_anew(
        self, learner: User, registrar: User
    ) -> None:
        electives = [make_achievement(), make_achievement()]
        pathway = make_stack(rule=pool(1, *electives), lapse_policy=Lapse.KEEP)
        make_enrolment(learner=learner, pathway=pathway)
        (first,) = hold(learner, electives[0])
        look(learner, TERM_DAY)
        (second,) = hold(learner, electives[1], at=LATER)
        withdraw_it(second, by=registrar, at=LATER + days(1))

        void(first, by=registrar, at=LATER + days(2))
        look(learner, LATER + days(2))

        assert len(certificates_of(learner, pathway)) == 1

    def test_still_due_from_the_same_day_the_certificate_stays(self, learner: User, registrar: User) -> None:
        electives = [make_achievement(), make_achievement()]
        pathway = make_stack(rule=pool(1, *electives))
        make_enrolment(learner=learner, pathway=pathway)
        first, _second = hold(learner, *electives)
        look(learner, TERM_DAY)

        void(first, by=registrar, at=LATER)
        look(learner, LATER)

        (only,) = certificates_of(learner, pathway)
        assert only.state == Credential.State.ACTIVE


class TestExpire:
    @pytest.fixture
    def pathway(self, learner: User) -> Pathway:
        part = make_achievement(expiry="months", expiry_months=12)
        stack = make_stack(rule=pool(1, part, make_achievement()), lapse_policy=Lapse.EXPIRE, grace_days=14)
        enrol(learner=learner, pathway=stack, by=learner, at=TERM_DAY)
        self.part = part
        (self.held,) = hold(learner, part)
        look(learner, TERM_DAY)
        return stack

    def test_the_last_day_is_that_of_the_parts_and_the_days_of_grace(
        self, learner: User, pathway: Pathway
    ) -> None:
        certificate = certificate_of(learner, pathway)

        assert certificate.expires_on == LAST_DAY + days(14)

    def test_in_grace_it_is_valid_and_says_how_long(self, learner: User, pathway: Pathway) -> None:
        look(learner, MORNING_AFTER)

        certificate, evaluation = certificate_of(learner, pathway), standing(learner, pathway)
        assert (evaluation.standing, evaluation.broken_on) == ("grace", date(2026, 9, 1))
        assert evaluation.grace_through == date(2026, 9, 14)
        assert evaluation.next_change_on == date(2026, 9, 15)
        assert certificate.state == Credential.State.ACTIVE
        assert verify_credential(credential=certificate, at=MORNING_AFTER).verdict == "valid"

    def test_after_grace_it_expires_and_the_enrolment_lapses(self, learner: User, pathway: Pathway) -> None:
        look(learner, MORNING_AFTER + days(14))

        assert certificate_of(learner, pathway).state == Credential.State.EXPIRED
        assert enrolment_of(learner, pathway).state == Enrolment.State.LAPSED
        assert standing(learner, pathway).standing == "expired"
        assert standing(learner, pathway).next_change_on is None

    def test_earned_again_it_is_issued_anew_from_that_day(self, learner: User, pathway: Pathway) -> None:
        look(learner, MORNING_AFTER + days(14))
        again = MORNING_AFTER + days(60)
        self.held.refresh_from_db()
        hold(learner, self.part, at=again)

        look(learner, again)
        look(learner, again + days(1))

        old, new = certificates_of(learner, pathway)
        assert (old.state, new.state, new.issue_no) == ("expired", "active", 2)
        assert local_day(new.earned_at) == local_day(again)
        assert new.expires_on == date(2027, 10, 30) + days(14)
        assert enrolment_of(learner, pathway).state == Enrolment.State.COMPLETE

    def test_a_part_renewed_in_time_moves_the_last_day(self, learner: User, pathway: Pathway) -> None:
        look(learner, LATER)
        renew(credential=self.held, by=None, at=LATER)

        look(learner, LATER + days(1))

        (only,) = certificates_of(learner, pathway)
        assert only.expires_on == date(2027, 8, 31) + days(14)
        assert [row.kind for row in only.events.order_by("pk")] == ["issued", "renewed"]
        findings = check_credentials(at=MORNING_AFTER).findings
        assert [row for row in findings if row.check in {"audit", "ledger"}] == []

    def test_while_its_first_copy_is_being_signed_the_day_waits_for_the_next_sweep(
        self, learner: User, pathway: Pathway
    ) -> None:
        renew(credential=self.held, by=None, at=LATER)

        evaluate_learner(learner=learner, at=LATER)
        (waiting,) = stale_enrolments(local_day(LATER))
        meanwhile = certificate_of(learner, pathway).expires_on
        look(learner, LATER)

        assert waiting.learner == learner
        assert meanwhile == LAST_DAY + days(14)
        assert certificate_of(learner, pathway).expires_on == date(2027, 8, 31) + days(14)

    def test_one_renewed_after_it_lapsed_is_issued_anew_once(self, learner: User, pathway: Pathway) -> None:
        look(learner, MORNING_AFTER + days(14))
        again = MORNING_AFTER + days(30)
        renew(credential=self.held, by=None, at=again)

        look(learner, again)
        look(learner, again + days(1))

        old, new = certificates_of(learner, pathway)
        assert (old.state, new.state, local_day(new.earned_at)) == ("expired", "active", local_day(again))


class TestOwnPeriod:
    def test_a_certificate_that_reached_its_own_end_is_not_issued_again_by_the_rule(
        self, learner: User
    ) -> None:
        part = make_achievement()
        pathway = make_stack(
            rule=pool(1, part, make_achievement()), awards=make_certificate(expiry="months", expiry_months=12)
        )
        make_enrolment(learner=learner, pathway=pathway)
        hold(learner, part)
        look(learner, TERM_DAY)

        for day in range(3):
            look(learner, MORNING_AFTER + days(day))

        (only,) = certificates_of(learner, pathway)
        assert only.state == Credential.State.EXPIRED
        assert standing(learner, pathway).standing == "expired"
        assert not stale_enrolments(local_day(MORNING_AFTER + days(2))).exists()


class TestReview:
    @pytest.fixture
    def pathway(self, learner: User, registrar: User) -> Pathway:
        part = make_achievement()
        stack = make_stack(rule=pool(1, part, make_achievement()), lapse_policy=Lapse.REVIEW)
        make_enrolment(learner=learner, pathway=stack)
        (held,) = hold(learner, part)
        look(learner, TERM_DAY)
        withdraw_it(held, by=registrar, at=LATER)
        look(learner, LATER)
        self.part = part
        return stack

    def decide(self, learner: User, pathway: Pathway, decision: Decision, by: User) -> Credential:
        decide_lapse(
            enrolment=enrolment_of(learner, pathway),
            decision=decision,
            reason="As the board said.",
            public_reason="Decided by the board.",
            by=by,
            at=LATER + days(1),
        )
        return certificate_of(learner, pathway)

    def test_it_is_valid_until_somebody_decides(self, learner: User, pathway: Pathway) -> None:
        certificate = certificate_of(learner, pathway)

        assert standing(learner, pathway).standing == "review"
        assert certificate.state == Credential.State.ACTIVE
        assert verify_credential(credential=certificate, at=LATER).verdict == "valid"

    def test_kept_it_stays_valid_and_is_asked_about_no_more(
        self,
        learner: User,
        registrar: User,
        pathway: Pathway,
    ) -> None:
        certificate = self.decide(learner, pathway, Decision.KEEP, registrar)
        look(learner, LATER + days(2))

        assert certificate.state == Credential.State.ACTIVE
        assert standing(learner, pathway).standing == "kept"
        last = certificate.events.latest("pk")
        assert (last.kind, last.by, last.is_news) == (CredentialEvent.Kind.REINSTATED, registrar, False)
        assert [row for row in check_credentials(at=LATER + days(2)).findings if row.check == "audit"] == []

    def test_suspended_it_comes_back_with_the_rule(
        self, learner: User, registrar: User, pathway: Pathway
    ) -> None:
        suspended = self.decide(learner, pathway, Decision.SUSPEND, registrar)
        hold(learner, self.part, at=LATER + days(3))
        look(learner, LATER + days(3))

        assert suspended.state == Credential.State.SUSPENDED
        assert certificate_of(learner, pathway) == suspended
        assert certificate_of(learner, pathway).state == Credential.State.ACTIVE

    def test_expired_it_is_issued_anew_with_the_rule(
        self, learner: User, registrar: User, pathway: Pathway
    ) -> None:
        expired = self.decide(learner, pathway, Decision.EXPIRE, registrar)
        hold(learner, self.part, at=LATER + days(3))
        look(learner, LATER + days(3))

        old, new = certificates_of(learner, pathway)
        assert (old, old.state, new.state) == (expired, "expired", "active")
        assert local_day(new.earned_at) == local_day(LATER + days(3))

    def test_revoked_no_rule_gives_it_back(self, learner: User, registrar: User, pathway: Pathway) -> None:
        revoked = self.decide(learner, pathway, Decision.REVOKE, registrar)
        hold(learner, self.part, at=LATER + days(3))
        look(learner, LATER + days(3))

        assert [row.state for row in certificates_of(learner, pathway)] == ["revoked"]
        assert (revoked.revocation, revoked.public_reason) == ("withdrawn", "Decided by the board.")

    def test_two_people_decide_once(
        self, learner: User, registrar: User, approver: User, pathway: Pathway
    ) -> None:
        self.decide(learner, pathway, Decision.KEEP, registrar)

        with pytest.raises(NothingToDecide, match="no decision any more"):
            self.decide(learner, pathway, Decision.REVOKE, approver)

        entry = AuditEntry.objects.get(act="decide lapse")
        assert entry.facts["decision"] == "keep"

    def test_broken_anew_it_is_asked_about_again(
        self, learner: User, registrar: User, pathway: Pathway
    ) -> None:
        self.decide(learner, pathway, Decision.KEEP, registrar)
        (again,) = hold(learner, self.part, at=LATER + days(3))
        look(learner, LATER + days(3))

        withdraw_it(again, by=registrar, at=LATER + days(6))
        look(learner, LATER + days(6))

        assert standing(learner, pathway).standing == "review"


class TestDecisionPage:
    @pytest.fixture
    def reviewed(self, learner: User, registrar: User) -> Enrolment:
        part = make_achievement()
        stack = make_stack(rule=pool(1, part, make_achievement()), lapse_policy=Lapse.REVIEW)
        make_enrolment(learner=learner, pathway=stack)
        (held,) = hold(learner, part)
        look(learner, TERM_DAY)
        withdraw_it(held, by=registrar, at=LATER)
        look(learner, LATER)
        return enrolment_of(learner, stack)

    def press(self, client: Client, enrolment: Enrolment, **answers: str) -> int:
        address = reverse("admin:pathways_enrolment_act", args=[enrolment.pk, "decide-lapse"])
        return client.post(address, {"op_key": str(uuid4()), "reason": "As decided.", **answers}).status_code

    def test_the_enrolment_says_since_when_and_why(
        self, reviewed: Enrolment, registrar: User, learner: User, sign_in: SignIn
    ) -> None:
        page = sign_in(registrar).get(reverse("admin:pathways_enrolment_change", args=[reviewed.pk]))
        own = sign_in(learner).get(reverse("learners:progress", args=[reviewed.public_id]))

        told = "The rule has not been met since 11 September 2025, because a part of it was revoked."
        for shown in (page, own):
            assert told in shown.content.decode()
            assert "The certificate is valid until the registrar decides." in shown.content.decode()
        assert "act/decide-lapse/" in page.content.decode()

    def test_it_is_found_on_the_work_list(
        self, reviewed: Enrolment, registrar: User, sign_in: SignIn
    ) -> None:
        listed = sign_in(registrar).get(reverse("admin:pathways_enrolment_changelist") + "?standing=review")

        waiting = [
            row for row in waiting_work(registrar, LATER) if row.label.startswith("certificates to dec")
        ]
        assert [row.count for row in waiting] == [1]
        assert "Lea Learner" in listed.content.decode()

    def test_to_end_it_takes_words_for_the_public(
        self, reviewed: Enrolment, registrar: User, sign_in: SignIn
    ) -> None:
        client = sign_in(registrar)

        without = self.press(client, reviewed, decision="suspend")
        with_words = self.press(client, reviewed, decision="suspend", public_reason="A part has lapsed.")

        reviewed.refresh_from_db()
        assert (without, with_words) == (200, 302)
        assert reviewed.certificate is not None
        assert reviewed.certificate.public_reason == "A part has lapsed."


class TestByHand:
    def test_who_reinstates_a_lapsed_certificate_is_not_overruled(
        self, learner: User, registrar: User
    ) -> None:
        part = make_achievement()
        pathway = make_stack(rule=pool(1, part, make_achievement()))
        make_enrolment(learner=learner, pathway=pathway)
        (held,) = hold(learner, part)
        look(learner, TERM_DAY)
        withdraw_it(held, by=registrar, at=LATER)
        look(learner, LATER)

        certificate = certificate_of(learner, pathway)
        reinstate(credential=certificate, reason="An exception.", by=registrar, at=LATER + days(1))
        look(learner, LATER + days(1))

        assert certificate_of(learner, pathway).state == Credential.State.ACTIVE
        assert standing(learner, pathway).standing == "kept"


class TestTime:
    """Golden tests 25 and 26 on rows: a window that was met stays met; an expiry is of the local day."""

    def test_three_within_twelve_months_stay_met_at_month_23(self, learner: User) -> None:
        parts = [make_achievement() for _part in range(5)]
        pathway = make_stack(rule=pool(3, *parts), window={"months": 12})
        make_enrolment(learner=learner, pathway=pathway)
        for part, months in zip(parts, (0, 5, 11, 14, 22), strict=True):
            hold(learner, part, at=TERM_DAY + timedelta(days=30 * months))

        look(learner, TERM_DAY + timedelta(days=30 * 23))

        certificate = certificate_of(learner, pathway)
        assert local_day(certificate.earned_at) == local_day(TERM_DAY + timedelta(days=330))

    @pytest.mark.parametrize(
        ("earned", "last_day"),
        [
            # A clock change of the institution's zone lies on the last day.
            (datetime(2024, 10, 28, 12, 0, tzinfo=UTC), date(2025, 10, 27)),
            (datetime(2024, 2, 29, 12, 0, tzinfo=UTC), date(2025, 2, 28)),
        ],
    )
    def test_a_part_counts_to_the_end_of_its_last_local_day(
        self,
        learner: User,
        settings: Any,
        earned: datetime,
        last_day: date,
    ) -> None:
        part = make_achievement(expiry="months", expiry_months=12)
        pathway = make_stack(rule=pool(1, part, make_achievement()))
        make_enrolment(learner=learner, pathway=pathway, at=earned)
        hold(learner, part, at=earned)
        look(learner, earned)
        zone = ZoneInfo(settings.PORTAL_TIME_ZONE)
        midnight = datetime.combine(last_day + days(1), datetime.min.time(), tzinfo=zone)

        look(learner, midnight - timedelta(seconds=1))
        before = certificate_of(learner, pathway).state
        look(learner, midnight)

        assert (before, certificate_of(learner, pathway).state) == ("active", "suspended")


class TestStored:
    def test_a_standing_that_changes_is_kept_though_the_verdict_stays(
        self, learner: User, registrar: User
    ) -> None:
        part = make_achievement()
        pathway = make_stack(rule=all_of(part, make_achievement()), lapse_policy=Lapse.REVIEW)
        make_enrolment(learner=learner, pathway=pathway)
        look(learner, TERM_DAY)
        look(learner, TERM_DAY)

        assert Evaluation.objects.filter(enrolment__learner=learner).count() == 1
