"""What a verdict does to the stacked credential that a learner holds, by the pathway's policy."""

from enum import StrEnum
from typing import Literal, TypeAlias

from pathways.rules.evaluate import Verdict

LapsePolicy: TypeAlias = Literal["keep", "suspend", "expire", "review"]
Held: TypeAlias = Literal["none", "active", "suspended", "review", "expired", "revoked"]


class Act(StrEnum):
    """The one thing to do now."""

    ISSUE = "issue"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REVOKE = "revoke"
    REVIEW = "review"
    EXPIRE = "expire"
    NONE = "none"


_LAPSE = {"keep": Act.NONE, "suspend": Act.SUSPEND, "expire": Act.EXPIRE, "review": Act.REVIEW}


def consequence(*, verdict: Verdict, lapse_policy: LapsePolicy, held: Held) -> Act:
    """The act due on the latest issue (`held` is its standing, `none` if there was none).

    A rule never satisfied once void facts are taken out revokes under every policy; one that was satisfied
    and is no longer follows the policy; one satisfied again restores what was set aside and issues anew
    what had ended. A verdict that is undecided changes nothing.
    """
    if verdict.satisfied is None:
        return Act.NONE
    if verdict.satisfied:
        return _when_satisfied(held)
    if held in {"none", "revoked"}:
        return Act.NONE
    if verdict.first_satisfied_on is None:
        return Act.REVOKE
    return _LAPSE[lapse_policy] if held == "active" else Act.NONE


def _when_satisfied(held: Held) -> Act:
    match held:
        case "active":
            return Act.NONE
        case "suspended" | "review":
            return Act.REINSTATE
        case "none" | "expired" | "revoked":
            return Act.ISSUE
