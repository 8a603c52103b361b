"""What a certificate was awarded on, kept as it was that day: rule, facts, verdict, and each component."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext

from credentials.models import Credential, Evidence
from credentials.queries import local_day
from pathways.models import IssueSnapshot
from pathways.rules import explain
from pathways.rules.evaluate import ENGINE_VERSION, Fact, facts_digest
from pathways.rules.exchange import document_of
from pathways.services.judging import Judged

Json = dict[str, Any]


def keep_snapshot(judgement: Judged, *, certificate: Credential, met_on: date) -> IssueSnapshot:
    """Keep the grounds of this certificate, in the transaction that issues it; once, and for ever.

    A component is {code, name, version, earned_on, level, source, credential, url, evidence}: version, level,
    credential and url are null for what is no credential here, a recognition or a step.
    """
    situation, verdict = judgement.situation, judgement.verdict
    snapshot, _is_first = IssueSnapshot.objects.get_or_create(
        credential=certificate,
        defaults={
            "enrolment": judgement.enrolment,
            "version_id": judgement.enrolment.version_id,
            "taken_at": judgement.at,
            "met_on": met_on,
            "rule_sha256": verdict.rule_sha256,
            "facts_sha256": facts_digest(situation.facts),
            "engine_version": ENGINE_VERSION,
            "sentence": explain.sentence(situation.rule, situation.catalog).render(gettext, _in_words),
            "components": _components(judgement),
            "document": document_of(situation),
            "verdict": verdict.to_json(),
        },
    )
    return snapshot


def _components(judgement: Judged) -> list[Json]:
    held = judgement.inputs.credentials
    facts = {fact.id: fact for fact in judgement.situation.facts}
    used = sorted((facts[pk] for pk in judgement.verdict.used), key=lambda fact: (fact.earned_at, fact.id))
    shown = _evidence([held[fact.id] for fact in used if fact.id in held])
    return [_component(fact, judgement, held.get(fact.id), shown) for fact in used]


def _component(
    fact: Fact, judgement: Judged, credential: Credential | None, shown: Mapping[int, list[Json]]
) -> Json:
    entry = judgement.situation.catalog[fact.achievement]
    return {
        "code": fact.achievement,
        "name": credential.version.name if credential else entry.name or fact.achievement,
        "version": credential.version.number if credential else None,
        "earned_on": local_day(fact.earned_at).isoformat(),
        "level": fact.level,
        "source": fact.source,
        "credential": str(credential.public_id) if credential else None,
        "url": credential.get_absolute_url() if credential else None,
        "evidence": shown.get(credential.pk, []) if credential else [],
    }


def _evidence(credentials: list[Credential]) -> Mapping[int, list[Json]]:
    """What each of them showed of the work that day; one query."""
    shown: dict[int, list[Json]] = defaultdict(list)
    for row in Evidence.objects.filter(credential__in=credentials):
        shown[row.credential_id].append({"name": row.name, "genre": row.genre, "url": row.url})
    return shown


def _in_words(value: object) -> str:
    return date_format(value, "j F Y") if isinstance(value, date) else str(value)
