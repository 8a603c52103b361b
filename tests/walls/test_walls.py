"""The walls: every address and every person in one table. An address without a row fails."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest
from django.urls import reverse

from config.clock import now
from credentials.models import BatchCheck
from credentials.services.batch_checking import check_batch
from tests.makers import make_activity, make_batch_check, make_endorsement, make_framework, make_share_link
from tests.walls.addresses import every_address
from tests.walls.world import ANYONE, LEARNERS, PEOPLE, SIGNED_IN, STAFF, World

Arguments = Callable[[World], list[object]]


@dataclass(frozen=True, slots=True)
class Door:
    """Whom an address opens to, and whom it tells that it is not for her; others find nothing there."""

    opens_to: tuple[str, ...]
    method: str = "get"
    arguments: Arguments = lambda _world: []
    refuses: tuple[str, ...] = ()

    def meets(self, who: str) -> str:
        if who in self.opens_to:
            return "opens"
        if who == ANYONE:
            return "sign in"
        return "refused" if who in self.refuses else "hidden"


def public(arguments: Arguments = lambda _world: []) -> Door:
    return Door(PEOPLE, arguments=arguments)


def everybodys_own(method: str = "get", arguments: Arguments = lambda _world: []) -> Door:
    """Each finds her own behind it, however little that is."""
    return Door(SIGNED_IN, method, arguments)


def hers(method: str, arguments: Arguments) -> Door:
    """The learner's alone."""
    return Door(("learner",), method, arguments)


def markers(method: str, arguments: Arguments) -> Door:
    """Only for who marks in this series."""
    return Door(("faculty",), method, arguments)


def of_credential(world: World) -> list[object]:
    return [world.credential.public_id]


def of_link(world: World) -> list[object]:
    return [make_share_link(credential=world.credential).token]


def of_draft(world: World) -> list[object]:
    return [world.draft.public_id]


def of_draft_s_assessment(world: World) -> list[object]:
    return [world.draft.assessment.public_id]


def of_handed_in(world: World) -> list[object]:
    return [world.handed_in.public_id]


def of_pathway(world: World) -> list[object]:
    return [world.enrolment.pathway.slug]


def of_version(world: World) -> list[object]:
    return [world.credential.version.public_id]


def checked_batch() -> BatchCheck:
    batch = make_batch_check()
    check_batch(batch_id=batch.pk, at=now())
    return batch


def of_issuer(world: World) -> list[object]:
    return [world.credential.achievement.issuer.slug]


TABLE: Mapping[str, Door] = {
    "<favicon.ico>": public(),
    "learners:home": public(),
    "learners:dashboard": everybodys_own(),
    "learners:dashboard_status": everybodys_own(),
    "learners:progress": hers("get", lambda world: [world.enrolment.public_id]),
    "learners:what_if": hers("get", lambda world: [world.enrolment.public_id]),
    "learners:answer_offer": hers("post", lambda world: [world.enrolment.public_id]),
    "learners:wallet": everybodys_own(),
    "learners:credential": hers("get", of_credential),
    "learners:visibility": hers("post", of_credential),
    "learners:credential_json": hers("get", of_credential),
    "learners:certificate_pdf": hers("get", of_credential),
    "learners:order_certificate": hers("post", of_credential),
    "learners:baked_png": hers("get", of_credential),
    "learners:baked_svg": hers("get", of_credential),
    "learners:all_credentials": everybodys_own(),
    "learners:share": hers("post", of_credential),
    "learners:remake_share": hers("post", of_credential),
    "learners:withdraw_share": hers("post", of_credential),
    # Whoever has the address may look; withdrawing it closes all four.
    "learners:shared": public(of_link),
    "learners:badge_png": public(of_link),
    "learners:badge_svg": public(of_link),
    "learners:embedded": public(of_link),
    "learners:notifications": everybodys_own(),
    "learners:mark_read": everybodys_own("post"),
    "credentials:catalogue": public(),
    "credentials:achievement": public(of_version),
    "credentials:achievement_image": public(of_version),
    "credentials:achievement_thumbnail": public(of_version),
    "credentials:activity": public(lambda _world: [make_activity().public_id]),
    "credentials:frameworks": public(),
    "credentials:framework": public(lambda _world: [make_framework().public_id]),
    "credentials:framework_json": public(lambda _world: [make_framework().public_id]),
    # Of a published version; that of a private credential is hidden (tests/credentials/test_endorsing.py).
    "credentials:endorsement_json": public(lambda _world: [make_endorsement().public_id]),
    "credentials:issuer": public(of_issuer),
    "credentials:issuer_did": public(lambda world: [world.other_issuer.slug]),
    "credentials:gallery": Door(("registrar", "approver")),
    "credentials:main_did": public(),
    "credentials:status_list": public(lambda world: [world.status_list.public_id, "revocation"]),
    "credentials:ob2_assertion": public(lambda world: [world.legacy.public_id]),
    "credentials:ob2_picture": public(lambda world: [world.legacy.public_id]),
    "credentials:ob2_badge": public(lambda world: [world.legacy.version.public_id]),
    "credentials:ob2_issuer": public(lambda world: [world.legacy.achievement.issuer.public_id]),
    # Whoever has the code may ask; what the page shows of the holder is hers to open.
    "credentials:verify": public(lambda world: [world.credential.code]),
    "credentials:verify_form": public(),
    "credentials:verify_many": public(),
    # Whoever has the address of a check may read it, and nobody can guess one.
    "credentials:batch": public(lambda _world: [make_batch_check().public_id]),
    "credentials:batch_receipt": public(lambda _world: [checked_batch().public_id]),
    "credentials:offline_verifier": public(),
    "credentials:alive": public(),
    "credentials:ready": public(),
    "credentials:deep": Door(("registrar", "approver")),
    "pathways:list": public(),
    "pathways:pathway": public(of_pathway),
    "pathways:pathway_jsonld": public(of_pathway),
    "pathways:embedded": public(of_pathway),
    "pathways:who_is_close": Door(("registrar", "approver")),
    "pathways:bottlenecks": Door(("registrar", "approver"), "get", of_pathway),
    # Pathways are for learners: staff read on the page why there is no button.
    "pathways:enrol": Door(LEARNERS, "post", of_pathway, refuses=STAFF),
    "pathways:leave": Door(("learner",), "post", of_pathway, refuses=STAFF),
    "assessments:blueprint": public(of_version),
    "assessments:submit": everybodys_own("get", of_draft_s_assessment),
    "assessments:save_draft": everybodys_own("post", of_draft_s_assessment),
    "assessments:submission": hers("get", of_handed_in),
    "assessments:add_evidence": hers("post", of_draft),
    "assessments:evidence": Door(("learner", "faculty"), "get", lambda world: [world.kept.public_id]),
    "assessments:remove_evidence": hers("post", lambda world: [world.evidence.public_id]),
    "assessments:queue": Door(("faculty", "other_faculty")),
    "assessments:next": Door(("faculty", "other_faculty"), "post"),
    "assessments:grade": markers("get", of_handed_in),
    "assessments:claim": markers("post", of_handed_in),
    "assessments:save": markers("post", of_handed_in),
    "assessments:let_go": markers("post", of_handed_in),
}
# Sign-in and second factor are the library's, with its own tests; none shows anybody else's things.
LIBRARY = ("account_", "mfa_")
# The admin has a table of its own: tests/walls/test_admin_walls.py.
ADMIN = "admin:"


def test_every_address_has_a_row() -> None:
    ours = {name for name in every_address() if not name.startswith((*LIBRARY, ADMIN))}

    assert ours == TABLE.keys()


@pytest.mark.usefixtures("db")
class TestWalls:
    @pytest.mark.parametrize("name", TABLE)
    def test_it_opens_to_whom_the_table_says(self, world: World, name: str) -> None:
        door = TABLE[name]
        address = "/favicon.ico" if name.startswith("<") else reverse(name, args=door.arguments(world))

        met = {who: world.knock(who, address, door.method) for who in PEOPLE}

        assert met == {who: door.meets(who) for who in PEOPLE}

    @pytest.mark.parametrize("name", [name for name, door in TABLE.items() if door.method == "post"])
    def test_nothing_changes_by_looking(self, world: World, name: str) -> None:
        address = reverse(name, args=TABLE[name].arguments(world))

        assert world.knock("learner", address, "get") in {"405", "hidden"}

    def test_what_is_private_and_what_never_was_answer_alike(self, world: World) -> None:
        private = reverse("learners:credential", args=[world.credential.public_id])
        missing = reverse("learners:credential", args=[world.draft.public_id])
        stranger = world.clients["stranger"]

        # Each answer carries a reference and a token of its own; nothing else may differ.
        answers = [
            re.sub(
                rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Za-z0-9]{64}",
                b"",
                stranger.get(address).content,
            )
            for address in (private, missing)
        ]

        assert answers[0] == answers[1]
