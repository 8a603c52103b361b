"""What a fault test does inside the attacked installation: the verbs that every theme needs.

They use the portal's services, as its pages do, and the real broker. tests/faults/actor.py runs them.
"""

import json
import random
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, F

from config.clock import now
from config.deadlocks import retried
from config.events import quietly
from credentials import tasks as credential_tasks
from credentials.models import (
    Achievement,
    Credential,
    CredentialEvent,
    Rendering,
    SignedDocument,
    StatusList,
)
from credentials.openbadges import proofs
from credentials.services import auditing, signing, verifying
from credentials.services.issuing import Award, issue
from credentials.services.keystores import signer_for
from learners import tasks as learner_tasks
from learners.models import Notification, User
from pathways import tasks as pathway_tasks
from pathways.models import Enrolment, Evaluation, Pathway
from pathways.services.evaluating import evaluate_learner
from tests import makers

FIRST, LAST, CERTIFICATE = "FIRST", "LAST", "CERTIFICATE"
VERDICTS: dict[str, str] = {
    Credential.State.ACTIVE: "valid",
    Credential.State.SUSPENDED: "suspended",
    Credential.State.REVOKED: "revoked",
    Credential.State.EXPIRED: "expired",
}


def found(learners: int) -> dict[str, Any]:
    """An institution with one pathway of two components; each learner holds the first one already."""
    with quietly():
        first, last = makers.make_achievement(code=FIRST), makers.make_achievement(code=LAST)
        makers.make_pathway(
            rule=makers.all_of(first, last),
            awards=makers.make_certificate(code=CERTIFICATE),
            enrolment_policy=Pathway.EnrolmentPolicy.AUTOMATIC,
        )
        # Without a password: five hundred slow hashes would be most of the test.
        people = [
            User.objects.create_user(email=f"learner{number}@people.example", name=f"Learner {number}")
            for number in range(learners)
        ]
        for learner in people:
            hand_to(first, learner, number=1, is_news=False)
            evaluate_learner(learner=learner, at=now())
        for document in SignedDocument.objects.all():
            signing.sign_document(document_id=document.pk)
    return {"learners": [learner.pk for learner in people]}


def finish(learners: list[int], *, is_quiet: bool = False) -> dict[str, Any]:
    """Issue the last component to each learner, one transaction each; quietly: no message leaves."""
    last = Achievement.objects.get(code=LAST)
    for learner in User.objects.filter(pk__in=learners).order_by("pk"):
        if is_quiet:
            with quietly():
                hand_to(last, learner, number=2)
        else:
            hand_to(last, learner, number=2)
    return {"issued": Credential.objects.filter(achievement=last).count()}


def shout(times: int, seed: int) -> dict[str, Any]:
    """Send every message that the ledger ever caused `times` times, shuffled."""
    messages = []
    for event in CredentialEvent.objects.all():
        for task in (credential_tasks.prepare_document, pathway_tasks.evaluate_learner, learner_tasks.notify):
            messages += [(task, {"event_id": event.pk})] * times
    for document in SignedDocument.objects.all():
        messages += [(credential_tasks.render_certificate, {"document_id": document.pk})] * times
    for notification in Notification.objects.all():
        messages += [(learner_tasks.send_mail, {"notification_id": notification.pk})] * times
    random.Random(seed).shuffle(messages)  # noqa: S311 - an order, no secret
    for task, ids in messages:
        task.apply_async(kwargs=ids)
    return {"sent": len(messages)}


def state() -> dict[str, Any]:
    """Everything the fault tests judge by, counted in the database and on the disk."""
    certificates = Credential.objects.filter(achievement__code=CERTIFICATE)
    told = Notification.objects.filter(kind=Notification.Kind.PATHWAY_COMPLETE)
    return {
        "certificates": certificates.count(),
        "holders": certificates.values("recipient").distinct().count(),
        "unsigned": SignedDocument.objects.filter(signed_at__isnull=True).count(),
        "documents_twice": _doubles(SignedDocument.objects.values("credential", "revision")),
        "pdf_rows": Rendering.objects.filter(rendered_at__isnull=False).count(),
        "pdf_files": len(list((settings.MEDIA_ROOT / "certificates").glob("*.pdf"))),
        "half_files": len(list((settings.MEDIA_ROOT / "certificates").glob(".*"))),
        "told": told.count(),
        "unsent": Notification.objects.filter(done_at__isnull=True).count(),
        "mails": _mails(),
        "stuck": SignedDocument.objects.stuck().count() + Rendering.objects.stuck().count(),
        "unevaluated": Enrolment.objects.exclude(evaluations__is_current=True).count(),
        "evaluations_twice": _doubles(Evaluation.objects.filter(is_current=True).values("enrolment")),
        "unpublished": StatusList.objects.filter(published_revision__lt=F("revision")).count(),
        "events_twice": _doubles(CredentialEvent.objects.values("credential", "kind")),
        "indexes_twice": _doubles(Credential.objects.values("status_list", "status_index")),
    }


def verdicts() -> dict[str, Any]:
    """The credentials whose verdict is not what their state says, and what is broken in the audit chain."""
    at = now()
    said = {
        row: verifying.verify_credential(credential=row, at=at).verdict for row in Credential.objects.all()
    }
    while auditing.seal():
        pass
    return {
        "refused": [f"{row}: {said[row]}" for row in said if said[row] != VERDICTS.get(row.state)],
        "broken": auditing.broken_links(),
    }


def signed_anew() -> dict[str, Any]:
    """Whether each stored document is, to the byte, what its intent gives when it is signed again."""
    same = [
        bytes(row.signed or b"")
        == proofs.sign(
            json.loads(bytes(row.unsigned)),
            signer=signer_for(row.key),
            verification_method=row.key.verification_method,
            created=row.proof_created_at,
        )
        for row in SignedDocument.objects.select_related("key__issuer")
    ]
    return {"same": same.count(True), "of": len(same)}


def hand_to(achievement: Achievement, learner: User, *, number: int, is_news: bool = True) -> Credential:
    award = Award(
        achievement=achievement,
        recipient=learner,
        source=Credential.Source.HAND,
        source_id=learner.pk * 10 + number,
        earned_at=now(),
    )
    # As every page and task does, for it meets workers that issue at the same time.
    return retried(lambda: issue(award=award, at=now(), by=makers.office(), is_news=is_news))


def _doubles(rows: Any) -> int:
    return int(rows.annotate(times=Count("pk")).filter(times__gt=1).count())


def _mails() -> int:
    outbox = Path(settings.EMAIL_FILE_PATH)
    return (
        sum(file.read_text().count("Message-ID:") for file in outbox.glob("*.log")) if outbox.exists() else 0
    )


VERBS = {verb.__name__: verb for verb in (found, finish, shout, state, verdicts, signed_anew)}
