"""`manage.py pathway_evaluate`: whether what somebody holds meets a rule, and all that follows."""

from typing import Any

from pathways.management.answering import AnsweringCommand
from pathways.rules.exchange import Clock, evaluated


class Command(AnsweringCommand):
    help = "Judge what somebody holds by a rule: the verdict as JSON."

    def answer(self, document: object, clock: Clock) -> Any:
        return evaluated(document, clock)
