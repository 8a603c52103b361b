"""Ellerwick's own framework of professional skills, and its subject areas with how long they stay valid."""

from learners.management.demo.design.form import Competency, Outside

TITLE = "Ellerwick Framework of Professional Skills"
VERSION = "2"
DESCRIPTION = (
    "What members of the university and its partners are able to do in research data, teaching and public "
    "health. Written with employers and reviewed every two years."
)
LEVELS = ("Foundation", "Practitioner")
# Each area is a competency of its own, which only the whole of it shows: title and statement.
AREAS = {
    "RD": ("Research data", "Looks after research data from the plan to the archive."),
    "TL": ("Teaching and learning", "Designs, teaches and judges courses from which students learn."),
    "PH": ("Public health", "Protects the health of a population by investigation, advice and learning."),
    "XD": ("Across disciplines", "Works with the evidence of more than one discipline."),
}
# Months, or None where it was decided that what is earned never expires; and why.
SUBJECT_AREAS = {
    "Research data": (None, "The craft changes slowly; what depends on law says so itself."),
    "Teaching and learning": (None, "Good teaching practice outlives its tools."),
    "Public health": (None, "Only contact tracing follows guidance that is renewed every two years."),
    "Accessibility and privacy": (36, "Law and the means of re-identification change within three years."),
}
JOBS = "https://ellerwick.demo.example/partners/job-profiles"

COMPETENCIES = (
    Competency(
        code="RD.1",
        title="Organising research files",
        statement="Brings research files into an order that a colleague can follow without asking.",
        cognitive="3_apply",
        observable=("A stranger finds named files from the readme alone.",),
    ),
    Competency(
        code="RD.2",
        title="Planning the life of data",
        statement="Plans what data will exist, where they are kept, who sees them and what becomes of them.",
        cognitive="6_create",
        observable=("Every statement of the plan can be checked at the end of the project.",),
        outside=(
            Outside(
                purpose="job",
                name="Data steward: maintains data management plans",
                url=f"{JOBS}#data-steward",
                code="DS-2",
                framework="Partner job profiles",
            ),
        ),
    ),
    Competency(
        code="RD.3",
        title="Cleaning data reproducibly",
        statement="Turns untidy tables into tables that can be analysed, by steps that anyone can run again.",
        cognitive="3_apply",
        observable=("The script makes the submitted table from the untouched original.",),
        outside=(
            Outside(
                purpose="job",
                name="Data analyst: prepares data by script",
                url=f"{JOBS}#data-analyst",
                code="DA-1",
                framework="Partner job profiles",
            ),
        ),
    ),
    Competency(
        code="RD.4",
        title="Describing data for others",
        statement="Describes a dataset by a published standard, so that a stranger can find and reuse it.",
        cognitive="3_apply",
        observable=("The record passes the standard's own validator.",),
    ),
    Competency(
        code="RD.5",
        title="Showing data honestly",
        statement="Chooses and draws charts that answer the question asked and hide nothing.",
        cognitive="5_evaluate",
        observable=("Defends the choice of each chart in conversation.",),
    ),
    Competency(
        code="RD.6",
        title="Protecting the people in data",
        statement="Removes or replaces what identifies people, and says what risk remains.",
        cognitive="5_evaluate",
        observable=("No direct identifier survives; the remaining risk is stated in writing.",),
    ),
    # Taught in a workshop, assessed nowhere yet: the gap report says so.
    Competency(
        code="RD.7",
        title="Choosing a licence and a repository",
        statement="Chooses under which licence and in which repository data are published.",
        cognitive="5_evaluate",
        observable=("Gives the reason for licence and repository in the data record.",),
    ),
    Competency(
        code="TL.1",
        title="Stating outcomes that can be assessed",
        statement="States what students will be able to do, so that it can be seen whether they can.",
        cognitive="6_create",
        observable=("Two colleagues agree whether a piece of work meets the outcome.",),
    ),
    Competency(
        code="TL.2",
        title="Judging work by stated criteria",
        statement="Judges work by criteria and levels that were written down before.",
        cognitive="5_evaluate",
        observable=("Two markers using the rubric differ by at most one level.",),
    ),
    Competency(
        code="TL.3",
        title="Giving feedback that changes work",
        statement="Gives feedback from which the student knows what to do next.",
        cognitive="3_apply",
        observable=("The student's next draft takes the advice up.",),
    ),
    Competency(
        code="TL.4",
        title="Making teaching accessible",
        statement="Makes course documents that everyone can read, whatever they read with.",
        cognitive="3_apply",
        observable=("The document passes a checker and a reading by screen reader.",),
        outside=(
            Outside(
                purpose="standard",
                name="Web Content Accessibility Guidelines 2.2, level AA",
                url="https://www.w3.org/TR/WCAG22/",
                code="AA",
                framework="WCAG 2.2",
            ),
        ),
    ),
    Competency(
        code="TL.5",
        title="Leading a discussion",
        statement="Leads a discussion in which everyone speaks and the question is answered.",
        cognitive="4_analyse",
        observable=("At least three quarters of those present speak to the question.",),
    ),
    Competency(
        code="TL.6",
        title="Evaluating a course by evidence",
        statement="Judges a course by what students did and said, and changes it accordingly.",
        cognitive="5_evaluate",
        observable=("Each change to the course cites the evidence that asks for it.",),
    ),
    # Nobody teaches or assesses it yet: the gap report says so.
    Competency(
        code="TL.7",
        title="Supervising a thesis",
        statement="Accompanies a thesis from its question to its defence.",
        cognitive="5_evaluate",
        observable=("Keeps a record of agreed steps that both sides signed.",),
    ),
    Competency(
        code="PH.1",
        title="Describing an outbreak",
        statement="Describes an outbreak by time, place and person.",
        cognitive="4_analyse",
        observable=("Reads the likely kind of source from the curve and says why.",),
    ),
    Competency(
        code="PH.2",
        title="Comparing populations fairly",
        statement="Compares rates between populations of different age and size.",
        cognitive="3_apply",
        observable=("The standardised rates can be recalculated from the table handed in.",),
    ),
    Competency(
        code="PH.3",
        title="Interviewing contacts",
        statement="Finds out by interview whom a person met, and leaves the person willing to help again.",
        cognitive="3_apply",
        observable=("Completes the contact list in a recorded interview.",),
        outside=(
            Outside(
                purpose="job",
                name="Contact tracer: interviews by telephone",
                url=f"{JOBS}#contact-tracer",
                code="CT-1",
                framework="Partner job profiles",
            ),
        ),
    ),
    Competency(
        code="PH.4",
        title="Explaining risk",
        statement="Explains a health risk so that people can decide for themselves.",
        cognitive="6_create",
        observable=("Readers of the text answer four questions about it rightly.",),
    ),
    Competency(
        code="PH.5",
        title="Learning from a response",
        statement="Leads a review after the event that ends in changes with names and dates.",
        cognitive="5_evaluate",
        observable=("Every finding ends in an action, a person and a date.",),
    ),
    Competency(
        code="XD.1",
        title="Documenting work for others",
        statement="Documents decisions so that somebody else can follow and repeat the work.",
        cognitive="3_apply",
        observable=("A colleague repeats the work from the documentation alone.",),
    ),
)

# What the gap report must say of the lines below the areas, worked out by hand; certificates that only add
# up what was assessed before do not count.
COVERED_TWICE = {"XD.1"}
UNCOVERED = {"RD.7", "TL.7"}
TAUGHT_NOT_ASSESSED = {"RD.7"}
