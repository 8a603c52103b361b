"""Five pathways, one for each way in which credentials add up."""

from collections.abc import Mapping
from dataclasses import dataclass

Rule = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pathway:
    """A pathway and its first published version.

    `code` is its address part. `rule` is the exchange format of the stacking rules; `order_policy` is
    advisory (shown, not enforced), `lapse_policy` keep or suspend, `enrolment` automatic or by_act.
    """

    code: str
    name: str
    model: str
    award: str
    description: str
    rule: Rule
    lapse_policy: str
    order_policy: str
    enrolment: str = "by_act"


def holding(key: str, label: str, achievement: str) -> Rule:
    """A leaf that one achievement satisfies."""
    return {"kind": "achievement", "key": key, "label": label, "achievement": achievement}


def choosing(key: str, label: str, n: int, *achievements: str) -> Rule:
    """A leaf that any `n` of these achievements satisfy."""
    return {"kind": "pool", "key": key, "label": label, "n": n, "achievements": list(achievements)}


def all_of(key: str, label: str, *children: Rule) -> Rule:
    """A group all of whose children must be satisfied."""
    return {"kind": "all", "key": key, "label": label, "children": list(children)}


OUTBREAK = Pathway(
    code="outbreak",
    name="Outbreak Investigation",
    model="linear",
    award="PH-C10",
    description=(
        "Three skills in the order in which an outbreak asks for them: read the curve, compare the "
        "populations, trace the contacts. Contact tracing is renewed every two years; while it has "
        "lapsed the certificate rests."
    ),
    rule=all_of(
        "outbreak",
        "Outbreak investigation, step by step",
        holding("curve", "First: read the outbreak", "PH-110"),
        holding("rates", "Second: compare the populations", "PH-120"),
        holding("contacts", "Third: trace the contacts", "PH-210"),
    ),
    lapse_policy="suspend",
    order_policy="advisory",
)

COURSE_DESIGN = Pathway(
    code="course-design",
    name="Course Design and Assessment",
    model="flexible",
    award="TL-C10",
    description=(
        "Any four of six skills, in any order and at your own pace. A lecturer in the laboratory and a "
        "seminar teacher need different ones, and both earn the same certificate."
    ),
    rule=choosing(
        "teaching",
        "Any four teaching skills",
        4,
        "TL-110",
        "TL-120",
        "TL-130",
        "TL-140",
        "TL-210",
        "TL-220",
    ),
    lapse_policy="keep",
    order_policy="advisory",
)

DATA_MANAGEMENT = Pathway(
    code="data-management",
    name="Research Data Management",
    model="core_elective",
    award="RD-C10",
    description=(
        "A plan and a clean table are the core that everyone needs. Two electives are chosen from four, "
        "one of them lent by the public health series."
    ),
    rule=all_of(
        "data",
        "Research data management",
        all_of(
            "core",
            "Core",
            holding("plan", "Plan for data", "RD-110"),
            holding("clean", "Clean data reproducibly", "RD-120"),
        ),
        choosing("electives", "Two electives", 2, "RD-130", "RD-210", "RD-220", "PH-120"),
    ),
    lapse_policy="keep",
    order_policy="advisory",
)

RESPONSE_LEAD = Pathway(
    code="response-lead",
    name="Leading a Public Health Response",
    model="tiered",
    award="PH-C20",
    description=(
        "The second tier of public health practice. The Certificate in Outbreak Investigation is its "
        "first step; explaining risk and leading a review are added to it."
    ),
    rule=all_of(
        "lead",
        "Leading a response",
        holding("tier_one", "The lower certificate", "PH-C10"),
        holding("explain", "Explain risk to the public", "PH-220"),
        holding("review", "Lead a review", "PH-230"),
    ),
    lapse_policy="suspend",
    order_policy="advisory",
)

ACROSS_DISCIPLINES = Pathway(
    code="across-disciplines",
    name="Working with Evidence across Disciplines",
    model="cross_series",
    award="XS-C10",
    description=(
        "One skill from each of three departments. What you already hold for another certificate counts "
        "here too."
    ),
    rule=all_of(
        "across",
        "One skill from each series",
        choosing("data", "Research data", 1, "RD-110", "RD-130", "RD-210"),
        choosing("teaching", "Teaching and learning", 1, "TL-110", "TL-130", "TL-140"),
        choosing("health", "Public health", 1, "PH-110", "PH-120", "PH-220"),
    ),
    lapse_policy="keep",
    order_policy="advisory",
)

# Lower tiers stand before the certificates that build on them.
PATHWAYS = (OUTBREAK, COURSE_DESIGN, DATA_MANAGEMENT, RESPONSE_LEAD, ACROSS_DISCIPLINES)
