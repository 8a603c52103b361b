"""The exchange document: one learner before one rule as JSON, read strictly and written, and the answers."""

from pathways.rules.exchange.answering import (
    each,
    evaluated,
    findings_json,
    linted,
    lived,
    without_repeats,
)
from pathways.rules.exchange.reading import Clock, Terms, terms_of
from pathways.rules.exchange.writing import digest, document_of, entry_json, terms_json

__all__ = [
    "Clock",
    "Terms",
    "digest",
    "document_of",
    "each",
    "entry_json",
    "evaluated",
    "findings_json",
    "linted",
    "lived",
    "terms_json",
    "terms_of",
    "without_repeats",
]
