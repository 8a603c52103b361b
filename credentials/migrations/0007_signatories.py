"""An issuer has up to three signatories, where it had one."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def to_rows(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    issuers = apps.get_model("credentials", "Issuer").objects.exclude(signatory_name="")
    signatory = apps.get_model("credentials", "Signatory")
    signatory.objects.bulk_create(
        signatory(issuer=issuer, position=1, name=issuer.signatory_name, office=issuer.signatory_title)
        for issuer in issuers
    )


def to_fields(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for row in apps.get_model("credentials", "Signatory").objects.filter(position=1).select_related("issuer"):
        row.issuer.signatory_name, row.issuer.signatory_title = row.name, row.office
        row.issuer.save(update_fields=["signatory_name", "signatory_title"])


class Migration(migrations.Migration):
    dependencies = [("credentials", "0006_verifiable")]
    operations = [
        migrations.RunPython(to_rows, to_fields),
        migrations.RemoveField("issuer", "signatory_name"),
        migrations.RemoveField("issuer", "signatory_title"),
    ]
