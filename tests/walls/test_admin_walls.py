"""The walls of the admin: every registered model and every act of staff, in one table."""

from collections.abc import Iterator, Mapping

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.walls.addresses import every_address
from tests.walls.world import PEOPLE, World

# A record is made and changed by services alone; a draft is written here until it is published;
# a part of one is begun on the page of the whole.
RECORD, DRAFT, PART, CLOSED = "record", "draft", "part", "closed"
MODELS: Mapping[str, str] = {
    "learners_user": DRAFT,
    "learners_notification": RECORD,
    "credentials_issuer": DRAFT,
    "credentials_signingkey": RECORD,
    "credentials_series": DRAFT,
    "credentials_cohort": DRAFT,
    "credentials_role": RECORD,
    "credentials_achievement": DRAFT,
    "credentials_achievementversion": DRAFT,
    "credentials_learningactivity": DRAFT,
    "credentials_board": DRAFT,
    "credentials_decision": RECORD,
    "credentials_pilot": RECORD,
    "credentials_competencyframework": DRAFT,
    "credentials_competency": DRAFT,
    "credentials_subjectarea": DRAFT,
    # Handed in on its own page; from there on acts move it.
    "credentials_importbatch": DRAFT,
    "credentials_credential": RECORD,
    "credentials_credentialevent": RECORD,
    "credentials_signeddocument": RECORD,
    "credentials_rendering": RECORD,
    "credentials_statuslist": RECORD,
    # A file that somebody else signed is handed in; nothing is changed after.
    "credentials_endorsement": DRAFT,
    "credentials_job": RECORD,
    # Added on a page of its own, by a service, after signing in again.
    "credentials_knownissuer": DRAFT,
    "credentials_batchcheck": RECORD,
    "credentials_sweeprun": RECORD,
    "credentials_auditentry": RECORD,
    "pathways_pathway": DRAFT,
    "pathways_pathwayversion": PART,
    "pathways_programmedesign": DRAFT,
    "pathways_enrolment": RECORD,
    "pathways_enrolmentchange": RECORD,
    "pathways_evaluation": RECORD,
    "pathways_approvalcase": RECORD,
    "pathways_issuesnapshot": RECORD,
    "pathways_simulation": RECORD,
    # Begun on the page of the enrolment.
    "pathways_exemption": RECORD,
    # Proposed on a form of their own, by a service; from there on acts move them.
    "pathways_equivalence": DRAFT,
    "pathways_pause": DRAFT,
    "pathways_recognition": DRAFT,
    "pathways_stepcompletion": DRAFT,
    "pathways_act": DRAFT,
    "pathways_transition": RECORD,
    "pathways_transitioncase": RECORD,
    "assessments_rubric": DRAFT,
    "assessments_rubriccriterion": PART,
    "assessments_assessment": DRAFT,
    "assessments_blueprintcell": DRAFT,
    "assessments_submission": RECORD,
    "assessments_grading": RECORD,
    "assessments_markerqualification": RECORD,
    # The libraries register these; addresses and second factors are their holder's alone.
    "auth_group": CLOSED,
    "account_emailaddress": CLOSED,
    "mfa_authenticator": CLOSED,
}
READERS, WRITERS = ("registrar", "approver"), ("registrar",)
# Who may open the page of an act; its service decides again.
ACTS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("learners_user", "send-link"): ("registrar",),
    ("learners_user", "ask-for-role"): ("registrar",),
    ("learners_user", "qualification"): ("registrar",),
    ("assessments_markerqualification", "end"): ("registrar",),
    ("learners_notification", "try-again"): ("registrar",),
    ("credentials_issuer", "make-key"): ("registrar",),
    ("credentials_cohort", "members"): ("registrar",),
    ("credentials_cohort", "faculty"): ("registrar",),
    ("credentials_role", "approve"): ("approver",),
    ("credentials_role", "end"): ("registrar", "approver"),
    ("credentials_achievement", "next-version"): ("registrar",),
    ("credentials_achievement", "clone"): ("registrar",),
    ("credentials_achievement", "start-pilot"): ("registrar",),
    ("credentials_achievement", "renew"): ("approver",),
    ("credentials_achievement", "retire"): ("approver",),
    ("credentials_achievementversion", "give-reason"): ("registrar",),
    ("credentials_achievementversion", "withdraw-reason"): ("registrar",),
    ("credentials_achievementversion", "confirm-reason"): ("approver",),
    ("credentials_achievementversion", "send-for-review"): ("registrar",),
    ("credentials_achievementversion", "return-to-draft"): ("approver",),
    ("credentials_achievementversion", "approve"): ("approver",),
    # Whoever wrote on it is refused by the service, whatever her role.
    ("credentials_achievementversion", "publish"): ("registrar", "approver"),
    ("credentials_competencyframework", "publish"): ("registrar", "approver"),
    ("credentials_competencyframework", "retire"): ("registrar", "approver"),
    ("credentials_competency", "remove"): ("registrar",),
    ("credentials_importbatch", "map"): ("registrar",),
    ("credentials_importbatch", "confirm"): ("registrar",),
    ("credentials_importbatch", "cancel"): ("registrar",),
    ("credentials_pilot", "change"): ("registrar",),
    ("credentials_pilot", "decide"): ("approver",),
    ("credentials_credential", "revoke"): ("registrar", "approver"),
    ("credentials_credential", "suspend"): ("registrar", "approver"),
    ("credentials_credential", "reinstate"): ("registrar", "approver"),
    ("credentials_credential", "renew"): ("registrar", "approver"),
    ("credentials_credential", "sign-anew"): ("registrar", "approver"),
    ("credentials_issuer", "endorse"): ("registrar",),
    ("credentials_signingkey", "activate"): ("registrar",),
    ("credentials_signingkey", "retire"): ("registrar",),
    ("credentials_signingkey", "compromise"): ("registrar",),
    ("credentials_endorsement", "withdraw"): ("registrar",),
    ("credentials_endorsement", "try-again"): ("registrar",),
    ("credentials_signeddocument", "try-again"): ("registrar",),
    ("credentials_rendering", "try-again"): ("registrar",),
    ("credentials_job", "cancel"): ("registrar",),
    ("credentials_knownissuer", "end"): ("registrar",),
    ("credentials_batchcheck", "try-again"): ("registrar",),
    ("credentials_job", "retry"): ("registrar",),
    ("pathways_approvalcase", "approve"): ("approver",),
    ("pathways_approvalcase", "refuse"): ("approver",),
    ("pathways_enrolment", "decide-lapse"): ("registrar", "approver"),
    ("pathways_pathway", "next-draft"): ("registrar",),
    ("pathways_pathway", "clone"): ("registrar",),
    ("pathways_pathwayversion", "try"): ("registrar", "approver"),
    ("pathways_pathwayversion", "submit"): ("registrar",),
    ("pathways_pathwayversion", "approve"): ("approver",),
    ("pathways_pathwayversion", "return"): ("approver",),
    ("pathways_enrolment", "exception"): ("registrar",),
    **{
        (f"pathways_{ruling}", act): who
        for ruling in ("exemption", "equivalence", "pause", "recognition", "stepcompletion")
        for act, who in {
            "approve": ("approver",),
            "refuse": ("registrar", "approver"),
            "end": ("registrar", "approver"),
        }.items()
    },
    ("pathways_pathwayversion", "publish"): ("approver",),
    ("pathways_pathwayversion", "consent"): ("registrar", "approver"),
    ("pathways_pathwayversion", "retire"): ("approver",),
    ("pathways_pathwayversion", "move"): ("registrar", "approver"),
    ("pathways_transition", "apply"): ("approver",),
    ("pathways_transition", "undo"): ("approver",),
}
# Pages of one model beyond Django's own five: whom each opens to, and what other staff meet.
MORE: Mapping[str, tuple[tuple[str, ...], str]] = {
    "credentials_credential_signed": (READERS, "hidden"),
    "credentials_credential_printed": (READERS, "hidden"),
    "credentials_competencyframework_case": (READERS, "refused"),
    "credentials_competencyframework_map": (READERS, "refused"),
    "credentials_competencyframework_gaps": (READERS, "refused"),
    "credentials_competencyframework_table": (READERS, "refused"),
    "credentials_importbatch_errors": (READERS, "refused"),
    # Draws whatever shape and colour it is asked for; it knows nothing of anybody's.
    "credentials_achievementversion_preview": (("registrar", "approver", "analyst"), "refused"),
    "credentials_issuer_sample": (READERS, "hidden"),
    "pathways_simulation_table": (READERS, "refused"),
    "pathways_programmedesign_page": (WRITERS, "refused"),
    "pathways_pathwayversion_rule": (READERS, "refused"),
    "pathways_pathwayversion_export": (READERS, "refused"),
    "pathways_pathwayversion_press": (WRITERS, "refused"),
    "pathways_pathwayversion_import": (WRITERS, "refused"),
    "pathways_pathwayversion_whole": (WRITERS, "refused"),
    "pathways_pathwayversion_start": (WRITERS, "refused"),
    "pathways_pathwayversion_new": (WRITERS, "refused"),
    "pathways_pathwayversion_requirement": (WRITERS, "refused"),
    "pathways_pathwayversion_place": (WRITERS, "refused"),
    "pathways_pathwayversion_remove": (WRITERS, "refused"),
    "pathways_pathwayversion_limit": (WRITERS, "refused"),
    "pathways_pathwayversion_milestone": (WRITERS, "refused"),
}
# What the address of such a page says after the record; the name of another record means its number.
SAID: Mapping[str, str | int] = {
    "pathways_programmedesign_page": "end",
    "pathways_pathwayversion_start": "linear",
    "pathways_pathwayversion_new": "all",
    "pathways_pathwayversion_requirement": "pathways_requirement",
    "pathways_pathwayversion_place": "pathways_requirement",
    "pathways_pathwayversion_remove": "pathways_requirement",
    "pathways_pathwayversion_limit": 0,
    "pathways_pathwayversion_milestone": 0,
}
PAGES = ("changelist", "add", "change", "history", "delete")
STAFF = ("registrar", "approver", "analyst")
# Pages of the site itself, their arguments, and how the analyst meets them, who may open no record at all.
SITE: Mapping[str, tuple[list[object], str]] = {
    "admin:index": ([], "opens"),
    "admin:login": ([], "opens"),
    "admin:logout": ([], "405"),
    "admin:password_change": ([], "opens"),
    "admin:password_change_done": ([], "opens"),
    "admin:jsi18n": ([], "opens"),
    "admin:autocomplete": ([], "refused"),
    "admin:view_on_site": ([1, 1], "hidden"),
    "admin:app_list": (["credentials"], "hidden"),
    "admin:<(?P<url>.*)$>": (["nowhere"], "hidden"),
}
# Django's old form of a change page's address; it leads to the new one.
OLD = "admin:<<path:object_id>/>"


def expected(opens_to: tuple[str, ...], other_staff: str = "refused") -> dict[str, str]:
    """Staff without the right are told so; everybody else does not get past the admin's front door."""
    return {who: "opens" if who in opens_to else other_staff if who in STAFF else "sign in" for who in PEOPLE}


def may(kind: str, page: str) -> tuple[str, ...]:
    if kind == CLOSED or page == "delete":
        return ()
    if page == "add":
        return WRITERS if kind == DRAFT else ()
    return READERS


def pages() -> Iterator[tuple[str, str, str]]:
    for model, kind in MODELS.items():
        # No record of the libraries' is at hand; whoever cannot list them cannot open one.
        yield from ((model, kind, page) for page in PAGES if kind != CLOSED or page in {"changelist", "add"})


class TestTheTable:
    def test_every_registered_model_is_in_it(self) -> None:
        registered = {model._meta.label_lower.replace(".", "_") for model in admin.site._registry}

        assert registered == MODELS.keys()

    def test_every_act_is_in_it(self) -> None:
        declared = {
            (model._meta.label_lower.replace(".", "_"), act.name)
            for model, model_admin in admin.site._registry.items()
            for act in getattr(model_admin, "acts", ())
        }

        assert declared == ACTS.keys()

    def test_every_page_of_the_admin_is_in_it(self) -> None:
        known = {f"admin:{model}_{page}" for model in MODELS for page in PAGES}
        known |= {f"admin:{model}_act" for model, _act in ACTS} | {f"admin:{name}" for name in MORE}

        assert {name for name in every_address() if name.startswith("admin:")} == known | SITE.keys() | {OLD}


@pytest.mark.usefixtures("db")
class TestAdminWalls:
    @pytest.mark.parametrize(("model", "kind", "page"), list(pages()))
    def test_a_page_opens_to_whom_the_table_says(
        self, world: World, model: str, kind: str, page: str
    ) -> None:
        arguments = [] if page in {"changelist", "add"} else [world.records[model].pk]
        address = reverse(f"admin:{model}_{page}", args=arguments)

        met = {who: world.knock(who, address) for who in PEOPLE}

        assert met == expected(may(kind, page))

    @pytest.mark.parametrize(("model", "act"), ACTS)
    def test_an_act_opens_to_whom_the_table_says(self, world: World, model: str, act: str) -> None:
        address = reverse(f"admin:{model}_act", args=[world.records[model].pk, act])

        met = {who: world.knock(who, address) for who in PEOPLE}

        assert met == expected(ACTS[model, act])

    @pytest.mark.parametrize(("model", "act"), ACTS)
    def test_an_act_is_done_by_nobody_else(self, world: World, model: str, act: str) -> None:
        address = reverse(f"admin:{model}_act", args=[world.records[model].pk, act])
        others = [who for who in PEOPLE if who not in ACTS[model, act]]

        met = {world.knock(who, address, "post") for who in others}

        assert met <= {"refused", "sign in"}

    @pytest.mark.parametrize("name", MORE)
    def test_another_page_opens_to_whom_the_table_says(self, world: World, name: str) -> None:
        model = name.rpartition("_")[0]
        arguments: list[object] = [] if name.endswith("preview") else [world.records[model].pk]
        if name in SAID:
            said = world.records.get(str(SAID[name]))
            arguments.append(said.pk if said else SAID[name])
        method = "post" if name.endswith("preview") else "get"

        met = {who: world.knock(who, reverse(f"admin:{name}", args=arguments), method) for who in PEOPLE}

        assert met == expected(*MORE[name])

    @pytest.mark.parametrize("model", [model for model, kind in MODELS.items() if kind == RECORD])
    def test_a_forged_change_of_a_record_is_refused(self, world: World, model: str) -> None:
        record = world.records[model]
        address = reverse(f"admin:{model}_change", args=[record.pk])
        before = type(record)._default_manager.filter(pk=record.pk).values().get()

        assert world.knock("registrar", address, "post") == "refused"

        assert type(record)._default_manager.filter(pk=record.pk).values().get() == before

    @pytest.mark.parametrize("name", SITE)
    def test_a_page_of_the_site_shows_the_analyst_no_record(self, world: World, name: str) -> None:
        arguments, word = SITE[name]
        address = "/registrar/nowhere" if "<" in name else reverse(name, args=arguments)

        assert world.knock("analyst", address) == word

    @pytest.mark.parametrize("who", PEOPLE)
    def test_the_front_page_opens_to_staff(self, world: World, who: str) -> None:
        assert world.knock(who, reverse("admin:index")) == ("opens" if who in STAFF else "sign in")
