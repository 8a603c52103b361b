"""What the library group has done so far."""

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

DATA = "data-management"
ACROSS = "across-disciplines"

RESEARCH_DATA = (
    Story(
        learner="zofie",
        enrolled=((DATA, 330),),
        shows=frozenset({State.COMPLETE}),
        work=(
            passed("RD-100", 320, Strength.STRONG),
            passed("RD-110", 300, Strength.STRONG),
            passed("RD-120", 270, Strength.STRONG),
            passed("RD-130", 240),
            passed("RD-210", 200, Strength.STRONG, marked_in=9),
        ),
        is_public=True,
    ),
    Story(
        learner="khue",
        enrolled=((DATA, 420), (ACROSS, 360)),
        shows=frozenset({State.COMPLETE, State.ONE_LEFT, State.TWO_PATHWAYS}),
        work=(
            passed("RD-110", 400),
            passed("RD-120", 380, Strength.BARE),
            passed("PH-120", 350),
            passed("RD-130", 300, Strength.STRONG),
        ),
        is_public=True,
    ),
    Story(
        learner="olesia",
        enrolled=((DATA, 280), (ACROSS, 280)),
        shows=frozenset({State.COMPLETE, State.HALFWAY, State.TWO_PATHWAYS}),
        work=(passed("RD-110", 250), passed("TL-130", 200), passed("PH-110", 180, Strength.STRONG)),
    ),
    # Her last elective lies on the marker's desk: passing it issues the certificate.
    Story(
        learner="evanthia",
        enrolled=((DATA, 190),),
        shows=frozenset({State.ONE_LEFT, State.WAITING}),
        work=(
            passed("RD-110", 160, Strength.STRONG),
            passed("RD-120", 130),
            passed("RD-130", 100),
            waiting("RD-210", 6),
        ),
    ),
    Story(
        learner="ruba",
        enrolled=((DATA, 110),),
        shows=frozenset({State.HALFWAY, State.WAITING}),
        work=(passed("RD-110", 90), passed("RD-120", 60), waiting("RD-130", 3)),
    ),
    Story(
        learner="tamar",
        enrolled=((DATA, 140),),
        shows=frozenset({State.HALFWAY, State.DRAFT}),
        work=(passed("RD-110", 120), passed("RD-120", 95, Strength.BARE), draft("RD-220", 2)),
    ),
    Story(
        learner="rutuja",
        enrolled=((DATA, 20),),
        shows=frozenset({State.WAITING}),
        work=(waiting("RD-110", 1),),
    ),
    Story(
        learner="sharmistha",
        enrolled=((DATA, 50),),
        shows=frozenset({State.NOT_YET}),
        work=(not_yet("RD-110", 21),),
    ),
    Story(
        learner="kayalvizhi",
        enrolled=((DATA, 230),),
        shows=frozenset({State.HALFWAY}),
        work=(passed("RD-110", 210), not_yet("RD-120", 170), passed("RD-120", 140)),
    ),
    Story(learner="pimlapas", enrolled=((DATA, 9),), shows=frozenset({State.NOTHING_YET})),
    # This pathway keeps its certificate when a component expires.
    Story(
        learner="ruolan",
        enrolled=((DATA, 1290),),
        shows=frozenset({State.COMPLETE, State.EXPIRED_COMPONENT}),
        work=(
            passed("RD-110", 1270),
            passed("RD-120", 1245),
            passed("RD-220", 1200, Strength.STRONG),
            passed("RD-130", 1150),
        ),
    ),
    Story(
        learner="minori",
        enrolled=((DATA, 520),),
        shows=frozenset({State.REVOKED_COMPONENT, State.ONE_LEFT}),
        work=(passed("RD-110", 500), passed("RD-120", 480), passed("RD-130", 450), passed("PH-120", 420)),
        corrections=(
            Correction(
                "RD-120",
                Act.REVOKE_VOID,
                40,
                "The assessed work was not the holder's own.",
                "Integrity case closed: script and log were another learner's. She may hand in her own work.",
            ),
        ),
    ),
    Story(
        learner="seoyun",
        enrolled=((DATA, 360),),
        shows=frozenset({State.COMPLETE, State.WAITING}),
        work=(
            passed("RD-110", 340),
            passed("RD-120", 310),
            passed("RD-130", 290),
            passed("RD-210", 220),
            waiting("RD-220", 12),
        ),
    ),
    Story(
        learner="selamawit",
        enrolled=((DATA, 260),),
        shows=frozenset({State.ONE_LEFT}),
        work=(passed("RD-110", 240), passed("RD-120", 200, Strength.STRONG), passed("RD-220", 150)),
    ),
    Story(learner="ninutsa", enrolled=((DATA, 30),), shows=frozenset({State.NOTHING_YET})),
    Story(
        learner="nare",
        enrolled=((DATA, 80),),
        shows=frozenset({State.HALFWAY, State.WAITING}),
        work=(passed("RD-110", 55, Strength.BARE), waiting("RD-120", 15)),
    ),
    Story(
        learner="suharti",
        enrolled=((DATA, 610),),
        shows=frozenset({State.COMPLETE}),
        work=(
            passed("RD-110", 590),
            passed("RD-120", 540),
            passed("RD-210", 470),
            passed("RD-220", 400, Strength.STRONG),
        ),
    ),
    Story(
        learner="mehmet",
        enrolled=((DATA, 170),),
        shows=frozenset({State.HALFWAY}),
        work=(passed("RD-110", 150), passed("PH-120", 110)),
    ),
    Story(
        learner="thuridur",
        enrolled=((DATA, 70),),
        shows=frozenset({State.WAITING}),
        work=(passed("RD-100", 45, Strength.STRONG), waiting("RD-110", 8)),
    ),
    Story(
        learner="lucja",
        enrolled=((DATA, 460),),
        shows=frozenset({State.COMPLETE, State.SUSPENDED_COMPONENT}),
        work=(
            passed("RD-110", 440),
            passed("RD-120", 410),
            passed("RD-130", 370),
            passed("RD-220", 330, Strength.BARE),
        ),
        corrections=(
            Correction(
                "RD-220",
                Act.SUSPEND,
                11,
                "Under review after a question about the assessment.",
                "The supervised session's attendance sheet is missing; the marker has been asked for it.",
            ),
        ),
    ),
)
