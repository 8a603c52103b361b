"""What the teaching workshops award."""

from learners.management.demo.achievements.form import Achievement, Artwork

TEACHING = (
    Achievement(
        code="TL-110",
        name="Writing Assessable Learning Outcomes",
        series="TL",
        kind="micro_credential",
        level="foundation",
        hours=6,
        credits="0.24",
        learning_mode="hybrid",
        assessment_mode="remote",
        description=(
            "The holder can state what students will be able to do at the end of a course in sentences "
            "that can be assessed. Each outcome says the performance, the conditions and the standard."
        ),
        criteria=(
            "The earner rewrites the outcomes of a course that is really taught, shows where each is "
            "assessed, and removes or mends those that are not. At least four outcomes are required. "
            "Marked by a rubric of four criteria."
        ),
        valid_for_months=None,
        artwork=Artwork(shape="circle", palette="terracotta", icon="compass"),
        alt_text="Round badge of terracotta stones with a compass, for writing learning outcomes.",
    ),
    Achievement(
        code="TL-120",
        name="Designing an Analytic Marking Rubric",
        series="TL",
        kind="micro_credential",
        level="foundation",
        hours=6,
        credits="0.24",
        learning_mode="face_to_face",
        assessment_mode="remote",
        description=(
            "The holder can design a rubric by which two markers, working apart, reach nearly the same "
            "judgement. Its criteria come from the outcomes and its levels differ in kind, not in adverbs."
        ),
        criteria=(
            "The earner designs a rubric of four to six criteria for one assignment, has it tried by a "
            "second marker on three pieces of work, and revises it where the two disagreed. Both versions "
            "and the marks are handed in. Marked by a rubric of five criteria."
        ),
        valid_for_months=None,
        artwork=Artwork(shape="circle", palette="plum", icon="scales"),
        alt_text="Round badge of plum stones with a pair of scales, for designing a marking rubric.",
    ),
    Achievement(
        code="TL-130",
        name="Giving Written Feedback That Students Act On",
        series="TL",
        kind="micro_credential",
        level="foundation",
        hours=7,
        credits="0.28",
        learning_mode="online",
        assessment_mode="remote",
        description=(
            "The holder can write feedback that tells a student what was achieved, what to change and how "
            "to begin. Its tone is fair and its advice is small enough to be followed."
        ),
        criteria=(
            "The earner writes feedback on three pieces of student work of different quality, and shows "
            "for one of them what the student did next. Names are removed. Marked by a rubric of four "
            "criteria."
        ),
        valid_for_months=None,
        artwork=Artwork(shape="circle", palette="green", icon="pen"),
        alt_text="Round badge of green stones with a pen, for giving written feedback.",
    ),
    Achievement(
        code="TL-140",
        name="Making Course Documents Accessible",
        series="TL",
        kind="micro_credential",
        level="foundation",
        hours=8,
        credits="0.32",
        learning_mode="online",
        assessment_mode="remote",
        description=(
            "The holder can make handouts, slides and forms that work with a screen reader, a keyboard "
            "and a small screen. The holder finds faults by checking, not by guessing."
        ),
        criteria=(
            "The earner mends one handout and one set of slides in use on a course, and hands in the "
            "documents before and after with a report of each fault found. A reader using a screen reader "
            "must reach every part. Marked by a rubric of five criteria. Renewed every three years, as "
            "the guidelines do."
        ),
        valid_for_months=36,
        artwork=Artwork(shape="octagon", palette="ochre", icon="people"),
        alt_text="Octagonal badge of ochre stones with a group of people, for accessible documents.",
    ),
    Achievement(
        code="TL-210",
        name="Facilitating a Seminar Discussion",
        series="TL",
        kind="micro_credential",
        level="practitioner",
        hours=15,
        credits="0.60",
        learning_mode="face_to_face",
        assessment_mode="in_person",
        description=(
            "The holder can lead a seminar in which most students speak, listen and change what they "
            "think. The holder plans the questions, shares out the talk and closes with what was learned."
        ),
        criteria=(
            "An observer watches the earner lead forty minutes of discussion with at least eight students; "
            "the earner hands in the plan beforehand and a reflection afterwards. At least two thirds of "
            "the students must speak. Marked by a rubric of five criteria."
        ),
        valid_for_months=None,
        artwork=Artwork(shape="shield", palette="terracotta", icon="speech"),
        alt_text="Shield-shaped badge of terracotta stones with a speech bubble, for leading a seminar.",
        requires=("TL-110",),
    ),
    Achievement(
        code="TL-220",
        name="Evaluating a Course with Student Evidence",
        series="TL",
        kind="micro_credential",
        level="practitioner",
        hours=20,
        credits="0.80",
        learning_mode="hybrid",
        assessment_mode="multi_modal",
        description=(
            "The holder can find out what students learned on a course and change it on that evidence. "
            "Satisfaction surveys are one source among several, and their limits are stated."
        ),
        criteria=(
            "The earner evaluates one run of a course from at least three kinds of evidence, decides on two "
            "changes and presents them to the course team. Students' data are handled as the university's "
            "rules ask. Marked by a rubric of five criteria."
        ),
        valid_for_months=None,
        artwork=Artwork(shape="shield", palette="green", icon="lightbulb"),
        alt_text="Shield-shaped badge of green stones with a light bulb, for evaluating a course.",
        requires=("TL-110",),
    ),
)
