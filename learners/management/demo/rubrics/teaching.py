"""How the teaching achievements are assessed."""

from learners.management.demo.rubrics.form import Assessment, criterion

OUTCOMES = Assessment(
    achievement="TL-110",
    title="The outcomes of one course, rewritten",
    method="applied_project",
    brief=(
        "Take the outcomes of a course that is really taught. Hand in as text the old and the new wording "
        "of at least four outcomes, where each is assessed, and what you did with those that are not."
    ),
    evidence=("text",),
    criteria=(
        criterion(
            "performance",
            "A performance that can be seen",
            ("Beginning", "Outcomes speak of knowing and appreciating."),
            ("Growing", "Most name a performance; one or two describe what the teacher does."),
            ("Established", "Each names something a student does that others can see."),
            ("Leading", "Verbs fit the intended depth, and no two outcomes overlap."),
            hurdle="Established",
            weight="2",
        ),
        criterion(
            "conditions",
            "Conditions",
            ("Beginning", "It is not said with what help or material the student works."),
            ("Established", "Material, time and help are stated where they matter."),
            ("Leading", "Conditions are those the student will meet after the course."),
        ),
        criterion(
            "standard",
            "Standard",
            ("Beginning", "Any performance at all would do."),
            ("Growing", "A standard is given in words such as well or properly."),
            ("Established", "A marker can tell from the sentence what is good enough."),
            hurdle="Established",
            weight="2",
        ),
        criterion(
            "assessed",
            "Assessed somewhere",
            ("Beginning", "No link is drawn between outcomes and assessments."),
            ("Growing", "A link is drawn, but an unassessed outcome was left in."),
            ("Established", "Each outcome is assessed, or was removed with a reason."),
            ("Leading", "Outcomes assessed twice are noted, and one assessment was saved."),
            hurdle="Established",
        ),
    ),
    samples=(
        "Old: understand the water cycle. New: given a map and a year of rainfall, predict which of three "
        "wells runs dry first and defend the prediction in one page. Assessed in the second report.",
        "Six outcomes became five. 'Appreciate the history of the field' was assessed nowhere, and when I "
        "asked the team what it would look like nobody could say, so it went.",
    ),
    praise="The wells outcome is a model: task, conditions and standard in a single sentence.",
    advice="Two outcomes still say understand; write what the student does that shows it.",
)

RUBRIC_DESIGN = Assessment(
    achievement="TL-120",
    title="A rubric tried by two markers",
    method="portfolio",
    brief=(
        "Design a rubric for one assignment. Have a second person mark three pieces of work by it without "
        "seeing your marks. Hand in the first and the revised rubric as a file, and as text both sets of "
        "marks and what you changed because of them."
    ),
    evidence=("text", "file"),
    criteria=(
        criterion(
            "alignment",
            "Rows come from outcomes",
            ("Weak", "Rows reward effort, length or neatness."),
            ("Fair", "Most rows come from an outcome; one has no source."),
            ("Good", "Each row names the outcome it serves."),
            hurdle="Good",
        ),
        criterion(
            "levels",
            "Levels that differ in kind",
            ("Weak", "Levels repeat one sentence with a stronger adverb."),
            ("Fair", "Some neighbouring levels cannot be told apart."),
            ("Good", "Each level describes work that looks different from its neighbours."),
            ("Excellent", "An example of real work is attached to each level."),
            hurdle="Good",
            weight="2",
        ),
        criterion(
            "trial",
            "Tried by a second marker",
            ("Weak", "Nobody else has used the rubric."),
            ("Fair", "It was tried, but the second marker had seen the first marks."),
            ("Good", "Two people marked three pieces without seeing each other's marks."),
            hurdle="Good",
        ),
        criterion(
            "revision",
            "Revised on evidence",
            ("Weak", "Disagreement was settled by seniority."),
            ("Good", "Every disagreement of more than one level led to a change of wording."),
            ("Excellent", "The revised rubric was tried again and the gain is shown."),
            weight="2",
        ),
        criterion(
            "student",
            "Fit for students",
            ("Weak", "Students would need a translation."),
            ("Fair", "Students understand it only once it has been explained."),
            ("Good", "A student can use it to judge a draft before handing it in."),
            hurdle="Good",
        ),
    ),
    samples=(
        "We differed by two levels on 'use of sources' because I counted them and my colleague judged "
        "them. The revised row asks what each source is used for.",
        "Three laboratory reports, two markers, fifteen marks each: eleven agreed, three were one level "
        "apart, one was two apart. That one row now has an example for every level.",
    ),
    sample_file=(
        "rubric_v2.csv",
        "row,level,descriptor\nUse of sources,1,Sources are listed\nUse of sources,2,Each serves a point\n",
    ),
    praise="Your account of the disagreement over sources shows exactly what a trial is for.",
    advice="Levels two and three of the last row differ only by an adverb; describe different work.",
)

FEEDBACK = Assessment(
    achievement="TL-130",
    title="Feedback on three pieces, and what came of one",
    method="portfolio",
    brief=(
        "Hand in as text your feedback on three pieces of student work of different quality, with names "
        "removed, and show for one of them what the student did next. At most two hundred words each."
    ),
    evidence=("text",),
    criteria=(
        criterion(
            "specific",
            "Points at the work",
            ("Not yet", "The same comments would fit any piece of work."),
            ("Nearly", "Faults are located; achievements are praised in general."),
            ("Secure", "Both achievements and faults are shown at a place in the work."),
            hurdle="Secure",
            weight="2",
        ),
        criterion(
            "next_step",
            "A step that can be taken",
            ("Not yet", "Advice is to try harder or read more."),
            ("Nearly", "Advice is right but too large to begin on."),
            ("Secure", "One or two steps are given that fit into the student's week."),
            ("Strong", "The step is tied to the next assignment, where it will count."),
            hurdle="Secure",
            weight="2",
        ),
        criterion(
            "tone",
            "Fair tone",
            ("Not yet", "The person is judged, or weak work is met with sarcasm."),
            ("Secure", "The work is addressed, and strong and weak students get equal care."),
            ("Strong", "The student is asked something worth answering."),
            hurdle="Secure",
        ),
        criterion(
            "effect",
            "What the student did",
            ("Not yet", "Nothing is known of what happened next."),
            ("Nearly", "The student's thanks are reported."),
            ("Secure", "A before and after of the student's work is shown."),
            ("Strong", "What the feedback failed to change is discussed as well."),
        ),
    ),
    samples=(
        "To the second student: your table on page two already holds the answer to your question, but the "
        "text never points at it. Begin your next report with one sentence on that table.",
        "After my feedback the student rewrote the introduction twice. The claim moved to the front; the "
        "list of definitions stayed, although I had advised against it.",
    ),
    praise="One small step for each student, and you show that it was taken.",
    advice="The comment on the strongest piece could be about any essay; point to two places in it.",
)

ACCESSIBLE_DOCUMENTS = Assessment(
    achievement="TL-140",
    title="One handout and one set of slides, mended",
    method="applied_project",
    brief=(
        "Mend one handout and one set of slides that are in use. Hand in links to both before and after, "
        "and as text a report of each fault, how you found it and what you did."
    ),
    evidence=("text", "url"),
    criteria=(
        criterion(
            "order",
            "Headings and reading order",
            ("Fails", "Headings are only large letters."),
            ("Mends", "Real headings exist; the reading order still jumps on some pages."),
            ("Passes", "A screen reader goes through every part in the intended order."),
            hurdle="Passes",
            weight="2",
        ),
        criterion(
            "pictures",
            "Pictures and charts",
            ("Fails", "Pictures have no alternative text, or only a file name."),
            ("Mends", "Alternative text names the picture but not its point."),
            ("Passes", "Alternative text carries the point; decoration is marked as such."),
            ("Leads", "Charts also come as tables that can be copied."),
            hurdle="Passes",
        ),
        criterion(
            "contrast",
            "Colour and contrast",
            ("Fails", "Text was judged by eye and falls below the required contrast."),
            ("Mends", "Colours were measured, yet a legend still relies on them alone."),
            ("Passes", "Every pair of colours was measured, and none carries meaning alone."),
            hurdle="Passes",
        ),
        criterion(
            "screens",
            "Small screens and enlargement",
            ("Fails", "Text is cut off or overlaps at twice its size."),
            ("Mends", "Text reflows, but tables must be dragged sideways."),
            ("Passes", "Everything can be read at four hundred per cent."),
        ),
        criterion(
            "report",
            "Report of faults",
            ("Fails", "Only the checker's output is handed in."),
            ("Passes", "Faults that no checker finds are reported, with how they were noticed."),
            ("Leads", "Someone who uses a screen reader tried the documents and is quoted."),
            hurdle="Passes",
        ),
    ),
    samples=(
        "Nineteen faults: four found by the checker, fifteen by going through with the keyboard. The worst "
        "was a table made of tabs, read aloud as one long sentence.",
        "The slides had text in pictures on seven pages. I typed it again, and the two diagrams now have a "
        "description of the steps they show.",
    ),
    praise="Fifteen faults found by hand: this is the difference between checking and hoping.",
    advice="The two diagrams still lack a description of what they show. Write it as three steps.",
)

SEMINAR = Assessment(
    achievement="TL-210",
    title="Forty minutes of discussion, observed",
    method="performance",
    brief=(
        "Arrange an observed seminar of forty minutes with at least eight students. Hand in your plan as "
        "text before it, and afterwards add a reflection of one page to the same text."
    ),
    evidence=("text",),
    criteria=(
        criterion(
            "plan",
            "Planned questions",
            ("Not yet", "Questions can be answered by yes, no or a fact."),
            ("Nearly", "Open questions are planned, all at the same depth."),
            ("Secure", "Questions lead from what the text says to what follows from it."),
            ("Strong", "For each question the plan foresees a wrong turn and a way back."),
            hurdle="Secure",
        ),
        criterion(
            "participation",
            "Shared talk",
            ("Not yet", "Fewer than a third of the students speak."),
            ("Nearly", "Half speak, mostly to the leader."),
            ("Secure", "Two thirds speak, and some answer each other."),
            ("Strong", "Students invite one another, and the leader can fall silent."),
            hurdle="Secure",
            weight="2",
        ),
        criterion(
            "listening",
            "Listening and following up",
            ("Not yet", "Answers are ranked right or wrong, and the leader moves on."),
            ("Secure", "Answers are taken up in the student's own words and pressed further."),
            ("Strong", "An unpopular view is given its best form before it is discussed."),
            hurdle="Secure",
            weight="2",
        ),
        criterion(
            "close",
            "Closing",
            ("Not yet", "The seminar ends because time is up."),
            ("Nearly", "The leader sums up alone."),
            ("Secure", "Students say what has changed in their view, and what is open."),
        ),
        criterion(
            "reflection",
            "Reflection",
            ("Not yet", "The reflection tells what happened."),
            ("Nearly", "It finds a cause, but only in the students or the room."),
            ("Secure", "It explains one moment that went wrong from the leader's own choices."),
            hurdle="Secure",
        ),
    ),
    samples=(
        "Plan: who is speaking in the letter, what does she want, what would she lose by saying so? "
        "Reflection: I rescued the second silence too early; the answer was on its way.",
        "Nine students, seven spoke. The turn came when one asked another for the page. I had planned a "
        "vote and dropped it, since the disagreement was better than its count.",
    ),
    praise="You pressed an answer further four times without once taking it over.",
    advice="Leave ten seconds of silence after a question; twice you answered it yourself.",
)

COURSE_EVALUATION = Assessment(
    achievement="TL-220",
    title="One course, three kinds of evidence, two changes",
    method="applied_project",
    brief=(
        "Evaluate one run of a course from at least three kinds of evidence. Hand in the report as text and "
        "a link to the slides with which you presented two changes to the course team."
    ),
    evidence=("text", "url"),
    criteria=(
        criterion(
            "evidence",
            "Kinds of evidence",
            ("Thin", "Only a satisfaction survey is used."),
            ("Uneven", "Three kinds are named; one is an impression."),
            ("Solid", "Three kinds are collected by a stated procedure."),
            ("Rich", "One kind shows what students can do months later."),
            hurdle="Solid",
            weight="2",
        ),
        criterion(
            "limits",
            "Limits stated",
            ("Thin", "Response rates and absent voices are not mentioned."),
            ("Uneven", "The response rate is given, and nothing is made of it."),
            ("Solid", "Who did not answer is described, and what that does to the finding."),
            hurdle="Solid",
        ),
        criterion(
            "reading",
            "Reading of the evidence",
            ("Thin", "Numbers are repeated in words."),
            ("Uneven", "Sources are read one by one and never against each other."),
            ("Solid", "Agreement and conflict between sources lead to the findings."),
            ("Rich", "A finding that speaks against the author's own teaching is followed up."),
            hurdle="Solid",
            weight="2",
        ),
        criterion(
            "changes",
            "Two changes",
            ("Thin", "Changes were wished for before the evaluation began."),
            ("Solid", "Each change follows from a finding and says how its effect will show."),
            ("Rich", "Something is given up to make room for the changes."),
            hurdle="Solid",
        ),
        criterion(
            "privacy",
            "Students' data",
            ("Thin", "A student could be recognised in the report."),
            ("Uneven", "Names are gone; a group of four can still be picked out."),
            ("Solid", "No group smaller than ten is shown, and quotations were agreed to."),
            hurdle="Solid",
        ),
    ),
    samples=(
        "Survey, exam answers and a group interview disagree: students liked week five best and learned "
        "least in it. We shorten it and ask the week-five question again in June.",
        "Of 64 students 29 answered, few of them part-time. I therefore read 20 part-time students' essays "
        "and found that the second deadline falls on their working days.",
    ),
    praise="You let the sources contradict each other, and the change follows from that.",
    advice="Say who did not answer the survey, and check your finding against their work.",
)

TEACHING = (OUTCOMES, RUBRIC_DESIGN, FEEDBACK, ACCESSIBLE_DOCUMENTS, SEMINAR, COURSE_EVALUATION)
