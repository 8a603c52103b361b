"""Triggers that keep a definition as it was when it left the draft, and decisions as they were made."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from credentials.models import triggers


def install(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(schema_editor.connection, triggers.DEFINITIONS)


def remove(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.remove(schema_editor.connection, triggers.DEFINITIONS)


class Migration(migrations.Migration):
    dependencies = [("credentials", "0004_definitions")]
    operations = [migrations.RunPython(install, remove)]
