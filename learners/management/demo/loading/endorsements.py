"""The demonstration's endorsers, each with a key of its own, and what they say."""

from datetime import timedelta

from credentials.models import Achievement, AchievementVersion, Issuer
from credentials.services.endorsing import endorse
from credentials.services.keys import make_key
from learners.management.demo.endorsements import ENDORSERS, WORDS
from learners.management.demo.loading.calendar import CORRECTING, Calendar
from learners.models import User


def load_endorsements(achievements: dict[str, Achievement], *, by: User, calendar: Calendar) -> None:
    """Said by the registrar's hand; signed with the documents."""
    for written in ENDORSERS:
        issuer = Issuer.objects.create(
            name=written.name,
            slug=written.slug,
            url=written.url,
            email=written.email,
            description=written.description,
            country="IE",
        )
        make_key(issuer=issuer, by=by, at=calendar.moment(90, CORRECTING, written.slug), at_once=True)
    for word in WORDS:
        at = calendar.moment(word.said_days_ago, CORRECTING, word.achievement)
        endorse(
            endorser=Issuer.objects.get(slug=word.endorser),
            target=AchievementVersion.objects.get(
                achievement=achievements[word.achievement], status=AchievementVersion.Status.PUBLISHED
            ),
            comment=word.comment,
            by=by,
            at=at,
            valid_until=at + timedelta(days=word.lasts_days) if word.lasts_days else None,
        )
