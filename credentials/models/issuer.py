"""Issuer: in whose name credentials are signed; SigningKey: with what, and when it may be believed."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Paper(models.TextChoices):
    A4 = "a4", _("A4")
    LETTER = "letter", _("Letter")


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
    # How its certificates are printed; the designs themselves are our code (templates/certificates/).
    certificate_design = models.CharField(_("certificate design"), max_length=32, default="classic")
    certificate_paper = models.CharField(_("paper"), max_length=8, choices=Paper, default=Paper.A4)
    certificate_palette = models.CharField(
        _("colours"),
        max_length=32,
        blank=True,
        help_text=_("Empty: the colours of the achievement's own picture."),
    )
    # A square PNG of pixels alone, made by services.pictures of what was uploaded.
    logo = models.ImageField(_("logo"), upload_to="issuers/", blank=True)

    class Meta:
        verbose_name = _("issuer")
        verbose_name_plural = _("issuers")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["is_main"], condition=Q(is_main=True), name="one_main_issuer")
        ]

    def __str__(self) -> str:
        return self.name


class Signatory(models.Model):
    """Who signs for an issuer on paper; printed in this order, at most three."""

    issuer = models.ForeignKey(
        Issuer, on_delete=models.CASCADE, related_name="signatories", verbose_name=_("issuer")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    name = models.CharField(_("name"), max_length=200)
    office = models.CharField(_("office"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("signatory")
        verbose_name_plural = _("signatories")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "position"], name="one_signatory_per_position"),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=3), name="three_signatories_at_most"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.office}" if self.office else self.name


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
    # Which store signs with it: a name of settings.KEY_STORES. Only the portal's own keeps the sealed
    # private key here; an outside one knows it by `handle` and never gives it away.
    store = models.CharField(_("kept by"), max_length=32, default="database", editable=False)
    handle = models.CharField(_("name in its store"), max_length=250, blank=True, editable=False)
    sealed_private_key = models.BinaryField(null=True, editable=False)
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.PENDING)
    created_at = models.DateTimeField(_("made"))
    activated_at = models.DateTimeField(_("in use from"), null=True, blank=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)
    # Empty for a compromised key: nothing that it ever signed is believed (STANDARDS §5).
    compromised_at = models.DateTimeField(_("not believed from"), null=True, blank=True)
    declared_at = models.DateTimeField(_("declared compromised"), null=True, blank=True)

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer"], condition=Q(state="active"), name="one_active_key_per_issuer"
            ),
            models.CheckConstraint(
                condition=Q(store="database", sealed_private_key__isnull=False)
                | ~Q(store="database") & ~Q(handle="") & Q(sealed_private_key__isnull=True),
                name="a_key_is_sealed_here_or_kept_elsewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.multikey[:12]}… ({self.get_state_display()})"

    @property
    def verification_method(self) -> str:
        """The key's id in its issuer's document: `<did>#<multikey>`."""
        return f"{self.issuer.did}#{self.multikey}"
