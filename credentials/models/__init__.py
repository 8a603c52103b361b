from credentials.models.achievement import Achievement, AchievementVersion, PublishedIsFrozen
from credentials.models.audit import AuditEntry, AuditPerson
from credentials.models.credential import Credential, Evidence
from credentials.models.document import Rendering, SignedDocument
from credentials.models.event import CredentialEvent
from credentials.models.issuer import Issuer, SigningKey
from credentials.models.job import Job
from credentials.models.operation import OperationKey
from credentials.models.people import Cohort, Role
from credentials.models.series import Series
from credentials.models.status import StatusList
from credentials.models.sweep import SweepRun

__all__ = [
    "Achievement",
    "AchievementVersion",
    "AuditEntry",
    "AuditPerson",
    "Cohort",
    "Credential",
    "CredentialEvent",
    "Evidence",
    "Issuer",
    "Job",
    "OperationKey",
    "PublishedIsFrozen",
    "Rendering",
    "Role",
    "Series",
    "SignedDocument",
    "SigningKey",
    "StatusList",
    "SweepRun",
]
