"""Addresses of what is issued, of what anyone may verify, and of the portal's own health."""

from django.urls import path

from credentials import views
from credentials.api import status, wellknown

app_name = "credentials"
urlpatterns = [
    path("catalogue/", views.catalogue, name="catalogue"),
    path("achievements/<uuid:public_id>/", views.achievement, name="achievement"),
    path("achievements/<uuid:public_id>/image.png", views.achievement_image, name="achievement_image"),
    path(
        "achievements/<uuid:public_id>/small.png",
        views.achievement_image,
        {"is_small": True},
        name="achievement_thumbnail",
    ),
    path("issuers/<slug:slug>/", views.issuer, name="issuer"),
    path("issuers/<slug:slug>/did.json", wellknown.issuer_did, name="issuer_did"),
    path(".well-known/did.json", wellknown.main_did, name="main_did"),
    path("status/<uuid:public_id>/<str:purpose>", status.status_list, name="status_list"),
    path("verify/", views.verify_form, name="verify_form"),
    path("verify/<str:code>/", views.verify, name="verify"),
    path("healthz", wellknown.alive, name="alive"),
    path("readyz", wellknown.ready, name="ready"),
]
