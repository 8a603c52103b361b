"""Addresses of pathways: the public list, page and data, and the acts of enrolling and leaving."""

from django.urls import path

from pathways import api, views
from pathways.admin.closeness import bottlenecks, who_is_close

app_name = "pathways"
urlpatterns = [
    path("pathways/", views.pathway_list, name="list"),
    path("pathways/<slug:slug>/", views.pathway, name="pathway"),
    path("pathways/<slug:slug>.jsonld", api.pathway_document, name="pathway_jsonld"),
    path("embed/pathways/<slug:slug>/", views.embedded, name="embedded"),
    path("pathways/<slug:slug>/enrol/", views.enrol, name="enrol"),
    path("pathways/<slug:slug>/leave/", views.leave, name="leave"),
    path("registrar/close/", who_is_close, name="who_is_close"),
    path("registrar/bottlenecks/<slug:slug>/", bottlenecks, name="bottlenecks"),
]
