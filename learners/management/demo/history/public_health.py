"""What the district teams have done so far."""

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

OUTBREAK = "outbreak"
LEAD = "response-lead"
ACROSS = "across-disciplines"

PUBLIC_HEALTH = (
    Story(
        learner="wanjiru",
        enrolled=((OUTBREAK, 620), (LEAD, 480)),
        shows=frozenset({State.COMPLETE, State.TWO_PATHWAYS}),
        work=(
            passed("PH-110", 600, Strength.STRONG),
            passed("PH-120", 560),
            passed("PH-210", 500, Strength.STRONG),
            passed("PH-220", 300),
            passed("PH-230", 200, Strength.STRONG, marked_in=10),
        ),
        is_public=True,
    ),
    Story(
        learner="olamide",
        enrolled=((OUTBREAK, 540), (LEAD, 390)),
        shows=frozenset({State.COMPLETE, State.ONE_LEFT, State.WAITING, State.TWO_PATHWAYS}),
        work=(
            passed("PH-110", 520),
            passed("PH-120", 480),
            passed("PH-210", 420),
            passed("PH-220", 180),
            waiting("PH-230", 9),
        ),
    ),
    Story(
        learner="thando",
        enrolled=((OUTBREAK, 220),),
        shows=frozenset({State.COMPLETE}),
        work=(passed("PH-110", 200), passed("PH-120", 150, Strength.BARE), passed("PH-210", 60)),
    ),
    # Her interview is the last step of the lower tier and, with what she holds, of the upper one too.
    Story(
        learner="xochitl",
        enrolled=((OUTBREAK, 430), (LEAD, 260)),
        shows=frozenset({State.ONE_LEFT, State.WAITING, State.TWO_PATHWAYS}),
        work=(
            passed("PH-110", 400),
            passed("PH-120", 370),
            passed("PH-220", 230),
            passed("PH-230", 150),
            waiting("PH-210", 5),
        ),
    ),
    Story(
        learner="stoyan",
        enrolled=((OUTBREAK, 880),),
        shows=frozenset({State.EXPIRED_COMPONENT, State.LAPSED_CERTIFICATE}),
        work=(passed("PH-110", 850), passed("PH-120", 820), passed("PH-210", 790)),
    ),
    Story(
        learner="narantsetseg",
        enrolled=((OUTBREAK, 860),),
        shows=frozenset({State.HALFWAY, State.EXPIRED_COMPONENT}),
        work=(passed("PH-110", 830, Strength.STRONG), passed("PH-210", 780)),
    ),
    Story(
        learner="aiza",
        enrolled=((OUTBREAK, 380),),
        shows=frozenset({State.SUSPENDED_COMPONENT, State.LAPSED_CERTIFICATE}),
        work=(passed("PH-110", 360), passed("PH-120", 320), passed("PH-210", 270)),
        corrections=(
            Correction(
                "PH-210",
                Act.SUSPEND,
                8,
                "Under review by the health protection team.",
                "The recording of the second call is to be heard again by another observer.",
            ),
        ),
    ),
    Story(
        learner="yashovardhan",
        enrolled=((OUTBREAK, 95),),
        shows=frozenset({State.HALFWAY, State.WAITING}),
        work=(passed("PH-110", 70), waiting("PH-120", 14)),
    ),
    Story(learner="mahidul", enrolled=((OUTBREAK, 18),), shows=frozenset({State.NOTHING_YET})),
    Story(
        learner="tharindi",
        enrolled=((OUTBREAK, 250),),
        shows=frozenset({State.ONE_LEFT, State.DRAFT}),
        work=(passed("PH-110", 225), passed("PH-120", 175), draft("PH-210", 1)),
    ),
    Story(
        learner="sudaphone",
        enrolled=((OUTBREAK, 28),),
        shows=frozenset({State.WAITING}),
        work=(waiting("PH-110", 6),),
    ),
    Story(
        learner="sophavy",
        enrolled=((OUTBREAK, 160),),
        shows=frozenset({State.HALFWAY}),
        work=(passed("PH-110", 135),),
    ),
    Story(
        learner="khin",
        enrolled=((OUTBREAK, 145),),
        shows=frozenset({State.HALFWAY, State.NOT_YET}),
        work=(passed("PH-110", 118), not_yet("PH-120", 33)),
    ),
    Story(
        learner="thanakorn",
        enrolled=((OUTBREAK, 410),),
        shows=frozenset({State.COMPLETE}),
        work=(passed("PH-110", 390), passed("PH-120", 345), passed("PH-210", 285, Strength.STRONG)),
    ),
    # One lapsed component at the bottom, and both tiers rest.
    Story(
        learner="haile",
        enrolled=((OUTBREAK, 900), (LEAD, 760)),
        shows=frozenset({State.EXPIRED_COMPONENT, State.LAPSED_CERTIFICATE, State.TWO_PATHWAYS}),
        work=(
            passed("PH-110", 870),
            passed("PH-120", 840),
            passed("PH-210", 795),
            passed("PH-220", 600),
            passed("PH-230", 500),
        ),
    ),
    Story(
        learner="hakon",
        enrolled=((OUTBREAK, 220), (ACROSS, 180)),
        shows=frozenset({State.HALFWAY, State.ONE_LEFT, State.WAITING, State.TWO_PATHWAYS}),
        work=(passed("PH-110", 200), passed("RD-110", 150), waiting("TL-110", 7)),
    ),
    Story(learner="stefania", enrolled=((OUTBREAK, 6),), shows=frozenset({State.NOTHING_YET})),
    Story(
        learner="kristine",
        enrolled=((OUTBREAK, 125),),
        shows=frozenset({State.HALFWAY, State.WAITING}),
        work=(passed("PH-110", 98), not_yet("PH-120", 48), waiting("PH-120", 3)),
    ),
    Story(
        learner="gulsah",
        enrolled=((OUTBREAK, 340),),
        shows=frozenset({State.REVOKED_COMPONENT, State.ONE_LEFT}),
        work=(passed("PH-110", 315), passed("PH-120", 265), passed("PH-210", 185)),
        corrections=(
            Correction(
                "PH-120",
                Act.REVOKE_VOID,
                16,
                "Issued in error: the mark belonged to another learner.",
                "Entered against the wrong person. Her own attempt did not pass; she may try again.",
            ),
        ),
    ),
    Story(learner="pranoto", enrolled=((OUTBREAK, 11),), shows=frozenset({State.NOTHING_YET})),
)
