"""Series whose achievements a rule lists without being theirs, and which of them have not agreed yet."""

from django.db.models import Exists, OuterRef, QuerySet

from credentials.models import Achievement, Series
from pathways.models import PathwayVersion, SeriesConsent
from pathways.queries.rules import rule_for
from pathways.rules import tree


def other_series(version: PathwayVersion) -> QuerySet[Series]:
    """Series other than that of the certificate whose achievements the rule lists. Raises RuleError."""
    listed = Achievement.objects.filter(code__in=tree.listed(rule_for(version)))
    return Series.objects.filter(pk__in=listed.values("series")).exclude(pk=version.pathway.awards.series_id)


def series_to_ask(version: PathwayVersion) -> QuerySet[Series]:
    """Those of them that have not agreed to exactly this rule. Raises RuleError."""
    agreed = SeriesConsent.objects.filter(
        version=version, series=OuterRef("pk"), rule_sha256=tree.rule_sha256(rule_for(version))
    )
    return other_series(version).filter(~Exists(agreed))
