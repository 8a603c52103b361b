"""The verdict on one rule for many learners at once: the engine's own answer, without its explanation."""

from pathways.rules.bulk.answering import Bulk, answers
from pathways.rules.bulk.difference import Change, NotTheSameLearners, difference
from pathways.rules.bulk.learners import Answer, Learner

__all__ = ["Answer", "Bulk", "Change", "Learner", "NotTheSameLearners", "answers", "difference"]
