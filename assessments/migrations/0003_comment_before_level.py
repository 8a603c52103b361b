"""A draft grading keeps a comment on a criterion before its level is chosen."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from assessments.models.triggers import TRIGGERS
from credentials.models import triggers


def install(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(schema_editor.connection, TRIGGERS)


def remove(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.remove(schema_editor.connection, TRIGGERS)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0002_level_of_the_rubric")]
    operations = [
        # SQLite rebuilds the table and loses its triggers with it: they go first and come back after.
        migrations.RunPython(remove, install),
        migrations.AlterField(
            model_name="criteriongrade",
            name="level",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="assessments.rubriccriterionlevel",
                verbose_name="level",
            ),
        ),
        migrations.RunPython(install, remove),
    ]
