"""The decisions of people that a verdict reads: proposed by one, approved by another, ended with a reason."""

from pathways.services.ruling.acts import ActTaken, keep_act
from pathways.services.ruling.checking import CannotRule, missing_steps
from pathways.services.ruling.deciding import approve, end, propose, refuse
from pathways.services.ruling.foreseeing import Effect, foresee
from pathways.services.ruling.reaching import may_approve, needs_two, reached

__all__ = [
    "ActTaken",
    "CannotRule",
    "Effect",
    "approve",
    "end",
    "foresee",
    "keep_act",
    "may_approve",
    "missing_steps",
    "needs_two",
    "propose",
    "reached",
    "refuse",
]
