"""The form on which a decision is recorded: alone, or by the votes of a board's sitting members."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import ActForm
from config.clock import now
from credentials.models import AchievementVersion, BoardMember, Vote
from credentials.queries import local_day
from credentials.services.drafting import wrote
from credentials.services.reviewing import sitting_members

VOTE = "vote_"


class ReasonForm(ActForm):
    """An act that is kept with its reason."""

    reason = forms.CharField(
        label=_("Reason"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4}), strip=True
    )


class DecisionForm(ActForm):
    """When it was decided, with which minutes and, where a board decides, how each member voted."""

    decided_on = forms.DateField(label=_("Decided on"), widget=AdminDateWidget)
    reason = forms.CharField(
        label=_("Reason"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    minutes = forms.CharField(
        label=_("Minutes"),
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What was said, or where the minutes are kept."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.today = local_day(now())
        self.fields["decided_on"].initial = self.today
        self.members: dict[str, BoardMember] = {}

    def ask(self, version: AchievementVersion) -> None:
        """One row for each member of the board who sits today; who wrote on it takes no part."""
        for member in sitting_members(version, self.today):
            name = f"{VOTE}{member.pk}"
            self.members[name] = member
            has_conflict = wrote(version, member.user)
            self.fields[name] = forms.ChoiceField(
                label=str(member),
                choices=Vote.Choice.choices,
                widget=forms.RadioSelect,
                disabled=has_conflict,
                initial=Vote.Choice.CONFLICT if has_conflict else None,
                help_text=gettext("Wrote on it, and takes no part.") if has_conflict else "",
            )
        self.order_fields(["outcome", "decided_on", *self.members, "reason", "minutes"])

    def clean_decided_on(self) -> Any:
        decided_on = self.cleaned_data["decided_on"]
        if decided_on > self.today:
            raise forms.ValidationError(_("This day is still to come."))
        return decided_on

    @property
    def votes(self) -> dict[BoardMember, Vote.Choice] | None:
        """How each member voted; None where no board decides."""
        chosen = {
            member: Vote.Choice(self.cleaned_data[name])
            for name, member in self.members.items()
            if name in self.cleaned_data
        }
        return chosen or None

    @property
    def terms(self) -> dict[str, Any]:
        """What the services take about a decision."""
        kept = {name: self.cleaned_data[name] for name in ("decided_on", "reason", "minutes")}
        return {**kept, "votes": self.votes}
