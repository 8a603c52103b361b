"""Triggers that keep a grade inside the rubric it was given by."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from assessments.models.triggers import TRIGGERS
from credentials.models import triggers


def install(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(schema_editor.connection, TRIGGERS)


def remove(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.remove(schema_editor.connection, TRIGGERS)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_first"), ("credentials", "0002_append_only")]
    operations = [migrations.RunPython(install, remove)]
