"""`manage.py pathway_lint`: what is wrong with a rule before anybody is judged by it."""

from typing import Any

from pathways.management.answering import AnsweringCommand
from pathways.rules.exchange import Clock, findings_json, linted


class Command(AnsweringCommand):
    help = "Say what is wrong with a rule before anybody is judged by it; ends with 1 on an error."

    def answer(self, document: object, clock: Clock) -> Any:
        return findings_json(linted(document, clock))

    def is_bad(self, answer: Any) -> bool:
        return any(finding["severity"] == "error" for finding in answer)
