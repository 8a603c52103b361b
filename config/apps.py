"""The two configurations that are nobody's app: our admin site and the start-up checks."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "config.admin.PortalAdminSite"


class PortalConfig(AppConfig):
    name = "config"
    verbose_name = "Portal"

    def ready(self) -> None:
        import config.checks  # noqa: F401, PLC0415 registers its checks once the apps are loaded
