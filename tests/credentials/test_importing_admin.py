"""The registrar's import pages: hand in, map, look, confirm; without JavaScript."""

import csv
import io
import json
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from credentials.models import Competency, CompetencyFramework, ImportBatch
from learners.models import User
from tests.credentials.test_importing import AREA, PART, table, worked
from tests.credentials.test_importing_case import item, sample
from tests.makers import make_framework
from tests.people import SignIn

pytestmark = pytest.mark.django_db
ADD = "admin:credentials_importbatch_add"


@pytest.fixture
def desk(registrar: User, sign_in: SignIn) -> Client:
    return sign_in(registrar)


def hand_in(desk: Client, data: bytes, kind: str = "case", key: str = "", **fields: str) -> Any:
    file = SimpleUploadedFile("skills.csv" if kind == "competencies" else "skills.json", data)
    sent = {"kind": kind, "file": file, "op_key": key or str(uuid4()), **fields}
    return desk.post(reverse(ADD), sent)


def act(desk: Client, batch: ImportBatch, name: str, **fields: str) -> None:
    address = reverse("admin:credentials_importbatch_act", args=[batch.pk, name])
    answer = desk.post(address, {"op_key": str(uuid4()), **fields})
    assert answer.status_code == 302, answer.content.decode()


def page(desk: Client, batch: ImportBatch, query: str = "") -> str:
    answer = desk.get(batch.get_absolute_url() + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


class TestTable:
    def test_handed_in_mapped_looked_at_and_imported(self, desk: Client) -> None:
        answer = hand_in(
            desk,
            table(AREA, PART),
            "competencies",
            title="Data skills",
            version="2",
            creator="The Consortium",
        )
        batch = ImportBatch.objects.get()
        assert answer.headers["Location"].endswith(f"/{batch.pk}/act/map/")

        mapping = desk.get(answer.headers["Location"]).content.decode()
        assert '<option value="parent_code" selected>parent_code</option>' in mapping
        act(desk, batch, "map", code="code", description="description", parent_code="parent_code")
        assert "The file is being read" in page(desk, batch)
        worked(batch)
        shown = page(desk, batch)
        assert "Nothing is changed yet." in shown
        assert "Cleans data." in shown
        act(desk, batch, "confirm", sha256=batch.sha256)
        worked(batch)

        whole = CompetencyFramework.objects.get()
        assert "What this page shows was imported." in page(desk, batch)
        assert f'href="/registrar/credentials/competencyframework/{whole.pk}/change/"' in page(desk, batch)
        assert Competency.objects.get(code="A.1").parent == Competency.objects.get(code="A")
        assert str(whole) == "Data skills (2)"

    def test_a_new_framework_wants_a_name(self, desk: Client) -> None:
        shown = hand_in(desk, table(AREA), "competencies").content.decode()

        assert "Name the new framework, or choose one above." in shown
        assert not ImportBatch.objects.exists()

    def test_rows_may_be_added_to_a_framework_that_stands_here(self, desk: Client) -> None:
        framework = make_framework(is_published=False)

        hand_in(desk, table(AREA), "competencies", framework=str(framework.pk))
        batch = ImportBatch.objects.get()
        act(desk, batch, "map", code="code", description="description")
        worked(batch)
        act(desk, batch, "confirm", sha256=batch.sha256)
        worked(batch)

        assert framework.competencies.get().statement == "Works with data."

    def test_rows_with_errors_come_back_as_a_table_that_says_why(self, desk: Client) -> None:
        hand_in(desk, table(AREA, ("B", "", "Z", "", "=b", "", "")), "competencies", title="T", creator="U")
        batch = ImportBatch.objects.get()
        act(desk, batch, "map", code="code", description="description", parent_code="parent_code")
        worked(batch)

        shown = page(desk, batch)
        failed = desk.get(reverse("admin:credentials_importbatch_errors", args=[batch.pk]))

        assert "It is part of Z, which is in no row." in shown
        assert "Add the missing row to the table" in shown
        (row,) = csv.DictReader(io.StringIO(failed.content.decode("utf-8-sig")))
        assert (row["row"], row["code"], row["description"]) == ("3", "B", "'=b")
        assert row["error"].startswith("parent_code: It is part of Z")


class TestCase:
    def test_one_press_is_one_import(self, desk: Client) -> None:
        key, data = str(uuid4()), json.dumps(sample()).encode()

        first = hand_in(desk, data, key=key)
        second = hand_in(desk, data, key=key)

        assert first.headers["Location"] == second.headers["Location"]
        assert ImportBatch.objects.count() == 1

    def test_errors_stand_first_and_nothing_can_be_confirmed(self, desk: Client) -> None:
        document = sample()
        document["CFItems"].append(item(11, "C"))
        hand_in(desk, json.dumps(document).encode())
        batch = worked(ImportBatch.objects.get())

        shown = page(desk, batch)

        assert "Nothing was changed. Mend these rows" in shown.replace("\n", " ")
        assert "is the identifier of item 2 too" in shown
        assert "/act/confirm/" not in shown

    def test_before_and_after_are_shown_and_rows_can_be_filtered(self, desk: Client) -> None:
        hand_in(desk, json.dumps(sample()).encode())
        first = worked(ImportBatch.objects.get())
        act(desk, first, "confirm", sha256=first.sha256)
        worked(first)
        document = sample()
        document["CFItems"][0]["fullStatement"] = "Does A better."
        hand_in(desk, json.dumps(document).encode())
        batch = worked(ImportBatch.objects.latest("pk"))

        changed, unchanged = page(desk, batch, "?action=changed"), page(desk, batch, "?action=unchanged")

        assert "Does A without help." in changed
        assert "Does A better." in changed
        assert "Does A better." not in unchanged

    def test_the_same_file_again_offers_nothing_to_import(self, desk: Client) -> None:
        hand_in(desk, json.dumps(sample()).encode())
        first = worked(ImportBatch.objects.get())
        act(desk, first, "confirm", sha256=first.sha256)
        worked(first)
        hand_in(desk, json.dumps(sample()).encode())
        batch = worked(ImportBatch.objects.latest("pk"))

        shown = page(desk, batch)

        assert "There is nothing to import." in shown
        assert "/act/confirm/" not in shown
        act(desk, batch, "cancel")

    def test_a_file_that_is_too_large_is_answered_with_413(self, desk: Client) -> None:
        answer = hand_in(desk, b" " * 20_000_001)

        assert answer.status_code == 413
        assert "at most 20 MB can be read" in answer.content.decode()

    def test_a_table_in_another_encoding_is_answered_with_its_line(self, desk: Client) -> None:
        data = "code,description\nA,é\n".encode("latin-1")

        answer = hand_in(desk, data, "competencies", title="T", creator="U")

        assert answer.status_code == 400
        assert "Line 2 is not UTF-8 text." in answer.content.decode()
