"""Issuer: in whose name credentials are signed; SigningKey: with what, and when it may be believed."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Issuer(models.Model):
    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("address part"), unique=True)
    is_main = models.BooleanField(
        _("speaks for the whole portal"),
        default=False,
        help_text=_("Its key document stands at /.well-known/did.json."),
    )
    did = models.CharField(
        _("decentralised identifier"),
        max_length=255,
        unique=True,
        null=True,
        blank=True,
        editable=False,
        help_text=_("Fixed when the first key is made."),
    )
    url = models.URLField(_("website"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    description = models.TextField(_("description"), blank=True)
    country = models.CharField(
        _("country code"), max_length=2, blank=True, help_text=_("Two letters, ISO 3166.")
    )
    signatory_name = models.CharField(
        _("signatory"), max_length=200, blank=True, help_text=_("Printed on certificates.")
    )
    signatory_title = models.CharField(_("signatory's office"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("issuer")
        verbose_name_plural = _("issuers")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["is_main"], condition=Q(is_main=True), name="one_main_issuer")
        ]

    def __str__(self) -> str:
        return self.name


class SigningKey(models.Model):
    """pending -> active -> retired (verifies for ever) -> compromised (signed since then: never Valid)."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        ACTIVE = "active", _("active")
        RETIRED = "retired", _("retired")
        COMPROMISED = "compromised", _("compromised")

    issuer = models.ForeignKey(
        Issuer, on_delete=models.PROTECT, related_name="keys", verbose_name=_("issuer")
    )
    multikey = models.CharField(_("public key"), max_length=120, unique=True)
    sealed_private_key = models.BinaryField(editable=False)
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.PENDING)
    created_at = models.DateTimeField(_("made"))
    activated_at = models.DateTimeField(_("in use from"), null=True, blank=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)
    compromised_at = models.DateTimeField(_("not believed from"), null=True, blank=True)

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer"], condition=Q(state="active"), name="one_active_key_per_issuer"
            )
        ]

    def __str__(self) -> str:
        return f"{self.multikey[:12]}… ({self.get_state_display()})"

    @property
    def verification_method(self) -> str:
        """The key's id in its issuer's document: `<did>#<multikey>`."""
        return f"{self.issuer.did}#{self.multikey}"
