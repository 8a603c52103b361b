"""`manage.py pathway_lifecycle`: where a stacked credential stands at the end of a day."""

from typing import Any

from pathways.management.answering import AnsweringCommand
from pathways.rules.exchange import Clock, lived


class Command(AnsweringCommand):
    help = "Say where the stacked credential stands at the end of a day."

    def answer(self, document: object, clock: Clock) -> Any:
        return lived(document, clock)
