"""A receipt for a check of many: what was looked at, when, and what was found, as a credential of our own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from credentials.openbadges import contexts
from credentials.openbadges.report import Verdict
from credentials.openbadges.text import clean_text, instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One code or file: its name, what identifies its content, and the verdict at that moment."""

    name: str
    what: str
    verdict: Verdict
    at: datetime


def receipt(
    *, public_id: UUID, issuer: str, url: str, looked: Sequence[Looked], at: datetime
) -> dict[str, Any]:
    """The unsigned receipt: a plain VerifiableCredential (VCDM 2.0) about the check at `url`.

    It has no terms of its own, which verifiers with fixed contexts would refuse: each thing that was looked
    at is an Evidence with an address below `url`, its verdict and moment in words.
    """
    valid = sum(one.verdict == "valid" for one in looked)
    return {
        "@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES],
        "id": public_id.urn,
        "type": ["VerifiableCredential"],
        "name": "Receipt for a check of credentials",
        "description": "What the issuer found when it was asked. It says nothing of any later day.",
        "issuer": issuer,
        "validFrom": instant(at),
        "credentialSubject": {
            "id": url,
            "name": "Check of credentials",
            "description": f"{len(looked)} checked, {valid} valid.",
        },
        "evidence": [
            {
                "id": f"{url}#{place}",
                "type": ["Evidence"],
                "name": clean_text(one.name).strip() or str(place),
                "narrative": f"{one.verdict}; checked {instant(one.at)}; {one.what}",
            }
            for place, one in enumerate(looked, start=1)
        ],
    }
