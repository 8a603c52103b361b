"""What a new version does to people: simulated before it is published, and moved to it afterwards."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class SeriesConsent(models.Model):
    """The owner of a series agrees that a version counts its achievements."""

    version = models.ForeignKey(
        "pathways.PathwayVersion",
        on_delete=models.CASCADE,
        related_name="consents",
        verbose_name=_("version"),
    )
    series = models.ForeignKey(
        "credentials.Series", on_delete=models.PROTECT, related_name="+", verbose_name=_("series")
    )
    # The rule that was agreed to, so that an edit asks again.
    rule_sha256 = models.CharField(max_length=64, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("consent of a series")
        verbose_name_plural = _("consents of series")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "series", "rule_sha256"], name="one_consent_per_series_and_rule"
            )
        ]

    def __str__(self) -> str:
        return f"{self.series}: {self.version}"


class Simulation(models.Model):
    """A draft tried on everybody before it is published; nothing else is written by it."""

    version = models.ForeignKey(
        "pathways.PathwayVersion",
        on_delete=models.CASCADE,
        related_name="simulations",
        verbose_name=_("version"),
    )
    rule_sha256 = models.CharField(max_length=64, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    begun_at = models.DateTimeField(_("begun"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    # {outcome: how many}, and what else the report says in figures.
    figures = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("what-if")
        verbose_name_plural = _("what-ifs")
        ordering = ["-begun_at", "-pk"]

    def __str__(self) -> str:
        return str(self.version)


class SimulatedLearner(models.Model):
    """One learner whom the draft would treat differently."""

    class Outcome(models.TextChoices):
        COMPLETES = "completes", _("would complete it")
        LOSES = "loses", _("would no longer meet it")
        NEARER = "nearer", _("would have less to do")
        FARTHER = "farther", _("would have more to do")
        UNREACHABLE = "unreachable", _("could not complete it any more")
        UNDECIDED = "undecided", _("the engine cannot decide")

    simulation = models.ForeignKey(Simulation, on_delete=models.CASCADE, related_name="learners")
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("learner")
    )
    outcome = models.CharField(_("what changes"), max_length=12, choices=Outcome)
    before = models.PositiveSmallIntegerField(_("left before"), null=True, blank=True)
    after = models.PositiveSmallIntegerField(_("left after"), null=True, blank=True)
    node = models.CharField(_("first requirement that differs"), max_length=64, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["simulation", "learner"], name="a_learner_once_per_simulation")
        ]

    def __str__(self) -> str:
        return f"{self.learner}: {self.get_outcome_display()}"


class Transition(models.Model):
    """A batch that brings people enrolled on earlier versions to a published one (RULES §8)."""

    class Policy(models.TextChoices):
        OFFER = "offer", _("offer: each learner accepts or stays")
        AUTO_IF_NOT_WORSE = "auto_if_not_worse", _("automatic, for whom it is not worse")
        FORCED = "forced", _("forced by decision, after notice and teach-out")

    class State(models.TextChoices):
        TRIED = "tried", _("tried out: nothing has changed")
        APPLIED = "applied", _("applied")
        UNDONE = "undone", _("undone")

    version = models.ForeignKey(
        "pathways.PathwayVersion",
        on_delete=models.PROTECT,
        related_name="transitions",
        verbose_name=_("to version"),
    )
    policy = models.CharField(_("policy"), max_length=20, choices=Policy)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.TRIED, editable=False)
    reason = models.TextField(_("reason, as learners read it"))
    # Of a forced one: when it is announced, and until when the earlier version can be completed.
    notice_on = models.DateField(_("announced on"), null=True, blank=True)
    teach_out_ends_on = models.DateField(_("last day of the earlier version"), null=True, blank=True)
    decision = models.TextField(
        _("decision"),
        blank=True,
        help_text=_("Of a forced one: which board decided, when, under what number."),
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("prepared by"),
    )
    made_at = models.DateTimeField(_("prepared"), editable=False)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("applied by"),
    )
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True, editable=False)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("move to a version")
        verbose_name_plural = _("moves to a version")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(policy="forced")
                | Q(notice_on__isnull=False, teach_out_ends_on__gte=F("notice_on")) & ~Q(decision=""),
                name="a_forced_move_has_decision_notice_and_teach_out",
            ),
            models.CheckConstraint(
                condition=Q(applied_by__isnull=True) | ~Q(applied_by=F("made_by")),
                name="a_move_is_applied_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.get_policy_display()}"


class TransitionCase(models.Model):
    """One learner in a batch: what the move would change for her, and what became of it."""

    class Outcome(models.TextChoices):
        STAYS = "stays", _("stays")
        OFFERED = "offered", _("asked")
        DECLINED = "declined", _("asked, and stays")
        WAITS = "waits", _("moves when the teach-out ends")
        MOVED = "moved", _("moved")
        UNDONE = "undone", _("moved back")

    transition = models.ForeignKey(
        Transition, on_delete=models.CASCADE, related_name="cases", verbose_name=_("batch")
    )
    enrolment = models.ForeignKey(
        "pathways.Enrolment",
        on_delete=models.PROTECT,
        related_name="transitions",
        verbose_name=_("enrolment"),
    )
    from_version = models.ForeignKey(
        "pathways.PathwayVersion", on_delete=models.PROTECT, related_name="+", verbose_name=_("from version")
    )
    before = models.PositiveSmallIntegerField(_("left before"), null=True, blank=True)
    after = models.PositiveSmallIntegerField(_("left after"), null=True, blank=True)
    # Ids of credentials that count before and not after.
    lost = models.JSONField(default=list, editable=False)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, default=Outcome.STAYS)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("learner in a move")
        verbose_name_plural = _("learners in a move")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["transition", "enrolment"], name="an_enrolment_once_per_move")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.get_outcome_display()}"
