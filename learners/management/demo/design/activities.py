"""Where the skills are learnt: workshops and courses, what to read for them, and their next dates."""

from learners.management.demo.design.form import Activity, Offering, Resource

LIBRARY = "https://ellerwick.demo.example/library"

ACTIVITIES = (
    Activity(
        title="Research data from day one",
        series="RD",
        kind="workshop",
        description=(
            "Two half-days on the order of files and the plan behind them. You bring a project of your own "
            "and leave with a readme and the draft of a data management plan."
        ),
        hours="8",
        feeds=("RD-100", "RD-110"),
        teaches=("RD.1", "RD.2"),
        resources=(
            Resource(
                title="A readme that answers before it is asked",
                url=f"{LIBRARY}/readme",
                needed_when="you have named your files and want others to find them",
            ),
            Resource(
                title="What funders ask of a data management plan",
                url=f"{LIBRARY}/plans",
                needed_when="you write the plan's part on sharing",
            ),
        ),
        offerings=(
            Offering(
                in_days=16, hour=9, lasts_hours=4, mode="face_to_face", place="Library, room 2", seats=16
            ),
            Offering(in_days=58, hour=13, lasts_hours=4, mode="online", place="Video room", seats=30),
        ),
    ),
    Activity(
        title="Clean tables, step by step",
        series="RD",
        kind="course",
        description="Four evenings with one untidy table, until a script makes it tidy every time.",
        hours="10",
        feeds=("RD-120",),
        teaches=("RD.3", "XD.1"),
        resources=(
            Resource(
                title="Faults that tables hide",
                url=f"{LIBRARY}/faults",
                needed_when="your first check finds nothing",
            ),
        ),
        offerings=(
            Offering(
                in_days=24, hour=17, lasts_hours=3, mode="online", place="Video room", seats=24, price="60.00"
            ),
        ),
    ),
    Activity(
        title="Practice hour with your own data",
        series="RD",
        kind="practice",
        description="An open hour each week: bring a table or a record, and somebody sits down with you.",
        hours="1",
        feeds=("RD-120", "RD-130", "RD-210"),
        teaches=("RD.3", "RD.4", "RD.5"),
        offerings=(
            Offering(in_days=5, hour=12, lasts_hours=1, mode="face_to_face", place="Library, ground floor"),
        ),
    ),
    Activity(
        title="Publishing a dataset",
        series="RD",
        kind="seminar",
        description="Records, licences and repositories: what somebody needs to find and reuse your data.",
        hours="6",
        feeds=("RD-130",),
        teaches=("RD.4", "RD.7"),
        offerings=(
            Offering(in_days=37, hour=10, lasts_hours=3, mode="hybrid", place="Library, room 1", seats=20),
        ),
    ),
    Activity(
        title="Charts that hold up",
        series="RD",
        kind="course",
        description="From a question to a chart and back: six sessions in Python, each with a critique.",
        hours="18",
        feeds=("RD-210",),
        teaches=("RD.5",),
        resources=(
            Resource(
                title="Charts one can read without colour",
                url=f"{LIBRARY}/colour",
                needed_when="you prepare the charts for the conversation",
            ),
        ),
        offerings=(
            Offering(
                in_days=30,
                hour=14,
                lasts_hours=3,
                mode="hybrid",
                place="Computer room 4",
                seats=18,
                price="120.00",
            ),
        ),
    ),
    Activity(
        title="Speaking freely, staying safe",
        series="RD",
        kind="workshop",
        description="How transcripts give people away, and how to prevent it. Two days on site.",
        hours="14",
        feeds=("RD-220",),
        teaches=("RD.6",),
        offerings=(
            Offering(
                in_days=44, hour=9, lasts_hours=7, mode="face_to_face", place="Library, room 2", seats=12
            ),
        ),
    ),
    Activity(
        title="Designing a course backward",
        series="TL",
        kind="workshop",
        description="From what students can do in the end to the rubric that judges it.",
        hours="10",
        feeds=("TL-110", "TL-120"),
        teaches=("TL.1", "TL.2"),
        resources=(
            Resource(
                title="Twelve outcomes, rewritten",
                url="https://ellerwick.demo.example/teaching/outcomes",
                needed_when="your first outcome says “understand”",
            ),
        ),
        offerings=(
            Offering(
                in_days=12, hour=9, lasts_hours=5, mode="face_to_face", place="Centre for Teaching", seats=20
            ),
        ),
    ),
    Activity(
        title="Feedback clinic",
        series="TL",
        kind="practice",
        description="Bring three pieces of feedback you gave; leave with three that will be used.",
        hours="6",
        feeds=("TL-130",),
        teaches=("TL.3",),
        offerings=(
            Offering(in_days=19, hour=15, lasts_hours=2, mode="online", place="Video room", seats=15),
        ),
    ),
    Activity(
        title="Documents everyone can read",
        series="TL",
        kind="self_study",
        description="A course to take alone, with a tester who uses a screen reader at the end.",
        hours="8",
        feeds=("TL-140",),
        teaches=("TL.4",),
    ),
    Activity(
        title="The seminar room",
        series="TL",
        kind="seminar",
        description="Lead, watch and be watched: six people teach each other for a term.",
        hours="20",
        feeds=("TL-210", "TL-220"),
        teaches=("TL.5", "TL.6", "XD.1"),
        offerings=(
            Offering(
                in_days=27, hour=16, lasts_hours=2, mode="face_to_face", place="Seminar room 7", seats=6
            ),
        ),
    ),
    Activity(
        title="Outbreak week",
        series="PH",
        kind="course",
        description="Five days with one outbreak: the line list, the curve, the rates, the telephone.",
        hours="30",
        feeds=("PH-110", "PH-120", "PH-210"),
        teaches=("PH.1", "PH.2", "PH.3"),
        resources=(
            Resource(
                title="Reading a curve by its shape",
                url="https://ellerwick.demo.example/health/curves",
                needed_when="your curve has two peaks",
            ),
        ),
        offerings=(
            Offering(
                in_days=33,
                hour=9,
                lasts_hours=7,
                mode="face_to_face",
                place="School of Public Health",
                seats=24,
                price="240.00",
            ),
        ),
    ),
    Activity(
        title="Telling people what a risk means",
        series="PH",
        kind="workshop",
        description="Numbers, words and pictures, tested with people who did not study them.",
        hours="12",
        feeds=("PH-220",),
        teaches=("PH.4",),
        offerings=(
            Offering(
                in_days=48, hour=13, lasts_hours=4, mode="hybrid", place="School of Public Health", seats=20
            ),
        ),
    ),
    Activity(
        title="After the event",
        series="PH",
        kind="seminar",
        description="How a review is led so that it changes something: three cases, one of them yours.",
        hours="20",
        feeds=("PH-230",),
        teaches=("PH.5",),
        offerings=(
            Offering(
                in_days=61,
                hour=10,
                lasts_hours=6,
                mode="face_to_face",
                place="School of Public Health",
                seats=14,
            ),
        ),
    ),
)
