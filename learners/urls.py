"""Addresses of a person's own pages, and the portal's front door."""

from django.urls import path

from learners import views
from learners.views.whatif import what_if

app_name = "learners"
urlpatterns = [
    path("", views.home, name="home"),
    path("me/", views.dashboard, name="dashboard"),
    path("me/status/", views.dashboard_status, name="dashboard_status"),
    path("me/pathways/<uuid:public_id>/", views.progress, name="progress"),
    path("me/pathways/<uuid:public_id>/what-if/", what_if, name="what_if"),
    path("me/pathways/<uuid:public_id>/offer/", views.answer_offer, name="answer_offer"),
    path("me/credentials/", views.wallet, name="wallet"),
    path("me/credentials/all.zip", views.all_credentials, name="all_credentials"),
    path("me/credentials/<uuid:public_id>/", views.credential, name="credential"),
    path("me/credentials/<uuid:public_id>/visibility/", views.visibility, name="visibility"),
    path("me/credentials/<uuid:public_id>/credential.json", views.credential_json, name="credential_json"),
    path("me/credentials/<uuid:public_id>/certificate.pdf", views.certificate_pdf, name="certificate_pdf"),
    path("me/credentials/<uuid:public_id>/certificate/", views.order_certificate, name="order_certificate"),
    path("me/credentials/<uuid:public_id>/credential.png", views.baked_png, name="baked_png"),
    path("me/credentials/<uuid:public_id>/credential.svg", views.baked_svg, name="baked_svg"),
    path("me/credentials/<uuid:public_id>/share/", views.share, name="share"),
    path("me/credentials/<uuid:public_id>/share/again/", views.remake_share, name="remake_share"),
    path("me/credentials/<uuid:public_id>/share/withdraw/", views.withdraw_share, name="withdraw_share"),
    path("s/<str:token>/", views.shared, name="shared"),
    path("share/<str:token>/badge.png", views.badge_png, name="badge_png"),
    path("share/<str:token>/badge.svg", views.badge_svg, name="badge_svg"),
    path("embed/<str:token>/", views.embedded, name="embedded"),
    path("me/notifications/", views.notifications, name="notifications"),
    path("me/notifications/read/", views.mark_read, name="mark_read"),
]
