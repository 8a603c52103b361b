"""One credential: what verifies it, what happened to it, and its files."""

from django.db.models import QuerySet

from credentials.models import Credential, CredentialEvent, Rendering, SignedDocument


def components_of(credential: Credential) -> QuerySet[Credential]:
    """The credentials a stacked one is made of, each with what its own verification needs."""
    return credential.components.select_related("version", "achievement__issuer", "status_list").order_by(
        "achievement__code", "pk"
    )


def verifiable(code: str) -> QuerySet[Credential]:
    """The credential a normalised code names, with all its page needs."""
    return Credential.objects.filter(code=code).select_related(
        "version__achievement__series", "achievement__issuer", "recipient", "status_list"
    )


def history_of(credential: Credential) -> QuerySet[CredentialEvent]:
    return CredentialEvent.objects.filter(credential=credential).select_related("by").order_by("pk")


def newest_document(credential: Credential) -> SignedDocument | None:
    """The credential as it was signed last; None while it is being prepared."""
    signed = SignedDocument.objects.filter(credential=credential, signed_at__isnull=False)
    return signed.select_related("key__issuer").order_by("-revision").first()


def certificate_file(credential: Credential) -> Rendering | None:
    """The printed certificate of the newest signed document, or the one being prepared.

    None where nobody ordered it. What was printed of an earlier revision is not offered: it may bear a
    former name.
    """
    signed = SignedDocument.objects.filter(credential=credential, signed_at__isnull=False)
    newest = signed.order_by("-revision").values("pk")[:1]
    return Rendering.objects.filter(document__in=newest).first()


def signed_bytes(credential: Credential) -> bytes | None:
    """The newest signed document, exactly as it was signed; None while it is being prepared."""
    document = newest_document(credential)
    return bytes(document.signed) if document and document.signed else None
