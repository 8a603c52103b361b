"""Certificates on paper: the page, its QR code, and the press that makes a PDF of it."""

from credentials.services.printing.certificate import (
    CertificateFacts,
    ComponentFacts,
    SignatoryFacts,
    certificate_document,
    certificate_html,
    certificate_sheet,
)
from credentials.services.printing.codes import qr_png, qr_svg
from credentials.services.printing.designs import DESIGNS, USUAL
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
    "DESIGNS",
    "USUAL",
    "Attachment",
    "CertificateFacts",
    "ComponentFacts",
    "Document",
    "Press",
    "PressFailed",
    "PressMissing",
    "Printed",
    "SignatoryFacts",
    "certificate_document",
    "certificate_html",
    "certificate_sheet",
    "fonts_fingerprint",
    "missing_characters",
    "qr_png",
    "qr_svg",
]
