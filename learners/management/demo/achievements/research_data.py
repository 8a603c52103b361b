"""What the research data workshops award."""

from learners.management.demo.achievements.form import Achievement, Artwork

RESEARCH_DATA = (
    Achievement(
        code="RD-100",
        name="Naming and Organising Research Files",
        series="RD",
        kind="introductory",
        level="foundation",
        hours=4,
        credits="0.16",
        learning_mode="online",
        assessment_mode="remote",
        description=(
            "The holder can bring a folder of research files into an order that a colleague can follow "
            "without asking. The badge introduces the research data series and needs no earlier knowledge."
        ),
        criteria=(
            "The earner sets a naming convention for a real folder of at least thirty files, applies it, "
            "and writes the readme that explains it. A marker who has never seen the folder must find "
            "three named files from the readme alone. Marked by a rubric of four criteria."
        ),
        valid_for_months=None,
        artwork=Artwork(shape="square", palette="ochre", icon="book"),
        alt_text="Square badge of ochre stones with a book, for naming and organising research files.",
        leads_to="RD-C10",
    ),
    Achievement(
        code="RD-110",
        name="Writing a Data Management Plan",
        series="RD",
        kind="micro_credential",
        level="foundation",
        hours=6,
        credits="0.24",
        learning_mode="hybrid",
        assessment_mode="remote",
        description=(
            "The holder can write a data management plan that a funder would accept and a project could "
            "follow. The plan says what data will exist, where they are kept, who may see them, and what "
            "happens to them at the end."
        ),
        criteria=(
            "The earner writes a plan for a named project, with storage costs and a person answerable for "
            "each task. Every statement must be one that somebody could check at the end of the project. "
            "Two kinds of sensitive data must be considered, even where the answer is that there are none. "
            "Marked by a rubric of five criteria."
        ),
        valid_for_months=None,
        artwork=Artwork(shape="hexagon", palette="blue", icon="clipboard"),
        alt_text="Hexagonal badge of blue stones with a clipboard, for writing a data management plan.",
    ),
    Achievement(
        code="RD-120",
        name="Cleaning Tabular Data with a Documented Script",
        series="RD",
        kind="micro_credential",
        level="foundation",
        hours=8,
        credits="0.32",
        learning_mode="online",
        assessment_mode="remote",
        description=(
            "The holder can turn an untidy table into one that can be analysed, by a script that anyone "
            "can run again. Each change to the data is stated with its reason and can be undone."
        ),
        criteria=(
            "From a supplied table with planted faults the earner produces a clean table, the script that "
            "makes it and a log of decisions. Run on the untouched original, the script must give the "
            "submitted table exactly. Marked by a rubric of five criteria."
        ),
        valid_for_months=None,
        artwork=Artwork(shape="hexagon", palette="green", icon="database"),
        alt_text="Hexagonal badge of green stones with a database, for cleaning tabular data by script.",
    ),
    Achievement(
        code="RD-130",
        name="Describing a Dataset with a Metadata Standard",
        series="RD",
        kind="micro_credential",
        level="foundation",
        hours=6,
        credits="0.24",
        learning_mode="online",
        assessment_mode="remote",
        description=(
            "The holder can describe a dataset so that a stranger finds it, understands it and knows what "
            "may be done with it. The description follows a published metadata standard of the field."
        ),
        criteria=(
            "The earner chooses a metadata standard, gives the reason, fills a complete record for one "
            "dataset and writes its variable dictionary. The record must pass the standard's own validator. "
            "Marked by a rubric of four criteria."
        ),
        valid_for_months=None,
        artwork=Artwork(shape="hexagon", palette="plum", icon="key"),
        alt_text="Hexagonal badge of plum stones with a key, for describing a dataset with metadata.",
    ),
    Achievement(
        code="RD-210",
        name="Data Visualisation Using Python",
        series="RD",
        kind="micro_credential",
        level="practitioner",
        hours=20,
        credits="0.80",
        learning_mode="hybrid",
        assessment_mode="multi_modal",
        description=(
            "The holder can choose, draw and explain charts in Python that answer a stated question "
            "honestly. Every chart can be read without colour and redrawn from its code."
        ),
        criteria=(
            "The earner answers three questions about one dataset with three charts of different kinds, "
            "hands in the notebook that draws them and defends the choices in a ten-minute conversation. "
            "The notebook must run from top to bottom on the marker's machine. Marked by a rubric of six "
            "criteria."
        ),
        valid_for_months=None,
        artwork=Artwork(shape="shield", palette="blue", icon="chart"),
        alt_text="Shield-shaped badge of blue stones with a bar chart, for data visualisation using Python.",
        requires=("RD-120",),
    ),
    Achievement(
        code="RD-220",
        name="Anonymising Interview Transcripts",
        series="RD",
        kind="specialty",
        level="practitioner",
        hours=15,
        credits="0.60",
        learning_mode="face_to_face",
        assessment_mode="in_person",
        description=(
            "The holder can remove or replace what would identify a person in an interview transcript "
            "while keeping what the research needs. The holder can also say when a transcript should not "
            "be shared at all."
        ),
        criteria=(
            "Under supervision the earner anonymises two supplied transcripts, keeps a table of "
            "replacements and writes a statement of the risk that remains. No direct identifier may "
            "survive. Marked by a rubric of five criteria. The badge is renewed every three years, "
            "because the means of re-identification change."
        ),
        valid_for_months=36,
        artwork=Artwork(shape="shield", palette="plum", icon="speech"),
        alt_text="Shield-shaped badge of plum stones with a speech bubble, for anonymising transcripts.",
        leads_to="RD-C10",
        requires=("RD-110",),
    ),
)
