"""The registrar's desk: the institution, its definitions, its credentials and the record of it all."""

from credentials.admin.definitions import AchievementAdmin, AchievementVersionAdmin
from credentials.admin.holdings import CredentialAdmin
from credentials.admin.institution import CohortAdmin, IssuerAdmin, SeriesAdmin, SigningKeyAdmin
from credentials.admin.jobs import JobAdmin
from credentials.admin.records import (
    AuditEntryAdmin,
    CredentialEventAdmin,
    RenderingAdmin,
    SignedDocumentAdmin,
    StatusListAdmin,
    SweepRunAdmin,
)
from credentials.admin.roles import RoleRowAdmin

__all__ = [
    "AchievementAdmin",
    "AchievementVersionAdmin",
    "AuditEntryAdmin",
    "CohortAdmin",
    "CredentialAdmin",
    "CredentialEventAdmin",
    "IssuerAdmin",
    "JobAdmin",
    "RenderingAdmin",
    "RoleRowAdmin",
    "SeriesAdmin",
    "SignedDocumentAdmin",
    "SigningKeyAdmin",
    "StatusListAdmin",
    "SweepRunAdmin",
]
