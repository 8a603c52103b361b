"""Addresses of a person's own pages, and the portal's front door."""

from django.urls import path

from learners import views

app_name = "learners"
urlpatterns = [
    path("", views.home, name="home"),
    path("me/", views.dashboard, name="dashboard"),
    path("me/status/", views.dashboard_status, name="dashboard_status"),
    path("me/pathways/<uuid:public_id>/", views.progress, name="progress"),
    path("me/credentials/", views.wallet, name="wallet"),
    path("me/credentials/<uuid:public_id>/", views.credential, name="credential"),
    path("me/credentials/<uuid:public_id>/visibility/", views.visibility, name="visibility"),
    path("me/credentials/<uuid:public_id>/credential.json", views.credential_json, name="credential_json"),
    path("me/credentials/<uuid:public_id>/certificate.pdf", views.certificate_pdf, name="certificate_pdf"),
    path("me/notifications/", views.notifications, name="notifications"),
    path("me/notifications/read/", views.mark_read, name="mark_read"),
]
