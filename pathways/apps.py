"""The app's name."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PathwaysConfig(AppConfig):
    name = "pathways"
    verbose_name = _("Pathways")

    def ready(self) -> None:
        import pathways.checks  # noqa: F401, PLC0415 registers its checks once the models are loaded
