"""What an attacked installation says of itself: everything owed, and everything that must fit together."""

import hashlib
import json
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import Count

from credentials.models import Credential, Job, Rendering, SignedDocument, StatusList
from credentials.openbadges import status
from learners.models import Notification
from tests.duties import owed

STATES = {
    # A suspended credential raises both bits: some verifiers read only revocation.
    "revocation": (Credential.State.REVOKED, Credential.State.SUSPENDED),
    "suspension": (Credential.State.SUSPENDED,),
}


def owes() -> dict[str, Any]:
    """What a worker would still have to do, one line each, and the duties that gave up."""
    stuck = [
        f"{duty._meta.verbose_name} {duty.pk}: {duty.last_error}"
        for model in (SignedDocument, Rendering, Notification, Job)
        for duty in model.objects.stuck()
    ]
    # Some of it, that looking costs the attacked machine little.
    return {"owed": list(islice(owed(), 20)), "stuck": stuck}


def misfits() -> dict[str, Any]:
    """What does not fit together, by kind; each list is empty when all is whole."""
    return {
        "status indexes given twice": _twice(Credential, "status_list", "status_index"),
        "public ids given twice": _twice(Credential, "public_id"),
        "documents signed twice": _twice(SignedDocument, "credential", "revision"),
        "messages for the same news": _twice(Notification, "dedupe_key"),
        "certificate files": _file_misfits(),
        "status bits": _bit_misfits(),
    }


def _twice(model: Any, *fields: str) -> list[str]:
    rows = model.objects.order_by().values(*fields).annotate(times=Count("pk")).filter(times__gt=1)
    return [str(row) for row in rows]


def _file_misfits() -> list[str]:
    """Rows whose file is missing or not the one that was hashed, and files without a row."""
    expected = dict(
        Rendering.objects.filter(rendered_at__isnull=False).values_list("file", "sha256").order_by("pk")
    )
    folder = settings.MEDIA_ROOT / "certificates"
    kept = (
        {
            f"certificates/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest()
            for path in folder.iterdir()
        }
        if folder.exists()
        else {}
    )
    return [
        *(f"{name}: in the database, not on the disk" for name in expected.keys() - kept.keys()),
        *(f"{name}: on the disk, not in the database" for name in kept.keys() - expected.keys()),
        *(f"{name}: not as hashed" for name in expected.keys() & kept.keys() if expected[name] != kept[name]),
    ]


def _bit_misfits() -> list[str]:
    """Where the published lists say something else than the credentials' states."""
    found = []
    for block in StatusList.objects.all():
        for purpose, states in STATES.items():
            held = Credential.objects.filter(status_list=block, state__in=states)
            bits = _bits(block, purpose)
            raised = {index for index in range(StatusList.SIZE) if status.bit(bits, index)}
            differing = raised ^ set(held.values_list("status_index", flat=True))
            found += [f"{purpose} of {block.pk}: {index}" for index in sorted(differing)]
    return found


def _bits(block: StatusList, purpose: str) -> bytes:
    signed = json.loads(bytes(getattr(block, f"{purpose}_bytes") or b"null"))
    return (
        status.decode(signed["credentialSubject"]["encodedList"]) if signed else bytes(StatusList.SIZE // 8)
    )


VERBS = {verb.__name__: verb for verb in (owes, misfits)}
