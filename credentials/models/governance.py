"""Governance: boards and who sits on them, what they decided and by which votes, and pilots."""

from datetime import date
from typing import Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Board(models.Model):
    name = models.CharField(_("name"), max_length=200, unique=True)
    remit = models.TextField(_("what it decides"), blank=True)
    quorum = models.PositiveSmallIntegerField(
        _("quorum"),
        default=2,
        validators=[MinValueValidator(1)],
        help_text=_("How many members without a conflict of interest must vote."),
    )

    class Meta:
        verbose_name = _("board")
        verbose_name_plural = _("boards")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class BoardMemberQuerySet(models.QuerySet["BoardMember"]):
    def sitting(self, on: date) -> Self:
        """Whose term holds on that day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)


class BoardMember(models.Model):
    class Office(models.TextChoices):
        CHAIR = "chair", _("chair")
        MEMBER = "member", _("member")
        EXTERNAL = "external", _("member from outside")

    board = models.ForeignKey(
        Board, on_delete=models.CASCADE, related_name="members", verbose_name=_("board")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    office = models.CharField(_("office"), max_length=16, choices=Office, default=Office.MEMBER)
    starts_on = models.DateField(_("term from"))
    ends_on = models.DateField(_("term until"), null=True, blank=True)

    objects = BoardMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("board member")
        verbose_name_plural = _("board members")
        ordering = ["board", "office", "user"]
        constraints = [
            models.UniqueConstraint(
                fields=["board", "user", "starts_on"], name="one_term_per_person_and_start"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="a_term_starts_before_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_office_display()})"


class Decision(models.Model):
    """One decision, kept for ever: what it was about, when, by whom, why. What it decides cites it."""

    class Kind(models.TextChoices):
        APPROVE = "approve", _("approved")
        RETURN = "return", _("returned to the draft")
        RENEW = "renew", _("reviewed and kept")
        RETIRE = "retire", _("retired")
        PILOT = "pilot", _("pilot decided")
        OTHER = "other", _("other")

    # None: one approver alone, where the series has no board.
    board = models.ForeignKey(
        Board,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("board"),
    )
    version = models.ForeignKey(
        "credentials.AchievementVersion",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("achievement version"),
    )
    kind = models.CharField(_("decision"), max_length=16, choices=Kind)
    about = models.CharField(_("about"), max_length=250)
    decided_on = models.DateField(_("decided on"))
    reason = models.TextField(_("reason"), blank=True)
    minutes = models.TextField(_("minutes"), blank=True)
    review_due_on = models.DateField(_("next review"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-recorded_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.about}: {self.get_kind_display()}"


class Vote(models.Model):
    class Choice(models.TextChoices):
        FOR = "for", _("for")
        AGAINST = "against", _("against")
        ABSTAINED = "abstained", _("abstained")
        CONFLICT = "conflict", _("took no part: conflict of interest")

    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, related_name="votes", verbose_name=_("decision")
    )
    member = models.ForeignKey(
        BoardMember, on_delete=models.PROTECT, related_name="votes", verbose_name=_("member")
    )
    choice = models.CharField(_("vote"), max_length=16, choices=Choice)

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "member"], name="one_vote_per_member_and_decision")
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_choice_display()}"


class Pilot(models.Model):
    """An achievement tried with a few before it is offered to all; a pathway is tried with what it awards."""

    class Outcome(models.TextChoices):
        RUNNING = "running", _("running")
        SCALED = "scaled", _("met its criteria: open to all")
        STOPPED = "stopped", _("stopped")

    achievement = models.OneToOneField(
        "credentials.Achievement",
        on_delete=models.PROTECT,
        related_name="pilot",
        verbose_name=_("achievement"),
    )
    cap = models.PositiveIntegerField(
        _("places"), validators=[MinValueValidator(1)], help_text=_("How many people may take part.")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    exit_criteria = models.TextField(
        _("exit criteria"), help_text=_("What must be true before it is offered to all.")
    )
    target_percent = models.PositiveSmallIntegerField(
        _("share that should complete, %"), null=True, blank=True
    )
    survey_url = models.URLField(_("survey"), blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=16, choices=Outcome, default=Outcome.RUNNING, editable=False
    )
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("pilot")
        verbose_name_plural = _("pilots")
        constraints = [
            models.CheckConstraint(condition=Q(cap__gt=0), name="a_pilot_has_places"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="a_pilot_starts_before_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(target_percent__isnull=True) | Q(target_percent__lte=100),
                name="a_share_is_at_most_all",
            ),
        ]

    def __str__(self) -> str:
        return str(self.achievement)
