"""What the two teaching groups have done so far."""

from learners.management.demo.history.form import (
    Act,
    Correction,
    State,
    Story,
    Strength,
    draft,
    not_yet,
    passed,
    waiting,
)

COURSE = "course-design"
ACROSS = "across-disciplines"

TEACHING = (
    Story(
        learner="sian",
        enrolled=((COURSE, 400),),
        shows=frozenset({State.COMPLETE}),
        work=(
            passed("TL-110", 380, Strength.STRONG),
            passed("TL-120", 340, Strength.STRONG),
            passed("TL-130", 300),
            passed("TL-210", 260, Strength.STRONG),
        ),
        is_public=True,
    ),
    Story(
        learner="ines",
        enrolled=((COURSE, 350),),
        shows=frozenset({State.COMPLETE, State.WAITING}),
        work=(
            passed("TL-110", 330),
            passed("TL-120", 300),
            passed("TL-130", 250),
            passed("TL-140", 210),
            waiting("TL-220", 10),
        ),
    ),
    Story(
        learner="timur",
        enrolled=((COURSE, 240),),
        shows=frozenset({State.ONE_LEFT, State.WAITING}),
        work=(passed("TL-110", 220), passed("TL-120", 180), passed("TL-130", 120), waiting("TL-140", 2)),
    ),
    Story(
        learner="stratis",
        enrolled=((COURSE, 300),),
        shows=frozenset({State.ONE_LEFT}),
        work=(passed("TL-130", 280, Strength.BARE), passed("TL-140", 230), passed("TL-120", 160)),
    ),
    Story(
        learner="tariq",
        enrolled=((COURSE, 130),),
        shows=frozenset({State.HALFWAY, State.WAITING}),
        work=(passed("TL-110", 100), waiting("TL-120", 11)),
    ),
    Story(
        learner="nastaran",
        enrolled=((COURSE, 210), (ACROSS, 150)),
        shows=frozenset({State.HALFWAY, State.ONE_LEFT, State.TWO_PATHWAYS}),
        work=(passed("TL-110", 190), passed("TL-120", 165, Strength.STRONG), passed("PH-110", 120)),
    ),
    Story(learner="yonatan", enrolled=((COURSE, 14),), shows=frozenset({State.NOTHING_YET})),
    Story(
        learner="vennela",
        enrolled=((COURSE, 25),),
        shows=frozenset({State.DRAFT}),
        work=(draft("TL-110", 5),),
    ),
    Story(
        learner="harleen",
        enrolled=((COURSE, 40),),
        shows=frozenset({State.WAITING}),
        work=(waiting("TL-130", 7),),
    ),
    Story(
        learner="anupama",
        enrolled=((COURSE, 200),),
        shows=frozenset({State.HALFWAY}),
        work=(passed("TL-140", 170, Strength.STRONG), passed("TL-130", 115)),
    ),
    Story(
        learner="zhiyao",
        enrolled=((COURSE, 530),),
        shows=frozenset({State.COMPLETE}),
        work=(
            passed("TL-110", 510),
            passed("TL-120", 480),
            passed("TL-210", 430),
            passed("TL-220", 350, Strength.STRONG, marked_in=12),
        ),
    ),
    # Two of these teaching achievements serve two certificates at once.
    Story(
        learner="hiulam",
        enrolled=((COURSE, 450), (ACROSS, 320)),
        shows=frozenset({State.COMPLETE, State.TWO_PATHWAYS}),
        work=(
            passed("TL-110", 430),
            passed("TL-120", 400),
            passed("TL-130", 360),
            passed("RD-130", 310),
            passed("TL-140", 290, Strength.BARE),
            passed("PH-110", 255),
        ),
        is_public=True,
    ),
    Story(
        learner="sota",
        enrolled=((COURSE, 270),),
        shows=frozenset({State.ONE_LEFT, State.WAITING}),
        work=(passed("TL-110", 250), passed("TL-130", 190), passed("TL-140", 140), waiting("TL-210", 4)),
    ),
    Story(
        learner="haram",
        enrolled=((COURSE, 150),),
        shows=frozenset({State.HALFWAY, State.NOT_YET}),
        work=(passed("TL-110", 125), not_yet("TL-140", 35)),
    ),
    Story(
        learner="leilani",
        enrolled=((COURSE, 180),),
        shows=frozenset({State.HALFWAY, State.WAITING}),
        work=(passed("TL-110", 155), passed("TL-120", 105), waiting("TL-220", 13)),
    ),
    Story(learner="saoirse", enrolled=((COURSE, 3),), shows=frozenset({State.NOTHING_YET})),
    Story(
        learner="jurgen",
        enrolled=((COURSE, 1280),),
        shows=frozenset({State.COMPLETE, State.EXPIRED_COMPONENT}),
        work=(
            passed("TL-110", 1260),
            passed("TL-120", 1230),
            passed("TL-140", 1200),
            passed("TL-130", 1160, Strength.BARE),
        ),
    ),
    Story(
        learner="anais",
        enrolled=((COURSE, 390),),
        shows=frozenset({State.REVOKED_COMPONENT, State.ONE_LEFT}),
        work=(passed("TL-110", 370), passed("TL-120", 335), passed("TL-130", 280), passed("TL-210", 215)),
        corrections=(
            Correction(
                "TL-120",
                Act.REVOKE_VOID,
                25,
                "Issued in error: the work that was marked belonged to another person.",
                "Two submissions were exchanged at marking. Hers is still to be marked.",
            ),
        ),
    ),
    Story(
        learner="maria",
        enrolled=((COURSE, 310),),
        shows=frozenset({State.COMPLETE}),
        work=(
            not_yet("TL-120", 290),
            passed("TL-110", 275),
            passed("TL-120", 245),
            passed("TL-130", 205, Strength.STRONG),
            passed("TL-140", 145),
        ),
        is_public=True,
    ),
    Story(
        learner="elampirai",
        enrolled=((COURSE, 35),),
        shows=frozenset({State.WAITING}),
        work=(waiting("TL-110", 9),),
    ),
)
