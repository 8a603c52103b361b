"""Addresses of what is issued, of what anyone may verify, and of the portal's own health."""

from django.urls import path

from credentials import views
from credentials.admin.gallery import gallery
from credentials.api import badges2, endorsements, frameworks, status, wellknown

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
    path("activities/<uuid:public_id>/", views.activity, name="activity"),
    path("endorsements/<uuid:public_id>.json", endorsements.endorsement_document, name="endorsement_json"),
    path("frameworks/", views.framework_list, name="frameworks"),
    path("frameworks/<uuid:public_id>/", views.framework, name="framework"),
    path("frameworks/<uuid:public_id>.json", frameworks.framework_document, name="framework_json"),
    path("issuers/<slug:slug>/", views.issuer, name="issuer"),
    path("issuers/<slug:slug>/did.json", wellknown.issuer_did, name="issuer_did"),
    path(".well-known/did.json", wellknown.main_did, name="main_did"),
    path("status/<uuid:public_id>/<str:purpose>", status.status_list, name="status_list"),
    path("ob2/assertions/<uuid:public_id>.json", badges2.assertion, name="ob2_assertion"),
    path("ob2/assertions/<uuid:public_id>.png", badges2.picture, name="ob2_picture"),
    path("ob2/badges/<uuid:public_id>.json", badges2.badge, name="ob2_badge"),
    path("ob2/issuers/<uuid:public_id>.json", badges2.issuer, name="ob2_issuer"),
    path("registrar/gallery/", gallery, name="gallery"),
    path("verify/", views.verify_form, name="verify_form"),
    path("verify/offline.html", views.offline_verifier, name="offline_verifier"),
    path("verify/many/", views.verify_many, name="verify_many"),
    path("verify/many/<uuid:public_id>/", views.batch, name="batch"),
    path("verify/many/<uuid:public_id>/receipt.json", views.batch_receipt, name="batch_receipt"),
    path("verify/<str:code>/", views.verify, name="verify"),
    path("healthz", wellknown.alive, name="alive"),
    path("readyz", wellknown.ready, name="ready"),
    path("health/deep", wellknown.deep, name="deep"),
]
