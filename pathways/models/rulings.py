"""What people decided that a verdict reads: exceptions, equivalences, leaves, recognitions, completed acts.

Each is proposed by one person and approved by another, and is ended by a person with a reason; nothing of
it is ever rewritten, so that a past day can be answered as it was known then.
"""

from datetime import datetime
from typing import Generic, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

R = TypeVar("R", bound=models.Model)


class RulingQuerySet(models.QuerySet[R], Generic[R]):
    def waiting(self) -> Self:
        """Proposed, and neither approved nor refused."""
        return self.filter(approved_at__isnull=True, ended_at__isnull=True)

    def standing(self) -> Self:
        """Approved and not ended: what verdicts read."""
        return self.filter(approved_at__isnull=False, ended_at__isnull=True)


class Ruling(models.Model):
    """The part that all rulings share: who proposed, approved and ended it, when and why."""

    reason = models.TextField(_("reason"))
    evidence = models.TextField(
        _("evidence"), blank=True, help_text=_("Where the proof is: a file number, an address, a letter.")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("proposed by"),
    )
    recorded_at = models.DateTimeField(_("proposed"), db_default=Now(), editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("ended by"),
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)
    end_reason = models.TextField(_("why it ended"), blank=True, editable=False)

    objects = RulingQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="%(class)s_is_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("recorded_by")),
                name="%(class)s_is_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True, ended_at__isnull=True)
                | Q(ended_by__isnull=False, ended_at__isnull=False) & ~Q(end_reason=""),
                name="%(class)s_ends_by_somebody_with_a_reason",
            ),
        ]

    @property
    def is_standing(self) -> bool:
        return self.approved_at is not None and self.ended_at is None

    def known_at(self, at: datetime) -> bool:
        """Whether verdicts read it at that instant, as things were known then."""
        return (
            self.approved_at is not None
            and self.approved_at <= at
            and (self.ended_at is None or self.ended_at > at)
        )


class Exemption(Ruling):
    """One learner's exception at one node of her rule (RULES §4)."""

    class Type(models.TextChoices):
        WAIVE = "waive", _("waive: this requirement is met without anything")
        REDUCE = "reduce", _("reduce: fewer are asked for")
        SUBSTITUTE = "substitute", _("substitute: another achievement counts here too")
        BLOCK = "block", _("block: a credential does not count")

    # Anywhere in the rule; only a block may stand there.
    ANYWHERE = "*"

    enrolment = models.ForeignKey(
        "pathways.Enrolment",
        on_delete=models.PROTECT,
        related_name="exemptions",
        verbose_name=_("enrolment"),
    )
    type = models.CharField(_("exception"), max_length=12, choices=Type)
    node = models.CharField(_("requirement"), max_length=64, help_text=_("Its key, which stays."))
    by = models.PositiveSmallIntegerField(_("by how many"), null=True, blank=True)
    achievement = models.ForeignKey(
        "credentials.Achievement",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("achievement that counts instead"),
    )
    credential = models.ForeignKey(
        "credentials.Credential",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("credential that does not count"),
    )
    expires_on = models.DateField(_("last day"), null=True, blank=True, help_text=_("Empty: no end."))
    # A whole pathway is waived by two approvers.
    second_approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("also approved by"),
    )

    class Meta(Ruling.Meta):
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            *Ruling.Meta.constraints,
            models.CheckConstraint(
                condition=Q(type="waive", by__isnull=True, achievement__isnull=True, credential__isnull=True)
                | Q(type="reduce", by__gt=0, achievement__isnull=True, credential__isnull=True)
                | Q(type="substitute", by__isnull=True, achievement__isnull=False, credential__isnull=True)
                | Q(type="block", by__isnull=True, achievement__isnull=True, credential__isnull=False),
                name="an_exception_says_what_its_type_needs",
            ),
            models.CheckConstraint(
                condition=Q(second_approver__isnull=True)
                | ~Q(second_approver=F("approved_by")) & ~Q(second_approver=F("recorded_by")),
                name="an_exception_is_approved_by_two_different_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.get_type_display()}"


class Equivalence(Ruling):
    """`source` stands for `target`, in one step, if earned in this span of days (RULES §2)."""

    source = models.ForeignKey(
        "credentials.Achievement",
        on_delete=models.PROTECT,
        related_name="stands_for",
        verbose_name=_("this achievement"),
    )
    target = models.ForeignKey(
        "credentials.Achievement",
        on_delete=models.PROTECT,
        related_name="met_by",
        verbose_name=_("counts as this one"),
    )
    valid_from = models.DateField(_("if earned from"), null=True, blank=True)
    valid_to = models.DateField(_("if earned until"), null=True, blank=True)

    class Meta(Ruling.Meta):
        verbose_name = _("equivalence")
        verbose_name_plural = _("equivalences")
        ordering = ["source", "target", "-recorded_at"]
        constraints = [
            *Ruling.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(source=F("target")), name="an_achievement_needs_no_equivalence_with_itself"
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="an_equivalence_begins_before_it_ends",
            ),
            models.UniqueConstraint(
                fields=["source", "target"],
                condition=Q(ended_at__isnull=True),
                name="one_open_equivalence_per_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


class Pause(Ruling):
    """A learner's approved leave, both days included: it lengthens the windows it lies in."""

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="pauses", verbose_name=_("learner")
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    class Meta(Ruling.Meta):
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            *Ruling.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="a_leave_begins_before_it_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner}: {self.starts_on} – {self.ends_on}"


class Recognition(Ruling):
    """Something earned elsewhere that stands in the place of an achievement; nothing of ours is issued."""

    class Source(models.TextChoices):
        TRANSFER = "transfer", _("credit transfer")
        RPL = "rpl", _("recognition of prior learning")
        EXTERNAL = "external", _("credential of another issuer")

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="recognitions",
        verbose_name=_("learner"),
    )
    achievement = models.ForeignKey(
        "credentials.Achievement",
        on_delete=models.PROTECT,
        related_name="recognised",
        verbose_name=_("counts as"),
    )
    source = models.CharField(_("kind"), max_length=12, choices=Source)
    institution = models.CharField(_("earned at"), max_length=200)
    title = models.CharField(_("as it is called there"), max_length=200)
    reference = models.CharField(_("its number or address there"), max_length=250, blank=True)
    earned_at = models.DateTimeField(_("standard met"))
    expires_on = models.DateField(_("last valid day"), null=True, blank=True)
    level = models.PositiveSmallIntegerField(_("rubric level"), null=True, blank=True)
    credits = models.DecimalField(_("credits"), max_digits=6, decimal_places=2, null=True, blank=True)

    class Meta(Ruling.Meta):
        verbose_name = _("recognition")
        verbose_name_plural = _("recognitions")
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            *Ruling.Meta.constraints,
            models.UniqueConstraint(
                fields=["learner", "institution", "reference"],
                condition=Q(ended_at__isnull=True) & ~Q(reference=""),
                name="one_open_recognition_per_reference",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner}: {self.title} ({self.institution})"


class Act(models.Model):
    """Something to be done that issues no credential: a capstone, an interview, an externship."""

    class Kind(models.TextChoices):
        CAPSTONE = "capstone", _("capstone")
        INTERVIEW = "interview", _("interview")
        EXAMINATION = "examination", _("examination")
        EXTERNSHIP = "externship", _("externship")
        OTHER = "other", _("other")

    # In rules and in the exchange format; no achievement's code begins so.
    PREFIX = "step:"

    code = models.SlugField(_("code"), max_length=24, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.OTHER)
    description = models.TextField(_("what is done, and to what standard"))
    series = models.ForeignKey(
        "credentials.Series",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("series"),
        help_text=_("Its approvers accept it. Empty: those of the institution."),
    )
    is_repeatable = models.BooleanField(_("counts each time"), default=False)
    is_active = models.BooleanField(_("can be done"), default=True)

    class Meta:
        verbose_name = _("step without a credential")
        verbose_name_plural = _("steps without a credential")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def rule_code(self) -> str:
        """Its code among those of achievements."""
        return f"{self.PREFIX}{self.code}"


class StepCompletion(Ruling):
    """A learner did what an Act asks; whoever may approve it did. Ended: the approval is withdrawn."""

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="completions",
        verbose_name=_("learner"),
    )
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="completions", verbose_name=_("step"))
    earned_at = models.DateTimeField(_("done"))
    level = models.PositiveSmallIntegerField(_("rubric level"), null=True, blank=True)

    class Meta(Ruling.Meta):
        verbose_name = _("completed step")
        verbose_name_plural = _("completed steps")
        ordering = ["-earned_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.learner}: {self.act}"
