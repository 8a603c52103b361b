"""Triggers that keep a published rule, and what a certificate was awarded on."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from credentials.models import triggers
from pathways.models.triggers import TRIGGERS


def install(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(schema_editor.connection, TRIGGERS)


def remove(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.remove(schema_editor.connection, TRIGGERS)


class Migration(migrations.Migration):
    dependencies = [("pathways", "0003_engine")]
    operations = [migrations.RunPython(install, remove)]
