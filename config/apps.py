"""The two configurations that are nobody's app: our admin site and the start-up checks."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "config.admin.PortalAdminSite"


class PortalConfig(AppConfig):
    name = "config"
    verbose_name = "Portal"

    def ready(self) -> None:
        # Registered once the settings are whole: the checks, and the Celery app that shared tasks belong to.
        import config.celery  # noqa: PLC0415
        import config.checks  # noqa: F401, PLC0415
