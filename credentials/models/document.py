"""SignedDocument: the exact bytes we signed; Rendering: the PDF made of them. Both are duties."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credentials.models.duty import Duty, DutyQuerySet
from credentials.models.issuer import Paper


class SignedDocument(Duty):
    """The intent is committed with the issue; a worker signs exactly what the intent hashed."""

    class Cause(models.TextChoices):
        ISSUED = "issued", _("issued")
        CORRECTED = "corrected", _("corrected: a name or another fact")
        RENEWED = "renewed", _("renewed")
        REKEYED = "rekeyed", _("signed anew: its key was compromised")

    credential = models.ForeignKey(
        "credentials.Credential", on_delete=models.PROTECT, related_name="documents"
    )
    revision = models.PositiveSmallIntegerField(default=1)
    # Why there is this revision; the newest signed one is the credential's document.
    cause = models.CharField(_("why"), max_length=16, choices=Cause, default=Cause.ISSUED)
    key = models.ForeignKey("credentials.SigningKey", on_delete=models.PROTECT, related_name="documents")
    proof_created_at = models.DateTimeField(_("proof dated"))
    valid_from = models.DateTimeField(_("valid from"))
    # The document as it will be signed, so that a later change of name or text cannot alter it.
    unsigned = models.BinaryField(editable=False)
    unsigned_sha256 = models.CharField(max_length=64, editable=False)
    signed = models.BinaryField(null=True, editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("signed document")
        verbose_name_plural = _("signed documents")
        ordering = ["credential", "-revision"]
        constraints = [
            models.UniqueConstraint(fields=["credential", "revision"], name="one_document_per_revision"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed__isnull=True)
                | Q(signed_at__isnull=False, signed__isnull=False) & ~Q(sha256=""),
                name="signed_bytes_have_a_hash_and_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.credential_id} r{self.revision}"


class Rendering(Duty):
    """The certificate as a PDF; `file` is named by everything that decided its bytes."""

    document = models.OneToOneField(SignedDocument, on_delete=models.PROTECT, related_name="rendering")
    design = models.CharField(_("design"), max_length=32, default="classic")
    paper = models.CharField(_("paper"), max_length=8, choices=Paper, default=Paper.A4)
    file = models.CharField(_("file"), max_length=200, blank=True, editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)
    rendered_at = models.DateTimeField(_("rendered"), null=True, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate file")
        verbose_name_plural = _("certificate files")

    def __str__(self) -> str:
        return f"PDF {self.document}"
