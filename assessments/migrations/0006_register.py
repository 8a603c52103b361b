"""The register of markers, and links that learners let the credential name."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0005_blueprint_stays'),
        ('credentials', '0006_verifiable'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MarkerQualification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(help_text='As on its certificate: Assessor, level 3.', max_length=200, verbose_name='qualification')),
                ('reference', models.CharField(blank=True, help_text='A number, or the file it is kept in.', max_length=250, verbose_name='where the proof is')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('valid_until', models.DateField(blank=True, help_text='Empty: it does not lapse.', null=True, verbose_name='last valid day')),
                ('recorded_at', models.DateTimeField(editable=False, verbose_name='recorded')),
                ('ended_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='ended')),
                ('end_reason', models.CharField(blank=True, editable=False, max_length=250, verbose_name='why it ended')),
                ('ended_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended by')),
                ('marker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='qualifications', to=settings.AUTH_USER_MODEL, verbose_name='marker')),
                ('recorded_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('series', models.ForeignKey(blank=True, help_text='Empty: for every series.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='credentials.series', verbose_name='series')),
            ],
            options={
                'verbose_name': "marker's qualification",
                'verbose_name_plural': 'qualifications of markers',
                'ordering': ['marker', '-valid_from', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='a_qualification_begins_before_it_ends'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), models.Q(('end_reason', ''), _negated=True)), _connector='OR'), name='an_ended_qualification_says_by_whom_and_why')],
            },
        ),
        migrations.AddField(
            model_name='assessment',
            name='may_show_evidence',
            field=models.BooleanField(default=False, help_text='Learners choose which of their links the credential names to whoever reads it.', verbose_name='evidence may be shown'),
        ),
        migrations.AddField(
            model_name='assessment',
            name='needs_qualified_markers',
            field=models.BooleanField(default=False, help_text='Only who has a qualification in force in the register of markers may mark it.', verbose_name='only for qualified markers'),
        ),
        migrations.AddField(
            model_name='submittedevidence',
            name='is_shown',
            field=models.BooleanField(default=False, verbose_name='named in the credential'),
        ),
        migrations.AddConstraint(
            model_name='submittedevidence',
            constraint=models.CheckConstraint(condition=models.Q(('is_shown', False), ('kind', 'url'), _connector='OR'), name='only_links_are_shown'),
        ),
    ]
