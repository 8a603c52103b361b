"""The settings under test: the portal's own, with nothing left to the machine's environment."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("VAR_DIR", str(Path(tempfile.gettempdir()) / f"tessera-test-{os.getuid()}"))
os.environ.setdefault("TESTING", "true")
os.environ.setdefault("PORTAL_URL", "http://localhost:8000")
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0" * 50)
os.environ.setdefault("KEY_WRAPPING_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
os.environ.setdefault("CELERY_BROKER_URL", "memory://")
os.environ.setdefault("LOG_LEVEL", "WARNING")

from config.settings import *  # noqa: F403
from config.settings import CACHES, INSTALLED_APPS, STORAGES

INSTALLED_APPS = ["django_linear_migrations", *INSTALLED_APPS]
# Static files straight from their folders: no collecting step between an edit and its test.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
STAFF_NEED_2FA = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Every test asks from the same address: only those of the limits are limited.
CACHES = {
    **CACHES,
    "limits": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "limits"},
}
VERIFY_RATE = VERIFY_MANY_RATE = 100_000
