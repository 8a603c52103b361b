"""Page or data: what the reader of an address prefers, said by its Accept header."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_vary_headers

LINKED_DATA = ("application/ld+json", "application/vc+ld+json", "application/vc", "application/json")


def wants(request: HttpRequest, types: tuple[str, ...]) -> bool:
    """Whether the reader prefers one of these media types to a page."""
    return request.get_preferred_type(["text/html", *types]) in types


def linked_data(document: dict[str, object]) -> HttpResponse:
    answer = JsonResponse(
        document, content_type="application/ld+json", json_dumps_params={"ensure_ascii": False}
    )
    answer["Access-Control-Allow-Origin"] = "*"
    return varied(answer)


def varied(answer: HttpResponse) -> HttpResponse:
    patch_vary_headers(answer, ["Accept"])
    return answer
