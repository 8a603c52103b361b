"""Programmes designed backward, and the reason for an unusual size."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('credentials', '0004_definitions'),
        ('pathways', '0001_first'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='pathwayversion',
            name='size_reason',
            field=models.TextField(blank=True, help_text='Asked for when a stack has fewer or more; kept in the audit trail.', verbose_name='why not three to six components'),
        ),
        migrations.CreateModel(
            name='ProgrammeDesign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('answers', models.JSONField(default=dict, editable=False)),
                ('started_at', models.DateTimeField(verbose_name='started')),
                ('saved_at', models.DateTimeField(verbose_name='saved')),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('pathway', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='design', to='pathways.pathway', verbose_name='what became of it')),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='credentials.series', verbose_name='series')),
                ('started_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='started by')),
            ],
            options={
                'verbose_name': 'programme design',
                'verbose_name_plural': 'programme designs',
                'ordering': ['-saved_at', '-pk'],
            },
        ),
    ]
