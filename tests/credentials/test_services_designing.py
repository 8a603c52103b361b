"""Reasons: a warning stands by a written one, a block by one that a second person confirmed."""

from datetime import timedelta

import pytest

from credentials.models import AchievementVersion, AuditEntry, AuditPerson, CompetencyFramework, SubjectArea
from credentials.services.designing import (
    CannotReason,
    confirm_reason,
    facts_of_version,
    findings,
    give_reason,
    unsettled,
    withdraw_reason,
)
from credentials.services.drafting import wrote
from credentials.services.reviewing import send_for_review
from learners.models import User
from tests.makers import (
    TERM_DAY,
    default_competency,
    make_achievement,
    make_achievement_version,
    make_assessment,
    make_competency,
    make_framework,
    make_rubric,
)

pytestmark = pytest.mark.django_db
LATER = TERM_DAY + timedelta(days=1)


def draft(**fields: object) -> AchievementVersion:
    """A draft that is assessed, so that only what `fields` say can be wrong."""
    achievement = make_achievement(is_published=False, rubric=make_rubric(), **fields)  # type: ignore[arg-type]
    return achievement.versions.get()


def found(version: AchievementVersion) -> list[str]:
    return [row.finding.code for row in findings(version)]


class TestFindings:
    def test_are_none_for_what_the_makers_make(self) -> None:
        assert found(draft()) == []

    def test_read_the_rows_a_version_is_made_of(self) -> None:
        competency = make_competency(framework=make_framework(is_published=False), level="")
        version = draft(shows=[competency])
        version.competencies.update(level="", criterion="")

        assert found(version) == ["FRAMEWORK_DRAFT", "COMPETENCY_LEVEL_MISSING", "OBSERVABLE_MISSING"]

    def test_take_from_the_framework_what_the_version_leaves_open(self) -> None:
        competency = make_competency(level="advanced")
        competency.performance_criteria.create(text="Draws it.")
        version = draft(shows=[competency])
        version.competencies.update(level="", criterion="")

        (shown,) = facts_of_version(version).competencies

        assert (shown.level, shown.criterion) == ("advanced", "Draws it.")

    def test_ask_the_assessment_for_its_pass_rule(self) -> None:
        version = make_achievement_version(is_published=False)
        assert found(version) == ["NO_PASS_RULE"]

        rubric = make_rubric(criteria=["method"])
        make_assessment(achievement=version.achievement, rubric=rubric)
        assert found(version) == []

        rubric.criteria.update(must_pass_ordinal=None)
        assert found(version) == ["NO_PASS_RULE"]

    def test_ask_the_subject_area_how_long_it_is_valid(self) -> None:
        area = SubjectArea.objects.create(name="Statistics")
        version = draft(expiry=AchievementVersion.Expiry.AREA, subject_area=area)
        assert found(version) == ["EXPIRY_UNDECIDED"]

        SubjectArea.objects.filter(pk=area.pk).update(expiry="months", expiry_months=24)
        version.refresh_from_db()
        assert found(version) == []

    def test_reach_a_foundation_over_several_steps(self) -> None:
        foundation = make_achievement()
        step = make_achievement(
            level="practitioner", hours=20, credits="0.8", shows=[make_competency()], is_published=False
        )
        version = draft(level="practitioner", hours=20, credits="0.8", shows=[make_competency()])
        assert found(version) == ["PRACTITIONER_WITHOUT_FOUNDATION"]

        step.versions.get().requires.add(foundation)
        step.current_version = step.versions.get()
        step.save()
        version.requires.add(step)
        version = AchievementVersion.objects.get(pk=version.pk)
        assert found(version) == []

    def test_name_what_a_required_achievement_showed_already(self) -> None:
        version = draft(shows=[default_competency()])
        version.requires.add(make_achievement(name="Reading tables aloud"))

        (row,) = findings(version)

        assert row.finding.code == "SAME_COGNITIVE_LEVEL"
        assert "Reading tables aloud" in str(row.finding.message)


class TestReasons:
    def test_a_warning_is_settled_by_its_reason_which_is_kept_in_the_audit_trail(
        self, registrar: User
    ) -> None:
        version = draft(name="Understanding data")

        give_reason(version=version, code="NAME_VAGUE", reason="A known name.", by=registrar, at=TERM_DAY)

        assert unsettled(version) == []
        entry = AuditEntry.objects.get(act="give reason")
        assert entry.facts == {"code": "NAME_VAGUE"}
        assert AuditPerson.objects.get(entry=entry).reason == "A known name."

    def test_a_block_is_settled_by_a_second_person(self, registrar: User, approver: User) -> None:
        version = draft(name="Workshop 2 of 5")
        reason = give_reason(version=version, code="NAME_PART", reason="Law.", by=registrar, at=TERM_DAY)
        assert [row.finding.code for row in unsettled(version)] == ["NAME_PART"]

        with pytest.raises(CannotReason, match="Somebody else"):
            confirm_reason(reason=reason, by=registrar, at=LATER)
        confirm_reason(reason=reason, by=approver, at=LATER)

        assert unsettled(version) == []

    def test_whoever_wrote_on_the_draft_confirms_nothing(self, registrar: User, approver: User) -> None:
        version = draft(name="Workshop 2 of 5", written_by=approver)
        reason = give_reason(version=version, code="NAME_PART", reason="Law.", by=registrar, at=TERM_DAY)
        AchievementVersion.objects.filter(pk=version.pk).update(written_by=approver)

        with pytest.raises(CannotReason, match="Somebody else"):
            confirm_reason(reason=reason, by=approver, at=LATER)

    def test_confirming_twice_is_confirming_once(self, registrar: User, approver: User) -> None:
        version = draft(name="Workshop 2 of 5")
        reason = give_reason(version=version, code="NAME_PART", reason="Law.", by=registrar, at=TERM_DAY)

        for at in (TERM_DAY, LATER):
            reason = confirm_reason(reason=reason, by=approver, at=at)

        assert reason.confirmed_at == TERM_DAY
        assert AuditEntry.objects.filter(act="confirm reason").count() == 1

    def test_written_anew_it_is_confirmed_anew(self, registrar: User, approver: User) -> None:
        version = draft(name="Workshop 2 of 5")
        reason = give_reason(version=version, code="NAME_PART", reason="Law.", by=registrar, at=TERM_DAY)
        confirm_reason(reason=reason, by=approver, at=TERM_DAY)

        again = give_reason(version=version, code="NAME_PART", reason="Custom.", by=registrar, at=LATER)

        assert again.pk == reason.pk
        assert [row.finding.code for row in unsettled(version)] == ["NAME_PART"]

    def test_whoever_gives_one_has_written_on_the_draft(self, approver: User) -> None:
        version = draft(name="Understanding data")

        give_reason(version=version, code="NAME_VAGUE", reason="Known.", by=approver, at=TERM_DAY)

        assert wrote(version, approver)

    @pytest.mark.parametrize(
        ("code", "reason", "said"),
        [
            ("DESCRIPTION_MISSING", "None.", "has to be mended"),
            ("NO_SUCH_CODE", "None.", "has to be mended"),
            ("EU_LEVEL", "None.", "Nothing of this kind"),
            ("NAME_VAGUE", "  ", "Write the reason"),
        ],
    )
    def test_is_refused_where_none_can_help(self, registrar: User, code: str, reason: str, said: str) -> None:
        version = draft(name="Understanding data", description="")

        with pytest.raises(CannotReason, match=said):
            give_reason(version=version, code=code, reason=reason, by=registrar, at=TERM_DAY)

    def test_withdrawn_it_excuses_nothing(self, registrar: User) -> None:
        version = draft(name="Understanding data")
        reason = give_reason(version=version, code="NAME_VAGUE", reason="Known.", by=registrar, at=TERM_DAY)

        for _press in range(2):
            withdraw_reason(reason=reason, by=registrar)

        assert [row.finding.code for row in unsettled(version)] == ["NAME_VAGUE"]
        assert AuditEntry.objects.filter(act="withdraw reason").count() == 1

    def test_stays_as_it_is_under_review(self, registrar: User) -> None:
        version = draft(name="Understanding data")
        reason = give_reason(version=version, code="NAME_VAGUE", reason="Known.", by=registrar, at=TERM_DAY)
        send_for_review(version=version, by=registrar, at=TERM_DAY)

        with pytest.raises(CannotReason, match="no draft any more"):
            withdraw_reason(reason=reason, by=registrar)


def test_findings_cost_the_same_for_one_competency_and_for_many(
    django_assert_max_num_queries: object,
) -> None:
    framework = make_framework(status=CompetencyFramework.Status.PUBLISHED)
    version = draft(shows=[make_competency(framework=framework) for _time in range(12)])

    with django_assert_max_num_queries(12):  # type: ignore[operator]
        findings(AchievementVersion.objects.get(pk=version.pk))
