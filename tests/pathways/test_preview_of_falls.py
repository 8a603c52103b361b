"""Before a credential is revoked or suspended: which certificates fall with it, and by which policy."""

from collections.abc import Callable

import pytest
from django.test import Client

from credentials.models import Credential
from learners.models import User
from pathways.models import PathwayVersion
from tests import makers
from tests.people import SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(registrar: User, sign_in: SignIn) -> Client:
    return sign_in(registrar)


def test_the_page_names_them_with_the_policy_of_their_pathway(
    desk: Client, learner: User, drain: Callable[..., None]
) -> None:
    core, award = makers.make_achievement(), makers.make_certificate(name="Certificate in Tables")
    pathway = makers.make_pathway(
        rule=makers.all_of(core), awards=award, lapse_policy=PathwayVersion.Lapse.SUSPEND
    )
    makers.make_enrolment(learner=learner, pathway=pathway)
    component = makers.make_credential(recipient=learner, achievement=core)
    drain(printing=False)
    certificate = Credential.objects.get(achievement=award)
    above = makers.make_credential(
        recipient=learner, achievement=makers.make_certificate(name="Diploma"), components=[certificate]
    )

    shown = desk.get(f"/registrar/credentials/credential/{component.pk}/act/suspend/").content.decode()

    assert above.components.get() == certificate
    assert "Certificate in Tables (active); if its rule no longer holds: suspend until" in shown
    assert "Diploma (active)" in shown
