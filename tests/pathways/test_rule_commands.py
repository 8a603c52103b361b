"""The three commands that answer exchange documents, as programs."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

RULE = {"kind": "pool", "n": 1, "achievements": ["A", "B"]}
DOCUMENT: dict[str, Any] = {
    "id": "one",
    "as_of": "2026-03-05",
    "catalog": {"A": {}, "B": {}},
    "rule": RULE,
    "lapse_policy": "keep",
    "at": "2026-03-05",
    "credentials": [{"id": "a", "achievement": "A", "earned_at": "2026-01-02"}],
}


def answer(command: str, document: object, folder: Path) -> Any:
    path = folder / "document.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    out = io.StringIO()
    call_command(command, str(path), stdout=out)
    return json.loads(out.getvalue())


@pytest.mark.parametrize(
    ("command", "field", "value"),
    [("pathway_evaluate", "status", "satisfied"), ("pathway_lifecycle", "issued_on", "2026-01-02")],
)
class TestAnswering:
    def test_one_document_has_one_answer(self, command: str, field: str, value: str, tmp_path: Path) -> None:
        assert answer(command, DOCUMENT, tmp_path)[field] == value

    def test_an_array_is_answered_in_order(
        self, command: str, field: str, value: str, tmp_path: Path
    ) -> None:
        nobody = DOCUMENT | {"credentials": []}

        answers = answer(command, [nobody, DOCUMENT], tmp_path)

        assert [row[field] == value for row in answers] == [False, True]

    def test_what_cannot_be_answered_ends_with_2_and_is_named(
        self, command: str, field: str, value: str, tmp_path: Path
    ) -> None:
        with pytest.raises(CommandError, match="document 1: r: n: must be at least one") as refused:
            answer(command, [DOCUMENT, DOCUMENT | {"rule": RULE | {"n": 0}}], tmp_path)

        assert refused.value.returncode == 2


def test_the_lint_ends_with_1_on_an_error_and_with_0_on_a_warning(tmp_path: Path) -> None:
    found = answer("pathway_lint", DOCUMENT, tmp_path)

    assert [row["code"] for row in found] == ["W_FEWER_THAN_3"]
    with pytest.raises(SystemExit) as ended:
        answer("pathway_lint", DOCUMENT | {"rule": RULE | {"n": 9}}, tmp_path)
    assert ended.value.code == 1


@pytest.mark.parametrize("text", ["{", '{"id": "a", "id": "b"}', "\x00"])
def test_what_is_no_json_ends_with_2(text: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(CommandError) as refused:
        call_command("pathway_evaluate", str(path))

    assert refused.value.returncode == 2


def test_standard_input_is_a_file_too(monkeypatch: pytest.MonkeyPatch) -> None:
    class Input:
        buffer = io.BytesIO(json.dumps(DOCUMENT).encode())

    monkeypatch.setattr("sys.stdin", Input())
    out = io.StringIO()

    call_command("pathway_evaluate", "-", stdout=out)

    assert json.loads(out.getvalue())["id"] == "one"
