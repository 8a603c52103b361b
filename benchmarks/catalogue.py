"""The public catalogue with many achievements, searched and filtered in two hundred ways."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from urllib.parse import urlencode

from benchmarks.measuring import Line, Opened, opened
from config.events import quietly
from credentials.models import (
    Achievement,
    AchievementVersion,
    Competency,
    Offering,
    SubjectArea,
    VersionCompetency,
)
from tests import makers

FEW, MANY, REQUESTS = 20, 2_000, 200
MOST_QUERIES, MOST_MS = 6, 200
# fmt: off
WORDS = (
    "data", "analysis", "method", "evidence", "community", "record", "survey", "graph", "teaching", "field",
    "plan", "quality", "review", "sample", "outbreak", "contact", "archive", "language", "model", "budget",
    "safety", "learner", "network", "storage", "ethics", "consent", "map",
)
# fmt: on
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)


def measure(database: str) -> Iterator[Line]:
    filler = _Filler()
    filler.fill(FEW)
    few = opened(_addresses())
    filler.fill(MANY - FEW)
    many = opened(_addresses())
    yield Line(
        job=f"catalogue, {MANY} achievements, {REQUESTS} searches ({database})",
        ours=many.in_words(),
        comparison=f"with {FEW}: {few.in_words()}",
        ratio=f"{many.p95 / few.p95:.1f}x",
        goal=f"p95 <= {MOST_MS} ms",
        is_met=many.p95 <= MOST_MS,
    )
    yield _queries(f"catalogue, most queries of a page ({database})", few, many)


def _queries(job: str, few: Opened, many: Opened) -> Line:
    return Line(
        job=job,
        ours=str(many.queries),
        comparison=f"with {FEW}: {few.queries}",
        ratio=f"{many.queries / few.queries:.1f}x",
        goal=f"<= {MOST_QUERIES}",
        is_met=many.queries <= MOST_QUERIES,
        is_broken=many.queries > MOST_QUERIES,
    )


def _addresses() -> list[str]:
    """Searches as people make them: mostly a word or two, or some choices, now and then a later page."""
    chance = Random(20251101)  # noqa: S311  the same searches each time, not a secret
    choices = {
        "level": AchievementVersion.Level.values,
        "learning_mode": AchievementVersion.Learning.values,
        "assessment_mode": AchievementVersion.Assessed.values,
        "duration": ["hours", "day", "days", "weeks"],
        "series": [f"bench-{number}" for number in range(12)],
        "sort": ["name", "newest", "shortest"],
        "credits_to": ["0.5", "1"],
        "skill": list(WORDS),
        "page": ["2", "3"],
    }
    addresses = []
    for _number in range(REQUESTS):
        asked = {
            name: chance.choice(choices[name])
            for name in chance.sample(sorted(choices), chance.randint(0, 3))
        }
        if chance.random() < 0.6:
            asked["q"] = " ".join(chance.sample(WORDS, chance.randint(1, 2)))
        addresses.append(f"/catalogue/?{urlencode(asked)}")
    return addresses


class _Filler:
    """Published achievements with texts, competencies and dates of a real length."""

    def __init__(self) -> None:
        self.chance = Random(7)  # noqa: S311  the same catalogue each time, not a secret
        self.numbers = itertools.count(1)
        issuer = makers.default_issuer()
        self.series = [
            makers.make_series(issuer=issuer, name=f"Series {number}", slug=f"bench-{number}")
            for number in range(12)
        ]
        self.areas = [
            SubjectArea.objects.create(name=f"Area {number}", expiry="never") for number in range(10)
        ]
        framework = makers.make_framework()
        self.competencies = Competency.objects.bulk_create(
            Competency(framework=framework, code=f"B.{number}", title=self._text(4), statement=self._text(25))
            for number in range(300)
        )

    def fill(self, count: int) -> None:
        with quietly():
            achievements = Achievement.objects.bulk_create(self._achievement() for _place in range(count))
            versions = AchievementVersion.objects.bulk_create(map(self._version, achievements))
            VersionCompetency.objects.bulk_create(
                VersionCompetency(version=version, competency=competency, level="basic")
                for version in versions
                for competency in self.chance.sample(self.competencies, 3)
            )
            fresh = AchievementVersion.objects.filter(pk__in=[version.pk for version in versions])
            fresh.update(status=AchievementVersion.Status.PUBLISHED, published_at=BEGAN)
            for achievement, version in zip(achievements, versions, strict=True):
                achievement.current_version = version
            Achievement.objects.bulk_update(achievements, ["current_version"], batch_size=500)
            self._teach(achievements)

    def _achievement(self) -> Achievement:
        series = self.chance.choice(self.series)
        return Achievement(issuer=series.issuer, series=series, code=f"BEN-{next(self.numbers)}")

    def _version(self, achievement: Achievement) -> AchievementVersion:
        return AchievementVersion(
            achievement=achievement,
            name=self._text(5).capitalize(),
            description=self._text(60),
            outcomes=self._text(60),
            criteria=self._text(100),
            level=self.chance.choice(AchievementVersion.Level.values),
            subject_area=self.chance.choice(self.areas),
            hours=Decimal(self.chance.randint(1, 60)),
            credits=Decimal(self.chance.randint(1, 200)) / 100,
            learning_mode=self.chance.choice(AchievementVersion.Learning.values),
            assessment_mode=self.chance.choice(AchievementVersion.Assessed.values),
            expiry=AchievementVersion.Expiry.NEVER,
            shape="hexagon",
            palette="blue",
            icon="chart",
            image_alt=self._text(10),
            result_descriptions=[{"key": str(place), "name": self._text(80)} for place in range(5)],
            definition={"competencies": [{"name": self._text(60)} for _place in range(3)]},
        )

    def _teach(self, achievements: list[Achievement]) -> None:
        """One activity for every four achievements, each with dates to come."""
        for first in range(0, len(achievements), 4):
            activity = makers.make_activity(series=self.series[0], leads_to=achievements[first : first + 4])
            Offering.objects.bulk_create(
                Offering(activity=activity, starts_at=_ahead(days), place="Room 1") for days in (7, 35)
            )

    def _text(self, words: int) -> str:
        return " ".join(self.chance.choices(WORDS, k=words))


def _ahead(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)
