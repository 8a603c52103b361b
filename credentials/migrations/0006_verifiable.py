"""What a stranger verifies by: endorsements, known issuers, checks of many, keys kept elsewhere, printing."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('credentials', '0005_definitions_stay'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BatchCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='due')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done')),
                ('lease_until', models.DateTimeField(blank=True, editable=False, null=True)),
                ('lease_owner', models.CharField(blank=True, editable=False, max_length=64)),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('last_error', models.TextField(blank=True, verbose_name='last error')),
                ('shape', models.PositiveSmallIntegerField(default=1, editable=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('keep_until', models.DateTimeField(verbose_name='kept until')),
                ('receipt', models.BinaryField(null=True)),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='credentials.issuer')),
            ],
            options={
                'verbose_name': 'check of many',
                'verbose_name_plural': 'checks of many',
                'ordering': ['-asked_at'],
            },
        ),
        migrations.CreateModel(
            name='Endorsement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='due')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done')),
                ('lease_until', models.DateTimeField(blank=True, editable=False, null=True)),
                ('lease_owner', models.CharField(blank=True, editable=False, max_length=64)),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('last_error', models.TextField(blank=True, verbose_name='last error')),
                ('shape', models.PositiveSmallIntegerField(default=1, editable=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('endorser_name', models.CharField(max_length=200, verbose_name="endorser's name")),
                ('comment', models.TextField(max_length=5000, verbose_name='what is said')),
                ('valid_from', models.DateTimeField(verbose_name='valid from')),
                ('valid_until', models.DateTimeField(blank=True, null=True, verbose_name='valid until')),
                ('proof_created_at', models.DateTimeField(editable=False, null=True, verbose_name='proof dated')),
                ('unsigned', models.BinaryField(null=True)),
                ('unsigned_sha256', models.CharField(blank=True, editable=False, max_length=64)),
                ('signed', models.BinaryField(null=True)),
                ('sha256', models.CharField(blank=True, editable=False, max_length=64, verbose_name='SHA-256')),
                ('signed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='signed')),
                ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='taken back')),
                ('withdrawal_reason', models.CharField(blank=True, max_length=250, verbose_name='why it was taken back')),
                ('credential', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='endorsements', to='credentials.credential', verbose_name='credential')),
                ('endorser', models.ForeignKey(blank=True, help_text='An organisation with a signing key here.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='endorsements', to='credentials.issuer', verbose_name='endorser')),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('key', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='credentials.signingkey')),
                ('version', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='endorsements', to='credentials.achievementversion', verbose_name='achievement version')),
                ('withdrawn_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken back by')),
            ],
            options={
                'verbose_name': 'endorsement',
                'verbose_name_plural': 'endorsements',
                'ordering': ['-valid_from', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('credential__isnull', True), ('version__isnull', False)), models.Q(('credential__isnull', False), ('version__isnull', True)), _connector='OR'), name='an_endorsement_is_of_one_thing'), models.CheckConstraint(condition=models.Q(models.Q(('signed__isnull', True), ('signed_at__isnull', True)), models.Q(('signed__isnull', False), ('signed_at__isnull', False), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='a_signed_endorsement_has_a_hash_and_a_moment'), models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='an_endorsement_begins_before_it_ends')],
            },
        ),
        migrations.CreateModel(
            name='KnownIssuer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier', models.CharField(help_text='A DID or an https address, as its credentials name it.', max_length=500, verbose_name='identifier')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('document', models.JSONField(help_text='The DID document or Open Badges profile that holds its keys.', verbose_name='its document')),
                ('reason', models.TextField(verbose_name='how its identity was checked')),
                ('added_at', models.DateTimeField(verbose_name='added')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='not believed since')),
                ('end_reason', models.CharField(blank=True, max_length=250, verbose_name='why it ended')),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended by')),
            ],
            options={
                'verbose_name': 'known issuer',
                'verbose_name_plural': 'known issuers',
                'ordering': ['name', '-added_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('identifier',), name='one_document_per_known_issuer')],
            },
        ),
        migrations.CreateModel(
            name='Signatory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=1, verbose_name='position')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('office', models.CharField(blank=True, max_length=200, verbose_name='office')),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signatories', to='credentials.issuer', verbose_name='issuer')),
            ],
            options={
                'verbose_name': 'signatory',
                'verbose_name_plural': 'signatories',
                'ordering': ['position', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('issuer', 'position'), name='one_signatory_per_position'), models.CheckConstraint(condition=models.Q(('position__gte', 1), ('position__lte', 3)), name='three_signatories_at_most')],
            },
        ),
        migrations.CreateModel(
            name='BatchItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=200, verbose_name='code or file name')),
                ('code', models.CharField(blank=True, max_length=64, verbose_name='code')),
                ('file', models.FileField(blank=True, upload_to='checks/%Y/%m/', verbose_name='file')),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('report', models.JSONField(blank=True, null=True)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='credentials.batchcheck')),
            ],
            options={
                'verbose_name': 'code or file',
                'verbose_name_plural': 'codes and files',
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('batch', 'position'), name='one_item_per_position_of_a_batch')],
            },
        ),
        migrations.AddField(
            model_name='achievement',
            name='offers_open_badges_2',
            field=models.BooleanField(default=False, help_text='For systems that read nothing newer; only of credentials that their holders opened.', verbose_name='also as Open Badges 2.0'),
        ),
        migrations.AddField(
            model_name='issuer',
            name='certificate_design',
            field=models.CharField(default='classic', max_length=32, verbose_name='certificate design'),
        ),
        migrations.AddField(
            model_name='issuer',
            name='certificate_palette',
            field=models.CharField(blank=True, help_text="Empty: the colours of the achievement's own picture.", max_length=32, verbose_name='colours'),
        ),
        migrations.AddField(
            model_name='issuer',
            name='certificate_paper',
            field=models.CharField(choices=[('a4', 'A4'), ('letter', 'Letter')], default='a4', max_length=8, verbose_name='paper'),
        ),
        migrations.AddField(
            model_name='issuer',
            name='logo',
            field=models.ImageField(blank=True, upload_to='issuers/', verbose_name='logo'),
        ),
        migrations.AddField(
            model_name='rendering',
            name='paper',
            field=models.CharField(choices=[('a4', 'A4'), ('letter', 'Letter')], default='a4', max_length=8, verbose_name='paper'),
        ),
        migrations.AddField(
            model_name='signeddocument',
            name='cause',
            field=models.CharField(choices=[('issued', 'issued'), ('corrected', 'corrected: a name or another fact'), ('renewed', 'renewed'), ('rekeyed', 'signed anew: its key was compromised')], default='issued', max_length=16, verbose_name='why'),
        ),
        migrations.AddField(
            model_name='signingkey',
            name='declared_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='declared compromised'),
        ),
        migrations.AddField(
            model_name='signingkey',
            name='handle',
            field=models.CharField(blank=True, editable=False, max_length=250, verbose_name='name in its store'),
        ),
        migrations.AddField(
            model_name='signingkey',
            name='store',
            field=models.CharField(default='database', editable=False, max_length=32, verbose_name='kept by'),
        ),
        migrations.AlterField(
            model_name='signingkey',
            name='sealed_private_key',
            field=models.BinaryField(null=True),
        ),
        migrations.AddConstraint(
            model_name='signingkey',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sealed_private_key__isnull', False), ('store', 'database')), models.Q(models.Q(('store', 'database'), _negated=True), models.Q(('handle', ''), _negated=True), ('sealed_private_key__isnull', True)), _connector='OR'), name='a_key_is_sealed_here_or_kept_elsewhere'),
        ),
    ]
