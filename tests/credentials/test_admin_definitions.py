"""The registrar's form for definitions: half-written drafts, the lint beside it, two people, frozen texts."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from credentials.models import (
    Achievement,
    AchievementVersion,
    AuditEntry,
    Decision,
    DesignReason,
    Role,
)
from credentials.services.designing import findings, give_reason
from credentials.services.reviewing import send_for_review
from learners.models import User
from tests.makers import (
    TERM_DAY,
    default_competency,
    default_series,
    make_achievement,
    make_achievement_version,
    make_assessment,
    make_role,
    make_series,
    make_user,
    office,
)
from tests.people import SignIn

pytestmark = pytest.mark.django_db
ADD = "admin:credentials_achievementversion_add"
INLINES = ("competencies", "alignments", "reasons", "decisions")


def act(model: str, pk: int, name: str) -> str:
    return reverse(f"admin:credentials_{model}_act", args=[pk, name])


def page(model: str, pk: int) -> str:
    return reverse(f"admin:credentials_{model}_change", args=[pk])


def press(**answers: Any) -> dict[str, Any]:
    """One press of a button: a form with its own key."""
    return {"op_key": str(uuid4()), **answers}


def no_rows() -> dict[str, Any]:
    """What the form sends about its rows where there are none."""
    return {f"{name}-{count}_FORMS": "0" for name in INLINES for count in ("TOTAL", "INITIAL")}


def draft_of(achievement: Achievement, **changed: Any) -> dict[str, Any]:
    """What the form of a draft sends."""
    return {
        **no_rows(),
        "achievement": achievement.pk,
        "name": "Reading a balance sheet",
        "description": "The holder reads one.",
        "outcomes": "Reads a balance sheet.",
        "criteria": "Reads three sheets and says what they show.",
        "kind": "micro_credential",
        "level": "foundation",
        "hours": "6",
        "credits": "0.24",
        "credit_system": "ects",
        "qualification_framework": "eqf",
        "qualification_level": "5",
        "learning_mode": "online",
        "assessment_mode": "remote",
        "assessment_types": ["applied_project"],
        "evidence_kinds": ["text"],
        "quality_assurance": "A second marker sees every tenth piece of work.",
        "language": "en",
        "expiry": "never",
        "expiry_months": "",
        "shape": "shield",
        "palette": "plum",
        "icon": "scales",
        "image_alt": "A shield with scales.",
        "_save": "1",
        **changed,
    }


def half_written(achievement: Achievement) -> dict[str, Any]:
    """The least that a draft can be: a name, and what its choices already say."""
    empty = ("description", "outcomes", "criteria", "quality_assurance", "expiry", "image_alt")
    none = {"assessment_types": [], "evidence_kinds": [], "qualification_framework": "", "hours": "0"}
    return draft_of(achievement, name="Module II", **dict.fromkeys(empty, ""), **none)


def showing(version: AchievementVersion) -> dict[str, Any]:
    """The row of one competency, as the form of a saved draft sends it."""
    return {
        "competencies-TOTAL_FORMS": "1",
        "competencies-0-version": version.pk,
        "competencies-0-competency": default_competency().pk,
        "competencies-0-level": "basic",
        "competencies-0-criterion": "Reads one aloud.",
        "competencies-0-position": "0",
    }


@pytest.fixture
def desk(registrar: User, sign_in: SignIn) -> Client:
    return sign_in(registrar)


@pytest.fixture
def second(approver: User, sign_in: SignIn) -> Client:
    return sign_in(approver)


@pytest.fixture
def achievement(db: None) -> Achievement:
    series = default_series()
    return Achievement.objects.create(issuer=series.issuer, series=series, code="BS-1")


@pytest.fixture
def draft(registrar: User) -> AchievementVersion:
    """A draft by the registrar in which the lint finds nothing."""
    version = make_achievement_version(is_published=False, written_by=registrar, name="Reading a ledger")
    make_assessment(achievement=version.achievement)
    return version


@pytest.fixture
def waiting(draft: AchievementVersion, registrar: User) -> AchievementVersion:
    return send_for_review(version=draft, by=registrar, at=TERM_DAY)


class TestDrafts:
    def test_one_is_saved_half_written(self, desk: Client, achievement: Achievement) -> None:
        reply = desk.post(reverse(ADD), half_written(achievement))

        version = achievement.versions.get()
        assert reply.status_code == 302
        assert (version.name, version.expiry, version.assessment_types) == ("Module II", "", [])

    def test_its_page_says_what_is_missing_where_and_how_to_mend_it(
        self, desk: Client, achievement: Achievement
    ) -> None:
        desk.post(reverse(ADD), half_written(achievement))
        version = achievement.versions.get()

        told = desk.get(page("achievementversion", version.pk)).content.decode()

        for code in (
            "NAME_PART",
            "COMPETENCY_MISSING",
            "CRITERIA_MISSING",
            "EXPIRY_UNDECIDED",
            "METHOD_MISSING",
        ):
            assert f"<code>{code}</code>" in told, code
        assert 'href="#id_criteria"' in told
        assert 'href="#competencies-group"' in told
        assert f"{act('achievementversion', version.pk, 'give-reason')}?code=NAME_PART" in told

    def test_the_five_tests_are_ticked_from_what_is_there(
        self, desk: Client, draft: AchievementVersion
    ) -> None:
        whole = desk.get(page("achievementversion", draft.pk)).content.decode()
        draft.competencies.all().delete()

        lacking = desk.get(page("achievementversion", draft.pk)).content.decode()

        assert (whole.count('class="is-met"'), whole.count('class="is-unmet"')) == (5, 0)
        assert (lacking.count('class="is-met"'), lacking.count('class="is-unmet"')) == (4, 1)

    def test_its_rows_and_lists_are_kept_and_whoever_sends_them_wrote_on_it(
        self, desk: Client, registrar: User, achievement: Achievement
    ) -> None:
        desk.post(reverse(ADD), draft_of(achievement))
        version = achievement.versions.get()
        AchievementVersion.objects.filter(pk=version.pk).update(written_by=office())

        desk.post(
            page("achievementversion", version.pk),
            draft_of(achievement, evidence_kinds=["text", "video"], **showing(version)),
        )

        version.refresh_from_db()
        assert version.competencies.get().criterion == "Reads one aloud."
        assert version.evidence_kinds == ["text", "video"]
        assert version.written_by == registrar

    def test_without_script_long_lists_are_answered_by_typing_a_code(
        self, desk: Client, achievement: Achievement
    ) -> None:
        desk.post(reverse(ADD), draft_of(achievement))
        version = achievement.versions.get()
        first, other = make_achievement(), make_achievement()
        row = {
            **showing(version),
            "competencies-0-competency": "",
            "competencies-0-competency__typed": default_competency().code.lower(),
        }

        desk.post(
            page("achievementversion", version.pk),
            draft_of(achievement, requires__typed=f"{first.code}, {other.code}", **row),
        )
        unknown = desk.post(
            page("achievementversion", version.pk), draft_of(achievement, requires__typed="NOWHERE-1")
        )

        assert set(version.requires.all()) == {first, other}
        assert version.competencies.get().competency == default_competency()
        assert "NOWHERE-1" in unknown.content.decode()

    def test_a_validity_without_months_is_asked_for(self, desk: Client, achievement: Achievement) -> None:
        reply = desk.post(reverse(ADD), draft_of(achievement, expiry="months"))

        assert "after how many months" in reply.content.decode()
        assert "Reading a balance sheet" in reply.content.decode()

    def test_a_second_draft_is_refused_in_words(self, desk: Client, achievement: Achievement) -> None:
        desk.post(reverse(ADD), draft_of(achievement))

        reply = desk.post(reverse(ADD), draft_of(achievement))

        assert reply.status_code == 200
        assert "open draft already" in reply.content.decode()

    def test_an_achievement_does_not_build_on_itself(self, desk: Client, achievement: Achievement) -> None:
        reply = desk.post(reverse(ADD), draft_of(achievement, requires=[achievement.pk]))

        assert "cannot build on itself" in reply.content.decode()

    def test_the_next_version_is_opened_once(self, desk: Client) -> None:
        achievement = make_achievement()
        answers = press()

        replies = [
            desk.post(act("achievement", achievement.pk, "next-version"), answers) for _press in range(2)
        ]

        draft = achievement.versions.get(status="draft")
        assert {reply.headers["Location"] for reply in replies} == {page("achievementversion", draft.pk)}

    def test_another_achievement_is_begun_from_one_under_its_own_code(self, desk: Client) -> None:
        achievement = make_achievement(name="Reading tables")

        taken = desk.post(act("achievement", achievement.pk, "clone"), press(code=achievement.code))
        desk.post(act("achievement", achievement.pk, "clone"), press(code="RT-2"))

        assert taken.status_code == 409
        assert Achievement.objects.get(code="RT-2").versions.get().name == "Reading tables"


class TestReview:
    def test_sending_stops_with_every_open_finding_and_its_cure(
        self, desk: Client, achievement: Achievement
    ) -> None:
        desk.post(reverse(ADD), half_written(achievement))
        version = achievement.versions.get()
        open_now = [row.finding for row in findings(version)]

        reply = desk.post(act("achievementversion", version.pk, "send-for-review"), press())

        told = reply.content.decode()
        assert reply.status_code == 409
        assert len({finding.code for finding in open_now}) >= 6
        for finding in open_now:
            assert finding.code in told
        assert achievement.versions.get().is_draft

    def test_a_version_goes_from_the_writer_over_an_approver_into_force(
        self, desk: Client, second: Client, draft: AchievementVersion, approver: User
    ) -> None:
        for client, name, answers in (
            (desk, "send-for-review", {}),
            (second, "approve", {"decided_on": "2025-09-02", "minutes": "Read twice."}),
            (second, "publish", {}),
        ):
            reply = client.post(act("achievementversion", draft.pk, name), press(**answers))
            assert reply.status_code == 302, reply.content.decode()

        draft.refresh_from_db()
        assert (draft.status, draft.approved_by, draft.published_by) == ("published", approver, approver)
        assert draft.achievement.current_version == draft
        assert draft.decisions.get().minutes == "Read twice."

    def test_pressed_twice_an_approval_is_one_decision(
        self, second: Client, waiting: AchievementVersion
    ) -> None:
        answers = press(decided_on="2025-09-02")

        replies = [second.post(act("achievementversion", waiting.pk, "approve"), answers) for _press in "12"]

        assert {reply.status_code for reply in replies} == {302}
        assert Decision.objects.filter(version=waiting, kind="approve").count() == 1

    def test_a_second_approval_says_who_decided_and_keeps_what_was_typed(
        self, second: Client, waiting: AchievementVersion, approver: User
    ) -> None:
        address = act("achievementversion", waiting.pk, "approve")
        second.post(address, press(decided_on="2025-09-02"))

        reply = second.post(address, press(decided_on="2025-09-03", minutes="Typed with care."))

        assert reply.status_code == 409
        assert f"already approved by {approver}" in reply.content.decode()
        assert "Typed with care." in reply.content.decode()

    def test_who_wrote_on_it_neither_approves_nor_publishes_even_with_both_roles(
        self, desk: Client, registrar: User, waiting: AchievementVersion
    ) -> None:
        make_role(user=registrar, role=Role.Name.APPROVER)

        reply = desk.post(act("achievementversion", waiting.pk, "approve"), press(decided_on="2025-09-02"))

        assert reply.status_code == 409
        assert "Somebody else has to decide" in reply.content.decode()
        waiting.refresh_from_db()
        assert waiting.status == "in_review"

    def test_returned_to_the_draft_it_can_be_written_on_again(
        self, desk: Client, second: Client, waiting: AchievementVersion
    ) -> None:
        frozen = desk.post(page("achievementversion", waiting.pk), draft_of(waiting.achievement))

        second.post(act("achievementversion", waiting.pk, "return-to-draft"), press(reason="Say more."))
        written = desk.post(
            page("achievementversion", waiting.pk), draft_of(waiting.achievement, name="Reading two ledgers")
        )

        waiting.refresh_from_db()
        assert (frozen.status_code, written.status_code) == (403, 302)
        assert (waiting.name, waiting.decisions.get().reason) == ("Reading two ledgers", "Say more.")

    def test_the_page_of_an_approval_shows_what_changes_against_the_version_in_force(
        self, second: Client, registrar: User
    ) -> None:
        achievement = make_achievement(name="Reading tables", hours=6)
        make_assessment(achievement=achievement)
        newer = make_achievement_version(
            achievement=achievement,
            is_published=False,
            name="Reading tables",
            hours=8,
            credits="0.3",
            written_by=registrar,
        )
        send_for_review(version=newer, by=registrar, at=TERM_DAY)

        shown = second.get(act("achievementversion", newer.pk, "approve"))

        changed = {row.name: (row.before, row.after) for row in shown.context["differences"]}
        assert changed["Learning hours"] == ("6", "8")
        assert "Name" not in changed

    def test_an_approver_of_another_series_is_turned_away(
        self, sign_in: SignIn, waiting: AchievementVersion
    ) -> None:
        elsewhere = make_user()
        make_role(user=elsewhere, role=Role.Name.APPROVER, series=make_series())
        here = make_user()
        make_role(user=here, role=Role.Name.APPROVER, series=waiting.achievement.series)
        address = act("achievementversion", waiting.pk, "approve")

        replies = [sign_in(person).get(address).status_code for person in (elsewhere, here)]

        assert replies == [403, 200]


class TestReasons:
    @pytest.fixture
    def blocked(self, draft: AchievementVersion) -> AchievementVersion:
        """A draft whose name is one of a row of parts."""
        AchievementVersion.objects.filter(pk=draft.pk).update(name="Workshop 2 of 5")
        draft.refresh_from_db()
        return draft

    def test_a_block_yields_to_a_reason_that_a_second_person_confirms(
        self, desk: Client, second: Client, blocked: AchievementVersion, approver: User
    ) -> None:
        address = page("achievementversion", blocked.pk)
        desk.post(
            act("achievementversion", blocked.pk, "give-reason"),
            press(code="NAME_PART", reason="It is sold under this name for twenty years."),
        )
        reason = DesignReason.objects.get()
        waits = desk.get(address).content.decode()
        too_soon = desk.post(act("achievementversion", blocked.pk, "send-for-review"), press())

        offered = second.get(address).content.decode()
        second.post(act("achievementversion", blocked.pk, "confirm-reason"), press(reason=reason.pk))
        sent = desk.post(act("achievementversion", blocked.pk, "send-for-review"), press())

        reason.refresh_from_db()
        assert "has to confirm it" in waits
        assert (too_soon.status_code, sent.status_code) == (409, 302)
        assert f"confirm-reason/?reason={reason.pk}" in offered
        assert "confirm-reason" not in waits
        assert reason.confirmed_by == approver

    def test_nobody_confirms_her_own(
        self, desk: Client, registrar: User, blocked: AchievementVersion
    ) -> None:
        make_role(user=registrar, role=Role.Name.APPROVER)
        reason = give_reason(version=blocked, code="NAME_PART", reason="Known so.", by=registrar, at=TERM_DAY)

        reply = desk.post(act("achievementversion", blocked.pk, "confirm-reason"), press(reason=reason.pk))

        assert reply.status_code == 409
        assert "Somebody else has to confirm" in reply.content.decode()

    def test_an_error_takes_none(self, desk: Client, draft: AchievementVersion) -> None:
        AchievementVersion.objects.filter(pk=draft.pk).update(criteria="")

        reply = desk.post(
            act("achievementversion", draft.pk, "give-reason"),
            press(code="CRITERIA_MISSING", reason="Everybody knows."),
        )

        assert not DesignReason.objects.exists()
        assert "Everybody knows." in reply.content.decode()

    def test_one_is_taken_back_once_and_stays_in_the_audit_trail(
        self, desk: Client, registrar: User, blocked: AchievementVersion
    ) -> None:
        reason = give_reason(version=blocked, code="NAME_PART", reason="Known so.", by=registrar, at=TERM_DAY)
        answers = press(reason=reason.pk)

        replies = [
            desk.post(act("achievementversion", blocked.pk, "withdraw-reason"), answers) for _press in "12"
        ]

        assert [reply.status_code for reply in replies] == [302, 302]
        assert not DesignReason.objects.exists()
        assert AuditEntry.objects.get(act="withdraw reason").person.reason == "Known so."


class TestPublishedStays:
    """Each door of the admin to a version that is published."""

    @pytest.fixture
    def published(self) -> AchievementVersion:
        return make_achievement_version(name="As published")

    @pytest.fixture
    def before(self, published: AchievementVersion) -> Any:
        return AchievementVersion.objects.filter(pk=published.pk).values().get()

    def test_its_form_refuses(self, desk: Client, published: AchievementVersion, before: Any) -> None:
        reply = desk.post(
            page("achievementversion", published.pk), draft_of(published.achievement, name="As forged")
        )

        assert reply.status_code == 403
        assert AchievementVersion.objects.filter(pk=published.pk).values().get() == before

    def test_its_rows_refuse(self, desk: Client, published: AchievementVersion) -> None:
        rows = list(published.competencies.values())

        reply = desk.post(
            page("achievementversion", published.pk),
            {**draft_of(published.achievement), **showing(published), "competencies-0-level": "forged"},
        )

        assert reply.status_code == 403
        assert list(published.competencies.values()) == rows

    def test_a_list_neither_edits_nor_deletes_it(
        self, desk: Client, published: AchievementVersion, before: Any
    ) -> None:
        listing = reverse("admin:credentials_achievementversion_changelist")
        forged = {
            "form-TOTAL_FORMS": "1",
            "form-INITIAL_FORMS": "1",
            "form-0-id": published.pk,
            "form-0-name": "As forged",
            "_save": "1",
        }

        desk.post(listing, forged)
        desk.post(listing, {"action": "delete_selected", "_selected_action": published.pk, "post": "yes"})

        assert AchievementVersion.objects.filter(pk=published.pk).values().get() == before

    def test_deleting_refuses_it_and_takes_a_draft(
        self, desk: Client, published: AchievementVersion, before: Any
    ) -> None:
        draft = make_achievement_version(is_published=False)

        replies = [
            desk.post(
                reverse("admin:credentials_achievementversion_delete", args=[version.pk]), {"post": "yes"}
            )
            for version in (published, draft)
        ]

        assert [reply.status_code for reply in replies] == [403, 302]
        assert list(AchievementVersion.objects.filter(pk__in=[published.pk, draft.pk]).values()) == [before]

    @pytest.mark.parametrize("name", ["send-for-review", "give-reason", "withdraw-reason"])
    def test_no_act_of_a_draft_is_done_on_it(
        self, desk: Client, published: AchievementVersion, before: Any, name: str
    ) -> None:
        asked = desk.get(act("achievementversion", published.pk, name))
        reply = desk.post(act("achievementversion", published.pk, name), press(code="NAME_PART", reason="1"))

        assert asked.status_code == 302
        assert reply.status_code in {200, 409}
        assert AchievementVersion.objects.filter(pk=published.pk).values().get() == before

    def test_its_achievement_keeps_its_code(self, desk: Client, published: AchievementVersion) -> None:
        desk.post(
            page("achievement", published.achievement_id),
            {
                "series": published.achievement.series_id,
                "code": "FORGED-1",
                "is_active": "on",
                "versions-TOTAL_FORMS": "0",
                "versions-INITIAL_FORMS": "0",
            },
        )

        assert not Achievement.objects.filter(code="FORGED-1").exists()


class TestAfterwards:
    def test_a_review_moves_the_next_one_and_is_kept(self, second: Client) -> None:
        achievement = make_achievement()

        reply = second.post(
            act("achievement", achievement.pk, "renew"),
            press(decided_on="2025-09-02", reason="Still what employers ask for."),
        )

        achievement.refresh_from_db()
        assert reply.status_code == 302
        assert str(achievement.review_due_on) == "2027-09-02"
        assert Decision.objects.get(kind="renew").reason == "Still what employers ask for."

    def test_retired_it_leaves_the_catalogue_and_stays_on_its_page(self, second: Client) -> None:
        achievement = make_achievement(name="Reading tables")

        second.post(act("achievement", achievement.pk, "retire"), press(reason="Nobody asks for it."))

        achievement.refresh_from_db()
        assert not achievement.is_active
        assert "Reading tables" not in second.get(reverse("credentials:catalogue")).content.decode()
        assert second.get(achievement.get_absolute_url()).status_code == 200
