"""What a definition says, true without a database: facts, findings, tests; frameworks and their files."""

from credentials.definitions.codes import CODES, Severity
from credentials.definitions.facts import (
    AssessmentFacts,
    BlueprintCellFacts,
    CompetencyFacts,
    RequiredFacts,
    VersionFacts,
)
from credentials.definitions.five import FiveTest, five_tests
from credentials.definitions.lint import Finding, lint
from credentials.definitions.text import Text

__all__ = [
    "CODES",
    "AssessmentFacts",
    "BlueprintCellFacts",
    "CompetencyFacts",
    "Finding",
    "FiveTest",
    "RequiredFacts",
    "Severity",
    "Text",
    "VersionFacts",
    "five_tests",
    "lint",
]
