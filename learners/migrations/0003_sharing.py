"""Links by which a holder shares one credential."""

import django.db.models.deletion
import learners.models.sharing
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('credentials', '0006_verifiable'),
        ('learners', '0002_profile_and_notifications'),
    ]

    operations = [
        migrations.CreateModel(
            name='ShareLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(default=learners.models.sharing.new_token, editable=False, max_length=43, unique=True)),
                ('shows_results', models.BooleanField(default=True, verbose_name='with the levels reached')),
                ('shows_evidence', models.BooleanField(default=False, verbose_name='with the evidence')),
                ('made_at', models.DateTimeField(verbose_name='made')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                ('credential', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='share_links', to='credentials.credential', verbose_name='credential')),
            ],
            options={
                'verbose_name': 'share link',
                'verbose_name_plural': 'share links',
                'ordering': ['-made_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('credential',), name='one_open_share_link')],
            },
        ),
    ]
