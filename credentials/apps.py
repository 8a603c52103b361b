"""The app's name."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CredentialsConfig(AppConfig):
    name = "credentials"
    verbose_name = _("Credentials")

    def ready(self) -> None:
        import credentials.checks  # noqa: F401, PLC0415 registers its checks once the models are loaded
