"""The named screens: each page of the portal in the state that matters, and how somebody gets there."""

from dataclasses import dataclass

CARD = ".credential-card a"
ADDRESS = ".verify-address a"
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
    Screen(name="credentials:achievement", trail=("/catalogue/", CARD)),
    Screen(name="credentials:issuer", trail=("/catalogue/", CARD, "main a[href*='/issuers/']")),
    Screen(name="pathways:list", trail=("/pathways/",)),
    Screen(name="pathways:pathway", trail=("/pathways/", ".road-card a")),
    Screen(name="pathways:pathway, enrolled", trail=("/pathways/", ".road-card a"), person="thando"),
    Screen(name="credentials:verify_form", trail=("/verify/",)),
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
    Screen(name="assessments:submit", trail=("/me/", ".glance-next .btn-primary"), person="rutuja"),
    Screen(name="assessments:submit, draft", trail=("/me/", ".glance-next .btn-primary"), person="tamar"),
    Screen(
        name="assessments:submission",
        trail=("/me/", "#dashboard a[href*='/submissions/']"),
        person="sharmistha",
    ),
    Screen(name="learners:wallet", trail=("/me/credentials/",), person="zofie"),
    Screen(name="learners:credential", trail=("/me/credentials/", CARD), person="zofie"),
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
        name="admin:learners_user_change",
        trail=("/registrar/learners/user/?q=zofie%40", "#result_list tbody th a"),
        person="registrar",
    ),
    Screen(
        name="admin:pathways_pathway_change",
        trail=("/registrar/", "#pathways-pathway a", "#result_list tbody th a"),
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
        "credentials:issuer_did",
        "credentials:main_did",
        "credentials:ready",
        "credentials:status_list",
        "learners:certificate_pdf",
        "learners:credential_json",
        "learners:dashboard_status",
        "learners:mark_read",
        "learners:visibility",
        "mfa_download_recovery_codes",
        "pathways:enrol",
        "pathways:leave",
    }
)
# Pages reached only by a mailed link, a second device or a state that the demonstration has nobody in.
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
        "mfa_authenticate",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "mfa_reauthenticate",
        "mfa_view_recovery_codes",
    }
)
