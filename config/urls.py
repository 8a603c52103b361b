"""The site map."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

handler500 = "config.errors.server_error"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("learners.urls")),
    path("", include("credentials.urls")),
    path("", include("pathways.urls")),
    path("", include("assessments.urls")),
    path("accounts/", include("allauth.urls")),
    path("registrar/", admin.site.urls),
    path("favicon.ico", RedirectView.as_view(url="/static/portal/mark.svg")),
]
