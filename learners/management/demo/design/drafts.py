"""What is still being decided: the next text of an achievement, and another that is half written."""

from learners.management.demo.design.form import Draft, Revision

IN_REVIEW = Revision(
    code="TL-130",
    criteria=(
        "The earner writes feedback on three pieces of student work of different quality, and shows for two "
        "of them what the student did next. Names are removed. Marked by a rubric of four criteria."
    ),
    sent_days_ago=6,
)
# Taken over from a timetable, so that the lint has much to say of it.
HALF_WRITTEN = Draft(
    code="RD-140",
    series="RD",
    name="Publishing a Dataset, Part 1 of 2",
    description="The holder can choose a licence and a repository, and publish a dataset in it.",
    hours=3,
    assessed_by=("attendance",),
    shows="RD.7",
    shape="hexagon",
    icon="globe",
    palette="ochre",
    reasons={
        "NAME_PART": "The name stands in the timetable of this term; the second part follows in spring.",
        "HOURS_OUTSIDE": "The seminar takes three hours; what is written afterwards is not counted yet.",
    },
    reasons_days_ago=2,
)
