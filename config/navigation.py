"""What the page shell shows around every page: the portal's name and the doors open to this person."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Door:
    label: str | Promise
    url: str
    current: bool


# (label, URL name, who): the first role of a person that matches opens it.
DOORS: tuple[tuple[Promise, str, str], ...] = (
    (_("Catalogue"), "credentials:catalogue", "anyone"),
    (_("Pathways"), "pathways:list", "anyone"),
    (_("My progress"), "learners:dashboard", "learner"),
    (_("Marking"), "assessments:queue", "marker"),
    (_("Registrar"), "admin:index", "staff"),
    (_("Verify"), "credentials:verify_form", "anyone"),
)


def portal(request: HttpRequest) -> dict[str, Any]:
    """Context: portal_name, portal_url, is_demo, and nav, the doors this person may open."""
    return {
        "portal_name": settings.PORTAL_NAME,
        "portal_url": settings.PORTAL_URL,
        "is_demo": settings.DEMO,
        "nav": SimpleLazyObject(lambda: _doors(request)),
    }


def _doors(request: HttpRequest) -> list[Door]:
    open_to = {"anyone"}
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        open_to |= user.doors
    doors = []
    for label, name, who in DOORS:
        if who in open_to:
            url = reverse(name)
            doors.append(Door(label, url, request.path.startswith(url)))
    return doors
