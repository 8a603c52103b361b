"""Wiring only: settings, the site map, the workers' timetable, who hears which event. Imports no app."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
