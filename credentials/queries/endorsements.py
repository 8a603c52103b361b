"""What others say of an achievement or a credential: the endorsements that stand, and their documents."""

import functools
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from credentials.models import AchievementVersion, Credential, Endorsement
from credentials.openbadges.documents import embeddable

# A document of ours carries no more than this; a verifier refuses one with more than twenty.
CARRIED = 10


def endorsed_id(target: AchievementVersion | Credential) -> str:
    """What an endorsement calls the thing that it endorses: the id in that thing's own document."""
    if isinstance(target, Credential):
        return target.public_id.urn
    return settings.PORTAL_URL + target.get_absolute_url()


def endorsements_of(target: AchievementVersion | Credential) -> QuerySet[Endorsement]:
    """Signed, not taken back and not run out, the newest first."""
    about = Q(credential=target) if isinstance(target, Credential) else Q(version=target)
    rows: QuerySet[Endorsement] = Endorsement.objects.standing().filter(
        about, Q(valid_until__isnull=True) | Q(valid_until__gt=Now())
    )
    return rows.select_related("endorser").defer("unsigned")


def carried_endorsements(target: AchievementVersion | Credential) -> tuple[Mapping[str, Any], ...]:
    """The signed documents that a credential issued now carries; one that would spoil it is left out."""
    found = endorsements_of(target).values_list("sha256", "signed")[:CARRIED]
    parsed = (_carried(sha256, bytes(signed or b"")) for sha256, signed in found)
    return tuple(document for document in parsed if document is not None)


def public_endorsement(public_id: object) -> QuerySet[Endorsement]:
    """The one of this id, where anybody may read it: of a version, or of a credential its holder opened."""
    opened = Q(credential__visibility=Credential.Visibility.PUBLIC)
    rows: QuerySet[Endorsement] = Endorsement.objects.standing().filter(
        Q(version__published_at__isnull=False) | opened, public_id=public_id
    )
    return rows


@functools.lru_cache(maxsize=256)
def _carried(sha256: str, signed: bytes) -> Mapping[str, Any] | None:
    document = json.loads(signed)
    return document if isinstance(document, dict) and embeddable(document) else None
