"""The named screens: each page of the portal in the state that matters, and how somebody gets there."""

from dataclasses import dataclass

CARD = ".credential-card a"
# Where the first card is one that is taught, assessed and stacked.
LEARNABLE = "/catalogue/?series=research-data"
ADDRESS = ".verify-address a"
VERSIONS = "/registrar/credentials/achievementversion/"
FRAMEWORK = ("/registrar/credentials/competencyframework/", "#result_list tbody th a")
# The draft that is open, or the one that is opened by it.
RULE = (
    "/registrar/pathways/pathway/?q=Research",
    "#result_list tbody th a",
    ".object-tools a[href*='/act/next-draft/']",
    ".submit-row input.default",
)
SIGNING_KEY = ("/registrar/credentials/signingkey/", "#result_list tbody th a")
REVOKING = (
    "/registrar/credentials/credential/?q=zofie%40",
    "#result_list tbody th a",
    ".object-tools a[href*='/act/revoke/']",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One page as one person sees it.

    `name` is the page's URL name, as in the walls table, with a word for its state behind a comma where
    there are several.
    `person` sees it, nobody in particular where None. `trail` is an address and then what is clicked one
    after the other to get there, as CSS selectors; `guide` walks it where it is not `person` herself.
    """

    name: str
    trail: tuple[str, ...]
    person: str | None = None
    guide: str | None = None

    @property
    def address(self) -> str:
        """The URL name alone."""
        return self.name.split(",")[0]


SCREENS = (
    Screen(name="learners:home", trail=("/",)),
    Screen(name="credentials:catalogue", trail=("/catalogue/",)),
    Screen(name="credentials:achievement", trail=(LEARNABLE, CARD)),
    Screen(name="credentials:activity", trail=(LEARNABLE, CARD, ".activities a")),
    Screen(name="assessments:blueprint", trail=(LEARNABLE, CARD, "main a[href$='/blueprint/']")),
    Screen(name="credentials:frameworks", trail=("/frameworks/",)),
    Screen(name="credentials:framework", trail=("/frameworks/", "main li a")),
    Screen(name="credentials:issuer", trail=("/catalogue/", CARD, "main a[href*='/issuers/']")),
    Screen(name="pathways:list", trail=("/pathways/",)),
    Screen(name="pathways:pathway", trail=("/pathways/", ".road-card a")),
    Screen(name="pathways:pathway, enrolled", trail=("/pathways/", ".road-card a"), person="thando"),
    Screen(name="credentials:verify_form", trail=("/verify/",)),
    Screen(name="credentials:verify_form, nothing sent", trail=("/verify/", "[data-drop] button")),
    Screen(name="credentials:verify_many", trail=("/verify/many/",)),
    Screen(name="credentials:verify, valid", trail=("/me/credentials/", CARD, ADDRESS), guide="zofie"),
    Screen(
        name="credentials:verify, revoked",
        trail=("/me/credentials/", ".credential-card:has-text('Revoked') a", ADDRESS),
        guide="minori",
    ),
    Screen(name="credentials:verify, not recognised", trail=("/verify/AAAA-AAAA-AAAA/",)),
    Screen(name="account_login", trail=("/accounts/login/",)),
    Screen(name="learners:dashboard", trail=("/me/",), person="ruba"),
    Screen(name="learners:dashboard, complete", trail=("/me/",), person="zofie"),
    Screen(name="learners:progress", trail=("/me/", ".glance-where a"), person="ruba"),
    Screen(
        name="learners:what_if",
        trail=("/me/", ".glance-where a", ".what-if input", ".what-if button"),
        person="ruba",
    ),
    Screen(name="assessments:submit", trail=("/me/", ".glance-next .btn-primary"), person="rutuja"),
    Screen(name="assessments:submit, draft", trail=("/me/", ".glance-next .btn-primary"), person="tamar"),
    Screen(
        name="assessments:submission",
        trail=("/me/", "#dashboard a[href*='/submissions/']"),
        person="sharmistha",
    ),
    Screen(name="learners:wallet", trail=("/me/credentials/",), person="zofie"),
    Screen(name="learners:credential", trail=("/me/credentials/", CARD), person="zofie"),
    Screen(
        name="learners:shared",
        trail=("/me/credentials/", CARD, "#sharing form .btn-secondary", "#sharing a[href^='/s/']"),
        guide="zofie",
    ),
    # After the page before it, so that her link is there.
    Screen(name="learners:credential, shared", trail=("/me/credentials/", CARD), person="zofie"),
    Screen(name="learners:notifications", trail=("/me/notifications/",), person="zofie"),
    Screen(name="assessments:queue", trail=("/marking/",), person="faculty"),
    Screen(name="assessments:grade", trail=("/marking/", "tbody tr button"), person="faculty"),
    Screen(
        name="assessments:grade, to read", trail=("/marking/", "tbody tr:last-child th a"), person="faculty"
    ),
    Screen(name="account_change_password", trail=("/accounts/password/change/",), person="ruba"),
    Screen(name="account_email", trail=("/accounts/email/",), person="ruba"),
    Screen(name="account_logout", trail=("/accounts/logout/",), person="ruba"),
    Screen(name="account_reset_password", trail=("/accounts/password/reset/",)),
    Screen(name="account_signup", trail=("/accounts/signup/",)),
    Screen(name="mfa_index", trail=("/accounts/2fa/",), person="ruba"),
    Screen(name="mfa_activate_totp", trail=("/accounts/2fa/", "a[href*='/totp/activate/']"), person="ruba"),
    Screen(name="admin:index", trail=("/registrar/",), person="registrar"),
    Screen(name="credentials:gallery", trail=("/registrar/gallery/",), person="registrar"),
    Screen(name="pathways:who_is_close", trail=("/registrar/close/",), person="registrar"),
    Screen(
        name="pathways:bottlenecks",
        trail=(
            "/registrar/",
            "#pathways-pathway a",
            "#result_list tbody th a",
            ".object-tools a[href*='/bottlenecks/']",
        ),
        person="registrar",
    ),
    Screen(
        name="admin:credentials_credential_changelist",
        trail=("/registrar/credentials/credential/?state__exact=revoked",),
        person="registrar",
    ),
    Screen(
        name="admin:credentials_credential_change",
        trail=("/registrar/credentials/credential/?q=zofie%40", "#result_list tbody th a"),
        person="registrar",
    ),
    Screen(name="admin:credentials_credential_act, revoke", trail=REVOKING, person="registrar"),
    Screen(name="account_reauthenticate", trail=REVOKING, person="registrar2"),
    Screen(
        name="admin:credentials_signingkey_changelist",
        trail=("/registrar/credentials/signingkey/",),
        person="registrar",
    ),
    Screen(
        name="admin:credentials_signingkey_act, compromise",
        trail=(*SIGNING_KEY, ".object-tools a[href*='/act/compromise/']"),
        person="registrar",
    ),
    Screen(
        name="admin:credentials_issuer_change",
        trail=("/registrar/credentials/issuer/", "#result_list tbody th a"),
        person="registrar",
    ),
    Screen(
        name="admin:credentials_issuer_act, endorse",
        trail=(
            "/registrar/credentials/issuer/",
            "#result_list tbody th a",
            ".object-tools a[href*='/act/endorse/']",
        ),
        person="registrar",
    ),
    Screen(
        name="admin:credentials_endorsement_change",
        trail=("/registrar/credentials/endorsement/", "#result_list tbody th a"),
        person="registrar",
    ),
    Screen(
        name="admin:credentials_endorsement_add",
        trail=("/registrar/credentials/endorsement/add/",),
        person="registrar",
    ),
    Screen(
        name="admin:learners_user_change",
        trail=("/registrar/learners/user/?q=zofie%40", "#result_list tbody th a"),
        person="registrar",
    ),
    Screen(
        name="admin:assessments_markerqualification_changelist",
        trail=("/registrar/assessments/markerqualification/",),
        person="registrar",
    ),
    Screen(
        name="admin:learners_user_act, qualification",
        trail=(
            "/registrar/learners/user/?q=faculty.health%40",
            "#result_list tbody th a",
            ".object-tools a[href*='/act/qualification/']",
        ),
        person="registrar",
    ),
    Screen(
        name="admin:pathways_pathway_act, clone",
        trail=(
            "/registrar/",
            "#pathways-pathway a",
            "#result_list tbody th a",
            ".object-tools a[href*='/act/clone/']",
        ),
        person="registrar",
    ),
    Screen(
        name="admin:pathways_pathway_change",
        trail=("/registrar/", "#pathways-pathway a", "#result_list tbody th a"),
        person="registrar",
    ),
    Screen(name="admin:pathways_pathwayversion_rule", trail=RULE, person="registrar"),
    Screen(
        name="admin:pathways_pathwayversion_requirement",
        trail=(*RULE, ".outline-acts a"),
        person="registrar",
    ),
    Screen(
        name="admin:pathways_pathwayversion_new, competency",
        trail=(*RULE, ".outline-add summary", ".outline-add a[href*='/new/competency/']"),
        person="registrar",
    ),
    Screen(
        name="admin:pathways_pathwayversion_start, core and electives",
        trail=(*RULE, "summary:has-text('Start from a model')", "a[href$='/start/core_elective/']"),
        person="registrar",
    ),
    Screen(
        name="admin:pathways_pathwayversion_whole",
        trail=(*RULE, ".builder-tools a[href$='/whole/']"),
        person="registrar",
    ),
    Screen(
        name="admin:credentials_achievementversion_change, draft",
        trail=(f"{VERSIONS}?status__exact=draft", "#result_list tbody th a"),
        person="registrar",
    ),
    Screen(
        name="admin:credentials_achievementversion_act, approve",
        trail=(
            f"{VERSIONS}?status__exact=in_review",
            "#result_list tbody th a",
            ".object-tools a[href*='/act/approve/']",
        ),
        person="approver",
    ),
    Screen(
        name="admin:credentials_importbatch_add",
        trail=("/registrar/credentials/importbatch/add/",),
        person="registrar",
    ),
    Screen(
        name="admin:credentials_knownissuer_add",
        trail=("/registrar/credentials/knownissuer/add/",),
        person="registrar",
    ),
    Screen(
        name="admin:credentials_competencyframework_map",
        trail=(*FRAMEWORK, ".object-tools a[href$='/map/']"),
        person="registrar",
    ),
    Screen(
        name="admin:credentials_competencyframework_gaps",
        trail=(*FRAMEWORK, ".object-tools a[href$='/gaps/']"),
        person="registrar",
    ),
    Screen(
        name="admin:pathways_programmedesign_add",
        trail=("/registrar/pathways/programmedesign/add/",),
        person="registrar",
    ),
)

# Addresses that show no page of their own: what a button sends, files, and what machines read.
NO_PAGE = frozenset(
    {
        "<favicon.ico>",
        "assessments:add_evidence",
        "assessments:claim",
        "assessments:evidence",
        "assessments:let_go",
        "assessments:next",
        "assessments:remove_evidence",
        "assessments:save",
        "assessments:save_draft",
        "credentials:achievement_image",
        "credentials:achievement_thumbnail",
        "credentials:alive",
        "credentials:batch_receipt",
        "credentials:deep",
        "credentials:endorsement_json",
        "credentials:framework_json",
        "credentials:issuer_did",
        "credentials:main_did",
        "credentials:ob2_assertion",
        "credentials:ob2_badge",
        "credentials:ob2_issuer",
        "credentials:ob2_picture",
        "credentials:offline_verifier",
        "credentials:ready",
        "credentials:status_list",
        "learners:all_credentials",
        "learners:answer_offer",
        "learners:badge_png",
        "learners:badge_svg",
        "learners:baked_png",
        "learners:baked_svg",
        "learners:certificate_pdf",
        "learners:credential_json",
        "learners:dashboard_status",
        "learners:mark_read",
        "learners:order_certificate",
        "learners:remake_share",
        "learners:share",
        "learners:visibility",
        "learners:withdraw_share",
        "mfa_download_recovery_codes",
        "pathways:enrol",
        "pathways:leave",
        "pathways:pathway_jsonld",
    }
)
# Pages reached only by a mailed link, in another site's frame (test_sharing looks at those), by a second
# device, or in a state that the demonstration has nobody in.
OUT_OF_REACH = frozenset(
    {
        "account_confirm_email",
        "account_confirm_login_code",
        "account_email_verification_sent",
        "account_inactive",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "account_set_password",
        # Where a worker's answer stands; tests/credentials/test_verify_many.py reads it.
        "credentials:batch",
        "learners:embedded",
        "mfa_authenticate",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "mfa_reauthenticate",
        "mfa_view_recovery_codes",
        "pathways:embedded",
    }
)
