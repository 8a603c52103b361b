"""The findings of the design lint: how grave each is, where the form asks for it, why, and how to mend it.

An error must be mended. A block yields to a written reason that a second person confirms, a warning to a
written reason.
"""

from typing import Literal, NamedTuple, TypeAlias

from credentials.definitions.text import gettext_noop

Severity: TypeAlias = Literal["error", "block", "warning"]


class Rule(NamedTuple):
    severity: Severity
    field: str
    message: str
    cure: str


CODES: dict[str, Rule] = {
    "NAME_PART": Rule(
        "block",
        "name",
        gettext_noop("“%(name)s” says a place in a row, not a skill: alone it means nothing to an employer."),
        gettext_noop("Name what the holder can do, as in “Data visualisation using Python”."),
    ),
    "NAME_VAGUE": Rule(
        "warning",
        "name",
        gettext_noop("“%(name)s” names a subject, not a skill that somebody could be seen using."),
        gettext_noop("Say what is done and with what, as in “Data visualisation using Python”."),
    ),
    "DESCRIPTION_MISSING": Rule(
        "error",
        "description",
        gettext_noop("There is no description, so nobody learns what the holder can do."),
        gettext_noop("Describe in two sentences what the holder can do."),
    ),
    "OUTCOMES_MISSING": Rule(
        "error",
        "outcomes",
        gettext_noop("There are no learning outcomes."),
        gettext_noop("Write what the holder knows, understands and can do, one on each line."),
    ),
    "CRITERIA_MISSING": Rule(
        "error",
        "criteria",
        gettext_noop("There are no criteria, so nobody could check what was earned."),
        gettext_noop("Write what a person does, to what standard, and how it is assessed."),
    ),
    "KIND_SPECIALTY": Rule(
        "error",
        "leads_to",
        gettext_noop("A specialty belongs to a certification, and none is named."),
        gettext_noop("Choose the certification under “belongs to”."),
    ),
    "KIND_INTRODUCTORY": Rule(
        "error",
        "leads_to",
        gettext_noop("An introduction leads to something, and nothing is named."),
        gettext_noop("Choose what it leads to under “belongs to”."),
    ),
    "PRACTITIONER_WITHOUT_FOUNDATION": Rule(
        "block",
        "requires",
        gettext_noop("A Practitioner achievement builds on a Foundation one, and none must be held before."),
        gettext_noop("Choose the Foundation achievement under “must be held before”."),
    ),
    "COMPETENCY_MISSING": Rule(
        "error",
        "competencies",
        gettext_noop("No competency of a framework is shown."),
        gettext_noop("Add at least one competency, with its level and what can be observed."),
    ),
    "FRAMEWORK_DRAFT": Rule(
        "error",
        "competencies",
        gettext_noop("%(names)s: the framework is still a draft, and may change."),
        gettext_noop("Publish the framework first, or choose competencies of a published one."),
    ),
    "FRAMEWORK_RETIRED": Rule(
        "error",
        "competencies",
        gettext_noop("%(names)s: the framework is retired."),
        gettext_noop("Choose the competencies of the version that replaces it."),
    ),
    "COMPETENCY_LEVEL_MISSING": Rule(
        "error",
        "competencies",
        gettext_noop("%(names)s: no level is named."),
        gettext_noop("Say at which level of the framework it is shown."),
    ),
    "OBSERVABLE_MISSING": Rule(
        "error",
        "competencies",
        gettext_noop("%(names)s: it is not said what one can observe."),
        gettext_noop("Say what a person is seen to do who has the competency."),
    ),
    "SAME_COGNITIVE_LEVEL": Rule(
        "warning",
        "competencies",
        gettext_noop("“%(this)s” repeats at the same level what “%(before)s” showed already: %(names)s."),
        gettext_noop("Ask for more of it here, at a higher level, or leave it out."),
    ),
    "ATTENDANCE_COUNTS": Rule(
        "error",
        "assessment_types",
        gettext_noop("It is given for attending alone, and attendance shows no skill."),
        gettext_noop("Say how the skill is assessed, or make it a participation record."),
    ),
    "METHOD_MISSING": Rule(
        "error",
        "assessment_types",
        gettext_noop("It is not said how it is assessed."),
        gettext_noop("Choose at least one method of assessment."),
    ),
    "METHOD_UNFIT": Rule(
        "block",
        "assessment_types",
        gettext_noop("%(names)s: a skill that is applied cannot be seen in a multiple-choice test alone."),
        gettext_noop("Add a method in which the person does it: a project, a performance, a simulation."),
    ),
    "NO_PASS_RULE": Rule(
        "error",
        "assessment",
        gettext_noop("Nothing says what passes: there is no open assessment whose rubric has a pass rule."),
        gettext_noop(
            "Make its assessment, with a rubric that names the levels to reach, or the average that passes."
        ),
    ),
    "METHOD_DIFFERS": Rule(
        "warning",
        "assessment_types",
        gettext_noop("Its assessment is of a kind that is not among the methods shown."),
        gettext_noop("Choose that method too, or change the kind of the assessment."),
    ),
    "EVIDENCE_MISSING": Rule(
        "warning",
        "evidence_kinds",
        gettext_noop("It is not said what evidence is asked for."),
        gettext_noop("Choose what is handed in."),
    ),
    "BLUEPRINT_SUM": Rule(
        "error",
        "blueprint",
        gettext_noop("The weights of the blueprint make %(total)s %%, not 100 %%."),
        gettext_noop("Change the weights so that all cells together make 100 %%."),
    ),
    "BLUEPRINT_GAP": Rule(
        "error",
        "blueprint",
        gettext_noop("The blueprint and the competencies shown differ: %(names)s."),
        gettext_noop("Give every competency shown a method in the blueprint, and no other."),
    ),
    "HOURS_MISSING": Rule(
        "error",
        "hours",
        gettext_noop("It is not said how many hours of learning it takes."),
        gettext_noop("Write the hours of an average learner, all work included."),
    ),
    "HOURS_OUTSIDE": Rule(
        "warning",
        "hours",
        gettext_noop("%(hours)s hours are unusual at this level, which takes %(least)s to %(most)s."),
        gettext_noop("Change the hours or the level, or make two achievements of it."),
    ),
    "CREDITS_RATIO": Rule(
        "warning",
        "credits",
        gettext_noop("%(credits)s ECTS for %(hours)s hours: one ECTS credit stands for 25 to 30 hours."),
        gettext_noop("Write credits between %(least)s and %(most)s, or change the hours."),
    ),
    "EXPIRY_UNDECIDED": Rule(
        "error",
        "expiry",
        gettext_noop("Nobody has decided how long it is valid."),
        gettext_noop("Decide here, or decide for its whole subject area; “never expires” is a decision too."),
    ),
    "IMAGE_ALT_MISSING": Rule(
        "error",
        "image_alt",
        gettext_noop("The image is not described for those who cannot see it."),
        gettext_noop("Describe the image in one sentence."),
    ),
    "IMAGE_CONTRAST": Rule(
        "error",
        "colour",
        gettext_noop("The image cannot be read by everybody: %(problem)s"),
        gettext_noop("Choose other colours, or other words for it."),
    ),
    "IMAGE_LIKE_ANOTHER": Rule(
        "warning",
        "shape",
        gettext_noop("The image looks nearly the same as that of %(names)s."),
        gettext_noop("Choose another shape, colour or icon, so that the two can be told apart."),
    ),
    "EU_COUNTRY": Rule(
        "warning",
        "issuer",
        gettext_noop("The country of the issuer is missing, which Europe asks of every micro-credential."),
        gettext_noop("Write the country on the issuer's page, or why it is not applicable."),
    ),
    "EU_WORKLOAD": Rule(
        "warning",
        "credits",
        gettext_noop("The workload in credits is missing, which Europe asks of every micro-credential."),
        gettext_noop("Write the credits, or why they are not applicable."),
    ),
    "EU_LEVEL": Rule(
        "warning",
        "qualification_level",
        gettext_noop("Its level in a qualifications framework is missing, which Europe asks for."),
        gettext_noop("Choose the framework and the level in it, or say why it is not applicable."),
    ),
    "EU_QUALITY": Rule(
        "warning",
        "quality_assurance",
        gettext_noop("It is not said how its quality is assured, which Europe asks for."),
        gettext_noop("Say who checks the quality and how, or why it is not applicable."),
    ),
}
