"""How the research data achievements are assessed."""

from learners.management.demo.rubrics.form import Assessment, criterion

NAMING_FILES = Assessment(
    achievement="RD-100",
    title="Put one real folder in order",
    method="applied_project",
    brief=(
        "Choose a folder of at least thirty files from your own work. Set a naming convention, rename the "
        "files and write a readme of at most one page. Hand in the readme as a file and, as text, the "
        "folder's list before and after. Leave out anything confidential."
    ),
    evidence=("text", "file"),
    criteria=(
        criterion(
            "convention",
            "Naming convention",
            ("Missing", "Names follow no stated pattern."),
            ("Partial", "A pattern is stated, but several names break it without a reason."),
            ("Sound", "Every name follows the stated pattern, and dates sort in order."),
            ("Exemplary", "The pattern also covers versions and people, and says how to extend it."),
            hurdle="Sound",
            weight="2",
        ),
        criterion(
            "structure",
            "Folder structure",
            ("Missing", "All files lie side by side."),
            ("Partial", "Folders exist, but raw and worked files are mixed."),
            ("Sound", "Raw, worked and finished files are apart, at most three folders deep."),
            hurdle="Sound",
        ),
        criterion(
            "readme",
            "Readme",
            ("Missing", "There is no readme, or it only repeats file names."),
            ("Partial", "It explains the folders but not the abbreviations in the names."),
            ("Sound", "A stranger finds the three files asked for within five minutes."),
            ("Exemplary", "A stranger also learns what is absent and whom to ask for it."),
            hurdle="Sound",
            weight="2",
        ),
        criterion(
            "safety",
            "Originals kept safe",
            ("Missing", "Originals were renamed in place and cannot be told from copies."),
            ("Sound", "Originals are write-protected or kept in a second place."),
            ("Exemplary", "A list of checksums shows that no original was changed."),
        ),
    ),
    samples=(
        "Before: final.docx, final2.docx, data new (3).xlsx and 38 more. After: site_date_kind_version, "
        "for example quay_2031-04-02_counts_v02.csv, in the folders raw, worked and report.",
        "I took the pictures and field notes of one summer. Each name now begins with the plot and the "
        "day. Two notebooks had the same page numbers, so the readme lists both.",
    ),
    sample_file=(
        "readme.txt",
        "Folder of the quay counts.\nNames: site_date_kind_version.\nRaw files stay in raw, unedited.\n",
    ),
    praise="I found all three files at the first try. The note on missing days is very useful.",
    advice="Keep raw and worked files apart, then let somebody else try your readme.",
)

MANAGEMENT_PLAN = Assessment(
    achievement="RD-110",
    title="A data management plan for a named project",
    method="applied_project",
    brief=(
        "Write a data management plan of two to four pages for a project that you know. Say what data will "
        "be made, where they are kept and at what cost, who may see them, and what happens to them at the "
        "end. Hand in the plan as text, or as a file with a summary as text."
    ),
    evidence=("text",),
    criteria=(
        criterion(
            "inventory",
            "What data there will be",
            ("Not yet", "Data are named only in general, without kinds or sizes."),
            ("Nearly", "Kinds are listed, but sizes or formats are missing for some."),
            ("Secure", "Each kind of data has a format, a size and a source."),
            ("Strong", "Growth over the project is estimated, and formats are chosen to last."),
            hurdle="Secure",
        ),
        criterion(
            "storage",
            "Storage, backup and cost",
            ("Not yet", "Data would live on one machine or one person's account."),
            ("Nearly", "A second copy exists, but nobody tests it and nothing is costed."),
            ("Secure", "Two copies in two places, a restore test and a yearly cost are stated."),
            ("Strong", "The plan also names who pays after the grant ends."),
            hurdle="Secure",
            weight="2",
        ),
        criterion(
            "sensitive",
            "Sensitive data",
            ("Not yet", "Personal or confidential data are not considered."),
            ("Nearly", "They are mentioned, without saying who may see them."),
            ("Secure", "Two kinds are considered, each with access, lawful basis and end date."),
            hurdle="Secure",
            weight="2",
        ),
        criterion(
            "people",
            "Who answers for it",
            ("Not yet", "Tasks are written without a person: data will be backed up."),
            ("Secure", "Each task names one person or post, and who stands in."),
            ("Strong", "Handover is planned for people who leave during the project."),
            hurdle="Secure",
        ),
        criterion(
            "ending",
            "What happens at the end",
            ("Not yet", "The plan stops when the project does."),
            ("Nearly", "A repository is named, without what goes there or when."),
            ("Secure", "What is kept, shared and destroyed is listed, each with a date."),
            ("Strong", "Reasons for not sharing are given item by item, and could be checked."),
        ),
    ),
    samples=(
        "The river project makes three kinds of data: sensor readings (40 GB a year), photographs (12 GB) "
        "and interviews with anglers (25 hours). Interviews are seen only by the two interviewers.",
        "Our plan covers a survey of nurses on night shifts. Answers are kept on the university's server "
        "with a nightly copy at a second site, restored for practice every March by the data steward.",
    ),
    praise="A plan that somebody else could carry out. The restore test in March is a good idea.",
    advice="Say for each task who does it and by when; several still have no name.",
)

CLEANING_TABLES = Assessment(
    achievement="RD-120",
    title="From an untidy table to a clean one, by script",
    method="applied_project",
    brief=(
        "Take the supplied table of market stalls. Write a script, in a language of your choice, that makes "
        "a clean table from it. Hand in the clean table as a file, a link to the script, and as text a log "
        "of the decisions you took with a reason for each."
    ),
    evidence=("text", "url", "file"),
    criteria=(
        criterion(
            "repeatable",
            "Run again from the original",
            ("Absent", "Some steps were done by hand and cannot be repeated."),
            ("Partial", "The script runs, but its result differs from the table handed in."),
            ("Complete", "The script makes exactly the table handed in."),
            hurdle="Complete",
            weight="2",
        ),
        criterion(
            "faults",
            "Faults found",
            ("Absent", "Fewer than half of the planted faults were found."),
            ("Partial", "Most were found; mixed date formats or doubled rows remain."),
            ("Complete", "All planted faults were found and treated."),
            ("Beyond", "A fault that was not planted was found and reported."),
            hurdle="Complete",
            weight="2",
        ),
        criterion(
            "decisions",
            "Log of decisions",
            ("Absent", "Changes are not explained."),
            ("Partial", "Changes are listed without reasons."),
            ("Complete", "Each change has its reason and the number of rows it touched."),
            ("Beyond", "Decisions that another analyst might reverse are marked as such."),
            hurdle="Complete",
        ),
        criterion(
            "missing",
            "Missing values",
            ("Absent", "Empty cells were filled or dropped silently."),
            ("Partial", "Empty cells are counted, but kinds of absence are not told apart."),
            ("Complete", "Unknown, refused and not applicable are coded apart."),
        ),
        criterion(
            "readable",
            "A script others can read",
            ("Absent", "Steps cannot be followed without the author."),
            ("Complete", "Each step is named after what it does to the table."),
            ("Beyond", "Checks in the script stop it when the input is not as expected."),
        ),
    ),
    samples=(
        "Eleven decisions. The largest: 43 rows appear twice because two collectors entered the same "
        "market; I kept the earlier entry. Prices in the old currency are marked, not converted.",
        "Dates came in three formats. Where day and month could be swapped I left the value empty and "
        "marked the row, 17 in all, since guessing would move stalls between seasons.",
    ),
    sample_file=(
        "stalls_clean.csv",
        "stall,opened_on,goods,price\nA01,2031-03-04,honey,6.50\nA02,2031-03-04,bread,3.20\nA03,,cheese,\n",
    ),
    praise="Ran at once and gave your table exactly. Leaving the unclear dates empty was right.",
    advice="Your script and your table differ in nine rows; remove the last step done by hand.",
)

DESCRIBING_DATA = Assessment(
    achievement="RD-130",
    title="A complete metadata record and variable dictionary",
    method="applied_project",
    brief=(
        "Choose one dataset and one metadata standard of its field. Hand in a link to the finished record "
        "and, as text, why you chose this standard together with a dictionary of at least ten variables."
    ),
    evidence=("text", "url"),
    criteria=(
        criterion(
            "choice",
            "Choice of standard",
            ("Not yet", "No reason is given for the standard."),
            ("Meets", "The standard is usual in the field, and the reason says so."),
            ("Exceeds", "A second standard was weighed and its loss is described."),
        ),
        criterion(
            "record",
            "Complete record",
            ("Not yet", "Required elements are empty or filled with placeholders."),
            ("Nearly", "All are filled, but the validator reports errors."),
            ("Meets", "The record passes the validator without an error."),
            ("Exceeds", "Recommended elements are filled wherever the dataset allows."),
            hurdle="Meets",
            weight="2",
        ),
        criterion(
            "dictionary",
            "Variable dictionary",
            ("Not yet", "Variables are listed by name only."),
            ("Nearly", "Meanings are given; units or permitted values are missing."),
            ("Meets", "Each variable has meaning, unit, permitted values and code for missing."),
            hurdle="Meets",
            weight="2",
        ),
        criterion(
            "reuse",
            "Conditions of reuse",
            ("Not yet", "A reader cannot tell whether the data may be used."),
            ("Meets", "A licence and a way to cite are stated and agree with each other."),
            ("Exceeds", "Limits on use are explained in a sentence that a layperson understands."),
            hurdle="Meets",
        ),
    ),
    samples=(
        "I chose the usual standard for surveys because our repository reads it. The record has all "
        "required elements; the dictionary covers the fourteen variables of the housing survey.",
        "The bird counts are described in the biodiversity standard. I first tried a general one and lost "
        "the distinction between a day without birds and a day without a visit.",
    ),
    praise="Passes the validator, and the dictionary answered every question that I had.",
    advice="Give units for the three length variables and run the validator once more.",
)

VISUALISING_DATA = Assessment(
    achievement="RD-210",
    title="Three questions, three charts, one conversation",
    method="applied_project",
    brief=(
        "Ask three questions of one dataset and answer each with a chart drawn in Python. Hand in a link to "
        "the notebook, the three charts in one file, and as text a paragraph on each choice you made. Then "
        "book the ten-minute conversation in which you explain them."
    ),
    evidence=("text", "url", "file"),
    criteria=(
        criterion(
            "question",
            "Question and chart fit",
            ("Not yet", "The charts show the data but answer no question."),
            ("Nearly", "One chart is of a kind that hides its answer."),
            ("Secure", "Each chart is of a kind that makes its answer visible."),
            ("Strong", "Rejected kinds of chart are shown small, with the reason."),
            hurdle="Secure",
            weight="2",
        ),
        criterion(
            "honesty",
            "Honest scales",
            ("Not yet", "An axis is cut or stretched so that the reader is misled."),
            ("Secure", "Axes begin where the kind of chart demands, and breaks are marked."),
            ("Strong", "Uncertainty is drawn wherever the data have it."),
            hurdle="Secure",
            weight="2",
        ),
        criterion(
            "labels",
            "Titles, labels and units",
            ("Not yet", "Axes carry variable names from the code."),
            ("Nearly", "Axes have words, but units or source are missing."),
            ("Secure", "Title, axes, units and source can be read without the text."),
            hurdle="Secure",
        ),
        criterion(
            "access",
            "Readable without colour",
            ("Not yet", "Groups are told apart by colour alone."),
            ("Secure", "Shape, pattern or label tells groups apart, and contrast was measured."),
            ("Strong", "Each chart also has a text alternative that gives its answer."),
            hurdle="Secure",
        ),
        criterion(
            "code",
            "Code that runs again",
            ("Not yet", "The notebook stops with an error on another machine."),
            ("Nearly", "It runs only when cells are run out of order."),
            ("Secure", "It runs from top to bottom and draws the same charts."),
            ("Strong", "Repeated steps are functions, and versions of libraries are stated."),
            hurdle="Secure",
        ),
        criterion(
            "defence",
            "Explained in conversation",
            ("Not yet", "The earner describes what is drawn but not why."),
            ("Secure", "Each choice is defended against one alternative put by the marker."),
            ("Strong", "The earner says what evidence would change the choice."),
        ),
    ),
    samples=(
        "My questions concern bus delays: when, where and for whom. The second chart is a dot plot "
        "because the averages hid that two lines cause most of the waiting.",
        "I drew rainfall in three ways. A bar chart for totals, lines for the course of the year and small "
        "multiples for the stations; patterns tell the stations apart when printed in grey.",
    ),
    sample_file=("charts.txt", "Charts 1 to 3 as text alternatives.\n1: Delays peak at 08:10 on line 4.\n"),
    praise="The dot plot answers its question at a glance, and the notebook ran without a hitch.",
    advice="Start the bar chart's axis at zero and give the two groups different shapes.",
)

ANONYMISING = Assessment(
    achievement="RD-220",
    title="Two transcripts made safe to share",
    method="performance",
    brief=(
        "In the supervised session, anonymise the two transcripts you are given. Hand in both as one file "
        "and, as text, the table of replacements and a statement of the risk that remains. Nothing leaves "
        "the room."
    ),
    evidence=("text", "file"),
    criteria=(
        criterion(
            "direct",
            "Direct identifiers",
            ("Unsafe", "A name, address or number that identifies a person is left in."),
            ("Safe", "No direct identifier is left in either transcript."),
            ("Expert", "Identifiers in file names, headers and sound marks are gone as well."),
            hurdle="Safe",
            weight="3",
        ),
        criterion(
            "indirect",
            "Indirect identifiers",
            ("Unsafe", "A rare job, place and event stand together unchanged."),
            ("Uneven", "Most combinations are broken; one would single a person out."),
            ("Safe", "Combinations that single a person out are generalised."),
            ("Expert", "The choice of generalisation is argued from who might look."),
            hurdle="Safe",
            weight="2",
        ),
        criterion(
            "meaning",
            "Meaning kept",
            ("Unsafe", "Passages the research needs were cut whole."),
            ("Uneven", "Meaning survives, but replacements jar or contradict each other."),
            ("Safe", "The argument of each interview can still be followed."),
        ),
        criterion(
            "table",
            "Table of replacements",
            ("Unsafe", "The table is missing or stored beside the transcripts."),
            ("Uneven", "The table is kept apart, but one replacement stands for two people."),
            ("Safe", "Each replacement is listed once, and the table is kept apart."),
            hurdle="Safe",
        ),
        criterion(
            "residual",
            "Statement of remaining risk",
            ("Unsafe", "The transcripts are called anonymous without argument."),
            ("Safe", "Who could still recognise the speaker, and how, is stated."),
            ("Expert", "The statement ends in a reasoned decision to share or not."),
            hurdle="Safe",
        ),
    ),
    samples=(
        "Forty-one replacements. The village became 'a town on the coast' and the illness 'a rare blood "
        "disorder'. A cousin could still know the second speaker, so I advise access on request only.",
        "In the first transcript job and year together named one person, so I widened the year to a "
        "decade. The harbour strike stays, since four hundred people took part.",
    ),
    sample_file=("transcripts.txt", "A: I came to [a town on the coast] in [the nineties].\nB: And then?\n"),
    praise="Nothing identifying is left, and the advice on access is well argued.",
    advice="The job title on page two, with the year, still points to one person. Widen one of them.",
)

RESEARCH_DATA = (
    NAMING_FILES,
    MANAGEMENT_PLAN,
    CLEANING_TABLES,
    DESCRIBING_DATA,
    VISUALISING_DATA,
    ANONYMISING,
)
