"""Open Badges 2.0, as a view of what was signed: for readers that know nothing newer.

A hosted badge is believed because it is read from its issuer's own address; nothing here is signed.
"""

from collections.abc import Mapping
from typing import Any

from credentials.openbadges.documents import clean_text
from credentials.openbadges.facts import AchievementFacts, IssuerFacts

CONTEXT = "https://w3id.org/openbadges/v2"

Json = dict[str, Any]


def assertion(signed: Mapping[str, Any], *, address: str, badge: str, image: str) -> Json:
    """The Assertion at `address` of a signed OpenBadgeCredential: same recipient, dates and evidence.

    `badge` is its BadgeClass's address, `image` that of its picture. Raises ValueError for a document that
    names its recipient by no salted e-mail hash.
    """
    subject = signed["credentialSubject"]
    return _present(
        {
            "@context": CONTEXT,
            "type": "Assertion",
            "id": address,
            "recipient": _recipient(subject.get("identifier", ())),
            "badge": badge,
            "image": image,
            "verification": {"type": "HostedBadge"},
            "issuedOn": signed["awardedDate"],
            "expires": signed.get("validUntil"),
            "evidence": [_evidence(item) for item in signed.get("evidence", ())],
        }
    )


def revoked_assertion(address: str, *, reason: str) -> Json:
    """What stands at the address of an Assertion that does not hold; goes with the status 410 Gone."""
    return _present(
        {
            "@context": CONTEXT,
            "type": "Assertion",
            "id": address,
            "revoked": True,
            "revocationReason": clean_text(reason),
        }
    )


def badge_class(achievement: AchievementFacts, *, address: str, issuer: str) -> Json:
    """The BadgeClass at `address`; `issuer` is its Profile's address."""
    return _present(
        {
            "@context": CONTEXT,
            "type": "BadgeClass",
            "id": address,
            "name": clean_text(achievement.name),
            "description": clean_text(achievement.description),
            "image": {"id": achievement.image_id, "caption": clean_text(achievement.image_caption)},
            "criteria": {
                "id": achievement.criteria_id,
                "narrative": clean_text(achievement.criteria_narrative),
            },
            "issuer": issuer,
            "tags": [clean_text(tag) for tag in achievement.tags],
            "alignment": [
                _present(
                    {
                        "targetName": clean_text(item.target_name),
                        "targetUrl": item.target_url,
                        "targetDescription": item.target_description and clean_text(item.target_description),
                        "targetFramework": item.target_framework and clean_text(item.target_framework),
                        "targetCode": item.target_code and clean_text(item.target_code),
                    }
                )
                for item in achievement.alignments
            ],
        }
    )


def profile(issuer: IssuerFacts, *, address: str, url: str, email: str) -> Json:
    """The Profile at `address`. Open Badges 2.0 asks every issuer for an address and an e-mail: `url` and
    `email` stand in where the institution gave none.
    """
    return _present(
        {
            "@context": CONTEXT,
            "type": "Issuer",
            "id": address,
            "name": clean_text(issuer.name),
            "url": issuer.url or url,
            "email": issuer.email or email,
            "description": issuer.description and clean_text(issuer.description),
        }
    )


def _recipient(identifiers: Any) -> Json:
    for item in identifiers:
        if item.get("identityType") == "emailAddress" and item.get("hashed") and item.get("salt"):
            return {
                "type": "email",
                "hashed": True,
                "salt": item["salt"],
                "identity": item["identityHash"],
            }
    raise ValueError("the document names no recipient by a salted e-mail hash")


def _evidence(item: Mapping[str, Any]) -> Json:
    kept = ("id", "name", "narrative", "description", "genre", "audience")
    return {"type": "Evidence", **{key: item[key] for key in kept if item.get(key)}}


def _present(fields: Mapping[str, Any]) -> Json:
    return {key: value for key, value in fields.items() if value not in (None, "", [])}
