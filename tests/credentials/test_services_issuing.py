"""Issuing: one credential for one cause, with its place on the list, its intent and its news."""

import json
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from credentials.models import (
    Achievement,
    AuditEntry,
    Credential,
    CredentialEvent,
    Series,
    SignedDocument,
    SigningKey,
)
from credentials.models.credential import is_mistyped, new_code, normalise_code
from credentials.openbadges.facts import EvidenceFacts
from credentials.services.issuing import (
    AlreadyHeld,
    Award,
    CannotIssue,
    ReviewOverdue,
    issue,
    last_valid_day,
)
from credentials.services.reviewing import renew
from learners.models import User
from tests.makers import (
    TERM_DAY,
    make_achievement,
    make_achievement_version,
    make_credential,
    make_series,
    make_user,
)

pytestmark = pytest.mark.django_db


def award_of(recipient: User, **fields: object) -> Award:
    usual: dict[str, object] = {
        "achievement": make_achievement(),
        "recipient": recipient,
        "source": Credential.Source.HAND,
        "source_id": 1,
        "earned_at": TERM_DAY,
    }
    return Award(**{**usual, **fields})  # type: ignore[arg-type]


class TestIssue:
    def test_makes_every_row_in_one_go(self, learner: User, registrar: User) -> None:
        credential = issue(award=award_of(learner), at=TERM_DAY, by=registrar, reason="Shown in class.")

        event = CredentialEvent.objects.get(credential=credential)
        entry = AuditEntry.objects.get(act="issue", object_id=str(credential.pk))
        assert (event.kind, event.by, event.reason) == ("issued", registrar, "Shown in class.")
        assert credential.documents.get().signed_at is None
        assert credential.is_live
        assert entry.person.actor_name == registrar.name

    def test_signs_the_evidence_that_it_was_given(self, learner: User) -> None:
        shown = EvidenceFacts(
            id="https://work.example/report",
            name="Report on flood risk",
            narrative="Twelve pages.",
            genre="Submitted work",
        )

        credential = issue(award=award_of(learner, evidence=[shown]), at=TERM_DAY)

        document = json.loads(bytes(credential.documents.get().unsigned))
        assert credential.evidence.get().name == "Report on flood risk"
        assert document["evidence"] == [
            {
                "id": "https://work.example/report",
                "type": ["Evidence"],
                "name": "Report on flood risk",
                "narrative": "Twelve pages.",
                "genre": "Submitted work",
            }
        ]

    def test_the_same_cause_never_issues_twice(self, learner: User) -> None:
        award = award_of(learner)

        first, second = issue(award=award, at=TERM_DAY), issue(award=award, at=TERM_DAY)

        assert first == second
        assert CredentialEvent.objects.count() == 1

    def test_another_cause_does_not_issue_what_is_held(self, learner: User) -> None:
        award = award_of(learner)
        issue(award=award, at=TERM_DAY)

        with pytest.raises(AlreadyHeld, match="held only once"):
            issue(award=award_of(learner, achievement=award.achievement, source_id=2), at=TERM_DAY)

        assert Credential.objects.count() == 1

    def test_what_may_be_held_several_times_is_issued_again(self, learner: User) -> None:
        workshop = make_achievement(is_repeatable=True)

        for source_id in (1, 2):
            issue(award=award_of(learner, achievement=workshop, source_id=source_id), at=TERM_DAY)

        assert Credential.objects.live().held_by(learner).count() == 2

    def test_a_draft_cannot_be_issued(self, learner: User) -> None:
        draft = make_achievement(is_published=False)

        with pytest.raises(CannotIssue, match="no published version"):
            issue(award=award_of(learner, achievement=draft), at=TERM_DAY)

    def test_without_a_key_nothing_is_issued_and_nothing_is_left(self, learner: User) -> None:
        award = award_of(learner)
        SigningKey.objects.all().update(state=SigningKey.State.RETIRED)

        with pytest.raises(CannotIssue, match="no signing key"):
            issue(award=award, at=TERM_DAY)

        assert not Credential.objects.exists()
        assert not SignedDocument.objects.exists()

    def test_what_waits_for_its_review_is_issued_once_it_is_renewed(
        self, learner: User, approver: User
    ) -> None:
        achievement = make_achievement(series=make_series(when_overdue=Series.WhenOverdue.STOP))
        award = award_of(learner, achievement=achievement)

        with pytest.raises(ReviewOverdue, match="was due on 2022-01-01"):
            issue(award=award, at=TERM_DAY)
        assert not SignedDocument.objects.exists()
        renew(achievement=achievement, reason="Still right.", by=approver, at=TERM_DAY)

        assert issue(award=award, at=TERM_DAY).is_live

    def test_on_the_day_its_review_is_due_it_is_still_issued(self, learner: User) -> None:
        achievement = make_achievement(series=make_series(when_overdue=Series.WhenOverdue.STOP))
        Achievement.objects.filter(pk=achievement.pk).update(review_due_on=TERM_DAY.date())

        assert issue(award=award_of(learner, achievement=achievement), at=TERM_DAY)

    def test_a_series_that_only_warns_goes_on(self, learner: User) -> None:
        achievement = make_achievement(series=make_series(when_overdue=Series.WhenOverdue.WARN))

        assert issue(award=award_of(learner, achievement=achievement), at=TERM_DAY)

    def test_a_credential_keeps_the_version_it_was_earned_under(self, learner: User) -> None:
        credential = make_credential(recipient=learner)

        make_achievement_version(achievement=credential.achievement, name="A newer text")

        credential.refresh_from_db()
        assert credential.version.number == 1
        assert credential.version.name != "A newer text"

    def test_the_intent_holds_the_name_of_that_day(self, learner: User) -> None:
        credential = make_credential(recipient=learner)
        name = learner.name
        User.objects.filter(pk=learner.pk).update(name="Another Name")

        intended = bytes(credential.documents.get().unsigned).decode()

        assert name in intended
        assert "Another Name" not in intended

    def test_indexes_are_never_shared(self) -> None:
        first, second = make_credential(), make_credential()

        with pytest.raises(IntegrityError), transaction.atomic():
            Credential.objects.filter(pk=second.pk).update(status_index=first.status_index)

        assert first.status_list == second.status_list


class TestLastValidDay:
    @pytest.mark.parametrize(
        ("earned", "months", "last"),
        [
            (datetime(2025, 3, 15, 9, tzinfo=UTC), 12, date(2026, 3, 14)),
            (datetime(2024, 2, 29, 9, tzinfo=UTC), 12, date(2025, 2, 28)),
            (datetime(2025, 8, 31, 9, tzinfo=UTC), 6, date(2026, 2, 28)),
            (datetime(2025, 12, 1, 9, tzinfo=UTC), 1, date(2025, 12, 31)),
        ],
    )
    def test_is_the_eve_of_the_same_day_or_the_end_of_the_month(
        self, earned: datetime, months: int, last: date
    ) -> None:
        version = make_achievement_version(is_published=False, expiry="months", expiry_months=months)

        assert last_valid_day(version, earned) == last

    def test_what_never_expires_has_none(self) -> None:
        assert last_valid_day(make_achievement_version(is_published=False), TERM_DAY) is None


class TestCodes:
    def test_a_code_read_aloud_badly_is_told_from_an_unknown_one(self) -> None:
        code = new_code()
        swapped = code[1] + code[0] + code[2:]

        assert not is_mistyped(code)
        assert is_mistyped(code[:-1])
        assert swapped == code or is_mistyped(swapped)

    def test_spaces_dashes_and_look_alikes_are_forgiven(self) -> None:
        assert normalise_code(" o1il-abcd ") == "0111ABCD"

    def test_every_holder_has_another_code(self) -> None:
        person = make_user()

        codes = {make_credential(recipient=person).code for _number in range(5)}

        assert len(codes) == 5
