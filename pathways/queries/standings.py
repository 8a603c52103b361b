"""How a certificate stands by its rule, in words; what it was awarded on; what used up a credential."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from credentials.models import Credential
from credentials.queries.verification import Ground, Grounds
from pathways.models import Approval, Consumption, Enrolment, Evaluation, IssueSnapshot, PathwayVersion

Lapse = PathwayVersion.Lapse


def standing_in_words(evaluation: Evaluation, lapse_policy: str) -> str:
    """Where a certificate stands that is not simply valid: since when, why, how long, what follows."""
    state = evaluation.standing
    if state == "waiting":
        return _("Everything that is asked for is there. The certificate waits for approval.")
    if state == "refused":
        return _("Everything that is asked for is there. The certificate was not approved.")
    if evaluation.broken_on is None:
        return (
            _("The registrar looks at this certificate; it is valid until then.") if state == "review" else ""
        )
    said = (
        _("The rule has not been met since %(day)s, because a part of it was revoked.")
        if evaluation.cause == "revocation"
        else _("The rule has not been met since %(day)s, because a part of it is no longer valid.")
    )
    since = said % {"day": date_format(evaluation.broken_on, "j F Y")}
    return f"{since} {_what_follows(state, evaluation.grace_through, lapse_policy)}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How an enrolment stands for its learner: a code, a sentence, why it was refused, milestones reached."""

    state: str = ""
    words: str = ""
    refused_because: str = ""
    milestones: tuple[str, ...] = ()


def told_of(enrolment: Enrolment) -> Told:
    """What her page says of the certificate; one query, one for milestones if any, one for a refusal."""
    current = enrolment.evaluations.filter(is_current=True).first()
    if current is None:
        return Told()
    refused_because = ""
    if current.standing == "refused":
        refusals = Approval.objects.filter(case__enrolment=enrolment, is_approved=False)
        refused_because = refusals.order_by("-pk").values_list("reason", flat=True).first() or ""
    names: tuple[str, ...] = ()
    if enrolment.version.terms.get("milestones"):
        names = tuple(enrolment.milestones.values_list("milestone__name", flat=True))
    return Told(
        state=current.standing,
        words=standing_in_words(current, enrolment.version.lapse_policy),
        refused_because=refused_because,
        milestones=names,
    )


def awarded_on(certificate: Credential) -> Grounds | None:
    """What a pathway's certificate was awarded on, as it was that day; None for what no pathway awarded."""
    snapshot = IssueSnapshot.objects.filter(credential=certificate).first()
    if snapshot is None:
        return None
    return Grounds(
        sentence=snapshot.sentence,
        met_on=snapshot.met_on,
        parts=tuple(
            Ground(
                name=row["name"],
                url=row["url"] or "",
                version=row["version"],
                earned_on=date.fromisoformat(row["earned_on"]),
                level=row["level"],
                evidence=tuple((item["name"], item["url"]) for item in row["evidence"]),
            )
            for row in snapshot.components
        ),
    )


def uses_of(credentials: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The names of the certificates that used up each of these credentials, by its id as rules call it."""
    rows = (
        Consumption.objects.filter(credential__in=list(credentials), released_at__isnull=True)
        .order_by("pk")
        .values_list("credential", "stacked_credential__version__name")
    )
    found: dict[str, list[str]] = defaultdict(list)
    for pk, name in rows:
        found[str(pk)].append(name)
    return {pk: tuple(names) for pk, names in found.items()}


def _what_follows(state: str, grace_through: date | None, lapse_policy: str) -> str:
    match state:
        case "grace" if grace_through:
            after = {
                Lapse.SUSPEND: _("then it is suspended."),
                Lapse.EXPIRE: _("then it expires."),
                Lapse.REVIEW: _("then the registrar decides."),
            }.get(Lapse(lapse_policy), "")
            stays = _("The certificate stays valid through %(day)s;") % {
                "day": date_format(grace_through, "j F Y")
            }
            return f"{stays} {after}"
        case "review":
            return _("The certificate is valid until the registrar decides.")
        case "kept":
            return _("The registrar decided that the certificate stays valid.")
        case "suspended":
            return _("The certificate is suspended until it is met again.")
        case "expired":
            return _("The certificate has expired. Once it is met again, a new one is issued.")
        case "revoked":
            return _("The certificate is revoked.")
        case _:
            return _("The certificate stays valid all the same.")
