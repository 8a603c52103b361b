"""A rule out of a file of the exchange format into a draft: read strictly, written whole or not at all."""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from credentials.models import Achievement, Competency, CompetencyFramework
from credentials.services.auditing import audit
from credentials.services.drafting import note_writer
from pathways.models import Act, AtMost, Milestone, Pathway, PathwayVersion, Requirement, Step
from pathways.rules import tree
from pathways.rules.exchange import Terms, terms_of
from pathways.rules.tree.documents import filters_json, own_fields
from pathways.services.building import opened

if TYPE_CHECKING:
    from learners.models import User

MOST_BYTES: Final = 262_144
MOST_ROWS: Final = 500
MOST: Final = 32_767
Kind = Requirement.Kind
# Fields of a node that a row keeps in columns, or in its steps.
_IN_COLUMNS = frozenset({"kind", "n", "achievement", "step", "achievements", "code"})
_POLICIES = frozenset(PathwayVersion.Lapse.values)


class CannotImport(Exception):
    """Nothing was written; each line says what is wrong and where."""

    def __init__(self, *lines: str) -> None:
        super().__init__(" ".join(lines))
        self.lines = lines


@transaction.atomic
def import_rule(*, version: PathwayVersion, text: bytes, revision: str, by: "User") -> PathwayVersion:
    """Put the rule of an exchange document into a draft, in place of the one it had.

    Achievements, steps and competencies are found by their codes, pathways by their address parts.
    A document without policies leaves those of the draft. Raises CannotImport, CannotBuild,
    ChangedMeanwhile.
    """
    document = _document(text)
    terms = _terms(document)
    version = opened(version, revision)
    known = _Known(terms)
    if problems := [*known.problems(), *_too_large(terms)]:
        raise CannotImport(*problems)
    version.requirements.filter(parent=None).delete()
    _write_node(version, terms.rule, None, 0, known)
    _write_beside(version, terms, known)
    _write_policies(version, document, terms)
    note_writer(draft=version, by=by)
    audit("import rule", version, by=by, rule=tree.rule_sha256(terms.rule))
    return version


def _document(text: bytes) -> Mapping[str, Any]:
    if len(text) > MOST_BYTES:
        raise CannotImport(_("The file is larger than a rule can be: %(most)d bytes.") % {"most": MOST_BYTES})
    try:
        document = json.loads(text, object_pairs_hook=_once_each, parse_constant=_refuse_constant)
    except _Twice as twice:
        raise CannotImport(
            _("The field “%(field)s” stands twice in one object.") % {"field": twice}
        ) from twice
    except RecursionError as deep:
        raise CannotImport(_("The file is nested too deeply.")) from deep
    except ValueError as error:
        raise CannotImport(_("The file is not JSON: %(why)s.") % {"why": error}) from error
    if not isinstance(document, dict) or not _can_be_kept(document):
        raise CannotImport(_("The file must hold one document, in plain text, with a catalogue and a rule."))
    return document


def _can_be_kept(document: Mapping[str, Any]) -> bool:
    """Whether every text is one that a database can store."""
    try:
        return b"\\u0000" not in json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False


class _Twice(Exception):
    """A field that stands twice in one object."""


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _Twice(name)
        found[name] = value
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _terms(document: Mapping[str, Any]) -> Terms:
    try:
        terms = terms_of(document)
        root = tree.Fields(document, "document")
        if root.has("lapse_policy"):
            root.one_of("lapse_policy", sorted(_POLICIES))
        if root.has("grace_days") and not 0 <= root.integer("grace_days") <= MOST:
            raise root.refuse("grace_days", "must be a number of days, nothing or more")
    except tree.RuleError as error:
        raise CannotImport(_line(error.node, error.field, error.problem)) from error
    except RecursionError as deep:
        raise CannotImport(_("The file is nested too deeply.")) from deep
    return terms


def _line(node: str, field: str, problem: str) -> str:
    return _("“%(node)s”, %(field)s: %(problem)s.") % {"node": node, "field": field, "problem": problem}


class _Known:
    """What the codes of a document mean here."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        named = {code for node in tree.nodes(terms.rule) for code in tree.codes(node)}
        named |= {code for cap in terms.at_most for code in cap.achievements}
        shown = {node.code for node in tree.nodes(terms.rule) if isinstance(node, tree.Competency)}
        self.achievements = {row.code: row for row in Achievement.objects.filter(code__in=named)}
        acts = {row.code.casefold(): row for row in Act.objects.all()} if named else {}
        self.acts = {
            code: act
            for code in named
            if (act := acts.get(code.removeprefix(Act.PREFIX).casefold())) is not None
        }
        self.competencies = {code: row for code in shown if (row := _competency(code)) is not None}
        self.pathways = {row.slug: row for row in Pathway.objects.filter(slug__in=terms.exclusive_with)}

    def problems(self) -> list[str]:
        found = []
        unknown = _("the catalogue does not know %(code)s")
        for node in tree.nodes(self.terms.rule):
            codes = tree.codes(node)
            for code in dict.fromkeys(codes):
                if (code in self.acts) if isinstance(node, tree.Done) else self.knows(code):
                    continue
                found.append(_line(node.key, "achievements", unknown % {"code": code}))
            if len(set(codes)) != len(codes):
                found.append(_line(node.key, "achievements", _("one is listed more than once")))
            if isinstance(node, tree.Competency) and node.code not in self.competencies:
                problem = _("no published framework has the competency %(code)s") % {"code": node.code}
                found.append(_line(node.key, "code", problem))
        for cap in self.terms.at_most:
            missing = sorted(cap.achievements - self.achievements.keys())
            found += [_line("at_most", "achievements", unknown % {"code": code}) for code in missing]
        keys = {node.key for node in tree.nodes(self.terms.rule)}
        for row in self.terms.milestones:
            if row.node is not None and row.node not in keys:
                found.append(
                    _line(row.code, "node", _("the rule has no requirement %(key)s") % {"key": row.node})
                )
        for slug in sorted(self.terms.exclusive_with - self.pathways.keys()):
            found.append(_line("exclusive_with", slug, _("no pathway has this address part")))
        return found

    def knows(self, code: str) -> bool:
        return code in self.achievements or code in self.acts

    def step(self, code: str, place: int) -> Step:
        achievement = self.achievements.get(code)
        return Step(achievement=achievement, act=None if achievement else self.acts[code], position=place)


def _competency(code: str) -> Competency | None:
    """The one competency of this identifier, or of this code in a published framework."""
    published = Competency.objects.filter(framework__status=CompetencyFramework.Status.PUBLISHED)
    try:
        identifier = UUID(code)
    except ValueError:
        found = list(published.filter(code=code)[:2])
    else:
        found = list(Competency.objects.filter(public_id=identifier))
    return found[0] if len(found) == 1 else None


def _too_large(terms: Terms) -> list[str]:
    """What a database has no room for, by node and field."""
    nodes = list(tree.nodes(terms.rule))
    found = []
    if len(nodes) > MOST_ROWS:
        found.append(
            _("The rule has %(many)d requirements; the most is %(most)d.")
            % {"many": len(nodes), "most": MOST_ROWS}
        )
    for node in nodes:
        if len(node.key) > 64:
            found.append(_line(node.key[:64], "key", _("is longer than 64 characters")))
        if len(node.label) > 200:
            found.append(_line(node.key, "label", _("is longer than 200 characters")))
        if isinstance(node, tree.Pool | tree.AtLeast) and not 1 <= node.n <= MOST:
            found.append(_line(node.key, "n", _("must be a number from 1 to %(most)d") % {"most": MOST}))
    codes = [row.code for row in terms.milestones]
    for row in terms.milestones:
        if not 1 <= row.at <= MOST or len(row.code) > 64 or codes.count(row.code) > 1:
            problem = _("needs a code of its own, of at most 64 characters, and a number from 1")
            found.append(_line("milestones", row.code[:64], problem))
    if any(cap.k > MOST for cap in terms.at_most) or not 1 <= terms.use_limit <= MOST:
        found.append(_line("document", "at_most, use_limit", _("a number is out of range")))
    return found


def _write_node(
    version: PathwayVersion, node: tree.Rule, parent: Requirement | None, place: int, known: _Known
) -> None:
    filters = filters_json(node.filters)
    own = {name: value for name, value in own_fields(node).items() if name not in _IN_COLUMNS}
    row = Requirement.objects.create(
        version=version,
        parent=parent,
        key=node.key,
        kind=tree.kind(node),
        label=node.label,
        n=node.n if isinstance(node, tree.Pool | tree.AtLeast) else None,
        competency=known.competencies[node.code] if isinstance(node, tree.Competency) else None,
        details={name: value for name, value in own.items() if name not in filters},
        filters=filters,
        position=place,
    )
    steps = [known.step(code, number) for number, code in enumerate(tree.codes(node))]
    for step in steps:
        step.requirement = row
    Step.objects.bulk_create(steps)
    for number, child in enumerate(tree.children(node)):
        _write_node(version, child, row, number, known)


def _write_beside(version: PathwayVersion, terms: Terms, known: _Known) -> None:
    version.at_most.all().delete()
    for cap in terms.at_most:
        limit = AtMost.objects.create(version=version, k=cap.k)
        limit.achievements.set(known.achievements[code] for code in sorted(cap.achievements))
    before = {row.code: row for row in version.milestones.all()}
    version.milestones.all().delete()
    Milestone.objects.bulk_create(
        Milestone(
            version=version,
            code=row.code,
            # A document has no names and no awards: those of the same code stay.
            name=before[row.code].name if row.code in before else row.code,
            awards_id=before[row.code].awards_id if row.code in before else None,
            at=row.at,
            node=row.node or "",
        )
        for row in terms.milestones
    )
    version.exclusive_with.set(_sorted(known.pathways.values()))


def _write_policies(version: PathwayVersion, document: Mapping[str, Any], terms: Terms) -> None:
    version.filters = filters_json(terms.defaults)
    version.use_limit = terms.use_limit
    version.lapse_policy = document.get("lapse_policy") or version.lapse_policy
    if document.get("grace_days") is not None:
        version.grace_days = document["grace_days"]
    if version.order_policy == PathwayVersion.Order.STRICT_DATES and isinstance(terms.rule, tree.AllOf):
        # The document says the order in its rule; the draft's policy would add one.
        version.order_policy = PathwayVersion.Order.ADVISORY
    version.save()


def _sorted(pathways: Iterable[Pathway]) -> list[Pathway]:
    return sorted(pathways, key=lambda row: row.pk)
