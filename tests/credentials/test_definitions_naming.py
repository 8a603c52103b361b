"""Names: a place in a row is no name, a subject is a vague one, and a skill is a good one."""

import pytest

from credentials.definitions.naming import is_a_part, is_vague

SKILLS = [
    "Data visualisation using Python",
    "Writing a Data Management Plan",
    "Part-time work planning",
    "Tagging parts of speech",
    "Managing a week of fieldwork",
    "Negotiating in three languages",
    "C++ templates in libraries",
    "Modellieren von Epidemien",
    "Datenvisualisierung",
    "Συγγραφή σχεδίου διαχείρισης δεδομένων",
    "データ可視化",
    "数据可视化",
    "تصوير البيانات",
]


class TestParts:
    @pytest.mark.parametrize(
        "name",
        [
            "Workshop 2 of 5",
            "Part 3",
            "Module II",
            "Session 4: charts",
            "Unit B",
            "Week one",
            "The Second Workshop",
            "Series Completion Award",
            "Certificate of Completion",
            "Attendance badge",
            "データ可視化 2/5",
            "Kurs 2 von 5",
            "Session 2 sur 6",
            "7",
        ],
    )
    def test_are_found(self, name: str) -> None:
        assert is_a_part(name)

    @pytest.mark.parametrize("name", SKILLS)
    def test_are_not_seen_in_a_skill(self, name: str) -> None:
        assert not is_a_part(name)


class TestVagueNames:
    @pytest.mark.parametrize(
        "name",
        [
            "Understanding data",
            "Introduction to Python",
            "Basics of statistics",
            "Knowledge of law",
            "Cybersecurity Awareness",
            "Digital Skills",
            "Excel",
            "Leadership",
        ],
    )
    def test_are_found(self, name: str) -> None:
        assert is_vague(name)

    @pytest.mark.parametrize("name", SKILLS)
    def test_are_not_seen_in_a_skill(self, name: str) -> None:
        assert not is_vague(name)

    def test_an_introduction_may_call_itself_one(self) -> None:
        assert not is_vague("Introduction to Python", is_introduction=True)
        assert is_vague("Understanding Python", is_introduction=True)
