"""What the tests of web, broker, database and beat need done or told inside the attacked installation."""

from typing import Any

from config.celery import SWEEPS, app
from config.clock import now
from credentials.models import CredentialEvent, Role, SignedDocument, SweepRun
from credentials.services import signing
from credentials.tasks import prepare_document
from tests import makers

NEWER = SignedDocument.SHAPE + 1


def approver() -> dict[str, Any]:
    """Somebody of academic affairs with a password: she may revoke, and sees the work list."""
    user = makers.make_user(name="Abel Approver", email="approver@people.example")
    makers.make_role(user=user, role=Role.Name.APPROVER)
    return {"email": user.email, "password": makers.PASSWORD}


def credentials() -> dict[str, Any]:
    """Whatever is issued, by primary key."""
    return {"pks": list(SignedDocument.objects.order_by("pk").values_list("credential", flat=True))}


def revocations() -> dict[str, Any]:
    """The revoked credentials of the ledger, one for each event: twice there, twice here."""
    revoked = CredentialEvent.objects.filter(kind=CredentialEvent.Kind.REVOKED)
    return {"pks": [str(pk) for pk in revoked.values_list("credential", flat=True)]}


def unsigned() -> dict[str, Any]:
    """The documents that wait for their signature."""
    return {"pks": list(SignedDocument.objects.filter(signed_at=None).values_list("pk", flat=True))}


def hold_sweeps(seconds: int) -> dict[str, Any]:
    """Be the worker that is on every sweep for so long."""
    return {
        "held": [name for name in SWEEPS if SweepRun.objects.begin(_row(name), at=now(), seconds=seconds)]
    }


def sweeps() -> dict[str, Any]:
    """When each sweep began last."""
    return {row.name: str(row.started_at) for row in SweepRun.objects.all()}


def speak_newer() -> dict[str, Any]:
    """Send what a later release would: a task nobody knows yet, and a known one that says more."""
    app.send_task("credentials.tasks.of_a_later_release", kwargs={"event_id": 1}, queue="evaluate")
    for event in CredentialEvent.objects.filter(credential__documents__signed_at=None):
        prepare_document.apply_async(kwargs={"event_id": event.pk, "of_a_later_release": True})
    return {}


def make_newer() -> dict[str, Any]:
    """Give the unsigned documents the shape of a later release."""
    return {"made": SignedDocument.objects.filter(signed_at=None).update(shape=NEWER)}


def be_newer() -> dict[str, Any]:
    """Sign what waits as a worker of that later release would."""
    SignedDocument.SHAPE = NEWER
    return {"signed": [signing.sign_document(document_id=pk) for pk in unsigned()["pks"]]}


def _row(sweep: str) -> str:
    """A sweep's row, `credentials.catch_up`, by its task's name."""
    return sweep.replace(".tasks.", ".")


VERBS = {
    verb.__name__: verb
    for verb in (
        approver,
        credentials,
        revocations,
        unsigned,
        hold_sweeps,
        sweeps,
        speak_newer,
        make_newer,
        be_newer,
    )
}
