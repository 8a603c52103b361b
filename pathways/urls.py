"""Addresses of pathways: the public list and page, and the act of enrolling."""

from django.urls import path

from pathways import views

app_name = "pathways"
urlpatterns = [
    path("pathways/", views.pathway_list, name="list"),
    path("pathways/<slug:slug>/", views.pathway, name="pathway"),
    path("pathways/<slug:slug>/enrol/", views.enrol, name="enrol"),
    path("pathways/<slug:slug>/leave/", views.leave, name="leave"),
]
