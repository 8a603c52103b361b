"""Does what a learner holds meet a rule? `evaluate` answers by one exact assignment, never a count."""

from pathways.rules.evaluate.deciding import BUDGET, ENGINE_VERSION, evaluate, judged, prepared
from pathways.rules.evaluate.facts import (
    Entry,
    Fact,
    FactError,
    Reason,
    Revocation,
    Suspension,
    end_of_day,
    facts_digest,
    local_day,
)
from pathways.rules.evaluate.situation import (
    AtMost,
    Equivalence,
    Exemption,
    Exempts,
    Milestone,
    Pause,
    Situation,
)
from pathways.rules.evaluate.verdict import Explained, Proof, Uncounted, Used, Verdict
from pathways.rules.tree import Source, Validity

__all__ = [
    "BUDGET",
    "ENGINE_VERSION",
    "AtMost",
    "Entry",
    "Equivalence",
    "Exemption",
    "Exempts",
    "Explained",
    "Fact",
    "FactError",
    "Milestone",
    "Pause",
    "Proof",
    "Reason",
    "Revocation",
    "Situation",
    "Source",
    "Suspension",
    "Uncounted",
    "Used",
    "Validity",
    "Verdict",
    "end_of_day",
    "evaluate",
    "facts_digest",
    "judged",
    "local_day",
    "prepared",
]
