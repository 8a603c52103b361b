"""What can be earned, where it is learned and who signs it: catalogue, achievement, activity, issuer."""

from pathlib import PurePosixPath
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from config.clock import now
from credentials import queries
from credentials.forms import CatalogueFilter
from credentials.models import AchievementVersion, Issuer
from credentials.openbadges.documents import achievement_document, profile_document
from credentials.services.issuing import issuer_facts
from credentials.views.negotiation import LINKED_DATA, linked_data, varied, wants

CARDS_A_PAGE = 24
FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """What can be earned today, searched and filtered by the address alone."""
    found = CatalogueFilter(request.GET, queries.catalogue(), queries.choices())
    page = Paginator(found.qs, CARDS_A_PAGE).get_page(request.GET.get("page"))
    dates = queries.next_dates([version.achievement_id for version in page], now())
    context = {
        "filter": found,
        "page_obj": page,
        "cards": [
            queries.card_of(version, note=_standing(version), next_at=dates.get(version.achievement_id))
            for version in page
        ],
        "chips": _chips(found, request.GET),
    }
    return render(request, "credentials/catalogue.html", context)


def _standing(version: AchievementVersion) -> str:
    """Where it belongs, its level and how it is learned, in one line."""
    parts = (version.achievement.series, version.get_level_display(), version.get_learning_mode_display())
    return " · ".join(map(str, parts))


def _chips(found: CatalogueFilter, asked: QueryDict) -> list[dict[str, str]]:
    """Each choice in force, with the address of the same list without it."""
    chips = []
    for name, words in found.chosen.items():
        others = asked.copy()
        for gone in (name, "page"):
            others.pop(gone, None)
        chips.append({"label": found.form[name].label, "words": words, "query": others.urlencode()})
    return chips


@require_safe
def achievement(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One published version of an achievement: a page, or linked data for who asks for it."""
    version = get_object_or_404(queries.public_version(public_id))
    if wants(request, LINKED_DATA):
        return linked_data(achievement_document(queries.achievement_facts(version)))
    roads = queries.stacks_into(version.achievement)
    context = {
        "version": version,
        "achievement": version.achievement,
        "definition": queries.definition_of(version),
        "criteria": queries.rubric_of(version),
        "activities": queries.activities_of([version.achievement], now()),
        "endorsements": queries.endorsements_of(version),
        "hours": queries.plain(version.hours),
        "credits": queries.plain(version.credits),
        "onward": [road for road in roads if not road.is_awarded],
        "ways_here": [road for road in roads if road.is_awarded],
        "versions": list(queries.versions_of(version.achievement)),
        "is_in_force": version.status == AchievementVersion.Status.PUBLISHED,
        "image_address": settings.PORTAL_URL + version.image_url,
        "address": settings.PORTAL_URL + version.get_absolute_url(),
    }
    return varied(render(request, "credentials/achievement.html", context))


@require_safe
def activity(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Where one learns: what it is about, when it takes place next, and what it leads to."""
    found, at = get_object_or_404(queries.activity(public_id)), now()
    leads_to = queries.catalogue().filter(achievement__activities=found)
    achievements = [version.achievement for version in leads_to]
    context = {
        "activity": found,
        "hours": queries.plain(found.hours),
        "dates": queries.dates_of(found, at),
        "cards": [queries.card_of(version, note=_standing(version)) for version in leads_to],
        "others": queries.activities_of(achievements, at, but=found),
    }
    return render(request, "credentials/activity.html", context)


@require_safe
def achievement_image(request: HttpRequest, public_id: UUID, *, is_small: bool = False) -> HttpResponseBase:
    """A published version's picture; frozen with it, so that whoever has it may keep it for ever."""
    version = get_object_or_404(queries.public_version(public_id))
    name = (version.thumbnail if is_small else version.image).name
    if not name or not default_storage.exists(name):
        raise Http404
    # The file is named by the hash of its bytes.
    etag = f'"{PurePosixPath(name).stem}"'
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        with default_storage.open(name) as picture:
            answer = HttpResponse(picture.read(), content_type="image/png")
    answer["ETag"], answer["Cache-Control"] = etag, FOR_EVER
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@require_safe
def issuer(request: HttpRequest, slug: str) -> HttpResponse:
    """Who signs, how to reach them, and where their keys stand; the Profile for who asks for linked data."""
    found = get_object_or_404(Issuer, slug=slug)
    if found.did and wants(request, LINKED_DATA):
        return linked_data(profile_document(issuer_facts(found)))
    cards = [queries.card_of(version) for version in queries.catalogue().filter(achievement__issuer=found)]
    keys = reverse("credentials:main_did") if found.is_main else None
    context = {
        "issuer": found,
        "cards": cards,
        "keys_url": keys or reverse("credentials:issuer_did", args=[found.slug]),
    }
    return varied(render(request, "credentials/issuer.html", context))
