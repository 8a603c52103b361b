"""Competencies, design, activities, governance and imports; versions that are reviewed before they are published."""

import django.core.validators
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('credentials', '0003_thumbnail'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Alignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('standard', 'national or professional standard'), ('esco', 'ESCO'), ('job', 'job requirement'), ('ext:EQF', 'European Qualifications Framework'), ('ext:QualityAssurance', 'quality assurance'), ('other', 'other')], default='standard', max_length=24, verbose_name='what it is')),
                ('target_type', models.CharField(blank=True, choices=[('ceasn:Competency', 'competency'), ('ceterms:Credential', 'credential'), ('CFItem', 'item of a CASE framework'), ('CFRubric', 'rubric'), ('CFRubricCriterion', 'criterion of a rubric'), ('CFRubricCriterionLevel', 'level of a rubric'), ('CTDL', 'item of the Credential Transparency language')], default='ceasn:Competency', max_length=32, verbose_name='type')),
                ('target_name', models.CharField(max_length=250, verbose_name='name')),
                ('target_url', models.URLField(max_length=500, verbose_name='address')),
                ('target_code', models.CharField(blank=True, max_length=120, verbose_name='code')),
                ('target_framework', models.CharField(blank=True, max_length=250, verbose_name='framework')),
                ('target_description', models.TextField(blank=True, verbose_name='description')),
            ],
            options={
                'verbose_name': 'alignment',
                'verbose_name_plural': 'alignments',
                'ordering': ['purpose', 'target_framework', 'target_code', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Board',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True, verbose_name='name')),
                ('remit', models.TextField(blank=True, verbose_name='what it decides')),
                ('quorum', models.PositiveSmallIntegerField(default=2, help_text='How many members without a conflict of interest must vote.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='quorum')),
            ],
            options={
                'verbose_name': 'board',
                'verbose_name_plural': 'boards',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='BoardMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('office', models.CharField(choices=[('chair', 'chair'), ('member', 'member'), ('external', 'member from outside')], default='member', max_length=16, verbose_name='office')),
                ('starts_on', models.DateField(verbose_name='term from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='term until')),
            ],
            options={
                'verbose_name': 'board member',
                'verbose_name_plural': 'board members',
                'ordering': ['board', 'office', 'user'],
            },
        ),
        migrations.CreateModel(
            name='Competency',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('identifier', models.CharField(default=uuid.uuid4, editable=False, max_length=64)),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('code', models.CharField(blank=True, max_length=64, verbose_name='code')),
                ('title', models.CharField(blank=True, max_length=250, verbose_name='short title')),
                ('statement', models.TextField(verbose_name='statement')),
                ('kind', models.CharField(blank=True, max_length=64, verbose_name='kind')),
                ('level', models.CharField(blank=True, max_length=80, verbose_name='level')),
                ('cognitive_level', models.CharField(blank=True, choices=[('1_remember', 'remember'), ('2_understand', 'understand'), ('3_apply', 'apply'), ('4_analyse', 'analyse'), ('5_evaluate', 'evaluate'), ('6_create', 'create')], max_length=16, verbose_name='cognitive level')),
                ('sort', models.CharField(blank=True, max_length=40, verbose_name='sort')),
                ('uri', models.URLField(blank=True, max_length=500, verbose_name='address')),
                ('extras', models.JSONField(default=dict, editable=False)),
            ],
            options={
                'verbose_name': 'competency',
                'verbose_name_plural': 'competencies',
                'ordering': ['framework', 'position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='CompetencyAssociation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier', models.CharField(default=uuid.uuid4, editable=False, max_length=64)),
                ('kind', models.CharField(choices=[('isChildOf', 'is a further part of'), ('isPeerOf', 'is a peer of'), ('isPartOf', 'is part of'), ('exactMatchOf', 'is the same as'), ('precedes', 'comes before'), ('isRelatedTo', 'is related to'), ('replacedBy', 'is replaced by'), ('exemplar', 'is an example of'), ('hasSkillLevel', 'has the skill level'), ('isTranslationOf', 'is a translation of')], max_length=24, verbose_name='kind')),
                ('target_uri', models.URLField(blank=True, max_length=500, verbose_name='to an address outside')),
                ('target_identifier', models.CharField(blank=True, editable=False, max_length=64)),
                ('target_title', models.CharField(blank=True, max_length=250, verbose_name='its title')),
                ('sequence', models.PositiveIntegerField(blank=True, null=True, verbose_name='sequence')),
                ('extras', models.JSONField(default=dict, editable=False)),
            ],
            options={
                'verbose_name': 'association',
                'verbose_name_plural': 'associations',
                'ordering': ['framework', 'sequence', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='CompetencyFramework',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('identifier', models.CharField(default=uuid.uuid4, editable=False, max_length=64, unique=True)),
                ('title', models.CharField(max_length=250, verbose_name='title')),
                ('version', models.CharField(default='1', max_length=40, verbose_name='version')),
                ('creator', models.CharField(max_length=250, verbose_name='published by')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('language', models.CharField(default='en', max_length=16, verbose_name='language')),
                ('uri', models.URLField(blank=True, max_length=500, verbose_name='address')),
                ('licence', models.CharField(blank=True, max_length=250, verbose_name='licence')),
                ('levels', models.JSONField(blank=True, default=list, verbose_name='levels')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('retired', 'retired')], default='draft', editable=False, max_length=16, verbose_name='status')),
                ('extras', models.JSONField(default=dict, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
            ],
            options={
                'verbose_name': 'competency framework',
                'verbose_name_plural': 'competency frameworks',
                'ordering': ['title', '-version'],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('approve', 'approved'), ('return', 'returned to the draft'), ('renew', 'reviewed and kept'), ('retire', 'retired'), ('pilot', 'pilot decided'), ('other', 'other')], max_length=16, verbose_name='decision')),
                ('about', models.CharField(max_length=250, verbose_name='about')),
                ('decided_on', models.DateField(verbose_name='decided on')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('minutes', models.TextField(blank=True, verbose_name='minutes')),
                ('review_due_on', models.DateField(blank=True, null=True, verbose_name='next review')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
            ],
            options={
                'verbose_name': 'decision',
                'verbose_name_plural': 'decisions',
                'ordering': ['-recorded_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='DesignReason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=48, verbose_name='finding')),
                ('reason', models.TextField(verbose_name='reason')),
                ('written_at', models.DateTimeField(verbose_name='written')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed')),
            ],
            options={
                'verbose_name': 'reason given',
                'verbose_name_plural': 'reasons given',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(max_length=32, verbose_name='kind')),
                ('file', models.FileField(upload_to='imports/', verbose_name='file')),
                ('file_name', models.CharField(max_length=255, verbose_name='file name')),
                ('sha256', models.CharField(max_length=64)),
                ('options', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('staging', 'being read'), ('staged', 'to be confirmed'), ('refused', 'refused'), ('applying', 'being applied'), ('applied', 'applied'), ('cancelled', 'cancelled')], default='staging', max_length=16, verbose_name='state')),
                ('problem', models.TextField(blank=True, verbose_name='why it was refused')),
                ('new_count', models.PositiveIntegerField(default=0, verbose_name='new')),
                ('changed_count', models.PositiveIntegerField(default=0, verbose_name='changed')),
                ('unchanged_count', models.PositiveIntegerField(default=0, verbose_name='unchanged')),
                ('error_count', models.PositiveIntegerField(default=0, verbose_name='with errors')),
                ('created_at', models.DateTimeField(verbose_name='handed in')),
                ('applied_at', models.DateTimeField(blank=True, null=True, verbose_name='applied')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='row')),
                ('key', models.CharField(blank=True, max_length=250, verbose_name='key')),
                ('data', models.JSONField(default=dict)),
                ('action', models.CharField(choices=[('new', 'new'), ('changed', 'changed'), ('unchanged', 'unchanged'), ('error', 'error')], max_length=16, verbose_name='what happens')),
                ('messages', models.JSONField(default=list)),
                ('changes', models.JSONField(default=dict)),
            ],
            options={
                'verbose_name': 'row',
                'verbose_name_plural': 'rows',
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='LearningActivity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('kind', models.CharField(choices=[('workshop', 'workshop'), ('course', 'course'), ('seminar', 'seminar'), ('self_study', 'self-study'), ('practice', 'practice at work')], default='workshop', max_length=16, verbose_name='kind')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('hours', models.DecimalField(decimal_places=1, default=0, max_digits=6, verbose_name='hours')),
                ('is_active', models.BooleanField(default=True, verbose_name='is offered')),
            ],
            options={
                'verbose_name': 'learning activity',
                'verbose_name_plural': 'learning activities',
                'ordering': ['title', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Offering',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(verbose_name='begins')),
                ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='ends')),
                ('mode', models.CharField(choices=[('online', 'online'), ('face_to_face', 'face to face'), ('hybrid', 'hybrid')], default='face_to_face', max_length=16, verbose_name='mode')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='place')),
                ('link', models.URLField(blank=True, max_length=500, verbose_name='link to join')),
                ('seats', models.PositiveIntegerField(blank=True, null=True, verbose_name='seats')),
                ('signup_url', models.URLField(blank=True, max_length=500, verbose_name='sign-up address')),
                ('price', models.DecimalField(blank=True, decimal_places=2, max_digits=8, null=True, verbose_name='list price')),
                ('currency', models.CharField(default='EUR', help_text='ISO 4217: EUR.', max_length=3, verbose_name='currency')),
            ],
            options={
                'verbose_name': 'offering',
                'verbose_name_plural': 'offerings',
                'ordering': ['starts_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PerformanceCriterion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='what can be observed')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
            ],
            options={
                'verbose_name': 'performance criterion',
                'verbose_name_plural': 'performance criteria',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Pilot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cap', models.PositiveIntegerField(help_text='How many people may take part.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='places')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('exit_criteria', models.TextField(help_text='What must be true before it is offered to all.', verbose_name='exit criteria')),
                ('target_percent', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='share that should complete, %')),
                ('survey_url', models.URLField(blank=True, verbose_name='survey')),
                ('outcome', models.CharField(choices=[('running', 'running'), ('scaled', 'met its criteria: open to all'), ('stopped', 'stopped')], default='running', editable=False, max_length=16, verbose_name='outcome')),
            ],
            options={
                'verbose_name': 'pilot',
                'verbose_name_plural': 'pilots',
            },
        ),
        migrations.CreateModel(
            name='Resource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('url', models.URLField(max_length=500, verbose_name='address')),
                ('needed_when', models.CharField(help_text='As in: when you write your first query.', max_length=200, verbose_name='needed when')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
            ],
            options={
                'verbose_name': 'resource',
                'verbose_name_plural': 'resources',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SubjectArea',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True, verbose_name='name')),
                ('expiry', models.CharField(blank=True, choices=[('never', 'never expires'), ('months', 'expires after a number of months')], help_text='Empty: not decided yet.', max_length=8, verbose_name='validity')),
                ('expiry_months', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='months')),
                ('reason', models.TextField(blank=True, verbose_name='why so long')),
            ],
            options={
                'verbose_name': 'subject area',
                'verbose_name_plural': 'subject areas',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='VersionCompetency',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(blank=True, max_length=80, verbose_name='level')),
                ('criterion', models.TextField(blank=True, help_text='What a person is seen to do who has it.', verbose_name='what can be observed')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
            ],
            options={
                'verbose_name': 'competency shown',
                'verbose_name_plural': 'competencies shown',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Vote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('choice', models.CharField(choices=[('for', 'for'), ('against', 'against'), ('abstained', 'abstained'), ('conflict', 'took no part: conflict of interest')], max_length=16, verbose_name='vote')),
            ],
            options={
                'verbose_name': 'vote',
                'verbose_name_plural': 'votes',
                'ordering': ['pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='achievementversion',
            name='one_draft_per_achievement',
        ),
        migrations.RemoveConstraint(
            model_name='achievementversion',
            name='expiry_is_never_or_months',
        ),
        migrations.AddField(
            model_name='achievement',
            name='review_due_on',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='next review'),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='approved_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='approved'),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='approved_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='assessment_types',
            field=models.JSONField(blank=True, default=list, verbose_name='assessed by'),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='colour',
            field=models.CharField(blank=True, help_text="Instead of the palette's: # and six digits, as #1f4e79.", max_length=7, verbose_name='own colour'),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='credit_system',
            field=models.CharField(choices=[('ects', 'ECTS'), ('us_semester', 'US semester hours'), ('us_quarter', 'US quarter hours'), ('cats', 'CATS'), ('local', "the institution's own")], default='ects', max_length=12, verbose_name='credit system'),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='definition',
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='evidence_kinds',
            field=models.JSONField(blank=True, default=list, verbose_name='evidence asked for'),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='fingerprint',
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='image_large',
            field=models.ImageField(blank=True, editable=False, upload_to='artwork/'),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='leads_to',
            field=models.ForeignKey(blank=True, help_text='A specialty: its banner certification. An introduction: what it leads to.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='introduced_by', to='credentials.achievement', verbose_name='belongs to'),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='legend',
            field=models.CharField(blank=True, help_text='In any script; may be empty.', max_length=60, verbose_name='words on the picture'),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='outcomes',
            field=models.TextField(blank=True, help_text='What the holder knows, understands and can do; one on each line.', verbose_name='learning outcomes'),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='prerequisites',
            field=models.TextField(blank=True, verbose_name='other prerequisites'),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='qualification_framework',
            field=models.CharField(blank=True, choices=[('eqf', 'European Qualifications Framework'), ('qf_ehea', 'Framework of the European Higher Education Area'), ('national', 'national framework')], max_length=12, verbose_name='qualifications framework'),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='qualification_level',
            field=models.CharField(blank=True, max_length=40, verbose_name='level in it'),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='quality_assurance',
            field=models.TextField(blank=True, help_text='Who checks the quality, and by which procedure.', verbose_name='quality assurance'),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='requires',
            field=models.ManyToManyField(blank=True, related_name='required_by', to='credentials.achievement', verbose_name='must be held before'),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='retired_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='retired'),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='submitted_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='sent for review'),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='supervision',
            field=models.CharField(blank=True, choices=[('none', 'unsupervised, identity not checked'), ('identity', 'unsupervised, identity checked'), ('remote', 'supervised online, identity checked'), ('on_site', 'supervised on site, identity checked')], max_length=12, verbose_name='supervision'),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='uploaded',
            field=models.ImageField(blank=True, help_text='A square PNG instead of the drawing.', upload_to='artwork/', verbose_name='own picture'),
        ),
        migrations.AddField(
            model_name='historicalachievementversion',
            name='approved_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='approved'),
        ),
        migrations.AddField(
            model_name='historicalachievementversion',
            name='approved_by',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalachievementversion',
            name='assessment_types',
            field=models.JSONField(blank=True, default=list, verbose_name='assessed by'),
        ),
        migrations.AddField(
            model_name='historicalachievementversion',
            name='colour',
            field=models.CharField(blank=True, help_text="Instead of the palette's: # and six digits, as #1f4e79.", max_length=7, verbose_name='own colour'),
        ),
        migrations.AddField(
            model_name='historicalachievementversion',
            name='credit_system',
            field=models.CharField(choices=[('ects', 'ECTS'), ('us_semester', 'US semester hours'), ('us_quarter', 'US quarter hours'), ('cats', 'CATS'), ('local', "the institution's own")], default='ects', max_length=12, verbose_name='credit system'),
        ),
        migrations.AddField(
            model_name='historicalachievementversion',
            name='definition',
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name='historicalachievementversion',
            name='evidence_kinds',
            field=models.JSONField(blank=True, default=list, verbose_name='evidence asked for'),
        ),
        migrations.AddField(
            model_name='historicalachievementversion',
            name='fingerprint',
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='historicalachievementversion',
            name='image_large',
            field=models.TextField(blank=True, editable=False, max_length=100),
        ),
        migrations.AddField(
            model_name='historicalachievementversion',
            name='leads_to',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='A specialty: its banner certification. An introduction: what it leads to.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='credentials.achievement', verbose_name='belongs to'),
        ),
        migrations.AddField(
            model_name='historicalachievementversion',
            name='legend',
            field=models.CharField(blank=True, help_text='In any script; may be empty.', max_length=60, verbose_name='words on the picture'),
        ),
        migrations.AddField(
            model_name='historicalachievementversion',
            name='outcomes',
            field=models.TextField(blank=True, help_text='What the holder knows, understands and can do; one on each line.', verbose_name='learning outcomes'),
        ),
        migrations.AddField(
            model_name='historicalachievementversion',
            name='prerequisites',
            field=models.TextField(blank=True, verbose_name='other prerequisites'),
        ),
        migrations.AddField(
            model_name='historicalachievementversion',
            name='qualification_framework',
            field=models.CharField(blank=True, choices=[('eqf', 'European Qualifications Framework'), ('qf_ehea', 'Framework of the European Higher Education Area'), ('national', 'national framework')], max_length=12, verbose_name='qualifications framework'),
        ),
        migrations.AddField(
            model_name='historicalachievementversion',
            name='qualification_level',
            field=models.CharField(blank=True, max_length=40, verbose_name='level in it'),
        ),
        migrations.AddField(
            model_name='historicalachievementversion',
            name='quality_assurance',
            field=models.TextField(blank=True, help_text='Who checks the quality, and by which procedure.', verbose_name='quality assurance'),
        ),
        migrations.AddField(
            model_name='historicalachievementversion',
            name='retired_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='retired'),
        ),
        migrations.AddField(
            model_name='historicalachievementversion',
            name='submitted_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='sent for review'),
        ),
        migrations.AddField(
            model_name='historicalachievementversion',
            name='supervision',
            field=models.CharField(blank=True, choices=[('none', 'unsupervised, identity not checked'), ('identity', 'unsupervised, identity checked'), ('remote', 'supervised online, identity checked'), ('on_site', 'supervised on site, identity checked')], max_length=12, verbose_name='supervision'),
        ),
        migrations.AddField(
            model_name='historicalachievementversion',
            name='uploaded',
            field=models.TextField(blank=True, help_text='A square PNG instead of the drawing.', max_length=100, verbose_name='own picture'),
        ),
        migrations.AddField(
            model_name='series',
            name='review_months',
            field=models.PositiveSmallIntegerField(default=24, validators=[django.core.validators.MinValueValidator(1)], verbose_name='months between reviews'),
        ),
        migrations.AddField(
            model_name='series',
            name='when_overdue',
            field=models.CharField(choices=[('warn', 'warn, and go on issuing'), ('stop', 'issue nothing new until it is reviewed')], default='warn', max_length=8, verbose_name='when a review is overdue'),
        ),
        migrations.AlterField(
            model_name='achievementversion',
            name='criteria',
            field=models.TextField(blank=True, help_text='What a person does, to what standard, and how it is assessed.', verbose_name='criteria'),
        ),
        migrations.AlterField(
            model_name='achievementversion',
            name='description',
            field=models.TextField(blank=True, verbose_name='description'),
        ),
        migrations.AlterField(
            model_name='achievementversion',
            name='expiry',
            field=models.CharField(blank=True, choices=[('area', 'as its subject area says'), ('never', 'never expires'), ('months', 'expires after a number of months')], max_length=8, verbose_name='validity'),
        ),
        migrations.AlterField(
            model_name='achievementversion',
            name='hours',
            field=models.DecimalField(decimal_places=1, default=0, max_digits=6, verbose_name='learning hours'),
        ),
        migrations.AlterField(
            model_name='achievementversion',
            name='image_alt',
            field=models.CharField(blank=True, help_text='Read aloud to those who cannot see it.', max_length=250, verbose_name='image in words'),
        ),
        migrations.AlterField(
            model_name='achievementversion',
            name='kind',
            field=models.CharField(choices=[('micro_credential', 'micro-credential'), ('specialty', 'specialty'), ('introductory', 'introductory'), ('stacked_certificate', 'stacked certificate'), ('full_certification', 'full certification'), ('participation', 'participation record')], default='micro_credential', max_length=24, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='achievementversion',
            name='status',
            field=models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('approved', 'approved'), ('published', 'published'), ('superseded', 'superseded'), ('retired', 'retired')], default='draft', editable=False, max_length=16, verbose_name='status'),
        ),
        migrations.AlterField(
            model_name='historicalachievementversion',
            name='criteria',
            field=models.TextField(blank=True, help_text='What a person does, to what standard, and how it is assessed.', verbose_name='criteria'),
        ),
        migrations.AlterField(
            model_name='historicalachievementversion',
            name='description',
            field=models.TextField(blank=True, verbose_name='description'),
        ),
        migrations.AlterField(
            model_name='historicalachievementversion',
            name='expiry',
            field=models.CharField(blank=True, choices=[('area', 'as its subject area says'), ('never', 'never expires'), ('months', 'expires after a number of months')], max_length=8, verbose_name='validity'),
        ),
        migrations.AlterField(
            model_name='historicalachievementversion',
            name='hours',
            field=models.DecimalField(decimal_places=1, default=0, max_digits=6, verbose_name='learning hours'),
        ),
        migrations.AlterField(
            model_name='historicalachievementversion',
            name='image_alt',
            field=models.CharField(blank=True, help_text='Read aloud to those who cannot see it.', max_length=250, verbose_name='image in words'),
        ),
        migrations.AlterField(
            model_name='historicalachievementversion',
            name='kind',
            field=models.CharField(choices=[('micro_credential', 'micro-credential'), ('specialty', 'specialty'), ('introductory', 'introductory'), ('stacked_certificate', 'stacked certificate'), ('full_certification', 'full certification'), ('participation', 'participation record')], default='micro_credential', max_length=24, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='historicalachievementversion',
            name='status',
            field=models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('approved', 'approved'), ('published', 'published'), ('superseded', 'superseded'), ('retired', 'retired')], default='draft', editable=False, max_length=16, verbose_name='status'),
        ),
        migrations.AddField(
            model_name='alignment',
            name='version',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='alignments', to='credentials.achievementversion'),
        ),
        migrations.AddField(
            model_name='series',
            name='board',
            field=models.ForeignKey(blank=True, help_text='Approves its achievements by vote. None: one approver who wrote nothing on them.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='series', to='credentials.board', verbose_name='board'),
        ),
        migrations.AddField(
            model_name='boardmember',
            name='board',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='credentials.board', verbose_name='board'),
        ),
        migrations.AddField(
            model_name='boardmember',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddField(
            model_name='competency',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='children', to='credentials.competency', verbose_name='inside'),
        ),
        migrations.AddField(
            model_name='alignment',
            name='competency',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='alignments', to='credentials.competency'),
        ),
        migrations.AddField(
            model_name='competencyassociation',
            name='origin',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='associations', to='credentials.competency', verbose_name='from'),
        ),
        migrations.AddField(
            model_name='competencyassociation',
            name='target',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='associated_from', to='credentials.competency', verbose_name='to'),
        ),
        migrations.AddField(
            model_name='competencyframework',
            name='replaces',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='credentials.competencyframework', verbose_name='replaces'),
        ),
        migrations.AddField(
            model_name='competencyassociation',
            name='framework',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='associations', to='credentials.competencyframework', verbose_name='framework'),
        ),
        migrations.AddField(
            model_name='competency',
            name='framework',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='competencies', to='credentials.competencyframework', verbose_name='framework'),
        ),
        migrations.AddField(
            model_name='decision',
            name='board',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='credentials.board', verbose_name='board'),
        ),
        migrations.AddField(
            model_name='decision',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by'),
        ),
        migrations.AddField(
            model_name='decision',
            name='version',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='credentials.achievementversion', verbose_name='achievement version'),
        ),
        migrations.AddField(
            model_name='designreason',
            name='confirmed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by'),
        ),
        migrations.AddField(
            model_name='designreason',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reasons', to='credentials.achievementversion', verbose_name='version'),
        ),
        migrations.AddField(
            model_name='designreason',
            name='written_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by'),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='job',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='credentials.job', verbose_name='job'),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='started_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='importrow',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='credentials.importbatch', verbose_name='import'),
        ),
        migrations.AddField(
            model_name='learningactivity',
            name='achievements',
            field=models.ManyToManyField(blank=True, related_name='activities', to='credentials.achievement', verbose_name='leads to'),
        ),
        migrations.AddField(
            model_name='learningactivity',
            name='series',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='activities', to='credentials.series', verbose_name='series'),
        ),
        migrations.AddField(
            model_name='learningactivity',
            name='teaches',
            field=models.ManyToManyField(blank=True, related_name='taught_in', to='credentials.competency', verbose_name='teaches'),
        ),
        migrations.AddField(
            model_name='offering',
            name='activity',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offerings', to='credentials.learningactivity', verbose_name='activity'),
        ),
        migrations.AddField(
            model_name='performancecriterion',
            name='competency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='performance_criteria', to='credentials.competency', verbose_name='competency'),
        ),
        migrations.AddField(
            model_name='pilot',
            name='achievement',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='pilot', to='credentials.achievement', verbose_name='achievement'),
        ),
        migrations.AddField(
            model_name='pilot',
            name='decision',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='credentials.decision'),
        ),
        migrations.AddField(
            model_name='resource',
            name='activity',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='resources', to='credentials.learningactivity', verbose_name='activity'),
        ),
        migrations.AddField(
            model_name='subjectarea',
            name='decided_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='subject_area',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='credentials.subjectarea', verbose_name='subject area'),
        ),
        migrations.AddField(
            model_name='historicalachievementversion',
            name='subject_area',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='credentials.subjectarea', verbose_name='subject area'),
        ),
        migrations.AddConstraint(
            model_name='achievementversion',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['draft', 'in_review', 'approved'])), fields=('achievement',), name='one_open_version_per_achievement'),
        ),
        migrations.AddConstraint(
            model_name='achievementversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('expiry__in', ['', 'never']), ('expiry_months__isnull', True)), ('expiry', 'area'), models.Q(('expiry', 'months'), ('expiry_months__gt', 0)), _connector='OR'), name='expiry_is_never_or_months_or_the_areas'),
        ),
        migrations.AddConstraint(
            model_name='achievementversion',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by__isnull', True), ('written_by__isnull', True), models.Q(('approved_by', models.F('written_by')), _negated=True), _connector='OR'), name='a_version_is_approved_by_another'),
        ),
        migrations.AddField(
            model_name='versioncompetency',
            name='competency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shown_by', to='credentials.competency', verbose_name='competency'),
        ),
        migrations.AddField(
            model_name='versioncompetency',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='competencies', to='credentials.achievementversion', verbose_name='version'),
        ),
        migrations.AddField(
            model_name='vote',
            name='decision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='votes', to='credentials.decision', verbose_name='decision'),
        ),
        migrations.AddField(
            model_name='vote',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='votes', to='credentials.boardmember', verbose_name='member'),
        ),
        migrations.AddConstraint(
            model_name='boardmember',
            constraint=models.UniqueConstraint(fields=('board', 'user', 'starts_on'), name='one_term_per_person_and_start'),
        ),
        migrations.AddConstraint(
            model_name='boardmember',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='a_term_starts_before_it_ends'),
        ),
        migrations.AddConstraint(
            model_name='alignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('competency__isnull', False), ('version__isnull', True)), models.Q(('competency__isnull', True), ('version__isnull', False)), _connector='OR'), name='an_alignment_belongs_to_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='competencyframework',
            constraint=models.UniqueConstraint(fields=('title', 'version'), name='one_framework_per_title_and_version'),
        ),
        migrations.AddConstraint(
            model_name='competencyassociation',
            constraint=models.UniqueConstraint(fields=('framework', 'identifier'), name='one_association_per_identifier'),
        ),
        migrations.AddConstraint(
            model_name='competencyassociation',
            constraint=models.CheckConstraint(condition=models.Q(('target__isnull', False), models.Q(('target_uri', ''), _negated=True), _connector='OR'), name='an_association_leads_somewhere'),
        ),
        migrations.AddConstraint(
            model_name='competency',
            constraint=models.UniqueConstraint(fields=('framework', 'identifier'), name='one_competency_per_identifier'),
        ),
        migrations.AddConstraint(
            model_name='competency',
            constraint=models.UniqueConstraint(condition=models.Q(('code', ''), _negated=True), fields=('framework', 'code'), name='one_competency_per_code'),
        ),
        migrations.AddConstraint(
            model_name='competency',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('pk')), _negated=True), _connector='OR'), name='a_competency_is_not_its_own_parent'),
        ),
        migrations.AddConstraint(
            model_name='designreason',
            constraint=models.UniqueConstraint(fields=('version', 'code'), name='one_reason_per_finding'),
        ),
        migrations.AddConstraint(
            model_name='designreason',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='a_reason_is_not_empty'),
        ),
        migrations.AddConstraint(
            model_name='designreason',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), models.Q(('confirmed_by', models.F('written_by')), _negated=True), _connector='OR'), name='a_reason_is_confirmed_by_another'),
        ),
        migrations.AddIndex(
            model_name='importrow',
            index=models.Index(fields=['batch', 'action', 'number'], name='staged_rows_by_action'),
        ),
        migrations.AddConstraint(
            model_name='importrow',
            constraint=models.UniqueConstraint(fields=('batch', 'number'), name='one_staged_row_per_number'),
        ),
        migrations.AddConstraint(
            model_name='learningactivity',
            constraint=models.UniqueConstraint(fields=('series', 'title'), name='one_activity_per_series_and_title'),
        ),
        migrations.AddConstraint(
            model_name='learningactivity',
            constraint=models.CheckConstraint(condition=models.Q(('hours__gte', 0)), name='an_activitys_hours_are_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='offering',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='an_offering_begins_before_it_ends'),
        ),
        migrations.AddConstraint(
            model_name='offering',
            constraint=models.CheckConstraint(condition=models.Q(('price__isnull', True), ('price__gte', 0), _connector='OR'), name='a_price_is_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='offering',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('place', ''), _negated=True), models.Q(('link', ''), _negated=True), models.Q(('signup_url', ''), _negated=True), _connector='OR'), name='an_offering_is_somewhere'),
        ),
        migrations.AddConstraint(
            model_name='pilot',
            constraint=models.CheckConstraint(condition=models.Q(('cap__gt', 0)), name='a_pilot_has_places'),
        ),
        migrations.AddConstraint(
            model_name='pilot',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='a_pilot_starts_before_it_ends'),
        ),
        migrations.AddConstraint(
            model_name='pilot',
            constraint=models.CheckConstraint(condition=models.Q(('target_percent__isnull', True), ('target_percent__lte', 100), _connector='OR'), name='a_share_is_at_most_all'),
        ),
        migrations.AddConstraint(
            model_name='subjectarea',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('expiry__in', ['', 'never']), ('expiry_months__isnull', True)), models.Q(('expiry', 'months'), ('expiry_months__gt', 0)), _connector='OR'), name='an_areas_expiry_is_never_or_months'),
        ),
        migrations.AddConstraint(
            model_name='versioncompetency',
            constraint=models.UniqueConstraint(fields=('version', 'competency'), name='a_competency_once_per_version'),
        ),
        migrations.AddConstraint(
            model_name='vote',
            constraint=models.UniqueConstraint(fields=('decision', 'member'), name='one_vote_per_member_and_decision'),
        ),
    ]
