"""Wiring only: settings, the site map, the workers' timetable, who hears which event. Imports no app."""
