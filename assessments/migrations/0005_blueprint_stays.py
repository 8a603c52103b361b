"""Triggers that keep a blueprint with the version it belongs to."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from assessments.models.triggers import BLUEPRINTS
from credentials.models import triggers


def install(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(schema_editor.connection, BLUEPRINTS)


def remove(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.remove(schema_editor.connection, BLUEPRINTS)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0004_blueprint")]
    operations = [migrations.RunPython(install, remove)]
