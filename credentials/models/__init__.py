from credentials.models.achievement import Achievement, AchievementVersion, PublishedIsFrozen
from credentials.models.activity import LearningActivity, Offering, Resource
from credentials.models.audit import AuditEntry, AuditPerson
from credentials.models.competency import (
    Competency,
    CompetencyAssociation,
    CompetencyFramework,
    PerformanceCriterion,
    SubjectArea,
)
from credentials.models.credential import Credential, Evidence
from credentials.models.design import Alignment, DesignReason, VersionCompetency
from credentials.models.document import Rendering, SignedDocument
from credentials.models.endorsement import Endorsement
from credentials.models.event import CredentialEvent
from credentials.models.governance import Board, BoardMember, Decision, Pilot, Vote
from credentials.models.importing import ImportBatch, ImportRow
from credentials.models.issuer import Issuer, Signatory, SigningKey
from credentials.models.job import Job
from credentials.models.operation import OperationKey
from credentials.models.people import Cohort, Role
from credentials.models.series import Series
from credentials.models.status import StatusList
from credentials.models.sweep import SweepRun
from credentials.models.verification import BatchCheck, BatchItem, KnownIssuer

__all__ = [
    "Achievement",
    "AchievementVersion",
    "Alignment",
    "AuditEntry",
    "AuditPerson",
    "BatchCheck",
    "BatchItem",
    "Board",
    "BoardMember",
    "Cohort",
    "Competency",
    "CompetencyAssociation",
    "CompetencyFramework",
    "Credential",
    "CredentialEvent",
    "Decision",
    "DesignReason",
    "Endorsement",
    "Evidence",
    "ImportBatch",
    "ImportRow",
    "Issuer",
    "Job",
    "KnownIssuer",
    "LearningActivity",
    "Offering",
    "OperationKey",
    "PerformanceCriterion",
    "Pilot",
    "PublishedIsFrozen",
    "Rendering",
    "Resource",
    "Role",
    "Series",
    "Signatory",
    "SignedDocument",
    "SigningKey",
    "StatusList",
    "SubjectArea",
    "SweepRun",
    "VersionCompetency",
    "Vote",
]
