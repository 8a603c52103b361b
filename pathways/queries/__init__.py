"""What is asked about pathways: rules as trees, learners before them, who is owed what, what readers see."""

from pathways.queries.consents import other_series, series_to_ask
from pathways.queries.duties import (
    enrolling_by_themselves,
    learners_to_enrol,
    recognised_to_enrol,
    stale_enrolments,
    unissued,
    waiting_for_review,
    waiting_work,
)
from pathways.queries.outlines import (
    Outline,
    Part,
    Standing,
    ctdl_document,
    held_states,
    lapse_policies,
    outlines,
    published,
    stacks_into,
    standing_of,
    taking_part,
)
from pathways.queries.rules import catalogue, catalogue_for, rule_for, terms_for
from pathways.queries.situations import (
    Inputs,
    as_if,
    equivalences,
    inputs_of,
    records_of,
    situation_of,
)

__all__ = [
    "Inputs",
    "Outline",
    "Part",
    "Standing",
    "as_if",
    "catalogue",
    "catalogue_for",
    "ctdl_document",
    "enrolling_by_themselves",
    "equivalences",
    "held_states",
    "inputs_of",
    "lapse_policies",
    "learners_to_enrol",
    "other_series",
    "outlines",
    "published",
    "recognised_to_enrol",
    "records_of",
    "rule_for",
    "series_to_ask",
    "situation_of",
    "stacks_into",
    "stale_enrolments",
    "standing_of",
    "taking_part",
    "terms_for",
    "unissued",
    "waiting_for_review",
    "waiting_work",
]
