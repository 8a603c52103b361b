"""The bulk path: many documents signed by template, to the byte as each one alone."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials.openbadges import bulk, canonical, checking, contexts, shapes
from credentials.openbadges.bulk import LEAST, OWN, Intent, Own, Templates, sign_batch
from credentials.openbadges.documents import (
    UnsafeDocument,
    clean_text,
    guard,
    open_badge_credential,
    to_bytes,
)
from credentials.openbadges.facts import CredentialFacts, EvidenceFacts, ResultFacts, StatusFacts
from tests.standards.institution import (
    AWARD_DAY,
    DID,
    KEY,
    METHOD,
    PORTAL,
    REVOCATION_LIST,
    credential,
    published,
    signed,
)

sign = Ed25519PrivateKey.from_private_bytes(KEY.private_bytes).sign

# What a name, a title or a comment may hold: any script, quotes, backslashes, percent signs, our own syntax.
HARD = st.sampled_from(
    [
        '"',
        "\\",
        "%",
        "%s",
        "%(j0)s",
        "\n",
        "\t",
        "{}",
        "_:a",
        "_:c14n0",
        "<b>",
        "\u2028",
        "\x85",
        "\x80",
        "\u202e",
        "😀",
    ]
)
WORDS = st.lists(st.one_of(HARD, st.text(max_size=6)), min_size=1, max_size=6).map(
    lambda parts: clean_text("".join(parts)) or "x"
)
MOMENTS = st.integers(-(10**8), 10**8).map(lambda seconds: AWARD_DAY + timedelta(seconds=seconds))
EVIDENCE = st.builds(
    EvidenceFacts,
    id=st.one_of(
        st.none(),
        st.integers(0, 3).map(lambda n: f"{PORTAL}/verify/{n}/?q=é%20&x='(1)'#ü"),
        st.just("mailto:a@b.example"),
    ),
    name=st.one_of(st.none(), WORDS),
    narrative=st.one_of(st.none(), WORDS),
    genre=st.sampled_from([None, "Component credential"]),
)
LEVELS = [level.id for level in credential().achievement.result_descriptions[0].levels]
RESULTS = st.builds(
    ResultFacts,
    result_description=st.just(credential().achievement.result_descriptions[0].id),
    achieved_level=st.sampled_from([None, *LEVELS]),
    value=st.one_of(st.none(), WORDS),
    status=st.sampled_from([None, "Completed", "Failed"]),
)


@st.composite
def batches(draw: st.DrawFn) -> list[CredentialFacts]:
    """A batch as a bulk issue makes it: some shapes, a few learners of each."""
    facts = []
    for _shape in range(draw(st.integers(1, 2))):
        evidence = draw(st.lists(EVIDENCE, max_size=3))
        results = draw(st.lists(RESULTS, max_size=3))
        common: dict[str, Any] = {
            "valid_until": draw(st.one_of(st.none(), MOMENTS)),
            "description": draw(st.one_of(st.none(), WORDS)),
            "credits_earned": draw(st.sampled_from([None, Decimal("3.0"), Decimal("0.05"), Decimal("1.50")])),
        }
        is_named = draw(st.booleans())
        for _learner in range(draw(st.integers(LEAST - 1, LEAST + 2))):
            number = draw(st.integers(0, 10**6))
            own = draw(WORDS)
            facts.append(
                credential(
                    **common,
                    public_id=UUID(int=number),
                    subject_id=draw(
                        st.sampled_from(
                            [UUID(int=number + 1).urn, "did:key:z6MkfAbc", f"did:web:{own.encode().hex()}"]
                        )
                    ),
                    email_salt=f"{number:032x}",
                    recipient_name=own if is_named else None,
                    awarded_at=draw(MOMENTS),
                    status=StatusFacts(list_url=REVOCATION_LIST, index=number % 131072),
                    evidence=tuple(
                        replace(item, name=item.name and draw(WORDS), narrative=item.narrative and own)
                        for item in evidence
                    ),
                    results=tuple(
                        replace(
                            item,
                            achieved_level=item.achieved_level and draw(st.sampled_from(LEVELS)),
                            value=item.value and draw(WORDS),
                        )
                        for item in results
                    ),
                )
            )
    return facts


def intents_of(facts: list[CredentialFacts]) -> list[Intent]:
    return [
        intent(to_bytes(open_badge_credential(each)), seconds=place % 3) for place, each in enumerate(facts)
    ]


def intent(unsigned: bytes, *, seconds: int = 0) -> Intent:
    created = AWARD_DAY + timedelta(seconds=seconds)
    return Intent(unsigned, hashlib.sha256(unsigned).hexdigest(), created, METHOD)


def reference(intent: Intent) -> bytes:
    return signed(json.loads(intent.unsigned), created=intent.created)


def all_signed(intents: list[Intent], templates: Templates | None = None, seed: int = 1) -> bulk.Batch:
    return sign_batch(
        intents,
        sign=sign,
        one=lambda place: reference(intents[place]),
        templates=templates or Templates(),
        seed=seed,
    )


def learners(count: int, **changes: Any) -> list[CredentialFacts]:
    """So many learners with the same badge."""
    return [
        credential(
            public_id=UUID(int=number + 1),
            subject_id=UUID(int=number + 10_000).urn,
            email_salt=f"{number:032x}",
            recipient_name=f'Ada "{number}" O\\Neill 李',
            status=StatusFacts(list_url=REVOCATION_LIST, index=number),
            **changes,
        )
        for number in range(count)
    ]


class TestBytes:
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(batches())
    def test_are_those_of_the_reference_path_for_every_document(self, facts: list[CredentialFacts]) -> None:
        intents = intents_of(facts)

        batch = all_signed(intents)

        assert batch.signed == [reference(intent) for intent in intents]
        assert batch.differing == []

    def test_of_a_large_batch_are_accepted_one_by_one(self) -> None:
        intents = intents_of(learners(120))

        batch = all_signed(intents)

        assert batch.filled == 120
        # The first, the last and two by chance, one of whom may be either.
        assert batch.checked in (3, 4)
        for data in batch.signed:
            assert checking.check(json.loads(data or b""), documents=published()).state == "ok"

    def test_follow_the_order_of_hashes_which_values_decide(self) -> None:
        orders = {
            tuple(
                line[:8]
                for line in canonical.n_quads(json.loads(intent.unsigned)).splitlines()
                if "emailAddress" in line
            )
            for intent in intents_of(learners(12))
        }

        assert len(orders) > 1, "the blank nodes should be numbered differently"

    def test_are_the_same_again_after_a_crash(self) -> None:
        intents = intents_of(learners(LEAST + 1))

        assert all_signed(intents, seed=1).signed == all_signed(intents, seed=2).signed


class TestTemplates:
    def test_are_kept_for_the_next_batch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        templates = Templates()
        all_signed(intents_of(learners(LEAST)), templates)
        monkeypatch.setattr(bulk, "_Signing", None)

        assert all_signed(intents_of(learners(LEAST + 2)), templates).filled == LEAST + 2

    def test_are_not_made_for_a_few(self) -> None:
        assert all_signed(intents_of(learners(LEAST - 1))).filled == 0

    def test_of_two_achievements_in_turns_do_not_disturb_each_other(self) -> None:
        ours = learners(LEAST)
        theirs = [replace(each, name="Another badge") for each in learners(LEAST)]
        mixed = [each for pair in zip(ours, theirs, strict=True) for each in pair]

        batch = all_signed(intents_of(mixed))

        assert batch.filled == 2 * LEAST
        assert batch.signed == [reference(intent) for intent in intents_of(mixed)]

    def test_follow_a_change_of_what_all_documents_share(self) -> None:
        templates = Templates()
        all_signed(intents_of(learners(LEAST)), templates)
        renamed = learners(LEAST, issuer=replace(credential().issuer, name="University of Westmere"))

        batch = all_signed(intents_of(renamed), templates)

        assert batch.filled == LEAST
        assert b"Westmere" in (batch.signed[0] or b"")

    def test_one_difference_stops_the_template_and_all_is_signed_by_the_reference_path(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        intents, templates = intents_of(learners(LEAST + 3)), Templates()
        right = bulk._Node.hash
        monkeypatch.setattr(bulk._Node, "hash", lambda node, terms: right(node, terms)[::-1])

        batch = all_signed(intents, templates)

        assert batch.differing
        assert batch.filled == 0
        assert batch.signed == [reference(intent) for intent in intents]
        monkeypatch.undo()
        assert all_signed(intents, templates).filled == 0

    def test_a_document_that_cannot_be_signed_leaves_the_others_alone(self) -> None:
        intents = intents_of(learners(LEAST + 1))
        intents[2] = intent(intents[2].unsigned.replace(b"Ada", b"A\\u0007da"))

        def one(place: int) -> bytes | None:
            try:
                return reference(intents[place])
            except UnsafeDocument:
                return None

        batch = sign_batch(intents, sign=sign, one=one, templates=Templates(), seed=3)

        assert [place for place, data in enumerate(batch.signed) if data is None] == [2]
        assert batch.filled == LEAST


class TestReferencePathIsTaken:
    def filled(self, facts: list[CredentialFacts]) -> int:
        intents = intents_of(facts)
        batch = all_signed(intents)
        assert batch.signed == [reference(intent) for intent in intents]
        return batch.filled

    def test_where_two_blank_nodes_look_alike(self) -> None:
        same = ResultFacts(result_description=f"{PORTAL}/#r", value="12")

        assert self.filled(learners(LEAST, results=(same, same))) == 0

    def test_where_two_pieces_of_evidence_are_one(self) -> None:
        same = EvidenceFacts(id=f"{PORTAL}/work/1", name="A map")

        assert self.filled(learners(LEAST, evidence=(same, same))) == 0

    def test_for_an_address_that_only_some_read_as_whole(self) -> None:
        odd = EvidenceFacts(id="urn:isbn:0451450523", name="A book")

        assert self.filled(learners(LEAST, evidence=(odd,))) == 0

    def test_where_the_bytes_are_not_as_we_write_them(self) -> None:
        written = [each.unsigned.replace(b"Ada", b"\\u0041da") for each in intents_of(learners(LEAST))]
        intents = [intent(unsigned) for unsigned in written]

        assert all_signed(intents).filled == 0

    def test_where_the_bytes_are_not_those_that_were_recorded(self) -> None:
        intents = [replace(each, sha256="0" * 64) for each in intents_of(learners(LEAST))]

        assert all_signed(intents).filled == 0

    def test_where_a_document_speaks_of_our_marks(self) -> None:
        assert self.filled(learners(LEAST, description="tessera-mark-1.")) == 0


@pytest.fixture
def template() -> bulk._Template:
    example = open_badge_credential(credential())
    return bulk._Template(example, OWN, guard)


class TestGuardIsNotLost:
    """What a template is filled with passes what the guard would have asked of it."""

    @pytest.mark.parametrize(
        ("value", "bad"),
        [
            ("Ada Lovelace-Žižková 李", "\\u0007"),
            ("Ada Lovelace-Žižková 李", "\\ufffe"),
            ("Ada Lovelace-Žižková 李", "\\ud800"),
            ("Ada Lovelace-Žižková 李", ""),
            ("https://portal.example/verify/7QK2-M4XN/", "https://portal.example/a b"),
            ("https://portal.example/verify/7QK2-M4XN/", "https://portal.example/[oops"),
            ("https://portal.example/verify/7QK2-M4XN/", "https:///nowhere"),
            ("https://portal.example/verify/7QK2-M4XN/", "urn:uuid:9b2d9a0e-98a1-4f43-b2f8-3f3f3a7b7c10"),
            ("Ada Lovelace-Žižková 李", "Ada\nLovelace"),
            ("Ada Lovelace-Žižková 李", "Ada\x0bLovelace"),
            ("Ada Lovelace-Žižková 李", "Ada\\/Lovelace"),
            ("urn:uuid:9b2d9a0e-98a1-4f43-b2f8-3f3f3a7b7c10", "urn:uuid:"),
            ("2026-11-21T12:00:00Z", "2026-11-21"),
            ("2026-11-21T12:00:00Z", "2026-02-31T12:00:00Z"),
        ],
    )
    def test_an_unsound_value_is_not_filled_in(self, template: bulk._Template, value: str, bad: str) -> None:
        written = to_bytes(open_badge_credential(credential()))
        template.filled(written)

        with pytest.raises(bulk.NoTemplate):
            template.filled(written.replace(value.encode(), bad.encode()))

    @pytest.mark.parametrize("more", [b'"evil":1,', b'"@context":[],', b'"name":"Else",'])
    def test_a_field_more_does_not_fit(self, template: bulk._Template, more: bytes) -> None:
        written = to_bytes(open_badge_credential(credential()))

        with pytest.raises(bulk.NoTemplate):
            template.filled(b"{" + more + written[1:])

    def test_a_value_cannot_end_its_own_quotation(self, template: bulk._Template) -> None:
        written = to_bytes(open_badge_credential(credential()))
        forged = written.replace("Ada Lovelace-Žižková 李".encode(), b'A","identityType":"name"},{"x":"')

        with pytest.raises(bulk.NoTemplate):
            template.filled(forged)

    @settings(max_examples=200, deadline=None)
    @given(st.from_regex(bulk._PLAIN_IRI, fullmatch=True))
    def test_each_plain_address_is_sound(self, address: str) -> None:
        assert shapes.is_sound(address, "iri")

    def test_each_own_field_is_of_the_kind_that_its_shape_says(self) -> None:
        assert dict(_kinds(OWN, "OpenBadgeCredential")) == dict(_leaves(OWN))

    def test_the_schema_asks_of_an_own_value_only_that_it_is_a_text(self) -> None:
        schema = contexts.validator(contexts.STRICT_SCHEMA).schema
        told = {"description", "$comment", "title", "format"}
        for path, _kind in _leaves(OWN):
            for part in _schemas(schema, path):
                judging = part.keys() - told
                assert judging <= {
                    "type",
                    "properties",
                    "required",
                    "additionalProperties",
                    "items",
                    "$defs",
                    "$schema",
                    "$id",
                }, path
            assert part == {} or part["type"] == "string", path

    def test_no_context_reads_a_scheme_as_a_prefix(self) -> None:
        for address in ("urn:a", "did:a:b", "https://a.example/", "http://a.example/"):
            document = open_badge_credential(credential(evidence=(EvidenceFacts(id=address),)))

            assert f"<{address}>" in canonical.n_quads(document)

    def test_the_issuer_is_part_of_the_template(self) -> None:
        assert DID.encode() not in json.dumps(list(_leaves(OWN))).encode()
        assert "issuer" not in OWN


def _leaves(own: Own, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, kind in own.items():
        if isinstance(kind, str):
            yield (*path, name), kind
        else:
            yield from _leaves(kind, (*path, name))


def _kinds(own: Own, shape: str, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """The same leaves with the kinds that `shapes` gives them."""
    for name, kind in own.items():
        holds = shapes._SHAPES[shape][name]
        if isinstance(kind, str):
            yield (*path, name), holds
        else:
            yield from _kinds(kind, holds.strip("[]"), (*path, name))


def _schemas(schema: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[Mapping[str, Any]]:
    """The parts of the published schema that judge what stands at `path`; {} where it has no opinion."""
    part: Mapping[str, Any] = schema
    for name in path:
        part = part.get("properties", {}).get(name, {})
        while "$ref" in part or part.get("type") == "array":
            part = schema["$defs"][part["$ref"].rpartition("/")[2]] if "$ref" in part else part["items"]
        yield part
