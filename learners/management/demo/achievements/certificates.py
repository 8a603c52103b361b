"""The five stacked certificates; the rule that awards each is in the module of pathways."""

from learners.management.demo.achievements.form import Achievement, Artwork

CERTIFICATES = (
    Achievement(
        code="RD-C10",
        name="Certificate in Research Data Management",
        series="RD",
        kind="stacked_certificate",
        level="practitioner",
        hours=28,
        credits="1.12",
        learning_mode="hybrid",
        assessment_mode="multi_modal",
        description=(
            "The holder can plan for research data, clean them reproducibly and carry them further by two "
            "skills of the holder's own choice. The certificate is the sum of four separately assessed "
            "achievements."
        ),
        criteria=(
            "Awarded to whoever holds the two core achievements, the data management plan and the "
            "documented cleaning script, and any two of four electives. Nothing further is assessed."
        ),
        valid_for_months=None,
        artwork=Artwork(shape="rosette", palette="blue", icon="database"),
        alt_text="Rosette of blue stones with a database, for the certificate in research data management.",
    ),
    Achievement(
        code="TL-C10",
        name="Certificate in Course Design and Assessment",
        series="TL",
        kind="stacked_certificate",
        level="practitioner",
        hours=27,
        credits="1.08",
        learning_mode="hybrid",
        assessment_mode="multi_modal",
        description=(
            "The holder has shown four of the six skills by which a course is designed, taught and judged. "
            "Which four is named on the certificate, as the holder's own choice."
        ),
        criteria=(
            "Awarded to whoever holds any four of the six teaching achievements, earned in any order. "
            "Nothing further is assessed."
        ),
        valid_for_months=None,
        artwork=Artwork(shape="rosette", palette="terracotta", icon="book"),
        alt_text="Rosette of terracotta stones with a book, for the certificate in course design.",
    ),
    Achievement(
        code="PH-C10",
        name="Certificate in Outbreak Investigation",
        series="PH",
        kind="stacked_certificate",
        level="practitioner",
        hours=33,
        credits="1.32",
        learning_mode="hybrid",
        assessment_mode="multi_modal",
        description=(
            "The holder can read an outbreak from its line list, compare populations fairly and trace "
            "contacts by telephone. The three skills are learned in that order, each building on the last."
        ),
        criteria=(
            "Awarded to whoever holds the three achievements of the pathway at the same time. It is "
            "suspended while the contact tracing achievement has lapsed, and comes back with its renewal."
        ),
        valid_for_months=None,
        artwork=Artwork(shape="rosette", palette="ochre", icon="microscope"),
        alt_text="Rosette of ochre stones with a microscope, for the certificate in outbreak investigation.",
    ),
    Achievement(
        code="PH-C20",
        name="Certificate in Leading a Public Health Response",
        series="PH",
        kind="stacked_certificate",
        level="practitioner",
        hours=73,
        credits="2.92",
        learning_mode="hybrid",
        assessment_mode="multi_modal",
        description=(
            "The holder can investigate an outbreak, explain its risk to the public and lead the review "
            "that follows. It stands on the Certificate in Outbreak Investigation and adds two skills of "
            "leadership."
        ),
        criteria=(
            "Awarded to whoever holds the Certificate in Outbreak Investigation and the achievements in "
            "explaining risk and running an after-action review. It follows the lower certificate: while "
            "that is suspended, so is this."
        ),
        valid_for_months=None,
        artwork=Artwork(shape="rosette", palette="green", icon="star"),
        alt_text="Rosette of green stones with a star, for the certificate in leading a response.",
        requires=("PH-C10",),
    ),
    Achievement(
        code="XS-C10",
        name="Certificate in Working with Evidence across Disciplines",
        series="XS",
        kind="stacked_certificate",
        level="foundation",
        hours=17,
        credits="0.68",
        learning_mode="online",
        assessment_mode="remote",
        description=(
            "The holder has shown one assessed skill in each of three fields: research data, teaching and "
            "public health. It suits people whose work joins them, such as those who train health staff."
        ),
        criteria=(
            "Awarded to whoever holds at least one listed achievement from each of the three workshop "
            "series. Nothing further is assessed."
        ),
        valid_for_months=None,
        artwork=Artwork(shape="rosette", palette="plum", icon="compass"),
        alt_text="Rosette of plum stones with a compass, for the certificate across disciplines.",
    ),
)
