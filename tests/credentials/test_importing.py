"""Imports: what a file says is shown first, written once when confirmed, and whole or not at all."""

import csv
import io
import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.core.files.base import ContentFile

from credentials.models import (
    AuditEntry,
    Competency,
    CompetencyAssociation,
    CompetencyFramework,
    ImportBatch,
    ImportRow,
)
from credentials.services.frameworks import case_document, publish_framework, retire_framework
from credentials.services.importing import (
    MappingIncomplete,
    NotAsShown,
    Refused,
    TooLarge,
    cancel_import,
    confirm_import,
    guessed,
    header_of,
    importer_of,
    in_words,
    map_columns,
    start_import,
)
from credentials.services.jobs import run_job
from learners.models import User
from tests.credentials.test_importing_case import REAL, SHARED, identifier, item, needs_real, sample
from tests.makers import TERM_DAY, office
from tests.speed.counting import statements

TABLE = SHARED / "data" / "competencies_digcomp3.csv"
needs_table = pytest.mark.skipif(not TABLE.exists(), reason=f"{TABLE} is not here")
State = ImportBatch.State
pytestmark = pytest.mark.django_db
HEADER = ("code", "kind", "parent_code", "title", "description", "level", "ksa_type")


@pytest.fixture
def by(db: None) -> User:
    return office()


def handed_in(
    data: bytes, by: User, kind: str = "case", name: str = "skills.json", **options: Any
) -> ImportBatch:
    return start_import(kind=kind, file=ContentFile(data, name=name), options=options, by=by, at=TERM_DAY)


def worked(batch: ImportBatch) -> ImportBatch:
    """The batch after its present job ran to the end."""
    batch.refresh_from_db()
    while batch.job and batch.job.done_at is None:
        run_job(job_id=batch.job.pk, at=TERM_DAY)
        batch.refresh_from_db()
    return batch


def read(document: dict[str, Any], by: User) -> ImportBatch:
    return worked(handed_in(json.dumps(document).encode(), by))


def confirmed(batch: ImportBatch) -> ImportBatch:
    return worked(confirm_import(batch=batch, sha256=batch.sha256, by=batch.started_by, at=TERM_DAY))


def counts(batch: ImportBatch) -> tuple[int, int, int, int]:
    return (batch.new_count, batch.changed_count, batch.unchanged_count, batch.error_count)


def errors(batch: ImportBatch) -> list[tuple[int, str, str]]:
    return [
        (row.number, words["field"], words["message"])
        for row in batch.rows.filter(action=ImportRow.Action.ERROR)
        for words in map(in_words, row.messages)
    ]


def table(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode()


def read_table(data: bytes, by: User, **options: Any) -> ImportBatch:
    """A table whose columns are those guessed."""
    options = options or {"title": "Data skills", "version": "1", "creator": "Us"}
    batch = handed_in(data, by, kind="competencies", name="skills.csv", **options)
    mapping = guessed(header_of(batch), importer_of("competencies").columns)
    return worked(map_columns(batch=batch, mapping=mapping, by=by, at=TERM_DAY))


AREA = ("A", "area", "", "Data", "Works with data.", "", "")
PART = ("A.1", "skill", "A", "", "Cleans data.", "Basic", "Skill")


class TestPreview:
    def test_a_new_framework_is_staged_and_nothing_is_written(self, by: User) -> None:
        batch = read(sample(), by)

        assert (batch.state, counts(batch)) == (State.STAGED, (5, 0, 0, 0))
        assert not CompetencyFramework.objects.exists()

    def test_the_job_tells_how_far_it_is(self, by: User) -> None:
        job = read(sample(), by).job

        assert job is not None
        assert (job.done_count, job.total_count) == (5, 5)

    def test_a_long_table_is_read_in_parts_and_goes_on_where_it_stopped(self, by: User) -> None:
        rows = [(f"C{number}", "", "", "", f"Does {number}.", "", "") for number in range(700)]
        batch = handed_in(
            table(*rows), by, kind="competencies", name="x.csv", title="T", version="1", creator="U"
        )
        mapping = {"code": "code", "description": "description"}
        batch = map_columns(batch=batch, mapping=mapping, by=by, at=TERM_DAY)
        job = batch.job
        assert job is not None

        run_job(job_id=job.pk, at=TERM_DAY)
        job.refresh_from_db()
        assert (job.done_count, job.total_count, batch.rows.count()) == (500, 700, 500)
        run_job(job_id=job.pk, at=TERM_DAY)
        run_job(job_id=job.pk, at=TERM_DAY)

        batch.refresh_from_db()
        assert (batch.state, batch.rows.count(), counts(batch)) == (State.STAGED, 700, (700, 0, 0, 0))

    def test_a_changed_row_carries_before_and_after(self, by: User) -> None:
        confirmed(read(sample(), by))
        document = sample()
        document["CFItems"][3]["fullStatement"] = "Does B with others."

        batch = read(document, by)

        assert counts(batch) == (0, 1, 4, 0)
        assert batch.rows.get(action=ImportRow.Action.CHANGED).changes == {
            "statement": ["Does B without help.", "Does B with others."]
        }

    def test_what_a_newer_file_no_longer_holds_is_named_and_kept(self, by: User) -> None:
        confirmed(read(sample(), by))
        document = sample()
        del document["CFItems"][3], document["CFAssociations"][3]

        batch = confirmed(read(document, by))

        assert batch.options["framework"]["missing"] == ["B Does B without help."]
        assert Competency.objects.filter(code="B").exists()

    def test_a_later_date_alone_changes_nothing(self, by: User) -> None:
        confirmed(read(sample(), by))
        document = sample()
        for found in document["CFItems"]:
            found["lastChangeDateTime"] = "2031-01-01T00:00:00Z"

        assert counts(read(document, by)) == (0, 0, 5, 0)


class TestConfirm:
    def test_what_was_shown_is_written(self, by: User) -> None:
        batch = confirmed(read(sample(), by))

        framework = CompetencyFramework.objects.get()
        tree = framework.competencies.values_list("position", "code", "parent__code", "level")
        assert batch.state == State.APPLIED
        assert list(tree) == [
            (1, "A", None, ""),
            (2, "A.2", "A", "Basic"),
            (3, "A.1", "A", ""),
            (4, "B", None, ""),
        ]
        assert CompetencyAssociation.objects.get().target == Competency.objects.get(code="A.2")

    def test_it_happens_once_however_often_it_is_pressed(self, by: User) -> None:
        batch = read(sample(), by)
        first = confirm_import(batch=batch, sha256=batch.sha256, by=by, at=TERM_DAY)

        second = confirm_import(batch=batch, sha256=batch.sha256, by=by, at=TERM_DAY)

        assert second.job_id == first.job_id
        assert Competency.objects.count() == 0
        assert worked(second).state == State.APPLIED
        assert Competency.objects.count() == 4

    def test_another_file_than_the_one_shown_is_refused(self, by: User) -> None:
        with pytest.raises(NotAsShown):
            confirm_import(batch=read(sample(), by), sha256="0" * 64, by=by, at=TERM_DAY)

    def test_a_file_put_aside_is_not_written(self, by: User) -> None:
        batch = cancel_import(batch=read(sample(), by), by=by)

        with pytest.raises(NotAsShown):
            confirm_import(batch=batch, sha256=batch.sha256, by=by, at=TERM_DAY)

    def test_the_same_file_again_writes_nothing(self, by: User) -> None:
        confirmed(read(sample(), by))
        before = list(Competency.objects.values()), list(CompetencyFramework.objects.values())
        trail = AuditEntry.objects.filter(act="import framework").count()

        batch = confirmed(read(sample(), by))

        assert counts(batch) == (0, 0, 5, 0)
        assert (list(Competency.objects.values()), list(CompetencyFramework.objects.values())) == before
        assert AuditEntry.objects.filter(act="import framework").count() == trail

    def test_a_change_made_after_the_preview_stops_it(self, by: User) -> None:
        confirmed(read(sample(), by))
        document = sample()
        document["CFItems"].append(item(14, "C"))
        batch = read(document, by)
        Competency.objects.filter(code="A").update(statement="Changed meanwhile.")

        batch = confirmed(batch)

        assert batch.state == State.REFUSED
        assert batch.problem.startswith("The framework was changed after the preview was made.")
        assert not Competency.objects.filter(code="C").exists()

    def test_two_items_may_exchange_their_codes_and_places(self, by: User) -> None:
        confirmed(read(sample(), by))
        document = sample()
        document["CFItems"][1]["humanCodingScheme"], document["CFItems"][2]["humanCodingScheme"] = (
            "A.2",
            "A.1",
        )
        document["CFAssociations"][1]["destinationNodeURI"] = document["CFAssociations"][0][
            "destinationNodeURI"
        ]

        batch = confirmed(read(document, by))

        assert counts(batch) == (0, 2, 3, 0)
        moved = Competency.objects.get(code="A.2")
        assert (moved.identifier, moved.parent) == (identifier(11), None)

    def test_what_a_registrar_added_here_survives_a_second_import(self, by: User) -> None:
        confirmed(read(sample(), by))
        Competency.objects.filter(code="A.1").update(cognitive_level="3_apply")
        document = sample()
        document["CFItems"][1]["fullStatement"] = "Says it otherwise."

        confirmed(read(document, by))

        changed = Competency.objects.get(code="A.1")
        assert (changed.statement, changed.cognitive_level) == ("Says it otherwise.", "3_apply")


class TestRefused:
    """Nothing of a broken file is imported, and the page says which item and why."""

    def broken(self, change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        document = deepcopy(sample())
        change(document)
        return document

    @pytest.mark.parametrize(
        ("change", "named"),
        [
            (
                lambda d: d["CFAssociations"][0]["destinationNodeURI"].update(identifier=identifier(11)),
                "part of itself",
            ),
            (lambda d: d["CFItems"].pop(0), "which is not in this file"),
            (lambda d: d["CFItems"].append(item(11, "C")), "is the identifier of item 2 too"),
            (lambda d: d["CFItems"][0].update(fullStatement=[]), "is of the wrong type"),
        ],
        ids=["circle", "missing parent", "identifier twice", "wrong type"],
    )
    def test_one_broken_item_stops_the_whole(
        self, change: Callable[[dict[str, Any]], object], named: str, by: User
    ) -> None:
        batch = read(self.broken(change), by)

        assert batch.state == State.REFUSED
        assert any(named in message for _row, _field, message in errors(batch))
        assert not CompetencyFramework.objects.exists()
        with pytest.raises(NotAsShown):
            confirm_import(batch=batch, sha256=batch.sha256, by=by, at=TERM_DAY)

    def test_another_encoding_is_refused_with_its_line(self, by: User) -> None:
        batch = worked(
            handed_in(json.dumps(sample(), indent=1).replace("help", "hélp").encode("latin-1"), by)
        )

        assert batch.state == State.REFUSED
        assert batch.problem.startswith("Line 13 is not UTF-8 text.")

    def test_fifty_megabytes_are_refused_before_they_are_kept(self, by: User) -> None:
        with pytest.raises(TooLarge) as refused:
            handed_in(b" " * 50_000_000, by)

        assert str(refused.value).startswith("The file has 50.0 MB; at most 20 MB can be read.")
        assert not ImportBatch.objects.exists()

    def test_a_retired_framework_is_not_written_to(self, by: User) -> None:
        confirmed(read(sample(), by))
        framework = CompetencyFramework.objects.get()
        retire_framework(framework=publish_framework(framework=framework, by=by), by=by)

        assert "is retired" in read(sample(), by).problem

    def test_another_framework_of_that_title_and_version_is_named(self, by: User) -> None:
        CompetencyFramework.objects.create(title="Data skills", version="1", creator="Others")

        assert read(sample(), by).problem.startswith("“Data skills” version 1 stands here already")

    def test_a_code_of_a_competency_that_the_file_lost_is_not_taken(self, by: User) -> None:
        confirmed(read(sample(), by))
        document = sample()
        document["CFItems"][3]["identifier"] = identifier(15)
        del document["CFAssociations"][3]

        batch = read(document, by)

        assert batch.state == State.REFUSED
        assert errors(batch)[0][:2] == (4, "code")


class TestTable:
    def test_each_row_becomes_a_competency_under_its_parent(self, by: User) -> None:
        batch = confirmed(read_table(table(AREA, PART), by))

        part = Competency.objects.get(code="A.1")
        assert (batch.state, counts(batch)) == (State.APPLIED, (2, 0, 0, 0))
        assert (part.parent, part.level, part.sort) == (Competency.objects.get(code="A"), "Basic", "Skill")
        assert str(part.framework) == "Data skills (1)"
        assert part.framework.levels == ["Basic"]

    def test_nothing_is_read_before_the_columns_are_known(self, by: User) -> None:
        batch = handed_in(
            table(AREA), by, kind="competencies", name="x.csv", title="T", version="1", creator="U"
        )

        assert (batch.state, batch.job) == (State.STAGING, None)

    def test_a_needed_column_must_be_chosen_and_none_twice(self, by: User) -> None:
        batch = handed_in(
            table(AREA), by, kind="competencies", name="x.csv", title="T", version="1", creator="U"
        )

        with pytest.raises(MappingIncomplete, match="Statement"):
            map_columns(batch=batch, mapping={"code": "code"}, by=by, at=TERM_DAY)
        with pytest.raises(MappingIncomplete, match="chosen twice"):
            map_columns(batch=batch, mapping={"code": "code", "description": "code"}, by=by, at=TERM_DAY)

    def test_columns_are_guessed_from_the_words_of_other_programs(self) -> None:
        columns = importer_of("competencies").columns

        assert guessed(["ID", "Full Statement", "Parent", "Type"], columns) == {
            "code": "ID",
            "description": "Full Statement",
            "parent_code": "Parent",
            "kind": "Type",
        }

    def test_an_existing_framework_is_changed_where_the_table_says_something_else(self, by: User) -> None:
        confirmed(read_table(table(AREA, PART), by))
        framework = CompetencyFramework.objects.get()
        rows = table(
            AREA,
            (*PART[:4], "Cleans and joins data.", *PART[5:]),
            ("A.2", "skill", "A", "", "Shows data.", "", ""),
        )

        batch = confirmed(read_table(rows, by, framework_id=framework.pk))

        assert counts(batch) == (1, 1, 1, 0)
        assert list(framework.competencies.values_list("code", "statement")) == [
            ("A", "Works with data."),
            ("A.1", "Cleans and joins data."),
            ("A.2", "Shows data."),
        ]

    def test_a_column_that_is_left_out_leaves_what_stands(self, by: User) -> None:
        confirmed(read_table(table(AREA, PART), by))
        framework = CompetencyFramework.objects.get()

        batch = read_table(
            table(("A.1", "Cleans data."), header=("code", "description")), by, framework_id=framework.pk
        )

        assert counts(batch) == (0, 0, 1, 0)

    def test_rows_in_another_order_are_put_in_that_order(self, by: User) -> None:
        second = ("B", "area", "", "", "Works with people.", "", "")
        confirmed(read_table(table(AREA, second), by))

        confirmed(read_table(table(second, AREA), by))

        assert list(Competency.objects.values_list("code", flat=True)) == ["B", "A"]

    def test_every_fault_is_told_with_its_row_and_the_row_itself(self, by: User) -> None:
        long = ("X" * 65, "", "", "", "Too long a code.", "", "")
        batch = read_table(
            table(
                AREA,
                ("A", "", "", "", "Again.", "", ""),
                ("", "", "", "", "", "", ""),
                ("B", "", "Z", "", "b", "", ""),
                long,
            ),
            by,
        )

        assert batch.state == State.REFUSED
        assert errors(batch) == [
            (3, "code", "The code A stands in row 2 too."),
            (5, "parent_code", "It is part of Z, which is in no row."),
            (6, "code", "It has 65 characters; at most 64 can be kept."),
        ]
        assert batch.rows.get(number=5).data["row"]["description"] == "b"

    def test_a_circle_is_refused(self, by: User) -> None:
        rows = table(("A", "", "B", "", "a", "", ""), ("B", "", "A", "", "b", "", ""))

        assert errors(read_table(rows, by)) == [(2, "parent_code", "A is part of itself.")]

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            ("code,description\nA,hé\n".encode("latin-1"), "Line 2 is not UTF-8 text."),
            (b"code,description\nA,b\x00\n", "Line 2 holds a character that no text has."),
            (b"", "The table is empty."),
            (b"code,code\nA,b\n", "In the first row the name “code” is empty or stands twice."),
            (b"code,description\nA,b,c\n", "Row 2 has 3 cells; the first row names 2."),
            (b'code,description\nA,"b\n', "Line 2 cannot be divided into cells"),
            (b"code,description\nA," + b"x" * 2_001 + b"\n", "Row 2 has 2001 characters in “description”"),
            (b"code," + b",".join(b"%d" % n for n in range(100)) + b"\n", "The table has 101 columns"),
            (b"code\n" + b"A\n" * 100_001, "The table has more than 100000 rows."),
        ],
    )
    def test_a_table_that_is_none_is_refused_with_row_and_cure(
        self, data: bytes, message: str, by: User
    ) -> None:
        with pytest.raises(Refused) as refused:
            handed_in(data, by, kind="competencies", name="x.csv", title="T", version="1", creator="U")

        assert message in str(refused.value)
        assert str(refused.value.cure)

    def test_semicolons_and_a_byte_order_mark_are_understood(self, by: User) -> None:
        data = "\ufeffcode;description\r\nA;Works, and well.\r\n".encode()

        confirmed(read_table(data, by, title="T", version="1", creator="U"))

        assert Competency.objects.get().statement == "Works, and well."


class TestRealFiles:
    @needs_real
    def test_case_in_and_out_and_in_again_changes_nothing(self, by: User) -> None:
        data = REAL.read_bytes()
        batch = confirmed(worked(handed_in(data, by)))
        assert (batch.state, counts(batch)) == (State.APPLIED, (388, 0, 0, 0))
        framework = CompetencyFramework.objects.get()

        exported = case_document(framework)

        assert exported == json.loads(data)
        assert counts(worked(handed_in(json.dumps(exported).encode(), by))) == (0, 0, 388, 0)
        assert framework.competencies.filter(parent=None).count() == 5

    @needs_table
    def test_the_table_is_imported_and_a_second_time_changes_nothing(self, by: User) -> None:
        data = TABLE.read_bytes()
        batch = confirmed(read_table(data, by))

        assert (batch.state, counts(batch)) == (State.APPLIED, (911, 0, 0, 0))
        assert counts(read_table(data, by)) == (0, 0, 911, 0)
        framework = CompetencyFramework.objects.get()
        assert framework.levels == ["Basic", "Intermediate", "Advanced", "Highly advanced"]

    @needs_table
    def test_a_framework_made_here_is_exported_and_comes_in_again_unchanged(self, by: User) -> None:
        confirmed(read_table(TABLE.read_bytes(), by))
        exported = case_document(CompetencyFramework.objects.get())

        assert counts(worked(handed_in(json.dumps(exported).encode(), by))) == (0, 0, 911, 0)

    @needs_real
    @needs_table
    def test_the_number_of_statements_does_not_follow_the_rows(self, by: User) -> None:
        small = statements(lambda: confirmed(worked(handed_in(REAL.read_bytes(), by))))
        large = statements(lambda: confirmed(read_table(TABLE.read_bytes(), by)))

        assert len(small) <= 90
        assert len(large) <= 120
