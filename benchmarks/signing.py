"""Signing a thousand credentials by template, beside the usual way and the bare signature."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyld import jsonld

from benchmarks.measuring import Line, counted
from config.events import quietly
from credentials.models import Credential
from credentials.openbadges import bulk, contexts
from credentials.openbadges.documents import open_badge_credential, to_bytes
from credentials.openbadges.facts import StatusFacts
from credentials.openbadges.keys import base58_encode
from credentials.openbadges.proofs import proof_options
from credentials.services.signing import publish_status_list
from tests import makers
from tests.standards.institution import AWARD_DAY, KEY, METHOD, REVOCATION_LIST, credential, signed

MANY, SOME, ROUNDS = 1_000, 40, 3
USUAL_AT_LEAST, BARE_AT_MOST = 20, 6
BITS = 200

_sign = Ed25519PrivateKey.from_private_bytes(KEY.private_bytes).sign


def measure(database: str) -> Iterator[Line]:
    if database == "SQLite":  # signing itself asks no database
        yield from _signing()
    yield _status_lists(database)


def _signing() -> Iterator[Line]:
    intents = [_intent(number) for number in range(MANY)]
    templates = bulk.Templates()
    batch = _sign_all(intents, templates)
    # In turns, so that whatever else the machine does meets all of them; the best of each is what it costs.
    turns = [
        (
            _each(partial(_by_template_alone, intents, templates), MANY),
            _each(partial(_sign_all, intents, templates), MANY),
            _each(partial(_the_usual_way, intents[:SOME]), SOME),
            _each(partial(_bare, intents), MANY),
        )
        for _turn in range(ROUNDS)
    ]
    alone, checked, usual, bare = (min(times) for times in zip(*turns, strict=True))
    job = f"sign by template, {MANY} credentials"
    yield Line(
        job=job,
        ours=f"{alone:.3f} ms each",
        comparison=f"PyLD normalises each: {usual:.2f} ms",
        ratio=f"{usual / alone:.0f}x",
        goal=f">= {USUAL_AT_LEAST}x",
        is_met=usual / alone >= USUAL_AT_LEAST,
    )
    yield Line(
        job=job,
        ours=f"{alone:.3f} ms each",
        comparison=f"bare Ed25519: {bare:.3f} ms",
        ratio=f"{alone / bare:.1f}x",
        goal=f"<= {BARE_AT_MOST}x",
        is_met=alone / bare <= BARE_AT_MOST,
    )
    yield Line(
        job=f"{job}, {batch.checked} of them checked",
        ours=f"{checked:.3f} ms each",
        comparison=f"PyLD normalises each: {usual:.2f} ms",
        ratio=f"{usual / checked:.0f}x",
        goal=f">= {USUAL_AT_LEAST}x",
        is_met=usual / checked >= USUAL_AT_LEAST,
    )
    differing = sum(
        batch.signed[place] != _reference(intents[place]) for place in range(0, MANY, MANY // SOME)
    )
    yield Line(
        job=f"{job}, bytes unlike the reference path's",
        ours=str(differing),
        comparison=f"of {SOME} compared",
        goal="0",
        is_met=differing == 0,
        is_broken=differing > 0 or batch.filled < MANY,
    )


def _status_lists(database: str) -> Line:
    """Both lists of a block made and signed anew, with no bit raised and with many."""
    achievement = makers.make_achievement()
    with quietly():
        block = makers.make_credential(achievement=achievement).status_list
        for _number in range(BITS):
            makers.make_credential(achievement=achievement)
    publish = partial(publish_status_list, list_id=block.pk, at=makers.TERM_DAY)
    few = counted(publish)
    Credential.objects.filter(status_list=block).update(state=Credential.State.SUSPENDED)
    many = counted(publish)
    took = min(_each(publish, 1) for _round in range(ROUNDS))
    return Line(
        job=f"publish both status lists of a block, {BITS} bits raised ({database})",
        ours=f"{took:.0f} ms, {many} queries",
        comparison=f"none raised: {few} queries",
        ratio=f"{many / few:.1f}x",
        goal="no more queries",
        is_met=many <= few,
        is_broken=many > few,
    )


def _intent(number: int) -> bulk.Intent:
    """What one learner of a thousand is to be given."""
    facts = credential(
        public_id=UUID(int=number + 1),
        subject_id=UUID(int=number + 1_000_000).urn,
        email=f"learner{number}@portal.example",
        email_salt=f"{number:032x}",
        recipient_name=f"Ada Lovelace-Žižková {number}",
        status=StatusFacts(list_url=REVOCATION_LIST, index=number),
    )
    unsigned = to_bytes(open_badge_credential(facts))
    return bulk.Intent(unsigned, sha256(unsigned).hexdigest(), _created(number), METHOD)


def _created(number: int) -> datetime:
    """A job dates what it issues by chunks."""
    return AWARD_DAY + timedelta(seconds=number // 100)


def _reference(intent: bulk.Intent) -> bytes:
    return signed(json.loads(intent.unsigned), created=intent.created)


def _sign_all(intents: list[bulk.Intent], templates: bulk.Templates) -> bulk.Batch:
    return bulk.sign_batch(
        intents, sign=_sign, one=lambda place: _reference(intents[place]), templates=templates, seed=1
    )


def _by_template_alone(intents: list[bulk.Intent], templates: bulk.Templates) -> None:
    for _template, ready in templates.fill(intents):
        for made in ready.values():
            made.signed(_sign(made.data))


def _the_usual_way(intents: list[bulk.Intent]) -> None:
    """As the libraries' own examples do it, the contexts at hand: nothing guarded or remembered."""
    for intent in intents:
        document = json.loads(intent.unsigned)
        options = proof_options(verification_method=METHOD, created=intent.created)
        data = _normalised({"@context": document["@context"], **options}) + _normalised(document)
        value = "z" + base58_encode(_sign(data))
        to_bytes({**document, "proof": [{**options, "proofValue": value}]})


def _normalised(document: dict[str, object]) -> bytes:
    told = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _load}
    return sha256(jsonld.normalize(document, told).encode()).digest()


def _load(url: str, _options: object = None) -> dict[str, object]:
    return {"contextUrl": None, "documentUrl": url, "document": contexts.load(url)}


def _bare(intents: list[bulk.Intent]) -> None:
    for intent in intents:
        _sign(intent.unsigned[:64])


def _each(do: Callable[[], object], count: int) -> float:
    """Milliseconds of this process for one of `count`: what a busy machine does not stretch."""
    began = time.process_time()
    do()
    return (time.process_time() - began) * 1000 / count
