"""Credential: what one person holds, with its evidence and results."""

import secrets
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

# Crockford's base 32: no I, L, O, U, so that a code read aloud or from print stays itself.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16  # 15 random characters (75 bits) and one check character


def check_character(body: str) -> str:
    """Weighted sum modulo 31 (a prime): finds any single wrong character and any swap of neighbours."""
    total = sum((position + 2) * ALPHABET.index(character) for position, character in enumerate(body))
    return ALPHABET[total % 31]


def new_code() -> str:
    # The last symbol (Z, 31) is left out of random bodies: modulo 31 it would be taken for 0.
    body = "".join(secrets.choice(ALPHABET[:31]) for _position in range(CODE_LENGTH - 1))
    return body + check_character(body)


def normalise_code(typed: str) -> str:
    """A code as stored: upper case, without spaces and dashes, O read as 0, I and L as 1."""
    bare = "".join(typed.upper().split()).replace("-", "")
    return bare.translate(str.maketrans("OIL", "011"))


def is_mistyped(code: str) -> bool:
    """Whether a normalised code cannot be one of ours, whatever the database holds."""
    if len(code) != CODE_LENGTH or any(character not in ALPHABET[:31] for character in code):
        return True
    return check_character(code[:-1]) != code[-1]


class CredentialQuerySet(models.QuerySet["Credential"]):
    def held_by(self, user: models.Model) -> Self:
        """What a learner sees as hers."""
        return self.filter(recipient_id=user.pk)

    def live(self) -> Self:
        return self.filter(is_live=True)


class Credential(models.Model):
    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")
        REVOKED = "revoked", _("revoked")
        EXPIRED = "expired", _("expired")
        SUPERSEDED = "superseded", _("superseded")

    class Source(models.TextChoices):
        SUBMISSION = "submission", _("assessed submission")
        PATHWAY = "pathway", _("completed pathway")
        HAND = "hand", _("issued by hand")

    class Visibility(models.TextChoices):
        PRIVATE = "private", _("private: the verification page shows no name")
        PUBLIC = "public", _("public: the verification page shows my name")

    class Revocation(models.TextChoices):
        VOID = "void", _("void: it was never right")
        WITHDRAWN = "withdrawn", _("withdrawn: right then, not from now on")

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    code = models.CharField(
        _("verification code"), max_length=CODE_LENGTH, unique=True, default=new_code, editable=False
    )
    achievement = models.ForeignKey(
        "credentials.Achievement",
        on_delete=models.PROTECT,
        related_name="credentials",
        verbose_name=_("achievement"),
    )
    version = models.ForeignKey(
        "credentials.AchievementVersion",
        on_delete=models.PROTECT,
        related_name="credentials",
        verbose_name=_("version"),
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="credentials",
        verbose_name=_("recipient"),
    )
    subject_id = models.UUIDField(default=uuid4, editable=False)
    email_salt = models.CharField(max_length=32, editable=False)
    source = models.CharField(_("source"), max_length=16, choices=Source)
    source_id = models.PositiveBigIntegerField(editable=False)
    # Which version of a pathway awarded it; 0 for what no pathway awards. Part of the uniqueness below.
    awarding_version = models.PositiveBigIntegerField(default=0, editable=False)
    issue_no = models.PositiveSmallIntegerField(_("issue"), default=1, editable=False)
    earned_at = models.DateTimeField(_("earned"), help_text=_("When the standard was met."))
    issued_at = models.DateTimeField(_("issued"))
    expires_on = models.DateField(_("last valid day"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.ACTIVE)
    is_live = models.BooleanField(default=True, editable=False)
    allows_many = models.BooleanField(
        default=False, editable=False
    )  # copied from the achievement, for the index
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revocation = models.CharField(_("kind of revocation"), max_length=16, choices=Revocation, blank=True)
    public_reason = models.CharField(_("public reason"), max_length=250, blank=True)
    visibility = models.CharField(
        _("visibility"), max_length=16, choices=Visibility, default=Visibility.PRIVATE
    )
    level = models.PositiveSmallIntegerField(_("rubric level reached"), null=True, blank=True)
    # Levels reached, by the id of the version's result descriptions: [{"id": …, "level": …}].
    results = models.JSONField(default=list, editable=False)
    status_list = models.ForeignKey(
        "credentials.StatusList", on_delete=models.PROTECT, editable=False, related_name="credentials"
    )
    status_index = models.PositiveIntegerField(editable=False)
    components = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="certificates", editable=False
    )

    objects = CredentialQuerySet.as_manager()

    class Meta:
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")
        ordering = ["-issued_at", "-pk"]
        indexes = [models.Index(fields=["recipient", "achievement"]), models.Index(fields=["expires_on"])]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "achievement", "source", "source_id", "issue_no"],
                name="one_credential_per_cause",
            ),
            models.UniqueConstraint(
                fields=["achievement", "recipient", "awarding_version"],
                condition=Q(is_live=True, allows_many=False),
                name="one_live_credential_per_achievement",
            ),
            models.UniqueConstraint(
                fields=["status_list", "status_index"], name="a_status_index_is_never_reused"
            ),
            models.CheckConstraint(
                condition=Q(state="revoked", revoked_at__isnull=False) & ~Q(revocation="")
                | ~Q(state="revoked") & Q(revoked_at__isnull=True),
                name="a_revoked_credential_says_when_and_how",
            ),
            models.CheckConstraint(
                condition=Q(is_live=False) | Q(state__in=["active", "suspended"]),
                name="live_is_active_or_suspended",
            ),
            models.CheckConstraint(
                condition=Q(issued_at__gte=F("earned_at")), name="issued_after_it_was_earned"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version.name}: {self.recipient}"

    def get_absolute_url(self) -> str:
        return reverse("credentials:verify", args=[self.code])

    @property
    def pretty_code(self) -> str:
        """The code in groups of four, as it is printed."""
        return "-".join(self.code[start : start + 4] for start in range(0, CODE_LENGTH, 4))

    @property
    def verify_url(self) -> str:
        """The permanent address that its QR code holds."""
        return settings.PORTAL_URL + self.get_absolute_url()


class Evidence(models.Model):
    """What an issued credential shows of the work: only what its holder agreed to show."""

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="evidence")
    name = models.CharField(_("name"), max_length=200)
    genre = models.CharField(_("genre"), max_length=100, blank=True)
    url = models.URLField(_("address"), blank=True)
    narrative = models.TextField(_("narrative"), blank=True)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
