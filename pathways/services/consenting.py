"""Consent: the owner of a series agrees that a pathway of another series counts its achievements."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from credentials.models import Role, Series
from credentials.queries import reaches
from credentials.services.auditing import audit
from pathways.models import PathwayVersion, SeriesConsent
from pathways.queries import other_series, rule_for
from pathways.rules import tree
from pathways.services.publishing import held

if TYPE_CHECKING:
    from learners.models import User

# Who speaks for a series; of the institution, for any one of them.
OWNERS = frozenset({Role.Name.APPROVER.value, Role.Name.REGISTRAR.value})


class CannotConsent(Exception):
    """Nothing was agreed to; the message says why and who may."""


@transaction.atomic
def give_consent(*, version: PathwayVersion, series: Series, by: "User", at: datetime) -> SeriesConsent:
    """Agree, for one series, to the rule as it stands now; any edit asks again.

    Agreeing twice is agreeing once. Raises CannotConsent.
    """
    version = held(version)
    if version.status not in PathwayVersion.OPEN:
        raise CannotConsent(
            _("This version is %(status)s. Consent is given before it is published.")
            % {"status": version.get_status_display()}
        )
    if not reaches(by, OWNERS, series):
        raise CannotConsent(
            _("You have no role for %(series)s. One of its approvers or registrars gives consent.")
            % {"series": series}
        )
    try:
        rule = rule_for(version)
        is_concerned = other_series(version).filter(pk=series.pk).exists()
    except tree.RuleError as error:
        raise CannotConsent(
            _("There is no rule to agree to yet. “%(node)s”: %(problem)s.")
            % {"node": error.node, "problem": error.problem}
        ) from error
    if not is_concerned:
        raise CannotConsent(
            _("This rule lists nothing of %(series)s, so nothing is asked of it.") % {"series": series}
        )
    digest = tree.rule_sha256(rule)
    given = SeriesConsent.objects.filter(version=version, rule_sha256=digest)
    if own := given.filter(by=by).exclude(series=series).select_related("series").first():
        raise CannotConsent(
            _("You agreed for %(series)s already. Somebody else has to speak for %(other)s.")
            % {"series": own.series, "other": series}
        )
    consent, is_new = SeriesConsent.objects.get_or_create(
        version=version, series=series, rule_sha256=digest, defaults={"by": by, "at": at}
    )
    if is_new:
        audit("give consent", version, by=by, series=series.slug, rule=digest)
    return consent
