"""Roles: asked for by one, approved by another; cohorts changed without undoing one another."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from config.clock import now
from credentials.models import AuditEntry, Role
from credentials.services.cohorts import Part, UnknownPeople, change_people
from credentials.services.roles import (
    AlreadyAsked,
    CannotApprove,
    approve_role,
    end_role,
    establish_role,
    request_role,
)
from learners.models import User
from tests.makers import TERM_DAY, make_cohort, make_series, make_user

pytestmark = pytest.mark.django_db


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


class TestAskAndApprove:
    def test_a_role_opens_nothing_before_it_is_approved(
        self, registrar: User, approver: User, learner: User
    ) -> None:
        role = request_role(user=learner, role=Role.Name.FACULTY, by=registrar, at=TERM_DAY)
        before = fresh(learner).roles

        approve_role(role=role, by=approver, at=TERM_DAY)

        assert before == frozenset()
        assert fresh(learner).roles == {"faculty"}
        assert set(AuditEntry.objects.values_list("act", flat=True)) >= {"request role", "approve role"}

    def test_nobody_approves_her_own_request_or_her_own_role(
        self, registrar: User, approver: User, learner: User
    ) -> None:
        own_request = request_role(user=learner, role=Role.Name.FACULTY, by=approver, at=TERM_DAY)
        own_role = request_role(user=approver, role=Role.Name.REGISTRAR, by=registrar, at=TERM_DAY)

        for role in (own_request, own_role):
            with pytest.raises(CannotApprove, match="Somebody else"):
                approve_role(role=role, by=approver, at=TERM_DAY)

        assert not Role.objects.filter(user__in=[learner], approved_at__isnull=False).exists()

    def test_the_database_refuses_it_too(self, registrar: User, learner: User) -> None:
        role = request_role(user=learner, role=Role.Name.FACULTY, by=registrar, at=TERM_DAY)

        for person in (registrar, learner):
            with pytest.raises(IntegrityError), transaction.atomic():
                Role.objects.filter(pk=role.pk).update(approved_by=person, approved_at=TERM_DAY)

    def test_the_same_role_is_not_asked_for_twice(self, registrar: User, learner: User) -> None:
        request_role(user=learner, role=Role.Name.FACULTY, by=registrar, at=TERM_DAY)

        with pytest.raises(AlreadyAsked):
            request_role(user=learner, role=Role.Name.FACULTY, by=registrar, at=TERM_DAY)
        elsewhere = request_role(
            user=learner, role=Role.Name.FACULTY, series=make_series(), by=registrar, at=TERM_DAY
        )

        assert elsewhere.pk

    def test_a_withdrawn_request_cannot_be_approved(
        self, registrar: User, approver: User, learner: User
    ) -> None:
        role = request_role(user=learner, role=Role.Name.FACULTY, by=registrar, at=TERM_DAY)
        later = TERM_DAY + timedelta(days=1)
        end_role(role=role, by=registrar, at=later, reason="A mistake.")

        with pytest.raises(CannotApprove, match="has ended"):
            approve_role(role=role, by=approver, at=later)


class TestEnd:
    def test_takes_the_role_away_at_once_and_keeps_the_row(self, registrar: User, learner: User) -> None:
        role = establish_role(user=learner, role=Role.Name.ANALYST, at=TERM_DAY)

        end_role(role=role, by=registrar, at=now(), reason="Left the office.")

        assert fresh(learner).roles == frozenset()
        assert AuditEntry.objects.get(act="end role").person.reason == "Left the office."

    def test_what_ended_earlier_keeps_its_day(self, registrar: User, learner: User) -> None:
        role = establish_role(user=learner, role=Role.Name.ANALYST, at=TERM_DAY)
        first_day = TERM_DAY + timedelta(days=1)
        end_role(role=role, by=registrar, at=first_day, reason="Left.")

        ended = end_role(role=role, by=registrar, at=first_day + timedelta(days=9), reason="Again.")

        assert ended.ends_at == first_day


class TestCohort:
    def test_people_join_by_address_however_it_is_written(self, registrar: User, learner: User) -> None:
        cohort = make_cohort()

        change_people(
            cohort=cohort, part=Part.MEMBERS, add=[" Learner@People.Example ", ""], take_out=[], by=registrar
        )

        assert list(cohort.members.all()) == [learner]

    def test_an_unknown_address_changes_nothing(self, registrar: User, learner: User) -> None:
        cohort = make_cohort()

        with pytest.raises(UnknownPeople, match=r"nobody@people\.example"):
            change_people(
                cohort=cohort,
                part=Part.FACULTY,
                add=[learner.email, "nobody@people.example"],
                take_out=[],
                by=registrar,
            )

        assert not cohort.faculty.exists()

    def test_two_registrars_do_not_undo_each_other(self, registrar: User) -> None:
        stays, leaves, joins = make_user(), make_user(), make_user()
        cohort = make_cohort(members=[stays, leaves])

        change_people(cohort=cohort, part=Part.MEMBERS, add=[joins.email], take_out=[], by=registrar)
        change_people(cohort=cohort, part=Part.MEMBERS, add=[], take_out=[leaves], by=make_user())

        assert set(cohort.members.all()) == {stays, joins}
