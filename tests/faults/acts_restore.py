"""What a restored installation is judged by: verbs for tests/faults/test_restore.py."""

from typing import Any

from credentials.models import Credential, SignedDocument


def handed_out() -> dict[str, Any]:
    """Every place on a status list that a credential holds, and the hash of what was signed, by public id."""
    places = Credential.objects.values_list("public_id", "status_list__public_id", "status_index")
    signed = SignedDocument.objects.exclude(sha256="")
    return {
        "places": {str(public_id): f"{block} {index}" for public_id, block, index in places},
        "signed": {
            f"{public_id} {revision}": digest
            for public_id, revision, digest in signed.values_list(
                "credential__public_id", "revision", "sha256"
            )
        },
    }


VERBS = {verb.__name__: verb for verb in (handed_out,)}
