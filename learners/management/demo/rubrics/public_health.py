"""How the public health achievements are assessed."""

from learners.management.demo.rubrics.form import Assessment, criterion

EPIDEMIC_CURVE = Assessment(
    achievement="PH-110",
    title="From sixty cases to one page for the incident team",
    method="applied_project",
    brief=(
        "Draw the epidemic curve of the supplied line list and read it. Hand in the curve's counts as a "
        "file and, as text, one page for the incident team on source, exposure and what to ask next."
    ),
    evidence=("text", "file"),
    criteria=(
        criterion(
            "interval",
            "Choice of interval",
            ("Not yet", "The interval is the software's default."),
            ("Nearly", "The interval is chosen but hides the first peak."),
            ("Secure", "The interval is argued from the incubation period."),
            hurdle="Secure",
        ),
        criterion(
            "missing",
            "Missing onset dates",
            ("Not yet", "Cases without a date vanish from the count."),
            ("Secure", "They are counted, shown apart and followed up."),
            ("Strong", "The curve is drawn under two assumptions, and the reading holds in both."),
            hurdle="Secure",
        ),
        criterion(
            "exposure",
            "Likely exposure",
            ("Not yet", "No exposure period is given."),
            ("Nearly", "A period is given that misses by more than one incubation range."),
            ("Secure", "The period is right to within one incubation range."),
            ("Strong", "The outliers are explained one by one."),
            hurdle="Secure",
            weight="2",
        ),
        criterion(
            "reading",
            "A page that can be acted on",
            ("Not yet", "The page describes the picture."),
            ("Secure", "The kind of source and the next two questions come first."),
            ("Strong", "What would prove the reading wrong is stated."),
        ),
    ),
    samples=(
        "Steep rise, slow fall, one peak: a shared source on the evening of the 14th is likely. Four cases "
        "have no onset date. Ask the kitchen about the cold dishes first.",
        "I used intervals of six hours, a quarter of the median incubation. Two late cases live with "
        "earlier ones, so they speak for spread at home and not for a second exposure.",
    ),
    sample_file=("curve.csv", "from,cases\n2031-06-14 18:00,2\n2031-06-15 00:00,11\n2031-06-15 06:00,19\n"),
    praise="The reading comes first, and the two late cases are explained well.",
    advice="Four cases without a date are missing from your total. Count them and show them apart.",
)

STANDARDISED_RATES = Assessment(
    achievement="PH-120",
    title="Four districts compared fairly",
    method="applied_project",
    brief=(
        "Calculate crude and directly standardised rates for the four supplied districts, with intervals. "
        "Hand in the working table as a file and, as text, what may and may not be concluded from it."
    ),
    evidence=("text", "file"),
    criteria=(
        criterion(
            "crude",
            "Crude rates",
            ("Wrong", "Numerator and denominator do not belong together."),
            ("Close", "Rates are right, but their unit or period is missing."),
            ("Right", "Rates agree with the marker's to one decimal place, with units."),
            hurdle="Right",
        ),
        criterion(
            "standard",
            "Standardised rates",
            ("Wrong", "Weights are taken from the districts themselves."),
            ("Close", "The method is right; a slip changes the first decimal place."),
            ("Right", "Rates agree to one decimal place, and the standard is named."),
            ("Expert", "A second standard population shows how far the ranking depends on it."),
            hurdle="Right",
            weight="2",
        ),
        criterion(
            "intervals",
            "Intervals",
            ("Wrong", "Intervals are absent."),
            ("Close", "Intervals suit large counts and are used for small ones."),
            ("Right", "The method suits the smallest count."),
            hurdle="Right",
        ),
        criterion(
            "small",
            "Small counts",
            ("Wrong", "A rate from three cases is ranked like the others."),
            ("Right", "Rates from fewer than ten cases are held back or marked."),
            ("Expert", "Years are pooled until the count allows a comparison."),
            hurdle="Right",
        ),
        criterion(
            "conclusion",
            "What may be concluded",
            ("Wrong", "The difference is explained by a cause that was not studied."),
            ("Close", "The conclusion is right but unlimited."),
            ("Right", "It is said what differs, by how much and how surely."),
        ),
    ),
    samples=(
        "District C has the highest crude rate and the second lowest standardised one: its people are "
        "older. District D has six cases, so I give no rank.",
        "Between A and B the intervals overlap by more than half. I conclude that these data do not tell "
        "them apart, which is not to say that they are equal.",
    ),
    sample_file=("rates.csv", "district,crude,standardised\nA,41.2,39.8\nB,44.0,43.1\nC,58.7,40.3\n"),
    praise="Rates agree with mine, and holding back the rank of the smallest district was right.",
    advice="Name the standard population, and use an interval that suits six cases.",
)

CONTACT_TRACING = Assessment(
    achievement="PH-210",
    title="Two simulated calls, observed",
    method="performance",
    brief=(
        "Make the two simulated calls in the observed session. Afterwards hand in as text the record of "
        "each call as the next shift would need it, and one thing you would do differently."
    ),
    evidence=("text",),
    criteria=(
        criterion(
            "identity",
            "Identity before health",
            ("Unsafe", "A health matter is mentioned before the person is identified."),
            ("Uneven", "One detail is confirmed, and a relative could have known it."),
            ("Safe", "Two details are confirmed first, and a wrong number ends politely."),
            hurdle="Safe",
            weight="2",
        ),
        criterion(
            "consent",
            "Purpose and consent",
            ("Unsafe", "Questions begin without saying why or for whom."),
            ("Uneven", "The purpose is given; what happens to the answers is not."),
            ("Safe", "Purpose, use, and the right to say no are explained in plain words."),
            hurdle="Safe",
        ),
        criterion(
            "rapport",
            "Care for the person",
            ("Unsafe", "Fear or anger is talked over."),
            ("Safe", "Feeling is acknowledged before the next question."),
            ("Expert", "An unwilling person agrees to a second call."),
            hurdle="Safe",
        ),
        criterion(
            "contacts",
            "Contacts found",
            ("Unsafe", "Only the household is asked about."),
            ("Uneven", "Memory is left unaided; whole days are missing."),
            ("Safe", "Days are walked through with aids, and no scripted contact is missed."),
            ("Expert", "A contact outside the script is found."),
            hurdle="Safe",
            weight="2",
        ),
        criterion(
            "advice",
            "Advice given",
            ("Unsafe", "Advice contradicts current guidance."),
            ("Uneven", "Advice is right but is not checked with the person."),
            ("Safe", "Advice follows guidance, and the person repeats it correctly."),
            hurdle="Safe",
        ),
        criterion(
            "record",
            "Record of the call",
            ("Unsafe", "The next shift would have to call again."),
            ("Safe", "Contacts, advice and promises stand in the agreed order."),
            ("Expert", "What the person did not want recorded was left out, and that is noted."),
        ),
    ),
    samples=(
        "Call one: identity confirmed by date of birth and street. Five contacts, two reached by the "
        "caller herself. Promised: a call after 18:00. Next time I would ask about work earlier.",
        "Call two: refused at first, agreed to talk tomorrow at noon. No contacts yet; advice on isolation "
        "given and repeated back. I would not have read out the form so quickly.",
    ),
    praise="You waited for the silence to end in the second call, and it brought the second contact.",
    advice="In the first call the test was mentioned before the date of birth. Confirm identity first.",
)

RISK_IN_PLAIN_WORDS = Assessment(
    achievement="PH-220",
    title="A public notice, tested with its readers",
    method="applied_project",
    brief=(
        "Write a notice of at most 250 words on one current risk. Test it with three people from its "
        "audience. Hand in as text the notice before and after with what the readers told you, and a link "
        "to the recording of your mock briefing."
    ),
    evidence=("text", "url"),
    criteria=(
        criterion(
            "numbers",
            "Risk in numbers",
            ("Unclear", "Risks are given in relative terms only."),
            ("Mixed", "Natural frequencies appear, with changing denominators."),
            ("Clear", "Every figure is so many in the same number of people."),
            ("Vivid", "A comparison from daily life is given and is of the same kind of risk."),
            hurdle="Clear",
            weight="2",
        ),
        criterion(
            "action",
            "What to do",
            ("Unclear", "The reader is told to be careful."),
            ("Mixed", "Actions are listed, but not for whom each one is."),
            ("Clear", "The first three sentences say who should do what, and when."),
            hurdle="Clear",
            weight="2",
        ),
        criterion(
            "language",
            "Plain language",
            ("Unclear", "Terms of the profession stand unexplained."),
            ("Clear", "Tested readers could say each sentence again in their own words."),
            ("Vivid", "The notice reads well aloud and translates without loss."),
            hurdle="Clear",
        ),
        criterion(
            "testing",
            "Tested and revised",
            ("Unclear", "Readers were asked whether they liked it."),
            ("Mixed", "Readers came from the author's own office."),
            ("Clear", "Three readers of the audience were asked what they would do."),
            hurdle="Clear",
        ),
        criterion(
            "briefing",
            "Answers under pressure",
            ("Unclear", "Uncertainty is denied or hidden behind procedure."),
            ("Clear", "What is known, unknown and being done is said in that order."),
            ("Vivid", "A false premise is corrected without being repeated."),
        ),
    ),
    samples=(
        "Before: a threefold increase. After: of 10,000 swimmers about 6 fell ill this week, last week 2. "
        "Two of three readers had thought that every third swimmer fell ill.",
        "The readers at the day centre stopped at 'vulnerable persons'. The new notice begins: if you are "
        "pregnant or over seventy, boil your water until Friday.",
    ),
    praise="Six in ten thousand instead of threefold: your readers now know what to think of it.",
    advice="Keep one denominator throughout; the notice changes from thousands to tens of thousands.",
)

AFTER_ACTION = Assessment(
    achievement="PH-230",
    title="A review that ends in actions",
    method="performance",
    brief=(
        "Prepare and lead an after-action review with at least three organisations. Hand in the report as "
        "text within ten working days, and the table of actions as a file."
    ),
    evidence=("text", "file"),
    criteria=(
        criterion(
            "timeline",
            "A shared account",
            ("Absent", "Each organisation tells its own story."),
            ("Partial", "A timeline exists; contradictions were left standing."),
            ("Sound", "One timeline is agreed, with its sources and its open points."),
            hurdle="Sound",
        ),
        criterion(
            "safety",
            "Nobody is blamed",
            ("Absent", "A person is named as the cause."),
            ("Sound", "Decisions are examined by what was known at the time."),
            ("Exemplary", "The most senior person in the room begins with an own error."),
            hurdle="Sound",
            weight="2",
        ),
        criterion(
            "causes",
            "Causes, not symptoms",
            ("Absent", "Findings repeat what went wrong."),
            ("Partial", "Causes stop at training or communication."),
            ("Sound", "Each finding reaches a condition that can be changed."),
            ("Exemplary", "What went well is analysed with the same care."),
            hurdle="Sound",
        ),
        criterion(
            "actions",
            "Actions",
            ("Absent", "Actions are addressed to everybody."),
            ("Partial", "Owners are named who were not asked."),
            ("Sound", "Each action has a willing owner, a date and a test of completion."),
            hurdle="Sound",
            weight="2",
        ),
        criterion(
            "report",
            "Report",
            ("Absent", "The report is late, or only those present can follow it."),
            ("Partial", "The report is in time; an outsider misses who did what."),
            ("Sound", "Delivered within ten working days, and clear to an outsider."),
            hurdle="Sound",
        ),
    ),
    samples=(
        "Four organisations, nine actions. The water company and the ward kept different clocks, which "
        "explains the lost hour. The director began with her own late call.",
        "We reviewed the heat exercise. The finding is not that messages were late but that two lists of "
        "addressees exist; the second one is closed by the end of March.",
    ),
    sample_file=(
        "actions.csv",
        "action,owner,due,done when\nOne list of addressees,Duty desk,31 March,Drill\n",
    ),
    praise="Nine actions, nine willing owners: that is rare, and your preparation shows in it.",
    advice="Three findings stop at 'communication'. Ask once more what made the message late.",
)

PUBLIC_HEALTH = (EPIDEMIC_CURVE, STANDARDISED_RATES, CONTACT_TRACING, RISK_IN_PLAIN_WORDS, AFTER_ACTION)
