"""Canonical form: nothing is dropped on the way to the signature, and no document can hold us up."""

from typing import Any

import pytest

from credentials.openbadges import canonical
from credentials.openbadges.documents import open_badge_credential
from tests.standards.institution import credential


def nested(depth: int, width: int) -> dict[str, Any]:
    profile: dict[str, Any] = {"type": ["Profile"], "name": "Again"}
    if depth:
        profile["parentOrg"] = [nested(depth - 1, width) for _ in range(width)]
    return profile


def badge(**fields: Any) -> dict[str, Any]:
    document = open_badge_credential(credential())
    return {"@context": document["@context"], "type": document["type"], **fields}


class TestWhatIsDropped:
    def test_nothing_of_our_own_documents(self) -> None:
        assert canonical.VENDORED.expand(open_badge_credential(credential())).unmapped == ()

    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({"grade": "A"}, "grade"),
            ({"points": "3"}, "points"),
            ({"id": "credential-7"}, "credential-7"),
            ({"id": "//evil.example/7"}, "nowhere://evil.example/7"),
            ({"id": "_:b0"}, "_:b0"),
            ({"id": "urn:a b"}, "urn:a b"),
            ({"issuer": {"id": "did:web:portal.example", "type": ["Professor"]}}, "Professor"),
            ({"image": "stone.png"}, "stone.png"),
            ({"a b:c": "x"}, "a b:c"),
        ],
    )
    def test_is_told_and_never_signed(self, fields: dict[str, Any], told: str) -> None:
        expansion = canonical.VENDORED.expand(badge(**fields))

        assert expansion.unmapped == (told,)
        with pytest.raises(canonical.NotCanonical, match="no context maps"):
            expansion.n_quads()

    def test_context_of_a_strangers_own_is_never_fetched(self) -> None:
        document = {**badge(), "@context": ["https://www.w3.org/ns/credentials/v2", "https://evil.example/c"]}

        with pytest.raises(canonical.NotCanonical, match="loading remote context failed"):
            canonical.n_quads(document)


class TestHostileShapes:
    def test_repetitions_that_would_take_ages_are_not_begun(self) -> None:
        with pytest.raises(canonical.TooMuchWork, match="too long"):
            canonical.n_quads(badge(issuer=nested(6, 3)))

    def test_plain_repetitions_are_sorted(self) -> None:
        alike = badge(
            credentialSubject={"type": ["AchievementSubject"], "result": [{"type": ["Result"]}] * 60}
        )

        assert canonical.n_quads(alike).count("#Result>") == 60

    def test_order_of_like_nodes_does_not_matter(self) -> None:
        forward = badge(issuer=[nested(1, 2), {"type": ["Profile"], "name": "Other"}])
        backward = badge(issuer=[{"name": "Other", "type": ["Profile"]}, nested(1, 2)])

        assert canonical.n_quads(forward) == canonical.n_quads(backward)

    @pytest.mark.parametrize(
        "crowd",
        [
            [{"id": f"https://portal.example/{place}"} for place in range(1001)],
            [{"id": "https://portal.example/1", "tag": ["again"] * 990}] * 12,
        ],
        ids=["one long list", "many lists"],
    )
    def test_crowds_are_not_begun(self, crowd: list[Any]) -> None:
        with pytest.raises(canonical.TooMuchWork):
            canonical.n_quads(badge(evidence=crowd))
