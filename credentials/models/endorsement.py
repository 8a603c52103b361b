"""Endorsement: what somebody else says of an achievement or a credential, as a signed document of its own."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from credentials.models.duty import Duty, DutyQuerySet


class EndorsementQuerySet(DutyQuerySet):
    def standing(self) -> "EndorsementQuerySet":
        """Signed and not taken back."""
        return self.filter(signed_at__isnull=False, withdrawn_at__isnull=True)


class Endorsement(Duty):
    """Of exactly one thing. Signed here in the endorser's name, or received as a signed file.

    Signed here it is a duty like every document: the intent stands first, a worker signs what it hashed.
    Received, `signed` is the very file and `endorser` is empty: its issuer is read from it.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    version = models.ForeignKey(
        "credentials.AchievementVersion",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="endorsements",
        verbose_name=_("achievement version"),
    )
    credential = models.ForeignKey(
        "credentials.Credential",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="endorsements",
        verbose_name=_("credential"),
    )
    endorser = models.ForeignKey(
        "credentials.Issuer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="endorsements",
        verbose_name=_("endorser"),
        help_text=_("An organisation with a signing key here."),
    )
    endorser_name = models.CharField(_("endorser's name"), max_length=200)
    comment = models.TextField(_("what is said"), max_length=5000)
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    key = models.ForeignKey(
        "credentials.SigningKey", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    proof_created_at = models.DateTimeField(_("proof dated"), null=True, editable=False)
    unsigned = models.BinaryField(null=True, editable=False)
    unsigned_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    signed = models.BinaryField(null=True, editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("taken back by"),
    )
    withdrawal_reason = models.CharField(_("why it was taken back"), max_length=250, blank=True)

    objects = EndorsementQuerySet.as_manager()

    class Meta:
        verbose_name = _("endorsement")
        verbose_name_plural = _("endorsements")
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(version__isnull=False, credential__isnull=True)
                | Q(version__isnull=True, credential__isnull=False),
                name="an_endorsement_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed__isnull=True)
                | Q(signed_at__isnull=False, signed__isnull=False) & ~Q(sha256=""),
                name="a_signed_endorsement_has_a_hash_and_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=models.F("valid_from")),
                name="an_endorsement_begins_before_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.endorser_name}: {self.version or self.credential}"

    def get_absolute_url(self) -> str:
        """Where its signed document stands by itself."""
        return reverse("credentials:endorsement_json", args=[self.public_id])
