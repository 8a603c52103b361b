"""Does what a learner holds meet a rule? `evaluate` answers by one exact assignment, never a count."""

from pathways.rules.evaluate.deciding import BUDGET, ENGINE_VERSION, evaluate
from pathways.rules.evaluate.facts import (
    Entry,
    Fact,
    FactError,
    Reason,
    Revocation,
    Suspension,
    Validity,
    end_of_day,
    facts_digest,
    local_day,
)
from pathways.rules.evaluate.verdict import Explained, Proof, Uncounted, Used, Verdict

__all__ = [
    "BUDGET",
    "ENGINE_VERSION",
    "Entry",
    "Explained",
    "Fact",
    "FactError",
    "Proof",
    "Reason",
    "Revocation",
    "Suspension",
    "Uncounted",
    "Used",
    "Validity",
    "Verdict",
    "end_of_day",
    "evaluate",
    "facts_digest",
    "local_day",
]
