"""A pathway over several series is published only when the owner of each agreed to exactly its rule."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from credentials.models import Role, Series
from learners.models import User
from pathways.models import PathwayVersion, Requirement, SeriesConsent
from pathways.queries import series_to_ask
from pathways.services.consenting import CannotConsent, give_consent
from pathways.services.publishing import CannotPublish, publish_pathway
from pathways.services.reviewing import return_version, submit_version
from tests.makers import (
    TERM_DAY,
    all_of,
    make_achievement,
    make_certificate,
    make_pathway,
    make_pathway_version,
    make_role,
    make_series,
    make_user,
    office,
)
from tests.people import SignIn

pytestmark = pytest.mark.django_db
LATER = TERM_DAY + timedelta(days=1)


class Shared:
    """A draft of one series over achievements of two others and of its own."""

    def __init__(self) -> None:
        names = ("Home", "Maths", "Writing")
        self.home, self.maths, self.writing = (make_series(name=name) for name in names)
        parts = [make_achievement(series=row) for row in (self.home, self.maths, self.writing)]
        awards = make_certificate(series=self.home)
        self.version: PathwayVersion = make_pathway(
            rule=all_of(*parts), awards=awards, is_published=False
        ).versions.get()

    @property
    def waiting(self) -> Sequence[Series]:
        return list(series_to_ask(self.version))


@pytest.fixture
def shared() -> Shared:
    return Shared()


def owner_of(series: Series | None, role: Role.Name = Role.Name.APPROVER) -> User:
    user = make_user()
    make_role(user=user, role=role, series=series)
    return user


class TestConsent:
    def test_a_rule_within_one_series_asks_nobody(self, approver: User) -> None:
        version = make_pathway_version(is_published=False)

        publish_pathway(version=version, by=approver, at=TERM_DAY)

        assert not SeriesConsent.objects.exists()

    def test_publishing_waits_for_every_other_series_and_names_them(
        self, shared: Shared, approver: User
    ) -> None:
        with pytest.raises(CannotPublish, match="Maths, Writing"):
            publish_pathway(version=shared.version, by=approver, at=TERM_DAY)
        give_consent(version=shared.version, series=shared.maths, by=owner_of(shared.maths), at=TERM_DAY)
        with pytest.raises(CannotPublish, match="yet: Writing"):
            publish_pathway(version=shared.version, by=approver, at=TERM_DAY)

        give_consent(version=shared.version, series=shared.writing, by=owner_of(shared.writing), at=TERM_DAY)
        publish_pathway(version=shared.version, by=approver, at=TERM_DAY)

        shared.version.refresh_from_db()
        assert shared.version.status == "published"

    def test_an_edit_asks_again(self, shared: Shared) -> None:
        give_consent(version=shared.version, series=shared.maths, by=owner_of(shared.maths), at=TERM_DAY)

        Requirement.objects.filter(version=shared.version, parent=None).update(label="Another name")

        assert shared.waiting == [shared.maths, shared.writing]

    def test_consent_outlasts_review_and_return(self, shared: Shared, approver: User) -> None:
        give_consent(version=shared.version, series=shared.maths, by=owner_of(shared.maths), at=TERM_DAY)

        submit_version(version=shared.version, by=office(), at=TERM_DAY)
        in_review = shared.waiting
        return_version(version=shared.version, reason="A word is wrong.", by=approver, at=LATER)

        assert in_review == shared.waiting == [shared.writing]

    @pytest.mark.parametrize("role", [Role.Name.APPROVER, Role.Name.REGISTRAR])
    def test_a_role_for_the_institution_speaks_for_a_series(self, shared: Shared, role: Role.Name) -> None:
        give_consent(version=shared.version, series=shared.maths, by=owner_of(None, role), at=TERM_DAY)

        assert shared.waiting == [shared.writing]

    def test_a_role_for_another_series_does_not(self, shared: Shared) -> None:
        stranger = owner_of(shared.writing)

        with pytest.raises(CannotConsent, match="no role for Maths"):
            give_consent(version=shared.version, series=shared.maths, by=stranger, at=TERM_DAY)

    def test_teaching_in_a_series_is_not_owning_it(self, shared: Shared) -> None:
        teacher = owner_of(shared.maths, Role.Name.FACULTY)

        with pytest.raises(CannotConsent, match="no role for Maths"):
            give_consent(version=shared.version, series=shared.maths, by=teacher, at=TERM_DAY)

    def test_nobody_speaks_for_two_series(self, shared: Shared, approver: User) -> None:
        give_consent(version=shared.version, series=shared.maths, by=approver, at=TERM_DAY)

        with pytest.raises(CannotConsent, match="You agreed for Maths already"):
            give_consent(version=shared.version, series=shared.writing, by=approver, at=TERM_DAY)

    def test_agreeing_twice_is_agreeing_once(self, shared: Shared, approver: User) -> None:
        first, second = (
            give_consent(version=shared.version, series=shared.maths, by=approver, at=at)
            for at in (TERM_DAY, LATER)
        )

        assert first == second
        assert SeriesConsent.objects.get().at == TERM_DAY

    def test_a_series_that_is_not_in_the_rule_is_not_asked(self, shared: Shared, approver: User) -> None:
        with pytest.raises(CannotConsent, match="lists nothing of Home"):
            give_consent(version=shared.version, series=shared.home, by=approver, at=TERM_DAY)

    def test_after_publication_nobody_is_asked(self, approver: User) -> None:
        version = make_pathway().versions.get()

        with pytest.raises(CannotConsent, match="before it is published"):
            give_consent(version=version, series=make_series(), by=approver, at=TERM_DAY)


class TestAtTheDesk:
    def test_the_page_says_who_is_missing_and_the_act_gives_it(
        self, shared: Shared, registrar: User, approver: User, sign_in: SignIn
    ) -> None:
        page = reverse("admin:pathways_pathwayversion_change", args=[shared.version.pk])
        act = reverse("admin:pathways_pathwayversion_act", args=[shared.version.pk, "consent"])
        desk, other = sign_in(registrar), sign_in(approver)
        before = desk.get(page).content.decode()

        replies = [
            who.post(act, {"op_key": str(uuid4()), "series": series.pk})
            for who, series in ((desk, shared.maths), (other, shared.writing))
        ]

        after = desk.get(page).content.decode()
        assert [reply.status_code for reply in replies] == [302, 302]
        assert "Maths: has not agreed yet" in before
        assert "Maths: agreed by Rosa Registrar" in after
        assert "Give consent" not in after

    def test_a_second_series_is_refused_in_words(
        self, shared: Shared, registrar: User, sign_in: SignIn
    ) -> None:
        act = reverse("admin:pathways_pathwayversion_act", args=[shared.version.pk, "consent"])
        desk = sign_in(registrar)
        desk.post(act, {"op_key": str(uuid4()), "series": shared.maths.pk})

        reply = desk.post(act, {"op_key": str(uuid4()), "series": shared.writing.pk})

        assert reply.status_code == 409
        assert "Somebody else has to speak for Writing" in reply.content.decode()
