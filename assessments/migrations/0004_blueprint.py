"""The kind of an assessment, and the blueprint of what is assessed how."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0003_comment_before_level'),
        ('credentials', '0004_definitions'),
    ]

    operations = [
        migrations.AddField(
            model_name='assessment',
            name='kind',
            field=models.CharField(choices=[('applied_project', 'applied project'), ('performance', 'observed performance'), ('written_exam', 'written examination'), ('multiple_choice', 'multiple-choice test'), ('portfolio', 'portfolio review'), ('simulation', 'simulation'), ('employer_project', 'project evaluated by an employer'), ('capstone', 'capstone'), ('viva', 'oral examination')], default='applied_project', max_length=24, verbose_name='kind'),
        ),
        migrations.CreateModel(
            name='BlueprintCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.CharField(choices=[('applied_project', 'applied project'), ('performance', 'observed performance'), ('written_exam', 'written examination'), ('multiple_choice', 'multiple-choice test'), ('portfolio', 'portfolio review'), ('simulation', 'simulation'), ('employer_project', 'project evaluated by an employer'), ('capstone', 'capstone'), ('viva', 'oral examination')], max_length=24, verbose_name='method')),
                ('weight', models.DecimalField(decimal_places=2, max_digits=5, verbose_name='weight, %')),
                ('level', models.CharField(blank=True, max_length=80, verbose_name='level')),
                ('min_evidence', models.PositiveSmallIntegerField(default=1, verbose_name='least pieces of evidence')),
                ('competency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='credentials.competency', verbose_name='competency')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='blueprint_cells', to='credentials.achievementversion', verbose_name='achievement version')),
            ],
            options={
                'verbose_name': 'blueprint cell',
                'verbose_name_plural': 'blueprint',
                'ordering': ['version', 'competency', 'method'],
                'constraints': [models.UniqueConstraint(fields=('version', 'competency', 'method'), name='one_cell_per_competency_and_method'), models.CheckConstraint(condition=models.Q(('weight__gt', 0), ('weight__lte', 100)), name='a_cells_weight_is_a_percentage')],
            },
        ),
    ]
