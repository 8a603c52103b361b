"""What the public health workshops award."""

from learners.management.demo.achievements.form import Achievement, Artwork

PUBLIC_HEALTH = (
    Achievement(
        code="PH-110",
        name="Drawing an Epidemic Curve from a Line List",
        series="PH",
        kind="micro_credential",
        level="foundation",
        hours=5,
        credits="0.20",
        learning_mode="online",
        assessment_mode="remote",
        description=(
            "The holder can turn a list of cases into an epidemic curve and read from it the likely kind "
            "of source and the time of exposure. Missing onset dates are treated openly."
        ),
        criteria=(
            "From a supplied line list of about sixty cases the earner draws the curve, chooses the "
            "interval with reason and writes a one-page reading for the incident team. The likely exposure "
            "period must be right to within one incubation range. Marked by a rubric of four criteria."
        ),
        valid_for_months=None,
        artwork=Artwork(shape="octagon", palette="terracotta", icon="chart"),
        alt_text="Octagonal badge of terracotta stones with a bar chart, for drawing an epidemic curve.",
    ),
    Achievement(
        code="PH-120",
        name="Calculating Age-Standardised Rates",
        series="PH",
        kind="micro_credential",
        level="foundation",
        hours=8,
        credits="0.32",
        learning_mode="online",
        assessment_mode="remote",
        description=(
            "The holder can compare how often a disease occurs in populations of different ages without "
            "being misled by the ages. The holder knows when a small count makes the comparison unsafe."
        ),
        criteria=(
            "The earner calculates crude and directly standardised rates with intervals for four districts, "
            "and writes what may and may not be concluded. The rates must agree with the marker's to one "
            "decimal place. Marked by a rubric of five criteria."
        ),
        valid_for_months=None,
        artwork=Artwork(shape="octagon", palette="blue", icon="globe"),
        alt_text="Octagonal badge of blue stones with a globe, for calculating age-standardised rates.",
    ),
    Achievement(
        code="PH-210",
        name="Tracing Contacts by Telephone Interview",
        series="PH",
        kind="micro_credential",
        level="practitioner",
        hours=20,
        credits="0.80",
        learning_mode="face_to_face",
        assessment_mode="in_person",
        description=(
            "The holder can interview a person with a notifiable infection by telephone, find those at "
            "risk and advise them, with care for consent and privacy. The record made is one that the "
            "next shift can act on."
        ),
        criteria=(
            "An observer listens to two simulated calls, one with a frightened and one with an unwilling "
            "person. Identity must be confirmed before any health matter is mentioned. Marked by a rubric "
            "of six criteria. Renewed every two years, in step with national guidance."
        ),
        valid_for_months=24,
        artwork=Artwork(shape="shield", palette="ochre", icon="people"),
        alt_text="Shield-shaped badge of ochre stones with a group of people, for tracing contacts.",
        requires=("PH-110",),
    ),
    Achievement(
        code="PH-220",
        name="Explaining Health Risk in Plain Language",
        series="PH",
        kind="micro_credential",
        level="practitioner",
        hours=15,
        credits="0.60",
        learning_mode="hybrid",
        assessment_mode="multi_modal",
        description=(
            "The holder can explain a health risk so that people who are not specialists understand how "
            "large it is and what they can do. Numbers are given in a form that neither scares nor soothes."
        ),
        criteria=(
            "The earner writes a notice for the public about one current risk, tests it with three readers "
            "from its audience, revises it, and answers questions in a mock briefing. Natural frequencies "
            "are used for every risk figure. Marked by a rubric of five criteria."
        ),
        valid_for_months=None,
        artwork=Artwork(shape="circle", palette="blue", icon="heart"),
        alt_text="Round badge of blue stones with a heart, for explaining health risk in plain language.",
        requires=("PH-120",),
    ),
    Achievement(
        code="PH-230",
        name="Running an After-Action Review",
        series="PH",
        kind="micro_credential",
        level="practitioner",
        hours=25,
        credits="1.00",
        learning_mode="face_to_face",
        assessment_mode="in_person",
        description=(
            "The holder can lead the people who took part in a response through what was planned, what "
            "happened and what to change. The review ends in actions with owners, and blames nobody."
        ),
        criteria=(
            "The earner prepares and leads a review of a real or exercised response with at least three "
            "organisations in the room, and delivers the report within ten working days. Every action must "
            "have an owner, a date and a test of completion. Marked by a rubric of five criteria."
        ),
        valid_for_months=None,
        artwork=Artwork(shape="shield", palette="green", icon="clipboard"),
        alt_text="Shield-shaped badge of green stones with a clipboard, for an after-action review.",
        requires=("PH-110",),
    ),
)
