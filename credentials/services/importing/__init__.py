"""Imports: one shape for all of them (shape, batches), and one importer for each kind of file."""

from credentials.services.importing.batches import (
    CannotImport,
    MappingIncomplete,
    NotAsShown,
    apply_rows,
    cancel_import,
    confirm_import,
    header_of,
    map_columns,
    stage_rows,
    start_import,
)
from credentials.services.importing.case import CaseImporter
from credentials.services.importing.competencies import CompetencyTableImporter
from credentials.services.importing.shape import (
    Column,
    Importer,
    Message,
    Refused,
    Source,
    TooLarge,
    importer_of,
    importers,
    in_words,
    register,
)
from credentials.services.importing.tables import guessed, read_table, write_table

register(CaseImporter())
register(CompetencyTableImporter())

__all__ = [
    "CannotImport",
    "Column",
    "Importer",
    "MappingIncomplete",
    "Message",
    "NotAsShown",
    "Refused",
    "Source",
    "TooLarge",
    "apply_rows",
    "cancel_import",
    "confirm_import",
    "guessed",
    "header_of",
    "importer_of",
    "importers",
    "in_words",
    "map_columns",
    "read_table",
    "register",
    "stage_rows",
    "start_import",
    "write_table",
]
