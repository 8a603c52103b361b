"""Every kind of requirement, what people decide beside the rule, what was awarded, and what a version changes."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("credentials", "0007_signatories"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("pathways", "0002_design"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="pathwayversion",
            name="one_draft_per_pathway",
        ),
        migrations.RemoveConstraint(
            model_name="pathwayversion",
            name="a_published_rule_is_frozen_with_its_hash",
        ),
        migrations.RemoveConstraint(
            model_name="requirement",
            name="a_pool_says_how_many",
        ),
        migrations.CreateModel(
            name="Act",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=24, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("capstone", "capstone"),
                            ("interview", "interview"),
                            ("examination", "examination"),
                            ("externship", "externship"),
                            ("other", "other"),
                        ],
                        default="other",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("description", models.TextField(verbose_name="what is done, and to what standard")),
                ("is_repeatable", models.BooleanField(default=False, verbose_name="counts each time")),
                ("is_active", models.BooleanField(default=True, verbose_name="can be done")),
                (
                    "series",
                    models.ForeignKey(
                        blank=True,
                        help_text="Its approvers accept it. Empty: those of the institution.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="credentials.series",
                        verbose_name="series",
                    ),
                ),
            ],
            options={
                "verbose_name": "step without a credential",
                "verbose_name_plural": "steps without a credential",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="ApprovalCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("needs", models.PositiveSmallIntegerField(verbose_name="approvals asked for")),
                ("met_on", models.DateField(verbose_name="requirements met")),
                ("opened_at", models.DateTimeField(verbose_name="waiting since")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("approved", "approved"),
                            ("refused", "refused"),
                            ("lapsed", "the rule ceased to be met"),
                        ],
                        max_length=12,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="pathways.enrolment",
                        verbose_name="enrolment",
                    ),
                ),
            ],
            options={
                "verbose_name": "certificate to approve",
                "verbose_name_plural": "certificates to approve",
                "ordering": ["opened_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("enrolment",),
                        name="one_open_case_per_enrolment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("outcome", "")),
                            models.Q(("closed_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="a_closed_case_says_how_it_ended",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AtMost",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "k",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)], verbose_name="at most"
                    ),
                ),
                (
                    "achievements",
                    models.ManyToManyField(
                        related_name="+", to="credentials.achievement", verbose_name="of these achievements"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="at_most",
                        to="pathways.pathwayversion",
                        verbose_name="version",
                    ),
                ),
            ],
            options={
                "verbose_name": "limit on some achievements",
                "verbose_name_plural": "limits on some achievements",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Consumption",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("released_at", models.DateTimeField(blank=True, null=True, verbose_name="released")),
                (
                    "credential",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consumed_by",
                        to="credentials.credential",
                        verbose_name="credential",
                    ),
                ),
                (
                    "pathway",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pathways.pathway",
                        verbose_name="pathway",
                    ),
                ),
                (
                    "stacked_credential",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consumes",
                        to="credentials.credential",
                        verbose_name="used for",
                    ),
                ),
            ],
            options={
                "verbose_name": "use of a credential",
                "verbose_name_plural": "uses of credentials",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("credential", "stacked_credential"), name="a_credential_once_per_certificate"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Equivalence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField(verbose_name="reason")),
                (
                    "evidence",
                    models.TextField(
                        blank=True,
                        help_text="Where the proof is: a file number, an address, a letter.",
                        verbose_name="evidence",
                    ),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="proposed",
                    ),
                ),
                (
                    "approved_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="approved"),
                ),
                (
                    "ended_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="ended"),
                ),
                ("end_reason", models.TextField(blank=True, editable=False, verbose_name="why it ended")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="if earned from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="if earned until")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="approved by",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ended by",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stands_for",
                        to="credentials.achievement",
                        verbose_name="this achievement",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="met_by",
                        to="credentials.achievement",
                        verbose_name="counts as this one",
                    ),
                ),
            ],
            options={
                "verbose_name": "equivalence",
                "verbose_name_plural": "equivalences",
                "ordering": ["source", "target", "-recorded_at"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                            models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="equivalence_is_approved_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            models.Q(("approved_by", models.F("recorded_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="equivalence_is_approved_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                                models.Q(("end_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="equivalence_ends_by_somebody_with_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", models.F("target")), _negated=True),
                        name="an_achievement_needs_no_equivalence_with_itself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__isnull", True),
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="an_equivalence_begins_before_it_ends",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("source", "target"),
                        name="one_open_equivalence_per_pair",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Exemption",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField(verbose_name="reason")),
                (
                    "evidence",
                    models.TextField(
                        blank=True,
                        help_text="Where the proof is: a file number, an address, a letter.",
                        verbose_name="evidence",
                    ),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="proposed",
                    ),
                ),
                (
                    "approved_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="approved"),
                ),
                (
                    "ended_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="ended"),
                ),
                ("end_reason", models.TextField(blank=True, editable=False, verbose_name="why it ended")),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("waive", "waive: this requirement is met without anything"),
                            ("reduce", "reduce: fewer are asked for"),
                            ("substitute", "substitute: another achievement counts here too"),
                            ("block", "block: a credential does not count"),
                        ],
                        max_length=12,
                        verbose_name="exception",
                    ),
                ),
                (
                    "node",
                    models.CharField(
                        help_text="Its key, which stays.", max_length=64, verbose_name="requirement"
                    ),
                ),
                ("by", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="by how many")),
                (
                    "expires_on",
                    models.DateField(
                        blank=True, help_text="Empty: no end.", null=True, verbose_name="last day"
                    ),
                ),
                (
                    "achievement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="credentials.achievement",
                        verbose_name="achievement that counts instead",
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="approved by",
                    ),
                ),
                (
                    "credential",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="credentials.credential",
                        verbose_name="credential that does not count",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ended by",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exemptions",
                        to="pathways.enrolment",
                        verbose_name="enrolment",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
                (
                    "second_approver",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="also approved by",
                    ),
                ),
            ],
            options={
                "verbose_name": "exception",
                "verbose_name_plural": "exceptions",
                "ordering": ["-recorded_at", "-pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                            models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="exemption_is_approved_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            models.Q(("approved_by", models.F("recorded_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="exemption_is_approved_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                                models.Q(("end_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="exemption_ends_by_somebody_with_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("achievement__isnull", True),
                                ("by__isnull", True),
                                ("credential__isnull", True),
                                ("type", "waive"),
                            ),
                            models.Q(
                                ("achievement__isnull", True),
                                ("by__gt", 0),
                                ("credential__isnull", True),
                                ("type", "reduce"),
                            ),
                            models.Q(
                                ("achievement__isnull", False),
                                ("by__isnull", True),
                                ("credential__isnull", True),
                                ("type", "substitute"),
                            ),
                            models.Q(
                                ("achievement__isnull", True),
                                ("by__isnull", True),
                                ("credential__isnull", False),
                                ("type", "block"),
                            ),
                            _connector="OR",
                        ),
                        name="an_exception_says_what_its_type_needs",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("second_approver__isnull", True),
                            models.Q(
                                models.Q(("second_approver", models.F("approved_by")), _negated=True),
                                models.Q(("second_approver", models.F("recorded_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="an_exception_is_approved_by_two_different_people",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IssueSnapshot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("taken_at", models.DateTimeField(verbose_name="taken")),
                ("met_on", models.DateField(verbose_name="requirements met")),
                ("rule_sha256", models.CharField(max_length=64, verbose_name="fingerprint of the rule")),
                ("facts_sha256", models.CharField(max_length=64, verbose_name="fingerprint of the facts")),
                ("engine_version", models.CharField(max_length=16, verbose_name="engine")),
                ("sentence", models.TextField(verbose_name="the rule")),
                ("components", models.JSONField(default=list)),
                ("document", models.JSONField(default=dict)),
                ("verdict", models.JSONField(default=dict)),
                (
                    "credential",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="snapshot",
                        to="credentials.credential",
                        verbose_name="certificate",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="snapshots",
                        to="pathways.enrolment",
                        verbose_name="enrolment",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pathways.pathwayversion",
                        verbose_name="version",
                    ),
                ),
            ],
            options={
                "verbose_name": "grounds of a certificate",
                "verbose_name_plural": "grounds of certificates",
                "ordering": ["-taken_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.SlugField(
                        help_text="Stays the same in later versions.", max_length=64, verbose_name="key"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "at",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="when this many are done",
                    ),
                ),
                (
                    "node",
                    models.CharField(
                        blank=True,
                        help_text="Its key. Empty: of the whole rule.",
                        max_length=64,
                        verbose_name="of requirement",
                    ),
                ),
                (
                    "awards",
                    models.ForeignKey(
                        blank=True,
                        help_text="Issued once when it is reached. Empty: it is only told.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="credentials.achievement",
                        verbose_name="awards",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="milestones",
                        to="pathways.pathwayversion",
                        verbose_name="version",
                    ),
                ),
            ],
            options={
                "verbose_name": "milestone",
                "verbose_name_plural": "milestones",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("version", "code"), name="one_milestone_per_code")
                ],
            },
        ),
        migrations.CreateModel(
            name="Pause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField(verbose_name="reason")),
                (
                    "evidence",
                    models.TextField(
                        blank=True,
                        help_text="Where the proof is: a file number, an address, a letter.",
                        verbose_name="evidence",
                    ),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="proposed",
                    ),
                ),
                (
                    "approved_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="approved"),
                ),
                (
                    "ended_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="ended"),
                ),
                ("end_reason", models.TextField(blank=True, editable=False, verbose_name="why it ended")),
                ("starts_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(verbose_name="last day")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="approved by",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ended by",
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pauses",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="learner",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "leave",
                "verbose_name_plural": "leaves",
                "ordering": ["-starts_on", "-pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                            models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="pause_is_approved_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            models.Q(("approved_by", models.F("recorded_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="pause_is_approved_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                                models.Q(("end_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="pause_ends_by_somebody_with_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="a_leave_begins_before_it_ends",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Recognition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField(verbose_name="reason")),
                (
                    "evidence",
                    models.TextField(
                        blank=True,
                        help_text="Where the proof is: a file number, an address, a letter.",
                        verbose_name="evidence",
                    ),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="proposed",
                    ),
                ),
                (
                    "approved_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="approved"),
                ),
                (
                    "ended_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="ended"),
                ),
                ("end_reason", models.TextField(blank=True, editable=False, verbose_name="why it ended")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("transfer", "credit transfer"),
                            ("rpl", "recognition of prior learning"),
                            ("external", "credential of another issuer"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("institution", models.CharField(max_length=200, verbose_name="earned at")),
                ("title", models.CharField(max_length=200, verbose_name="as it is called there")),
                (
                    "reference",
                    models.CharField(blank=True, max_length=250, verbose_name="its number or address there"),
                ),
                ("earned_at", models.DateTimeField(verbose_name="standard met")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="last valid day")),
                (
                    "level",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="rubric level"),
                ),
                (
                    "credits",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="credits"
                    ),
                ),
                (
                    "achievement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recognised",
                        to="credentials.achievement",
                        verbose_name="counts as",
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="approved by",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ended by",
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recognitions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="learner",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "recognition",
                "verbose_name_plural": "recognitions",
                "ordering": ["-recorded_at", "-pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                            models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="recognition_is_approved_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            models.Q(("approved_by", models.F("recorded_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="recognition_is_approved_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                                models.Q(("end_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="recognition_ends_by_somebody_with_a_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True), models.Q(("reference", ""), _negated=True)
                        ),
                        fields=("learner", "institution", "reference"),
                        name="one_open_recognition_per_reference",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SeriesConsent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule_sha256", models.CharField(editable=False, max_length=64)),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="credentials.series",
                        verbose_name="series",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="pathways.pathwayversion",
                        verbose_name="version",
                    ),
                ),
            ],
            options={
                "verbose_name": "consent of a series",
                "verbose_name_plural": "consents of series",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "series", "rule_sha256"), name="one_consent_per_series_and_rule"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Simulation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule_sha256", models.CharField(editable=False, max_length=64)),
                ("begun_at", models.DateTimeField(verbose_name="begun")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                ("figures", models.JSONField(default=dict, editable=False)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="simulations",
                        to="pathways.pathwayversion",
                        verbose_name="version",
                    ),
                ),
            ],
            options={
                "verbose_name": "what-if",
                "verbose_name_plural": "what-ifs",
                "ordering": ["-begun_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Transition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "policy",
                    models.CharField(
                        choices=[
                            ("offer", "offer: each learner accepts or stays"),
                            ("auto_if_not_worse", "automatic, for whom it is not worse"),
                            ("forced", "forced by decision, after notice and teach-out"),
                        ],
                        max_length=20,
                        verbose_name="policy",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("tried", "tried out: nothing has changed"),
                            ("applied", "applied"),
                            ("undone", "undone"),
                        ],
                        default="tried",
                        editable=False,
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.TextField(verbose_name="reason, as learners read it")),
                ("notice_on", models.DateField(blank=True, null=True, verbose_name="announced on")),
                (
                    "teach_out_ends_on",
                    models.DateField(blank=True, null=True, verbose_name="last day of the earlier version"),
                ),
                (
                    "decision",
                    models.TextField(
                        blank=True,
                        help_text="Of a forced one: which board decided, when, under what number.",
                        verbose_name="decision",
                    ),
                ),
                ("made_at", models.DateTimeField(editable=False, verbose_name="prepared")),
                (
                    "applied_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="applied"),
                ),
                (
                    "undone_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="undone"),
                ),
                (
                    "applied_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="applied by",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="prepared by",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transitions",
                        to="pathways.pathwayversion",
                        verbose_name="to version",
                    ),
                ),
            ],
            options={
                "verbose_name": "move to a version",
                "verbose_name_plural": "moves to a version",
                "ordering": ["-made_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("policy", "forced"), _negated=True),
                            models.Q(
                                ("notice_on__isnull", False),
                                ("teach_out_ends_on__gte", models.F("notice_on")),
                                models.Q(("decision", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_forced_move_has_decision_notice_and_teach_out",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("applied_by__isnull", True),
                            models.Q(("applied_by", models.F("made_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="a_move_is_applied_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="when")),
                ("is_approved", models.BooleanField(verbose_name="approved")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="pathways.approvalcase",
                        verbose_name="case",
                    ),
                ),
            ],
            options={
                "verbose_name": "approval",
                "verbose_name_plural": "approvals",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "by"), name="one_approval_per_person"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_approved", True), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="a_refusal_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MilestoneReached",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=64, verbose_name="code")),
                ("reached_at", models.DateTimeField(verbose_name="reached")),
                (
                    "credential",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="credentials.credential",
                        verbose_name="issued for it",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="milestones",
                        to="pathways.enrolment",
                        verbose_name="enrolment",
                    ),
                ),
                (
                    "milestone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reached",
                        to="pathways.milestone",
                        verbose_name="milestone",
                    ),
                ),
            ],
            options={
                "verbose_name": "milestone reached",
                "verbose_name_plural": "milestones reached",
                "ordering": ["reached_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("enrolment", "code"), name="a_milestone_once_per_enrolment"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SimulatedLearner",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("completes", "would complete it"),
                            ("loses", "would no longer meet it"),
                            ("nearer", "would have less to do"),
                            ("farther", "would have more to do"),
                            ("unreachable", "could not complete it any more"),
                            ("undecided", "the engine cannot decide"),
                        ],
                        max_length=12,
                        verbose_name="what changes",
                    ),
                ),
                (
                    "before",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="left before"),
                ),
                ("after", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="left after")),
                (
                    "node",
                    models.CharField(
                        blank=True, max_length=64, verbose_name="first requirement that differs"
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="learner",
                    ),
                ),
                (
                    "simulation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="learners",
                        to="pathways.simulation",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("simulation", "learner"), name="a_learner_once_per_simulation"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StepCompletion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField(verbose_name="reason")),
                (
                    "evidence",
                    models.TextField(
                        blank=True,
                        help_text="Where the proof is: a file number, an address, a letter.",
                        verbose_name="evidence",
                    ),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="proposed",
                    ),
                ),
                (
                    "approved_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="approved"),
                ),
                (
                    "ended_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="ended"),
                ),
                ("end_reason", models.TextField(blank=True, editable=False, verbose_name="why it ended")),
                ("earned_at", models.DateTimeField(verbose_name="done")),
                (
                    "level",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="rubric level"),
                ),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="completions",
                        to="pathways.act",
                        verbose_name="step",
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="approved by",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ended by",
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="completions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="learner",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "completed step",
                "verbose_name_plural": "completed steps",
                "ordering": ["-earned_at", "-pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                            models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="stepcompletion_is_approved_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            models.Q(("approved_by", models.F("recorded_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="stepcompletion_is_approved_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                                models.Q(("end_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="stepcompletion_ends_by_somebody_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TransitionCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "before",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="left before"),
                ),
                ("after", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="left after")),
                ("lost", models.JSONField(default=list, editable=False)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("stays", "stays"),
                            ("offered", "asked"),
                            ("declined", "asked, and stays"),
                            ("waits", "moves when the teach-out ends"),
                            ("moved", "moved"),
                            ("undone", "moved back"),
                        ],
                        default="stays",
                        max_length=12,
                        verbose_name="outcome",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transitions",
                        to="pathways.enrolment",
                        verbose_name="enrolment",
                    ),
                ),
                (
                    "from_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pathways.pathwayversion",
                        verbose_name="from version",
                    ),
                ),
                (
                    "transition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cases",
                        to="pathways.transition",
                        verbose_name="batch",
                    ),
                ),
            ],
            options={
                "verbose_name": "learner in a move",
                "verbose_name_plural": "learners in a move",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("transition", "enrolment"), name="an_enrolment_once_per_move"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="evaluation",
            name="broken_on",
            field=models.DateField(blank=True, null=True, verbose_name="no longer met since"),
        ),
        migrations.AddField(
            model_name="evaluation",
            name="cause",
            field=models.CharField(blank=True, max_length=16, verbose_name="cause"),
        ),
        migrations.AddField(
            model_name="evaluation",
            name="grace_through",
            field=models.DateField(blank=True, null=True, verbose_name="grace until"),
        ),
        migrations.AddField(
            model_name="evaluation",
            name="standing",
            field=models.CharField(blank=True, max_length=16, verbose_name="certificate"),
        ),
        migrations.AddField(
            model_name="historicalpathway",
            name="approval",
            field=models.CharField(
                choices=[
                    ("automatic", "automatic: issued as soon as the rule is met"),
                    ("one", "one approver"),
                    ("two", "two approvers"),
                ],
                default="automatic",
                max_length=12,
                verbose_name="the certificate is issued",
            ),
        ),
        migrations.AddField(
            model_name="pathway",
            name="approval",
            field=models.CharField(
                choices=[
                    ("automatic", "automatic: issued as soon as the rule is met"),
                    ("one", "one approver"),
                    ("two", "two approvers"),
                ],
                default="automatic",
                max_length=12,
                verbose_name="the certificate is issued",
            ),
        ),
        migrations.AddField(
            model_name="pathwayversion",
            name="terms",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="pathwayversion",
            name="approved_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="approved"),
        ),
        migrations.AddField(
            model_name="pathwayversion",
            name="approved_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="approved by",
            ),
        ),
        migrations.AddField(
            model_name="pathwayversion",
            name="exclusive_with",
            field=models.ManyToManyField(
                blank=True,
                help_text="What counted for a certificate of these counts here only within the limit below.",
                related_name="+",
                to="pathways.pathway",
                verbose_name="shares no credentials with",
            ),
        ),
        migrations.AddField(
            model_name="pathwayversion",
            name="filters",
            field=models.JSONField(blank=True, default=dict, verbose_name="counts everywhere"),
        ),
        migrations.AddField(
            model_name="pathwayversion",
            name="grace_days",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="After a component expired, before anything follows.",
                verbose_name="days of grace",
            ),
        ),
        migrations.AddField(
            model_name="pathwayversion",
            name="retired_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="retired"),
        ),
        migrations.AddField(
            model_name="pathwayversion",
            name="returned_because",
            field=models.TextField(blank=True, editable=False, verbose_name="what to change"),
        ),
        migrations.AddField(
            model_name="pathwayversion",
            name="use_limit",
            field=models.PositiveSmallIntegerField(
                default=1,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="times a credential may count among them",
            ),
        ),
        migrations.AddField(
            model_name="requirement",
            name="competency",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="credentials.competency",
                verbose_name="competency",
            ),
        ),
        migrations.AddField(
            model_name="requirement",
            name="details",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="requirement",
            name="filters",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
        migrations.AlterField(
            model_name="pathwayversion",
            name="lapse_policy",
            field=models.CharField(
                choices=[
                    ("keep", "keep: the certificate stays"),
                    ("suspend", "suspend until the rule holds again"),
                    ("expire", "expire: earned anew, it is issued anew"),
                    ("review", "review: valid until the registrar decides"),
                ],
                default="suspend",
                max_length=16,
                verbose_name="when a component lapses",
            ),
        ),
        migrations.AlterField(
            model_name="pathwayversion",
            name="order_policy",
            field=models.CharField(
                choices=[
                    ("advisory", "advisory: shown, not enforced"),
                    ("gate", "gate: what must be held before is checked on enrolling and on submitting"),
                    ("strict_dates", "strict: what was earned out of order does not count"),
                ],
                default="advisory",
                max_length=16,
                verbose_name="order",
            ),
        ),
        migrations.AlterField(
            model_name="pathwayversion",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "draft"),
                    ("in_review", "in review"),
                    ("approved", "approved"),
                    ("published", "published"),
                    ("superseded", "superseded"),
                    ("retired", "retired"),
                ],
                default="draft",
                editable=False,
                max_length=16,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="requirement",
            name="kind",
            field=models.CharField(
                choices=[
                    ("all", "all of these"),
                    ("n_of", "some of these requirements"),
                    ("ordered", "all of these, in this order"),
                    ("within", "this, within a length of time"),
                    ("achievement", "this achievement"),
                    ("step", "this step without a credential"),
                    ("pool", "some of these achievements"),
                    ("credits", "credits or hours from these achievements"),
                    ("competency", "a competency shown"),
                ],
                max_length=16,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="step",
            name="achievement",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="steps",
                to="credentials.achievement",
                verbose_name="achievement",
            ),
        ),
        migrations.AddConstraint(
            model_name="pathwayversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["draft", "in_review", "approved"])),
                fields=("pathway",),
                name="one_open_version_per_pathway",
            ),
        ),
        migrations.AddConstraint(
            model_name="pathwayversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["draft", "in_review", "approved"]),
                    models.Q(
                        models.Q(("rule", ""), _negated=True), models.Q(("rule_sha256", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="what_was_published_is_frozen_with_its_hash",
            ),
        ),
        migrations.AddConstraint(
            model_name="requirement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["pool", "n_of"]), ("n__gt", 0)),
                    models.Q(models.Q(("kind__in", ["pool", "n_of"]), _negated=True), ("n__isnull", True)),
                    _connector="OR",
                ),
                name="what_asks_for_some_says_how_many",
            ),
        ),
        migrations.AddConstraint(
            model_name="requirement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("competency__isnull", False), ("kind", "competency")),
                    models.Q(models.Q(("kind", "competency"), _negated=True), ("competency__isnull", True)),
                    _connector="OR",
                ),
                name="only_a_competency_names_one",
            ),
        ),
        migrations.AddField(
            model_name="step",
            name="act",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="steps",
                to="pathways.act",
                verbose_name="step without a credential",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("achievement__isnull", False), ("act__isnull", True)),
                    models.Q(("achievement__isnull", True), ("act__isnull", False)),
                    _connector="OR",
                ),
                name="a_step_is_an_achievement_or_an_act",
            ),
        ),
    ]
