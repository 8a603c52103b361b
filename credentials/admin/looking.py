"""What the design lint says of a version, beside its form: findings, cures, reasons and the next step."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import page_of
from credentials.definitions import Text, five_tests
from credentials.models import AchievementVersion, DesignReason
from credentials.services.designing import OpenFinding, facts_of_version, findings
from credentials.services.drafting import wrote

SEVERITIES = (
    ("error", _("To be mended")),
    ("block", _("Stops it, unless a second person agrees")),
    ("warning", _("Needs a reason, or a change")),
)
# Where the form asks for what is no field of its own: an anchor on the page.
ANCHORS = {"competencies": "competencies-group", "alignments": "alignments-group"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One finding as the page shows it."""

    code: str
    message: str
    cure: str
    url: str
    is_settled: bool
    reason: DesignReason | None
    give_url: str
    withdraw_url: str
    confirm_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One of the five tests."""

    name: str
    is_met: bool
    shown_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """All that the page says beside the form."""

    groups: list[tuple[str, str, list[Line]]]
    ticks: list[Tick]
    open_count: int


def looked_over(version: AchievementVersion, person: Any, may_edit: bool) -> Look:
    """The findings by severity and the five tests, with the acts that are this person's."""
    found = findings(version)
    lines: dict[str, list[Line]] = {severity: [] for severity, _words in SEVERITIES}
    may_confirm = version.is_draft and "approver" in person.roles and not wrote(version, person)
    for row in found:
        lines[row.finding.severity].append(_line(version, row, may_edit, may_confirm))
    return Look(
        groups=[(name, str(words), lines[name]) for name, words in SEVERITIES if lines[name]],
        ticks=[
            Tick(name=_say(test.name), is_met=test.is_met, shown_by=_say(test.shown_by))
            for test in five_tests(facts_of_version(version))
        ],
        open_count=sum(not row.is_settled for row in found),
    )


def _line(version: AchievementVersion, row: OpenFinding, may_edit: bool, may_confirm: bool) -> Line:
    finding, reason = row.finding, row.reason
    act = "admin:credentials_achievementversion_act"
    takes_reason = finding.severity != "error" and may_edit
    waits = finding.severity == "block" and reason is not None and reason.confirmed_by_id is None
    give = reverse(act, args=[version.pk, "give-reason"]) + f"?code={finding.code}"
    chosen = f"?reason={reason.pk}" if reason else ""
    return Line(
        code=finding.code,
        message=_say(finding.message),
        cure=_say(finding.cure),
        url=_place(version, finding.field),
        is_settled=row.is_settled,
        reason=reason,
        give_url=give if takes_reason and reason is None else "",
        withdraw_url=reverse(act, args=[version.pk, "withdraw-reason"]) + chosen
        if takes_reason and reason
        else "",
        confirm_url=reverse(act, args=[version.pk, "confirm-reason"]) + chosen
        if waits and may_confirm
        else "",
    )


def _place(version: AchievementVersion, field: str) -> str:
    """Where a finding is mended: a field, rows of the form, or another page."""
    if field == "issuer":
        return page_of(version.achievement.issuer)
    if field == "assessment":
        listing = reverse("admin:assessments_assessment_changelist")
        return f"{listing}?achievement__id__exact={version.achievement_id}"
    if not version.is_draft:
        return ""
    return f"#{ANCHORS.get(field, f'id_{field}')}"


def _say(text: Text) -> str:
    return text.render(gettext)
