"""Publish a pathway: freeze its rule with its hash, and credit everybody who had already earned its parts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from credentials.models import Achievement, AuditEntry, Credential, Job
from credentials.queries import local_day
from credentials.services.auditing import audit
from credentials.services.drafting import wrote
from credentials.services.jobs import start_job
from pathways.models import (
    Pathway,
    PathwayVersion,
    VersionAchievement,
)
from pathways.queries import (
    catalogue_for,
    enrolling_by_themselves,
    equivalences,
    inputs_of,
    rule_for,
    series_to_ask,
    terms_for,
)
from pathways.queries.simulations import simulation_missing
from pathways.rules import tree
from pathways.rules.evaluate import Entry, Equivalence
from pathways.rules.exchange import terms_json
from pathways.rules.soundness import Finding, Plans, lint
from pathways.services.copying import copied
from pathways.services.enrolling import enrol
from pathways.services.evaluating import evaluate_learner, verdict_on
from pathways.services.gating import lacking_to_enrol

if TYPE_CHECKING:
    from learners.models import User

LEARNERS_A_CHUNK = 50
# Three to six components need no reason.
SIZE = frozenset({"W_FEWER_THAN_3", "W_MORE_THAN_6"})
# The act under which the audit trail keeps which warnings were let stand, and why.
SUBMITTED = "submit for review"


class CannotPublish(Exception):
    """The draft stays a draft; the message says what to mend."""


def findings(version: PathwayVersion, at: datetime | None = None) -> list[Finding]:
    """What the lint says of a version's rule, errors first. Raises RuleError when it is not a rule yet."""
    terms = terms_for(version)
    standing = _concerning(tree.listed(terms.rule))
    plans = Plans(
        as_of=local_day(at or datetime.now(UTC)),
        equivalences=standing,
        at_most=terms.at_most,
        milestones=terms.milestones,
        defaults=terms.defaults,
    )
    beside = {code for row in standing for code in (row.source, row.target)}
    beside |= {code for cap in terms.at_most for code in cap.achievements}
    catalog = _catalogue_with_needs(terms.rule, version.pathway, beside)
    return lint(terms.rule, catalog, issues=version.pathway.awards.code, plans=plans)


def warnings_to_explain(version: PathwayVersion, at: datetime | None = None) -> list[Finding]:
    """Warnings that a reason of their own lets stand; that of its size is written on the draft."""
    return [row for row in findings(version, at) if row.severity != "error" and row.code not in SIZE]


def holders_of(version: PathwayVersion) -> "QuerySet[User]":
    """Everybody who holds, in force, something this version's rule names. Raises RuleError."""
    return _holders(tree.listed(rule_for(version)))


@transaction.atomic
def publish_pathway(*, version: PathwayVersion, by: "User", at: datetime, reason: str = "") -> PathwayVersion:
    """Put a version in force for new enrolments, and start crediting those who qualify already.

    It is approved, or still a draft: then whoever publishes it submits and approves it in the same act, and
    `reason` says why warnings may stand. Learners enrolled on an earlier version stay on it. Raises
    CannotPublish.
    """
    version = held(version)
    if version.status not in (PathwayVersion.Status.DRAFT, PathwayVersion.Status.APPROVED):
        raise CannotPublish(
            _("This version is %(status)s. Only an approved version, or a draft, is published.")
            % {"status": version.get_status_display()}
        )
    if wrote(version, by):
        raise CannotPublish(_("You wrote on this draft. Somebody else has to publish it."))
    if version.is_draft:
        freeze(version, reason=reason, at=at)
        version.approved_by, version.approved_at = by, at
    else:
        refuse_if_changed(version, at)
    refuse_without_consents(version)
    if simulation_missing(version):
        raise CannotPublish(
            _(
                "Try this version on the people enrolled first: “Try it on everybody” on its page says what "
                "it would change for them."
            )
        )
    rule = rule_for(version)
    PathwayVersion.objects.filter(pathway=version.pathway, status=PathwayVersion.Status.PUBLISHED).update(
        status=PathwayVersion.Status.SUPERSEDED
    )
    version.status = PathwayVersion.Status.PUBLISHED
    version.published_by, version.published_at = by, at
    version.save()
    listed = Achievement.objects.filter(code__in=tree.listed(rule))
    VersionAchievement.objects.bulk_create(
        VersionAchievement(version=version, achievement=row) for row in listed
    )
    Pathway.objects.filter(pk=version.pathway_id).update(current_version=version)
    audit(
        "publish",
        version,
        by=by,
        reason="\n".join(filter(None, (version.size_reason.strip(), reason.strip()))),
        pathway=version.pathway.slug,
        rule=version.rule_sha256,
    )
    start_job(
        title=str(_("Credit holders on %(pathway)s")) % {"pathway": version},
        work="pathways.services.publishing.credit_holders",
        dedupe_key=f"credit-holders:{version.pk}",
        total=_holders(tree.listed(rule)).count(),
        by=by,
        at=at,
        version=version.pk,
    )
    return version


def held(version: PathwayVersion) -> PathwayVersion:
    """The version as it stands, held until the transaction ends, with what its services read."""
    # Held first and read then: rows joined to one that was waited for are older than the wait.
    PathwayVersion.objects.select_for_update(no_key=True).only("pk").get(pk=version.pk)
    return PathwayVersion.objects.select_related("pathway__awards__series", "approved_by").get(pk=version.pk)


def freeze(version: PathwayVersion, *, reason: str, at: datetime) -> tuple[str, ...]:
    """Write, on a draft that the caller holds and saves, what it promises from now on.

    Answers the codes of the warnings that stand. Raises CannotPublish where the lint objects.
    """
    rule, warnings = _sound_rule(version, reason=reason, at=at)
    version.terms = _beside(version)
    version.rule, version.rule_sha256 = tree.canonical(rule), tree.rule_sha256(rule)
    return warnings


def refuse_if_changed(version: PathwayVersion, at: datetime) -> None:
    """A version is decided on exactly as it was submitted, and what was sound then has to be so still."""
    excused = (
        AuditEntry.objects.filter(
            act=SUBMITTED, object_type=version._meta.label_lower, object_id=str(version.pk)
        )
        .order_by("-pk")
        .first()
    )
    written = copy(version)
    written.rule = ""
    codes = str(excused.facts.get("warnings", "")).split() if excused else []
    rule, _standing = _sound_rule(written, excused=codes, at=at)
    if tree.rule_sha256(rule) != version.rule_sha256 or _beside(written) != version.terms:
        raise CannotPublish(
            _("Its rows were changed after it was sent for review. Return it, and send it again.")
        )


def refuse_without_consents(version: PathwayVersion) -> None:
    """Every other series whose achievements the rule lists has agreed to exactly this rule, or it waits."""
    if missing := [str(series) for series in series_to_ask(version)]:
        raise CannotPublish(
            _(
                "This rule counts achievements of other series, and these have not agreed to it yet: "
                "%(series)s. An approver or registrar of each gives consent on the version's page."
            )
            % {"series": ", ".join(missing)}
        )


def credit_holders(job: Job, at: datetime) -> bool:
    """One chunk of the retroactive run: enrol and evaluate the next holders of any component."""
    version = PathwayVersion.objects.select_related("pathway").get(pk=job.parameters["version"])
    if version.status != PathwayVersion.Status.PUBLISHED:
        # Retired or superseded while it ran: nobody is enrolled on it any more.
        return False
    terms = terms_for(version)
    is_automatic = enrolling_by_themselves().filter(pk=version.pathway_id).exists()
    learners = list(
        _holders(tree.listed(terms.rule)).filter(pk__gt=job.position).order_by("pk")[:LEARNERS_A_CHUNK]
    )
    for learner in learners:
        # By-act pathways enrol nobody but those who satisfy the rule already (RULES §8).
        qualifies = bool(verdict_on(terms, inputs_of(learner), at).satisfied)
        if qualifies or (
            is_automatic and not lacking_to_enrol(pathway=version.pathway, learner=learner, at=at)
        ):
            enrol(
                learner=learner,
                pathway=version.pathway,
                by=None,
                at=at,
                is_retroactive=True,
                qualifies=qualifies,
            )
        evaluate_learner(learner=learner, at=at)
        job.position = learner.pk
        job.done_count += 1
    return len(learners) == LEARNERS_A_CHUNK


@transaction.atomic
def next_draft(*, pathway: Pathway, by: "User") -> PathwayVersion:
    """The version being written or decided on, or a copy of the newest as a draft; keys stay."""
    pathway = Pathway.objects.select_for_update(no_key=True, of=("self",)).get(pk=pathway.pk)
    newest = pathway.versions.order_by("-number").first()
    if newest is not None and newest.status in PathwayVersion.OPEN:
        return newest
    if newest is None:
        return PathwayVersion.objects.create(pathway=pathway, number=1, written_by=by)
    return copied(newest, pathway=pathway, number=newest.number + 1, by=by)


@transaction.atomic
def clone_pathway(*, pathway: Pathway, name: str, awards: Achievement, by: "User") -> PathwayVersion:
    """The first draft of another pathway, with the rows of this one's newest version.

    Nobody is enrolled, and nothing that was issued changes. Raises CannotPublish where there is nothing to
    copy or the name gives no free address.
    """
    newest = pathway.versions.order_by("-number").first()
    if newest is None:
        raise CannotPublish(
            _("“%(pathway)s” has no rule to copy yet. Write its first draft.") % {"pathway": pathway}
        )
    slug = slugify(name)[:50]
    if not slug or Pathway.objects.filter(slug=slug).exists():
        raise CannotPublish(
            _("The name “%(name)s” gives no address, or one that is taken. Choose another.") % {"name": name}
        )
    clone = Pathway.objects.create(
        name=name,
        slug=slug,
        description=pathway.description,
        model=pathway.model,
        awards=awards,
        enrolment_policy=pathway.enrolment_policy,
    )
    audit("clone pathway", clone, by=by, source=pathway.slug, version=newest.number)
    return copied(newest, pathway=clone, number=1, by=by)


def _beside(version: PathwayVersion) -> dict[str, Any]:
    """What stands beside the rule, to be frozen with it."""
    document = terms_json(terms_for(version))
    del document["rule"]
    return document


def _sound_rule(
    version: PathwayVersion, *, at: datetime, reason: str = "", excused: Collection[str] = ()
) -> tuple[tree.Rule, tuple[str, ...]]:
    """The rule, and the codes of the warnings that were let stand. Raises CannotPublish."""
    try:
        rule = rule_for(version)
        found = findings(version, at)
    except tree.RuleError as error:
        raise CannotPublish(
            _("“%(node)s”: %(problem)s.") % {"node": error.node, "problem": error.problem}
        ) from error
    if left_out := _rows_left_out(version, rule):
        raise CannotPublish(
            _("These rows are not part of the rule, because nothing leads to them: %(rows)s.")
            % {"rows": ", ".join(left_out)}
        )
    errors = [_said(finding) for finding in found if finding.severity == "error"]
    if errors:
        raise CannotPublish(" ".join(errors))
    size = [_said(finding) for finding in found if finding.code in SIZE]
    if size and not version.size_reason.strip():
        raise CannotPublish(
            _("%(size)s Write the reason on the draft, or change what it asks for.")
            % {"size": " ".join(size)}
        )
    others = [row for row in found if row.severity != "error" and row.code not in SIZE]
    open_ones = [_said(row) for row in others if row.code not in excused]
    if open_ones and not reason.strip():
        raise CannotPublish(
            _("%(warnings)s Write why this may stand, or change the rule.")
            % {"warnings": " ".join(open_ones)}
        )
    if version.pathway.awards.current_version_id is None:
        raise CannotPublish(
            _("Publish %(code)s first: it is what this pathway awards.")
            % {"code": version.pathway.awards.code}
        )
    return rule, tuple(sorted({row.code for row in others}))


def _said(finding: Finding) -> str:
    return finding.message.render(gettext)


def _rows_left_out(version: PathwayVersion, rule: tree.Rule) -> list[str]:
    """Keys of rows that the rule does not hold: inside a row that takes none, or inside one another."""
    held = {node.key for node in tree.nodes(rule)}
    return [row.key for row in version.requirements.all() if row.key not in held]


def _concerning(listed: Collection[str]) -> tuple[Equivalence, ...]:
    """The equivalences that lead, over any number of steps, to something the rule lists."""
    found: list[Equivalence] = []
    waiting, reached = list(equivalences()), set(listed)
    while near := [row for row in waiting if row.source in reached or row.target in reached]:
        found += near
        reached |= {code for row in near for code in (row.source, row.target)}
        waiting = [row for row in waiting if row not in near]
    return tuple(found)


def _catalogue_with_needs(rule: tree.Rule, pathway: Pathway, beside: Iterable[str]) -> dict[str, Entry]:
    """The catalogue of all that the rule leads to, each certificate with what it is made of itself.

    Without it a pathway could need, over another pathway, the certificate that it awards.
    """
    needs: dict[str, set[str]] = defaultdict(set)
    in_force = VersionAchievement.objects.filter(version=F("version__pathway__current_version"))
    for award, part in in_force.exclude(version__pathway=pathway).values_list(
        "version__pathway__awards__code", "achievement__code"
    ):
        needs[award].add(part)
    entries = catalogue_for(rule, _reached([*tree.listed(rule), *beside], needs))
    return {code: replace(entry, requires=tuple(sorted(needs[code]))) for code, entry in entries.items()}


def _reached(codes: Iterable[str], needs: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    pending = list(codes)
    while pending:
        code = pending.pop()
        if code not in reached:
            reached.add(code)
            pending.extend(needs.get(code, ()))
    return reached


def _holders(codes: Iterable[str]) -> "QuerySet[User]":
    held = Credential.objects.live().filter(achievement__code__in=set(codes))
    holders: QuerySet[User] = get_user_model().objects.filter(pk__in=held.values("recipient"))
    return holders
