"""What each achievement of the catalogue is made of: outcomes, competencies, how it is assessed."""

from collections.abc import Mapping

from learners.management.demo.design.form import Design, Shown

QUALITY = (
    "Approved by vote of the board of its series. Rubrics and samples of marked work are reviewed each term "
    "by a marker of another faculty; the whole every two years."
)
# Of the European Qualifications Framework, by the level of the achievement.
EQF = {"foundation": "6", "practitioner": "7"}

DATA, TEACHING, HEALTH, RENEWED = (
    "Research data",
    "Teaching and learning",
    "Public health",
    "Accessibility and privacy",
)


def _parts(*codes: str) -> tuple[Shown, ...]:
    """What these components show: only what every holder of the certificate has shown."""
    found: dict[str, Shown] = {}
    for code in codes:
        for shown in ASSESSED[code].shows:
            found.setdefault(shown.code, shown)
    return tuple(found.values())


ASSESSED: Mapping[str, Design] = {
    "RD-100": Design(
        outcomes=("Sets a naming convention and keeps to it", "Writes a readme that a stranger can use"),
        shows=(Shown(code="RD.1", criterion="A marker finds three named files from the readme alone."),),
        subject_area=DATA,
    ),
    "RD-110": Design(
        outcomes=(
            "Lists what data a project will make and hold",
            "Decides who may see them and what becomes of them",
            "Costs storage and names who is answerable",
        ),
        shows=(
            Shown(code="RD.2", criterion="Every statement of the plan can be checked at the project's end."),
        ),
        subject_area=DATA,
    ),
    "RD-120": Design(
        outcomes=(
            "Finds and mends faults in a table by script",
            "Keeps a log of decisions and their reasons",
        ),
        shows=(
            Shown(code="RD.3", criterion="The script makes the submitted table from the untouched original."),
            Shown(code="XD.1", criterion="Each change stands in the log with its reason."),
        ),
        subject_area=DATA,
    ),
    "RD-130": Design(
        outcomes=(
            "Chooses a metadata standard and says why",
            "Writes a complete record and a data dictionary",
        ),
        shows=(Shown(code="RD.4", criterion="The record passes the standard's own validator."),),
        subject_area=DATA,
    ),
    "RD-210": Design(
        outcomes=(
            "Draws charts in Python that answer a stated question",
            "Defends the choice of each chart",
            "Hands in a notebook that runs from top to bottom",
        ),
        shows=(
            Shown(code="RD.5", criterion="Defends the choice of three charts in a ten-minute conversation."),
        ),
        also=("viva",),
        subject_area=DATA,
        supervision="remote",
    ),
    "RD-220": Design(
        outcomes=("Anonymises a transcript without losing its sense", "States the risk that remains"),
        shows=(Shown(code="RD.6", criterion="No direct identifier survives; the remaining risk is stated."),),
        subject_area=RENEWED,
        supervision="on_site",
    ),
    "TL-110": Design(
        outcomes=("Writes outcomes that can be seen and judged", "Matches each outcome with an assessment"),
        shows=(Shown(code="TL.1", criterion="Two colleagues agree whether work meets each outcome."),),
        subject_area=TEACHING,
    ),
    "TL-120": Design(
        outcomes=("Writes a rubric of levels that differ", "Tries it on real work with a second marker"),
        shows=(Shown(code="TL.2", criterion="Two markers using the rubric differ by at most one level."),),
        subject_area=TEACHING,
    ),
    "TL-130": Design(
        outcomes=("Writes feedback that names the next step", "Shows from a later draft that it was used"),
        shows=(Shown(code="TL.3", criterion="The student's next draft takes the advice up."),),
        subject_area=TEACHING,
    ),
    "TL-140": Design(
        outcomes=("Makes a course document that everyone can read", "Tests it with a screen reader"),
        shows=(
            Shown(code="TL.4", criterion="The document passes a checker and a reading by screen reader."),
        ),
        subject_area=RENEWED,
    ),
    "TL-210": Design(
        outcomes=("Opens a discussion with a question worth asking", "Brings in those who are silent"),
        shows=(Shown(code="TL.5", criterion="Three quarters of those present speak to the question."),),
        subject_area=TEACHING,
        supervision="on_site",
    ),
    "TL-220": Design(
        outcomes=("Gathers evidence of what students learnt", "Changes a course by what it shows"),
        shows=(
            Shown(code="TL.6", criterion="Each change to the course cites the evidence that asks for it."),
            Shown(code="XD.1", criterion="A colleague can follow from the evidence to each decision."),
        ),
        also=("viva",),
        subject_area=TEACHING,
        supervision="remote",
    ),
    "PH-110": Design(
        outcomes=("Draws an epidemic curve from a line list", "Reads the likely kind of source from it"),
        shows=(Shown(code="PH.1", criterion="Names the likely kind of source and says why."),),
        subject_area=HEALTH,
    ),
    "PH-120": Design(
        outcomes=("Calculates age-standardised rates", "Says what the comparison can and cannot show"),
        shows=(Shown(code="PH.2", criterion="The rates can be recalculated from the table handed in."),),
        subject_area=HEALTH,
    ),
    "PH-210": Design(
        outcomes=("Completes a contact list by telephone", "Leaves the person willing to help again"),
        shows=(Shown(code="PH.3", criterion="Completes the contact list in a recorded interview."),),
        subject_area=HEALTH,
        supervision="on_site",
    ),
    "PH-220": Design(
        outcomes=("Explains a risk with numbers that people understand", "Tests the text with its readers"),
        shows=(Shown(code="PH.4", criterion="Readers of the text answer four questions about it rightly."),),
        also=("viva",),
        subject_area=HEALTH,
        supervision="remote",
    ),
    "PH-230": Design(
        outcomes=("Leads a review in which everyone may speak", "Ends it with actions, names and dates"),
        shows=(Shown(code="PH.5", criterion="Every finding ends in an action, a person and a date."),),
        subject_area=HEALTH,
        supervision="on_site",
    ),
}

DESIGNS: Mapping[str, Design] = {
    **ASSESSED,
    "RD-C10": Design(
        outcomes=("Looks after research data from the plan to the archive", "Shows data and protects people"),
        shows=(
            *_parts("RD-110", "RD-120"),
            Shown(code="RD", criterion="A plan, a clean table, and two further skills, each assessed alone."),
        ),
        subject_area=DATA,
    ),
    "TL-C10": Design(
        outcomes=("Designs a course backward from what students can do", "Assesses it fairly"),
        shows=(Shown(code="TL", criterion="Four of the six skills of the area, each assessed alone."),),
        subject_area=TEACHING,
    ),
    "PH-C10": Design(
        outcomes=("Investigates an outbreak from the first line list to the last contact",),
        shows=_parts("PH-110", "PH-120", "PH-210"),
        subject_area=HEALTH,
    ),
    "PH-C20": Design(
        outcomes=("Leads a response: investigates, explains, reviews",),
        shows=(
            *_parts("PH-220", "PH-230"),
            Shown(code="PH", criterion="Holds the lower certificate, explains a risk and leads a review."),
        ),
        subject_area=HEALTH,
    ),
    "XS-C10": Design(
        outcomes=("Works with evidence in more than one discipline",),
        shows=(Shown(code="XD", criterion="One assessed skill from each of three departments."),),
        subject_area=DATA,
    ),
}
