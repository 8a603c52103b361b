"""The app's name."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("Assessments")

    def ready(self) -> None:
        import assessments.checks  # noqa: F401, PLC0415 registers its checks once the models are loaded
