"""{% qr_code address %}: a QR code in a page, drawn by us and coloured by class."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from credentials.services.printing.codes import qr_svg

register = template.Library()


@register.simple_tag
def qr_code(text: str) -> SafeString:
    return mark_safe(qr_svg(text))  # noqa: S308 - the drawing holds numbers only, whatever the text is
