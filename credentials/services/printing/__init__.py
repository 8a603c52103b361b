"""Certificates on paper: the page, its QR code, and the press that makes a PDF of it."""

from credentials.services.printing.certificate import (
    CertificateFacts,
    ComponentFacts,
    certificate_document,
    certificate_html,
)
from credentials.services.printing.codes import qr_png, qr_svg
from credentials.services.printing.fonts import fonts_fingerprint, missing_characters
from credentials.services.printing.pressing import (
    Attachment,
    Document,
    Press,
    PressFailed,
    PressMissing,
    Printed,
)

__all__ = [
    "Attachment",
    "CertificateFacts",
    "ComponentFacts",
    "Document",
    "Press",
    "PressFailed",
    "PressMissing",
    "Printed",
    "certificate_document",
    "certificate_html",
    "fonts_fingerprint",
    "missing_characters",
    "qr_png",
    "qr_svg",
]
