"""Handing in, in a browser: nothing typed is lost, nothing is handed in twice, nobody else looks on."""

import errno
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Assessment, Submission, SubmittedEvidence
from assessments.services.submitting import save_draft
from config.clock import now
from credentials.models import AuditEntry, Credential
from credentials.openbadges.documents import guard
from learners.models import User
from tests.makers import (
    make_assessment,
    make_credential,
    make_grading,
    make_submission,
    make_submitted_evidence,
    make_user,
)
from tests.people import SignIn

PDF = b"%PDF-1.7 a small report"


def page_of(assessment: Assessment) -> str:
    return assessment.get_absolute_url()


def work(submission: Submission, text: str = "My own work.", **more: Any) -> dict[str, Any]:
    """What the page of this draft sends."""
    return {"op_key": str(uuid4()), "revision": submission.revision, "text": text, **more}


def evidence_files() -> set[Path]:
    return {path for path in (settings.MEDIA_ROOT / "evidence").rglob("*") if path.is_file()}


@pytest.fixture
def draft(learner: User) -> Submission:
    return make_submission(
        assessment=make_assessment(required_kinds=["text"]), learner=learner, text="", is_handed_in=False
    )


@pytest.fixture
def client(learner: User, sign_in: SignIn) -> Client:
    return sign_in(learner)


class TestReading:
    def test_shows_what_is_asked_and_how_it_is_judged(self, client: Client) -> None:
        assessment = make_assessment(brief="Tie three knots.")

        page = client.get(page_of(assessment)).content.decode()

        assert "Tie three knots." in page
        assert "Method: what merit looks like." in page
        assert page.count("btn-primary") == 1

    def test_looking_begins_no_attempt(self, client: Client, learner: User) -> None:
        client.get(page_of(make_assessment()))

        assert not Submission.objects.held_by(learner).exists()

    def test_a_closed_assessment_is_not_there(self, client: Client) -> None:
        assert client.get(page_of(make_assessment(is_open=False))).status_code == 404

    def test_says_that_the_achievement_is_held_already(self, client: Client, learner: User) -> None:
        assessment = make_assessment()
        credential = make_credential(recipient=learner, achievement=assessment.achievement)

        page = client.get(page_of(assessment)).content.decode()

        assert reverse("learners:credential", args=[credential.public_id]) in page
        assert 'name="begin"' not in page


class TestBeginning:
    def test_a_double_click_begins_one_attempt(self, client: Client, learner: User) -> None:
        assessment, press = make_assessment(), {"op_key": str(uuid4()), "begin": "1"}

        first = client.post(page_of(assessment), press)
        second = client.post(page_of(assessment), press)

        assert first.headers["Location"] == second.headers["Location"] == f"{page_of(assessment)}#work"
        assert Submission.objects.held_by(learner).count() == 1

    def test_after_the_last_attempt_says_so(self, client: Client, learner: User) -> None:
        assessment = make_assessment(max_attempts=1)
        make_grading(submission=make_submission(assessment=assessment, learner=learner), level="fail")

        response = client.post(page_of(assessment), {"op_key": str(uuid4()), "begin": "1"})

        assert response.status_code == 409
        assert "All 1 attempts are used." in response.content.decode()


class TestKeeping:
    def test_a_saved_draft_is_there_again(self, client: Client, draft: Submission) -> None:
        client.post(reverse("assessments:save_draft", args=[draft.assessment.public_id]), work(draft))

        page = client.get(page_of(draft.assessment))
        assert page.context["form"].initial["text"] == "My own work."

    def test_autosave_answers_the_moment_and_the_new_revision(
        self, client: Client, draft: Submission
    ) -> None:
        response = client.post(
            reverse("assessments:save_draft", args=[draft.assessment.public_id]),
            work(draft),
            headers={"Accept": "application/json"},
        )

        assert response.json()["revision"] == draft.revision + 1
        assert response.json()["message"].startswith("Saved ")

    def test_a_second_window_overwrites_nothing_and_shows_both(
        self, client: Client, draft: Submission
    ) -> None:
        address = reverse("assessments:save_draft", args=[draft.assessment.public_id])
        save_draft(submission=draft, text="From the other window.", revision=draft.revision)

        quiet = client.post(address, work(draft), headers={"Accept": "application/json"})
        response = client.post(address, work(draft, "From this window."))

        page = response.content.decode()
        draft.refresh_from_db()
        assert (quiet.status_code, response.status_code) == (409, 409)
        assert "From the other window." in page
        assert "From this window." in page
        assert draft.text == "From the other window."

    def test_having_seen_both_she_keeps_what_she_likes(self, client: Client, draft: Submission) -> None:
        address = reverse("assessments:save_draft", args=[draft.assessment.public_id])
        save_draft(submission=draft, text="From the other window.", revision=draft.revision)
        shown = client.post(address, work(draft, "From this window."))
        revision = shown.context["form"].initial["revision"]

        client.post(address, work(draft, "Both together.") | {"revision": revision})

        draft.refresh_from_db()
        assert draft.text == "Both together."

    def test_a_stranger_finds_no_draft_of_hers(
        self, draft: Submission, stranger: User, sign_in: SignIn
    ) -> None:
        other = sign_in(stranger)

        response = other.post(reverse("assessments:add_evidence", args=[draft.public_id]), work(draft))

        assert response.status_code == 404


class TestEvidence:
    def add(self, client: Client, draft: Submission, **more: Any) -> Any:
        return client.post(reverse("assessments:add_evidence", args=[draft.public_id]), work(draft, **more))

    def test_adding_a_file_keeps_the_text_beside_it(self, client: Client, draft: Submission) -> None:
        self.add(client, draft, file=[SimpleUploadedFile("report.pdf", PDF)])

        draft.refresh_from_db()
        assert draft.text == "My own work."
        assert draft.evidence.get().original_name == "report.pdf"

    def test_two_files_and_a_link_come_at_once(self, client: Client, draft: Submission) -> None:
        files = [SimpleUploadedFile("a.txt", b"one"), SimpleUploadedFile("b.txt", b"two")]

        self.add(client, draft, file=files, link="work.example/mine")

        shown = sorted(str(row) for row in draft.evidence.all())
        assert shown == ["a.txt", "b.txt", "https://work.example/mine"]

    def test_a_disguised_file_is_refused_beside_its_field(self, client: Client, draft: Submission) -> None:
        response = self.add(client, draft, file=[SimpleUploadedFile("report.pdf", b"MZ not a report")])

        page = response.content.decode()
        assert response.status_code == 422
        assert "<title>Error:" in " ".join(page.split())
        assert "not a .pdf file inside" in response.context["form"].errors["file"][0]
        assert "My own work." in page
        assert not draft.evidence.exists()

    def test_a_disk_that_fills_up_keeps_no_file_and_loses_no_word(
        self, client: Client, draft: Submission, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store, kept = FileSystemStorage.save, evidence_files()

        def room_for_one(storage: FileSystemStorage, name: str, content: Any, max_length: int) -> str:
            stored = store(storage, name, content, max_length)
            if len(evidence_files() - kept) > 1:
                raise OSError(errno.ENOSPC, "No space left on device")
            return stored

        monkeypatch.setattr(FileSystemStorage, "save", room_for_one)
        files = [SimpleUploadedFile("a.txt", b"first"), SimpleUploadedFile("b.txt", b"second")]

        response = self.add(client, draft, file=files)

        page = response.content.decode()
        assert response.status_code == 422
        assert "no room for files at the moment" in page
        assert "My own work." in page
        assert not draft.evidence.exists()
        assert evidence_files() == kept

    def test_a_script_for_a_link_is_refused(self, client: Client, draft: Submission) -> None:
        response = self.add(client, draft, link="javascript:alert(1)")

        assert response.status_code == 422
        assert "link" in response.context["form"].errors

    def test_removing_twice_is_removing_once(self, client: Client, draft: Submission) -> None:
        row = make_submitted_evidence(submission=draft)
        address = reverse("assessments:remove_evidence", args=[row.public_id])
        press = work(draft, "Typed meanwhile.")

        first, second = client.post(address, press), client.post(address, press)

        draft.refresh_from_db()
        assert first.headers["Location"] == second.headers["Location"]
        assert not draft.evidence.exists()
        assert draft.text == "Typed meanwhile."

    def test_a_stranger_removes_nothing(self, draft: Submission, stranger: User, sign_in: SignIn) -> None:
        row = make_submitted_evidence(submission=draft)

        response = sign_in(stranger).post(
            reverse("assessments:remove_evidence", args=[row.public_id]), work(draft)
        )

        assert response.status_code == 404
        assert draft.evidence.exists()


class TestDownload:
    @pytest.fixture
    def handed_in(self, learner: User) -> SubmittedEvidence:
        submission = make_submission(learner=learner, files=[("page.html.txt", b"<script>alert(1)</script>")])
        return submission.evidence.get()

    def address(self, row: SubmittedEvidence) -> str:
        return reverse("assessments:evidence", args=[row.public_id])

    def test_is_a_sealed_attachment(self, client: Client, handed_in: SubmittedEvidence) -> None:
        response = client.get(self.address(handed_in))

        assert response.getvalue() == b"<script>alert(1)</script>"
        assert response.headers["Content-Disposition"] == 'attachment; filename="page.html.txt"'
        assert response.headers["Content-Type"].startswith("text/plain")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"

    def test_opens_to_a_marker_of_the_series(
        self, handed_in: SubmittedEvidence, faculty: User, sign_in: SignIn
    ) -> None:
        assert sign_in(faculty).get(self.address(handed_in)).status_code == 200

    def test_a_draft_does_not_open_to_a_marker(self, learner: User, faculty: User, sign_in: SignIn) -> None:
        draft = make_submission(learner=learner, files=[("a.txt", b"one")], is_handed_in=False)

        assert sign_in(faculty).get(self.address(draft.evidence.get())).status_code == 404

    @pytest.mark.parametrize("person", ["stranger", "registrar"])
    def test_opens_to_nobody_else(
        self, person: str, handed_in: SubmittedEvidence, sign_in: SignIn, request: pytest.FixtureRequest
    ) -> None:
        other = sign_in(request.getfixturevalue(person))

        assert other.get(self.address(handed_in)).status_code == 404


class TestNamingALink:
    """Only what the learner ticked, and only where the assessment offers it, gets into the credential."""

    @pytest.fixture
    def open_draft(self, learner: User) -> Submission:
        assessment = make_assessment(required_kinds=["url"], may_show_evidence=True)
        links = ("https://work.example/one", "https://work.example/<two>|three")
        return make_submission(assessment=assessment, learner=learner, links=links, is_handed_in=False)

    def ticked(self, draft: Submission) -> list[str]:
        return [str(row.public_id) for row in draft.evidence.filter(kind="url")]

    def issued(self, draft: Submission) -> Credential:
        draft.refresh_from_db()
        make_grading(submission=draft, at=now())
        return Credential.objects.get(source_id=draft.pk, source=Credential.Source.SUBMISSION)

    def test_the_credential_names_what_was_ticked(self, client: Client, open_draft: Submission) -> None:
        page = client.get(page_of(open_draft.assessment)).content.decode()
        assert page.count('name="shown"') == 2
        client.post(page_of(open_draft.assessment), work(open_draft, shown=self.ticked(open_draft)))

        credential = self.issued(open_draft)

        signed = json.loads(bytes(credential.documents.get().unsigned))
        assert [(item["id"], item["genre"]) for item in signed["evidence"]] == [
            ("https://work.example/one", "Work"),
            ("https://work.example/%3Ctwo%3E%7Cthree", "Work"),
        ]
        guard(signed)

    def test_without_a_tick_none_is_named(self, client: Client, open_draft: Submission) -> None:
        client.post(page_of(open_draft.assessment), work(open_draft))
        assert not self.issued(open_draft).evidence.exists()

    def test_a_tick_taken_back_counts(self, client: Client, open_draft: Submission) -> None:
        keep = reverse("assessments:save_draft", args=[open_draft.assessment.public_id])
        client.post(keep, work(open_draft, open_draft.text, shown=self.ticked(open_draft)))
        client.post(
            page_of(open_draft.assessment),
            work(open_draft, open_draft.text, shown=self.ticked(open_draft)[:1]),
        )

        assert [item.url for item in self.issued(open_draft).evidence.all()] == ["https://work.example/one"]

    def test_text_kept_by_the_script_leaves_the_ticks_alone(
        self, client: Client, open_draft: Submission
    ) -> None:
        keep = reverse("assessments:save_draft", args=[open_draft.assessment.public_id])
        client.post(keep, work(open_draft, open_draft.text, shown=self.ticked(open_draft)))

        client.post(keep, work(open_draft, "More."), headers={"accept": "application/json"})

        assert open_draft.evidence.filter(is_shown=True).count() == 2

    def test_where_it_is_not_offered_a_forged_tick_does_nothing(self, client: Client, learner: User) -> None:
        draft = make_submission(
            assessment=make_assessment(),
            learner=learner,
            links=["https://work.example/1"],
            is_handed_in=False,
        )
        assert 'name="shown"' not in client.get(page_of(draft.assessment)).content.decode()

        client.post(page_of(draft.assessment), work(draft, shown=self.ticked(draft)))

        assert not draft.evidence.filter(is_shown=True).exists()

    def test_another_ones_link_is_not_touched(
        self, client: Client, open_draft: Submission, stranger: User
    ) -> None:
        other = make_submission(
            assessment=open_draft.assessment,
            learner=stranger,
            links=["https://hers.example/"],
            is_handed_in=False,
        )

        client.post(page_of(open_draft.assessment), work(open_draft, shown=self.ticked(other)))

        assert not other.evidence.filter(is_shown=True).exists()


class TestHandingIn:
    def test_keeps_the_last_words_and_hands_them_in(self, client: Client, draft: Submission) -> None:
        response = client.post(page_of(draft.assessment), work(draft, "The last words."))

        draft.refresh_from_db()
        assert response.headers["Location"] == draft.get_absolute_url()
        assert (draft.state, draft.text) == (Submission.State.SUBMITTED, "The last words.")

    def test_a_double_click_hands_in_once(self, client: Client, draft: Submission) -> None:
        press = work(draft)

        first = client.post(page_of(draft.assessment), press)
        second = client.post(page_of(draft.assessment), press)

        assert first.headers["Location"] == second.headers["Location"] == draft.get_absolute_url()
        assert AuditEntry.objects.filter(act="submit").count() == 1

    def test_what_is_missing_stands_beside_its_field_and_nothing_is_lost(
        self, client: Client, learner: User
    ) -> None:
        assessment = make_assessment(required_kinds=["text", "file"])
        draft = make_submission(assessment=assessment, learner=learner, is_handed_in=False)

        response = client.post(page_of(assessment), work(draft, "Nearly done."))

        draft.refresh_from_db()
        page = response.content.decode()
        assert response.status_code == 422
        assert list(response.context["form"].errors) == ["file"]
        assert 'href="#id_file"' in page
        assert draft.text == "Nearly done."
        assert draft.state == Submission.State.DRAFT

    def test_the_page_after_a_refusal_can_be_handed_in(self, client: Client, learner: User) -> None:
        assessment = make_assessment(required_kinds=["text", "file"])
        draft = make_submission(assessment=assessment, learner=learner, is_handed_in=False)
        refused = client.post(page_of(assessment), work(draft, "Nearly done."))
        data = {name: refused.context["form"][name].value() for name in ("op_key", "revision", "text")}

        client.post(page_of(assessment), {**data, "file": [SimpleUploadedFile("report.pdf", PDF)]})

        draft.refresh_from_db()
        assert draft.state == Submission.State.SUBMITTED
        assert draft.evidence.get().original_name == "report.pdf"

    def test_what_is_handed_in_can_no_longer_be_changed(self, client: Client, draft: Submission) -> None:
        late = work(draft, "Too late.")
        client.post(page_of(draft.assessment), work(draft, "In time."))

        response = client.post(
            reverse("assessments:save_draft", args=[draft.assessment.public_id]), late, follow=True
        )

        draft.refresh_from_db()
        assert draft.text == "In time."
        assert "can no longer be changed" in response.content.decode()


class TestWhatCameBack:
    def test_a_stranger_finds_nothing(self, stranger: User, sign_in: SignIn) -> None:
        submission = make_submission(learner=make_user())

        assert sign_in(stranger).get(submission.get_absolute_url()).status_code == 404

    def test_waiting_says_until_when_and_shows_no_marks(
        self, client: Client, learner: User, faculty: User
    ) -> None:
        submission = make_submission(learner=learner)
        make_grading(submission=submission, marker=faculty, is_final=False)

        page = client.get(submission.get_absolute_url()).content.decode()

        assert "Waiting for marking" in page
        assert "level-chosen" not in page

    def test_not_yet_shows_the_level_reached_and_the_next_attempt(
        self, client: Client, learner: User
    ) -> None:
        grading = make_grading(submission=make_submission(learner=learner), level="fail")
        submission = grading.submission

        page = client.get(submission.get_absolute_url()).content.decode()

        assert page.count("level-chosen") == 2
        assert "Well argued." in page
        assert "2 attempts are left" in " ".join(page.split())
        assert grading.marker.name not in page

    def test_passed_leads_to_the_credential(self, client: Client, learner: User) -> None:
        submission = make_grading(submission=make_submission(learner=learner)).submission

        page = client.get(submission.get_absolute_url()).content.decode()

        credential = learner.credentials.get()
        assert reverse("learners:credential", args=[credential.public_id]) in page

    def test_a_note_between_markers_stays_between_them(self, client: Client, learner: User) -> None:
        grading = make_grading(submission=make_submission(learner=learner), level="fail")
        type(grading).objects.filter(pk=grading.pk).update(note="Compare with last year.")

        page = client.get(grading.submission.get_absolute_url()).content.decode()

        assert "Compare with last year." not in page


def test_the_page_costs_the_same_whatever_the_number_of_files(client: Client, draft: Submission) -> None:
    make_submitted_evidence(submission=draft)
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as captured:
            client.get(page_of(draft.assessment))
        counts.append(len(captured))
        for extra in range(4):
            make_submitted_evidence(submission=draft, url=f"https://work.example/{number}-{extra}")

    assert counts[0] == counts[1]
