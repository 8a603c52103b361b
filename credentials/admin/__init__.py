"""The registrar's desk: the institution, its definitions, its credentials and the record of it all."""

from credentials.admin.activities import LearningActivityAdmin
from credentials.admin.competencies import CompetencyAdmin, SubjectAreaAdmin
from credentials.admin.definitions import AchievementAdmin, AchievementVersionAdmin
from credentials.admin.endorsements import EndorsementAdmin
from credentials.admin.frameworks import CompetencyFrameworkAdmin
from credentials.admin.governance import BoardAdmin, DecisionAdmin, PilotAdmin
from credentials.admin.holdings import CredentialAdmin
from credentials.admin.importing import ImportBatchAdmin
from credentials.admin.institution import CohortAdmin, IssuerAdmin, SeriesAdmin
from credentials.admin.jobs import JobAdmin
from credentials.admin.keys import SigningKeyAdmin
from credentials.admin.records import (
    AuditEntryAdmin,
    CredentialEventAdmin,
    RenderingAdmin,
    SignedDocumentAdmin,
    StatusListAdmin,
    SweepRunAdmin,
)
from credentials.admin.registry import BatchCheckAdmin, KnownIssuerAdmin
from credentials.admin.roles import RoleRowAdmin

__all__ = [
    "AchievementAdmin",
    "AchievementVersionAdmin",
    "AuditEntryAdmin",
    "BatchCheckAdmin",
    "BoardAdmin",
    "CohortAdmin",
    "CompetencyAdmin",
    "CompetencyFrameworkAdmin",
    "CredentialAdmin",
    "CredentialEventAdmin",
    "DecisionAdmin",
    "EndorsementAdmin",
    "ImportBatchAdmin",
    "IssuerAdmin",
    "JobAdmin",
    "KnownIssuerAdmin",
    "LearningActivityAdmin",
    "PilotAdmin",
    "RenderingAdmin",
    "RoleRowAdmin",
    "SeriesAdmin",
    "SignedDocumentAdmin",
    "SigningKeyAdmin",
    "StatusListAdmin",
    "SubjectAreaAdmin",
    "SweepRunAdmin",
]
