"""Every setting of the portal, read from the environment; a bad or missing one stops the start by name.

What each means and an example of it: `.env.example`.
"""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import bootstrap_wrapper
import environ
import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")
T = TypeVar("T")


def setting(name: str, read: Callable[[str], T], *, example: str, default: str | None = None) -> T:
    """The value of one environment variable, or a stop that names it and shows a good value."""
    raw = env.str(name, default=default)
    if raw is None:
        raise ImproperlyConfigured(f"{name} is not set. Example: {name}={example}")
    try:
        return read(raw)
    except (ValueError, KeyError, LookupError, environ.ImproperlyConfigured) as error:
        raise ImproperlyConfigured(f"{name} is not usable: {error}. Example: {name}={example}") from error


def yes_or_no(raw: str) -> bool:
    answers = {
        "true": True,
        "yes": True,
        "1": True,
        "on": True,
        "false": False,
        "no": False,
        "0": False,
        "off": False,
    }
    if raw.lower() not in answers:
        raise ValueError(f"{raw!r} is neither true nor false")
    return answers[raw.lower()]


def site_address(raw: str) -> str:
    parts = urlsplit(raw)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(f"{raw!r} is not an address of a whole site")
    return raw.rstrip("/")


def key_of_32_bytes(raw: str) -> bytes:
    key = base64.urlsafe_b64decode(raw)
    if len(key) != 32:
        raise ValueError(f"it holds {len(key)} bytes and needs 32, written as URL-safe base64")
    return key


def long_enough(raw: str) -> str:
    if len(raw) < 50:
        raise ValueError("it is shorter than 50 characters")
    return raw


def digits(raw: str) -> str:
    if raw and not (raw.isascii() and raw.isdigit()):
        raise ValueError(f"{raw!r} is not a number")
    return raw


def names(raw: str) -> list[str]:
    return [name.strip() for name in raw.split(",") if name.strip()]


# --- Where and how it runs ----------------------------------------------------------------------
DEMO = setting("DEMO", yes_or_no, example="false", default="false")
DEBUG = setting("DEBUG", yes_or_no, example="false", default="false")
VAR_DIR = setting("VAR_DIR", Path, example="/srv/tessera/var", default=str(BASE_DIR / "var"))
PORTAL_NAME = setting("PORTAL_NAME", str, example="Northgate University", default="Tessera")
PORTAL_URL = setting(
    "PORTAL_URL",
    site_address,
    example="https://badges.example.edu",
    default="http://localhost:8000" if DEMO else None,
)
PORTAL_TIME_ZONE = setting(
    "PORTAL_TIME_ZONE", lambda raw: str(ZoneInfo(raw)), example="Europe/Zurich", default="UTC"
)
# The institution's page on LinkedIn, by its number; without one LinkedIn is told the issuer's name.
LINKEDIN_ORGANISATION_ID = setting("LINKEDIN_ORGANISATION_ID", digits, example="1234567", default="")
PORTAL_HOST = urlsplit(PORTAL_URL).hostname or ""
IS_HTTPS = PORTAL_URL.startswith("https:")
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]", "::1")
if DEMO and PORTAL_HOST not in LOOPBACK_HOSTS:
    raise ImproperlyConfigured(
        "DEMO is on, and PORTAL_URL is not on this machine. The demo's passwords are public: "
        "turn DEMO off, or use PORTAL_URL=http://localhost:8000"
    )


def demo_secret(name: str) -> str:
    """A secret of the demo: made once, kept under VAR_DIR for its owner only."""
    kept = VAR_DIR / "secrets" / name
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = kept.with_name(f".{name}.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
        try:
            # A link never replaces: of two processes that start together, both read the first one's secret.
            kept.hardlink_to(fresh)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return kept.read_text()


SECRET_KEY = setting(
    "SECRET_KEY",
    long_enough,
    example="(60 random characters)",
    default=f"demo-only-{demo_secret('secret_key')}" if DEMO else None,
)
# Opens the signing keys. Only workers need it; a web process without it can do everything but sign.
KEY_WRAPPING_KEY = setting(
    "KEY_WRAPPING_KEY",
    lambda raw: key_of_32_bytes(raw) if raw else None,
    example="(32 random bytes as URL-safe base64)",
    default=demo_secret("key_wrapping_key") if DEMO else "",
)
# A program that keeps signing keys outside, in a security module: credentials/services/keystores.py says how
# it is asked. Keys are then made there where a person chooses so.
KEY_STORE_COMMAND = setting("KEY_STORE_COMMAND", str, example="/usr/local/bin/signer --slot 1", default="")
KEY_STORES = {
    "database": "credentials.services.keystores.DatabaseStore",
    **({"command": "credentials.services.keystores.CommandStore"} if KEY_STORE_COMMAND else {}),
}
ALLOWED_HOSTS = setting(
    "ALLOWED_HOSTS",
    names,
    example="badges.example.edu",
    default=",".join(["localhost", "127.0.0.1"] if PORTAL_HOST in LOOPBACK_HOSTS else [PORTAL_HOST]),
)
CSRF_TRUSTED_ORIGINS = [PORTAL_URL]
# Tests that kill a process at a named moment set these; anything but a test refuses to start with one.
FAILPOINTS = setting("FAILPOINTS", names, example="", default="")
if FAILPOINTS and not env.bool("TESTING", default=False):
    raise ImproperlyConfigured("FAILPOINTS is set outside a test. Remove it.")

# --- The house ----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config.apps.PortalConfig",
    "config.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "simple_history",
    "learners",
    "credentials",
    "pathways",
    "assessments",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "config.middleware.PrivatePages",
    "config.middleware.StaffTwoFactor",
    "config.middleware.Resting",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.navigation.portal",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Dotted names instead of imports where the diamond forbids them; config/checks.py resolves each at start.
WORKLIST = [
    "credentials.queries.waiting_work",
    "pathways.queries.waiting_work",
    "assessments.queries.waiting_work",
    "learners.queries.waiting_work",
]
LAST_SWEEP = "credentials.queries.last_sweep"
ANALYTICS_PANELS: list[str] = []
# Asked before work is handed in: each answers, in words for the learner, why not yet, or nothing.
SUBMISSION_GATES: list[str] = [
    "assessments.services.piloting.over_cap",
    "pathways.services.gating.not_before",
]
# Who takes part in trying an achievement: each answers, for one, a query of people's ids.
PILOT_PEOPLE = ["pathways.queries.taking_part", "assessments.queries.taking_part"]
RESULT_DESCRIPTIONS = "assessments.queries.result_descriptions"
ASSESSMENT_FACTS = "assessments.queries.assessment_facts"
COPY_BLUEPRINT = "assessments.services.blueprints.copy_blueprint"
STACKS_INTO = "pathways.queries.stacks_into"
LAPSE_POLICIES = "pathways.queries.lapse_policies"
AWARDED_ON = "pathways.queries.standings.awarded_on"
# Would we still issue this? Asked, by source, of whatever earned a credential in force.
ISSUE_GROUNDS = {
    "submission": "assessments.services.checking.grounds_lost",
    "pathway": "pathways.services.checking.grounds_lost",
}

# --- Database -----------------------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]] = {
    "default": setting(
        "DATABASE_URL",
        env.db_url_config,
        example="postgres://tessera:secret@127.0.0.1:5432/tessera",
        default=f"sqlite:///{VAR_DIR / 'tessera.sqlite3'}",
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    SQLITE_SYNCHRONOUS = setting("SQLITE_SYNCHRONOUS", str, example="FULL", default="NORMAL")
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={SQLITE_SYNCHRONOUS};",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# --- Caches: nothing in them is missed when it is gone ---------------------------------------------
CACHES: dict[str, dict[str, Any]] = {
    # Of each process: answers that are looked up by everything they stand on.
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 1_000},
    },
    # Of all processes on this machine: how often an address asked.
    "limits": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(VAR_DIR / "limits"),
        "OPTIONS": {"MAX_ENTRIES": 5_000},
    },
}

# --- Workers: config/celery.py holds what does not change between installations ------------------
CELERY_BROKER_URL = setting(
    "CELERY_BROKER_URL", str, example="redis://:secret@127.0.0.1:6379/0", default="filesystem://"
)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
# Who asks for a verdict or a status list is nobody's business, ours included (STANDARDS §6).
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False

# --- People and sign-in -------------------------------------------------------------------------
AUTH_USER_MODEL = "learners.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "config.accounts.ClosedSignUp"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "5/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# The registrar makes accounts, and a person proves her address by the link that sets her password.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = PORTAL_NAME
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "learners:home"
# In the demo one account per role is public and nobody has a second device at hand.
STAFF_NEED_2FA = not DEMO

SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "csrf"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- What a browser may do ----------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
if setting("BEHIND_PROXY", yes_or_no, example="true", default="false"):
    # Only with a proxy that sets this header itself and drops what a client sent.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Files --------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/bootstrap", Path(bootstrap_wrapper.__file__).parent.parent / "bootstrap" / "css"),
]
MEDIA_ROOT = VAR_DIR / "media"  # never served as it stands: every file leaves through a view
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Compressing takes half a minute, which a demo on this machine gains nothing from.
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
        if DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
EVIDENCE_MAX_FILE_BYTES = 25_000_000
EVIDENCE_MAX_FILES = 10
EVIDENCE_MAX_LEARNER_BYTES = 500_000_000

# What strangers may have checked (SAFETY §6).
VERIFY_MAX_BYTES = 5_000_000
VERIFY_MAX_ITEMS = 50
VERIFY_KEPT_DAYS = 30
VERIFY_RATE = setting("VERIFY_RATE", int, example="20", default="20")
VERIFY_MANY_RATE = setting("VERIFY_MANY_RATE", int, example="10", default="10")

# --- Certificates -------------------------------------------------------------------------------
PDF_RATE = setting("PDF_RATE", int, example="10", default="10")

# --- Mail ---------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = SERVER_EMAIL = setting(
    "DEFAULT_FROM_EMAIL", str, example="badges@example.edu", default=f"portal@{PORTAL_HOST}"
)
EMAIL_TIMEOUT = 10
_mail = setting(
    "EMAIL_URL",
    env.email_url_config,
    example="smtp+tls://user:secret@mail.example.edu:587",
    default="filemail://",
)
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"] or "localhost", _mail["EMAIL_PORT"] or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"] or "", _mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = VAR_DIR / "outbox"  # where filemail:// puts each message

# --- Language and time --------------------------------------------------------------------------
LANGUAGE_CODE = "en"
USE_I18N = USE_TZ = True
# Days and hours as the public pages write them, in the admin too.
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = PORTAL_TIME_ZONE

# --- Figures and rules --------------------------------------------------------------------------
SMALL_CELL = 10
RULE_HORIZON_DAYS = 90

# --- Logs: one JSON object a line, one request id from page to task -------------------------------
LOG_LEVEL = setting("LOG_LEVEL", str.upper, example="INFO", default="INFO")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer(),
            "foreign_pre_chain": [
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso"),
                structlog.processors.format_exc_info,
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
}
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
