"""What the faults of workers, files, memory and mail do inside the attacked installation."""

import time
from collections.abc import Iterable
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from assessments.models import Assessment, SubmittedEvidence
from assessments.services import submitting
from config.celery import SWEEPS
from config.clock import now
from config.events import quietly
from credentials.models import Achievement, Credential, Rendering, SignedDocument
from credentials.services import signing
from credentials.services.duties import try_again
from credentials.services.revoking import revoke
from learners.models import Notification, User
from tests import makers
from tests.faults.acts import CERTIFICATE, LAST, hand_to

DUTIES = (SignedDocument, Rendering, Notification)
# A certificate that cannot be printed in the memory that the press may use: one word without end.
HUNGRY = "HUNGRY"
HUNGRY_LETTERS = 30_000_000
# What a trigger refuses, told by the learner it concerns.
REFUSED_ROWS = {
    "credentials_credential": "NEW.source = 'pathway' AND NEW.recipient_id = {learner}",
    "credentials_rendering": (
        "{learner} = (SELECT c.recipient_id FROM credentials_credential c"
        " JOIN credentials_signeddocument d ON d.credential_id = c.id WHERE d.id = NEW.document_id)"
    ),
}


def refuse(table: str, learner: int) -> dict[str, Any]:
    """From now on the database refuses this learner's row in `table`."""
    row = REFUSED_ROWS[table].format(learner=int(learner))
    if connection.vendor == "sqlite":
        made = [
            f"CREATE TRIGGER refused_by_the_test BEFORE INSERT ON {table} WHEN {row}"
            " BEGIN SELECT RAISE(ABORT, 'refused by the test'); END"
        ]
    else:
        made = [
            "CREATE FUNCTION refused_by_the_test() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$BEGIN IF {row} THEN RAISE EXCEPTION 'refused by the test'; END IF; RETURN NEW; END$$",
            f"CREATE TRIGGER refused_by_the_test BEFORE INSERT ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refused_by_the_test()",
        ]
    return _execute(made)


def refuse_no_more(table: str) -> dict[str, Any]:
    is_sqlite = connection.vendor == "sqlite"
    return _execute([f"DROP TRIGGER refused_by_the_test{'' if is_sqlite else f' ON {table}'}"])


def hurry() -> dict[str, Any]:
    """Let what failed be tried again now, instead of after its pause, and wake the sweeps."""
    for model in DUTIES:
        waiting: Any = model._default_manager.filter(done_at__isnull=True, lease_until__isnull=True)
        waiting.update(due_at=Now())
    return _wake()


def rest() -> dict[str, Any]:
    """Let the certificates that eat memory wait for an hour, and wake the sweeps all the same."""
    hungry = Rendering.objects.filter(document__credential__achievement__code=HUNGRY)
    hungry.filter(done_at__isnull=True).update(due_at=Now() + timedelta(hours=1))
    return _wake()


def stuck() -> dict[str, Any]:
    """The duties that gave up, with their reasons, and what the registrar's list says of them."""
    gave_up: Iterable[Any] = [row for model in DUTIES for row in model.objects.stuck()]
    at, registrar = now(), makers.office()
    items = [item for dotted in settings.WORKLIST for item in import_string(dotted)(registrar, at)]
    return {
        "reasons": [row.last_error for row in gave_up],
        "waiting": {str(item.label): item.count for item in items},
    }


def mend() -> dict[str, Any]:
    """The registrar presses "Try again" on everything that gave up."""
    gave_up: Iterable[Any] = [row for model in DUTIES for row in model.objects.stuck()]
    for row in gave_up:
        try_again(duty=row, by=makers.office())
    return hurry()


def withdraw(learner: int, code: str) -> dict[str, Any]:
    """Revoke what this learner holds of `code`, as a registrar does."""
    credential = Credential.objects.get(recipient=learner, achievement__code=code)
    revoke(
        credential=credential,
        revocation=Credential.Revocation.VOID,
        reason="The test looks whether it can be done.",
        by=makers.office(),
        at=now(),
    )
    return {"state": Credential.objects.get(pk=credential.pk).state}


def signed() -> dict[str, Any]:
    """How many certificates are issued, and how many of them signed."""
    held = Credential.objects.filter(achievement__code=CERTIFICATE)
    return {
        "issued": held.count(),
        "signed": held.filter(documents__signed_at__isnull=False).count(),
        "attempts": max(SignedDocument.objects.values_list("attempts", flat=True), default=0),
    }


def renderings(code: str = CERTIFICATE) -> dict[str, Any]:
    """How printing stands for the certificates of one achievement."""
    rows = Rendering.objects.filter(document__credential__achievement__code=code)
    return {
        "attempts": list(rows.values_list("attempts", flat=True)),
        "errors": list(rows.filter(done_at__isnull=True).values_list("last_error", flat=True)),
        "done": rows.filter(done_at__isnull=False).count(),
    }


def set_hungry_table(learners: list[int]) -> dict[str, Any]:
    """Each of these learners holds, signed, a certificate that no press has the memory for."""
    with quietly():
        hungry = makers.make_certificate(code=HUNGRY, description="x" * HUNGRY_LETTERS)
        for learner in User.objects.filter(pk__in=learners):
            credential = hand_to(hungry, learner, number=3, is_news=False)
            signing.sign_document(document_id=credential.documents.get().pk)
    Rendering.objects.filter(document__credential__achievement=hungry).update(
        due_at=Now() + timedelta(hours=1)
    )
    return {}


def paced(learners: list[int], every: float) -> dict[str, Any]:
    """Issue the last component to each learner in turn, one every so many seconds."""
    last = Achievement.objects.get(code=LAST)
    for learner in User.objects.filter(pk__in=learners).order_by("pk"):
        began = time.monotonic()
        hand_to(last, learner, number=2)
        time.sleep(max(0.0, every - (time.monotonic() - began)))
    return {}


def waits(learners: list[int]) -> dict[str, Any]:
    """How long signing and mail took for what was issued to these learners: seconds."""
    documents = SignedDocument.objects.filter(
        credential__recipient__in=learners, credential__achievement__code=LAST, signed_at__isnull=False
    )
    mails = Notification.objects.filter(
        recipient__in=learners, event__credential__achievement__code=LAST, done_at__isnull=False
    )
    return {
        "signing": [
            (signed_at - issued_at).total_seconds()
            for signed_at, issued_at in documents.values_list("signed_at", "credential__issued_at")
        ],
        "mail": [
            (done_at - issued_at).total_seconds()
            for done_at, issued_at in mails.values_list("done_at", "event__credential__issued_at")
            if done_at is not None
        ],
    }


def mail() -> dict[str, Any]:
    """Every message by its Message-ID: to whom, and how it stands."""
    rows = Notification.objects.values_list("message_id", "recipient__email", "mail", "attempts", "public_id")
    return {
        "all": [
            {"id": message_id, "to": to, "stands": stands, "attempts": attempts, "key": str(key)}
            for message_id, to, stands, attempts, key in rows
        ]
    }


def set_assessment() -> dict[str, Any]:
    """Something that work can be handed in for."""
    with quietly():
        return {"assessment": makers.make_assessment().pk}


def add_evidence(assessment: int, learner: int) -> dict[str, Any]:
    """A learner adds a file to her draft: what she is told, and what there is of it then."""
    draft = submitting.open_draft(
        assessment=Assessment.objects.get(pk=assessment), learner=User.objects.get(pk=learner), at=now()
    )
    told = ""
    try:
        submitting.add_file(
            submission=draft, content=BytesIO(b"my report " * 9000), name="mine.txt", at=now()
        )
    except submitting.CannotSubmit as refusal:
        told = str(refusal)
    files = [path for path in (settings.MEDIA_ROOT / "evidence").rglob("*") if path.is_file()]
    return {"told": told, "rows": SubmittedEvidence.objects.count(), "files": len(files)}


def _wake() -> dict[str, Any]:
    for sweep in SWEEPS:
        import_string(sweep).apply_async()
    return {}


def _execute(statements: list[str]) -> dict[str, Any]:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    return {}


VERBS = {
    verb.__name__: verb
    for verb in (
        add_evidence,
        hurry,
        mail,
        mend,
        paced,
        refuse,
        refuse_no_more,
        renderings,
        rest,
        set_assessment,
        set_hungry_table,
        signed,
        stuck,
        waits,
        withdraw,
    )
}
