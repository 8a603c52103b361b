"""Brings the written demonstration into the database, in one transaction and through the services."""

from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from config.events import quietly
from credentials.models import Endorsement, Issuer, SignedDocument
from credentials.services.endorsing import sign_endorsement
from credentials.services.signing import lists_to_publish, publish_status_list, sign_document
from learners.management.demo import proofreading
from learners.management.demo.history import STORIES
from learners.management.demo.institution import INSTITUTION
from learners.management.demo.loading.calendar import ENROLLING, Calendar
from learners.management.demo.loading.catalogue import (
    load_achievements,
    load_issuer,
    load_pathways,
    load_series,
)
from learners.management.demo.loading.design import (
    load_activities,
    load_boards,
    load_drafts,
    load_framework,
    review,
)
from learners.management.demo.loading.endorsements import load_endorsements
from learners.management.demo.loading.history import History
from learners.management.demo.loading.people import (
    CONSENTING,
    PUBLIC_PASSWORD,
    accounts,
    load_cohorts,
    load_people,
    load_register,
    load_roles,
)
from learners.models import User
from pathways.queries import stale_enrolments
from pathways.services.evaluating import evaluate_learner


class CannotLoad(Exception):
    """Nothing was loaded; the message says why."""


def is_loaded() -> bool:
    return Issuer.objects.filter(slug=INSTITUTION.slug).exists()


def load(load_day: date, *, has_passwords: bool) -> None:
    """The whole institution as of the morning of `load_day`. Raises CannotLoad.

    Nobody is woken and nobody is written to: what happened before the load is history. Documents and
    status lists are signed here, so that the first page is complete; certificates are printed by the worker.
    """
    if faults := proofreading.problems():
        raise CannotLoad("\n".join(faults))
    calendar = Calendar(load_day, ZoneInfo(settings.PORTAL_TIME_ZONE))
    with quietly():
        with transaction.atomic():
            _load(calendar, has_passwords)
        for document_id in SignedDocument.objects.open().order_by("pk").values_list("pk", flat=True):
            sign_document(document_id=document_id)
        for endorsement_id in Endorsement.objects.open().order_by("pk").values_list("pk", flat=True):
            sign_endorsement(endorsement_id=endorsement_id)
        for list_id in lists_to_publish(at=calendar.morning).values_list("pk", flat=True):
            publish_status_list(list_id=list_id, at=calendar.morning)


def _load(calendar: Calendar, has_passwords: bool) -> None:
    began = calendar.moment(INSTITUTION.published_days_ago, ENROLLING, "published")
    people = load_people(calendar, has_passwords=has_passwords)
    writer, publisher = people["registrar"], people["approver"]
    issuer = load_issuer(writer, began)
    series = load_series(issuer)
    load_roles(people, series, calendar)
    load_register(people, series, calendar)
    load_cohorts(people, series, calendar)
    load_boards(people, series, calendar)
    competencies = load_framework()
    achievements = load_achievements(series, competencies, writer=writer, publisher=publisher, at=began)
    load_activities(series, achievements, competencies, calendar)
    review(achievements, approver=publisher, calendar=calendar)
    load_drafts(series, achievements, competencies, writer=writer, calendar=calendar)
    pathways = load_pathways(
        achievements,
        writer=writer,
        publisher=publisher,
        owners=[people[key] for key in CONSENTING],
        at=began,
    )
    history = History(calendar, people, achievements, pathways)
    history.plan(STORIES)
    history.play()
    history.open_to_others(STORIES)
    load_endorsements(achievements, by=writer, calendar=calendar)
    stale = stale_enrolments(calendar.load_day).values("learner")
    for learner in User.objects.filter(pk__in=stale).order_by("pk"):
        evaluate_learner(learner=learner, at=calendar.morning, is_news=False)


__all__ = ["PUBLIC_PASSWORD", "CannotLoad", "accounts", "is_loaded", "load"]
