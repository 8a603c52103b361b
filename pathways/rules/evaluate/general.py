"""The verdict on a rule of any kinds, unfolded over its nodes, with one reason for each fact not used."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pathways.rules.evaluate.facts import Fact, Reason
from pathways.rules.evaluate.judge import Judge
from pathways.rules.evaluate.posts import Post, earned_day, leaves_below, refused, shown
from pathways.rules.evaluate.search import Filled
from pathways.rules.evaluate.situation import Milestone, Situation
from pathways.rules.evaluate.tokens import OverBudget, Tally, Token
from pathways.rules.evaluate.verdict import (
    Explained,
    NodeStatus,
    Proof,
    Uncounted,
    Used,
    Verdict,
)
from pathways.rules.tree import (
    AtLeast,
    Competency,
    Credits,
    InOrder,
    Pool,
    Rule,
    Within,
    children,
    is_leaf,
    kind,
    nodes,
    rule_sha256,
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """One node judged as a rule of its own, or the whole rule; without a plan it is out of reach."""

    node: Rule
    plan: Filled | None
    next_useful: tuple[str, ...]
    finish_by: date | None

    def at(self, key: str) -> tuple[Token, ...]:
        """What fills the places of a leaf."""
        return self.plan.at.get(key, ()) if self.plan else ()

    def held(self, key: str) -> tuple[Token, ...]:
        """The held facts among them."""
        return tuple(token for token in self.at(key) if not token.is_new)


def decide(situation: Situation) -> Verdict:
    """The verdict on a situation that has been checked."""
    try:
        return Decision(situation).verdict()
    except OverBudget:
        return undecided(situation)


class Decision:
    """One verdict in the making."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.rule = situation.rule
        self.judge = Judge(situation)
        self.now = self.judge.now

    def verdict(self) -> Verdict:
        """All of it."""
        whole = self._judged(self.rule)
        plan = whole.plan
        used = sorted(token.fact.id for token in plan.tokens() if token.fact) if plan else []
        missing = sorted(token.code for token in plan.tokens() if token.is_new) if plan else []
        remaining = None if plan is None else len(missing)
        return Verdict(
            status="unreachable" if remaining is None else "unsatisfied" if remaining else "satisfied",
            satisfied=remaining == 0,
            remaining=remaining,
            total=self.judge.distance(self.rule, self.judge.nobody),
            used=tuple(used),
            assignment={
                key: tuple(sorted(token.fact.id for token in held if token.fact))
                for key in self.judge.posts
                if (held := whole.held(key))
            },
            next_useful=whole.next_useful,
            completion=tuple(missing),
            first_satisfied_on=self.judge.first_met_on(self.rule),
            holds_through=self.judge.holds_through(self.rule) if remaining == 0 else None,
            finish_by=whole.finish_by,
            next_change_on=self.judge.next_change_on(),
            uncounted=tuple(self._uncounted(whole, frozenset(used))),
            explanation=self._explained(self.rule, whole, alone=plan is None),
            rule_sha256=rule_sha256(self.rule),
            milestones_due=tuple(
                sorted(row.code for row in self.situation.milestones if self._done(row) >= row.at)
            ),
        )

    def _judged(self, node: Rule) -> Judgement:
        plan = self.judge.plan(node, self.now)
        if plan is None:
            # What is out of reach today may come within it for a while, as when a suspension ends.
            return Judgement(node, None, (), self.judge.finish_by(node))
        return Judgement(node, plan, self.judge.next_useful(node, self.now), self.judge.finish_by(node))

    def _done(self, milestone: Milestone) -> int:
        node = next(
            (node for node in nodes(self.rule) if node.key == milestone.node),
            self.rule,
        )
        remaining = self.judge.distance(node, self.now)
        if remaining is None:
            return 0
        total = self.judge.distance(node, self.judge.nobody)
        if total is not None:
            return total - remaining
        plan = self.judge.plan(node, self.now)
        return sum(not token.is_new for token in plan.tokens()) if plan else 0

    # Nodes

    def _explained(self, node: Rule, judgement: Judgement, *, alone: bool, chosen: bool = True) -> Explained:
        if node.key in self.now.terms.waived:
            return Explained(
                key=node.key,
                kind=kind(node),
                status="waived",
                need=0,
                have=0,
                label=node.label,
                chosen=chosen,
            )
        below = self._below(node, judgement, alone=alone)
        facts = _distinct(token for key in leaves_below(node) for token in judgement.held(key))
        open_leaves = [key for key in leaves_below(node) if any(t.is_new for t in judgement.at(key))]
        status = self._status(node, judgement, below, facts, is_open=bool(open_leaves))
        need, have = self._need(node), len(judgement.held(node.key))
        if not is_leaf(node):
            have = sum(child.is_met for child in below if child.chosen)
        ends = [] if judgement.plan is None else list(self._ends(node, judgement))
        return Explained(
            key=node.key,
            kind=kind(node),
            label=node.label,
            status=status,
            need=1 if isinstance(node, Credits) else need,
            have=int(status in {"satisfied", "at_risk"}) if isinstance(node, Credits) else have,
            used=tuple(self._used(node, judgement)),
            missing_options=tuple(
                code
                for code in judgement.next_useful
                if any(self._fits_new(code, key) for key in open_leaves)
            ),
            proof=self._proof(node, judgement) if open_leaves else None,
            deadline=min(ends, default=judgement.finish_by),
            chosen=chosen,
            children=below,
            amounts=self._amounts(node, judgement) if isinstance(node, Credits) else None,
        )

    def _below(self, node: Rule, judgement: Judgement, *, alone: bool) -> tuple[Explained, ...]:
        shown_parts = []
        for child in children(node):
            chosen = not isinstance(node, AtLeast) or judgement.plan is None or child.key in judgement.plan.at
            if alone or not chosen:
                own = self._judged(child)
                is_alone = alone or own.plan is None
                shown_parts.append(self._explained(child, own, alone=is_alone, chosen=chosen))
            else:
                shown_parts.append(self._explained(child, judgement, alone=False))
        return tuple(shown_parts)

    def _status(
        self,
        node: Rule,
        judgement: Judgement,
        below: Sequence[Explained],
        facts: Sequence[Token],
        *,
        is_open: bool,
    ) -> NodeStatus:
        if judgement.plan is None:
            return "unreachable"
        if is_open:
            return "partial" if facts or any(child.is_met for child in below if child.chosen) else "unmet"
        return "at_risk" if self.judge.is_at_risk(node) else "satisfied"

    def _need(self, node: Rule) -> int:
        return len(children(node)) if _is_whole(node) else self.now.terms.need(node)

    def _amounts(self, node: Credits, judgement: Judgement) -> tuple[str, str]:
        counted = Tally(self.situation, node).counted(judgement.held(node.key))
        return _plain(node.min), _plain(counted)

    def _used(self, node: Rule, judgement: Judgement) -> Iterator[Used]:
        seen: dict[str, Used] = {}
        for key in leaves_below(node):
            for token in judgement.held(key):
                found = token.fact and self.judge.counted_as(
                    self.judge.posts[key], token.fact, self.now.terms
                )
                if token.fact and found:
                    seen.setdefault(token.fact.id, Used(token.fact.id, found[0], found[1]))
        yield from (seen[credential] for credential in sorted(seen))

    def _ends(self, node: Rule, judgement: Judgement) -> Iterator[date]:
        for key in leaves_below(node):
            if self.judge.posts[key].validity == "ever":
                continue
            for token in judgement.held(key):
                if token.fact and token.fact.expires_on is not None:
                    yield token.fact.expires_on

    def _fits_new(self, code: str, key: str) -> bool:
        return self.judge.fits_new(self.now, code, key)

    def _proof(self, node: Rule, judgement: Judgement) -> Proof | None:
        """For an open leaf: all that compete for the same facts, together short of them (Hall).

        None where the shortage has another cause: days, groups, sums, a cap.
        """
        post = self.judge.posts.get(node.key)
        if post is None or judgement.plan is None or not self._is_counted(post):
            return None
        crowd = {post.key}
        pending = [post.key]
        rivals = [
            key
            for key in leaves_below(judgement.node)
            if key in judgement.plan.at and post.scope and self.judge.posts[key].scope == post.scope
        ]
        while pending:
            asking = pending.pop()
            wanted = {self.judge.identity(fact) for fact in self.now.admitted[asking]}
            for key in rivals:
                taken = {self.judge.identity(t.fact) for t in judgement.held(key) if t.fact}
                if key not in crowd and wanted & taken:
                    crowd.add(key)
                    pending.append(key)
        if not all(self._is_counted(self.judge.posts[key]) for key in crowd):
            return None
        places = sum(self.now.terms.need(self.judge.posts[key].node) for key in crowd)
        eligible = {self.judge.identity(fact) for key in crowd for fact in self.now.admitted[key]}
        held = {token.fact.id for key in crowd for token in judgement.held(key) if token.fact}
        if len(eligible) >= places or len(held) != len(eligible):
            return None
        ordered = tuple(key for key in self.judge.posts if key in crowd)
        return Proof(nodes=ordered, held=tuple(sorted(held)), places=places)

    def _is_counted(self, post: Post) -> bool:
        return not isinstance(post.node, Credits)

    # Facts that are not used

    def _uncounted(self, whole: Judgement, used: frozenset[str]) -> Iterator[Uncounted]:
        for fact in sorted(self.situation.facts, key=lambda fact: fact.id):
            if fact.id not in used:
                yield Uncounted(fact.id, self._reason(fact, whole))

    def _reason(self, fact: Fact, whole: Judgement) -> Reason:
        judge, now = self.judge, self.now
        matching = [post for post in judge.posts.values() if judge.counted_as(post, fact, now.terms)]
        if not matching:
            return Reason.LEVEL_TOO_LOW if self._is_shown_too_low(fact) else Reason.NOT_LISTED
        refusals = [
            (post, refused(self.situation, post, now.terms, fact, self.situation.at)) for post in matching
        ]
        admitting = [post for post, refusal in refusals if refusal is None]
        if not admitting:
            order = list(Reason)
            return max((refusal for _, refusal in refusals if refusal), key=order.index)
        planned = [post for post in admitting if self._is_planned(post, whole)]
        if not planned:
            return Reason.NOT_NEEDED
        post = planned[0]
        if self._is_taken(post, fact, whole):
            return Reason.IDENTITY_ALREADY_USED
        return self._time_reason(post, fact, whole) or (
            Reason.CAP_REACHED if self._is_capped(post, fact, whole) else Reason.NOT_NEEDED
        )

    def _is_shown_too_low(self, fact: Fact) -> bool:
        found = (
            shown(self.situation, post.node, fact.achievement, fact.level)
            for post in self.judge.posts.values()
            if isinstance(post.node, Competency)
        )
        return any(level is not None for level in found)

    def _is_planned(self, post: Post, whole: Judgement) -> bool:
        return bool(whole.at(post.key))

    def _is_taken(self, post: Post, fact: Fact, whole: Judgement) -> bool:
        identity = self.judge.identity(fact)
        sharing = [
            other.key
            for other in self.judge.posts.values()
            if other.key == post.key or (post.scope is not None and other.scope == post.scope)
        ]
        return any(
            token.fact is not None and self.judge.identity(token.fact) == identity
            for key in sharing
            for token in whole.held(key)
        )

    def _time_reason(self, post: Post, fact: Fact, whole: Judgement) -> Reason | None:
        day = earned_day(fact, self.situation.zone)
        above = [node for node in nodes(self.rule) if post.key in leaves_below(node)]
        windows = (node for node in above if isinstance(node, Within))
        if any(self._leaves_window(node, day, whole) for node in windows):
            return Reason.OUTSIDE_WINDOW
        orders = (node for node in above if isinstance(node, InOrder))
        if any(self._breaks_order(node, post, day, whole) for node in orders):
            return Reason.WRONG_ORDER
        return None

    def _leaves_window(self, node: Within, day: date, whole: Judgement) -> bool:
        days = {day, *(token.day for key in leaves_below(node) for token in whole.at(key))}
        start = min(days)
        if node.anchor == "enrolment" and self.situation.enrolled_on is not None:
            if start < self.situation.enrolled_on:
                return True
            start = self.situation.enrolled_on
        return max(days) > self.situation.end_of(node.window, start)

    def _breaks_order(self, node: InOrder, post: Post, day: date, whole: Judgement) -> bool:
        latest: tuple[bool, date] | None = None
        for child in node.children:
            keys = leaves_below(child)
            # In strict order what is still to be earned comes after everything that is held.
            days = [(node.strict and token.is_new, token.day) for key in keys for token in whole.at(key)]
            if post.key in keys:
                days.append((False, day))
            if not days:
                continue
            first = min(days)
            if latest is not None:
                if first < latest:
                    return True
                if node.strict and first == latest and not first[0]:
                    return True
            latest = max(days)
        return False

    def _is_capped(self, post: Post, fact: Fact, whole: Judgement) -> bool:
        node, tokens = post.node, whole.at(post.key)
        catalog = self.situation.catalog
        if isinstance(node, Pool) and node.max_per_group is not None:
            group = catalog[fact.achievement].group(node.group_by)
            alike = [token for token in tokens if catalog[token.code].group(node.group_by) == group]
            if len(alike) >= node.max_per_group:
                return True
        if isinstance(node, Credits):
            tally = Tally(self.situation, node)
            own = catalog[fact.achievement].group(node.group_by)
            cap = tally.caps.get(own) if own is not None else None
            if cap is not None and tally.in_groups(tokens).get(own, Decimal(0)) >= cap:
                return True
            brought = node.transfer_max is not None and fact.source != "internal"
            if brought and node.transfer_max is not None and tally.brought(tokens) >= node.transfer_max:
                return True
        every = whole.plan.tokens() if whole.plan else ()
        return any(
            fact.achievement in cap.achievements
            and len({token.identity for token in every if token.code in cap.achievements}) >= cap.k
            for cap in self.situation.at_most
        )


def _distinct(tokens: Iterable[Token]) -> list[Token]:
    return list({token.number: token for token in tokens}.values())


def _is_whole(node: Rule) -> bool:
    """Whether a node is a group of which every child is required."""
    return not is_leaf(node) and not isinstance(node, AtLeast)


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def undecided(situation: Situation) -> Verdict:
    """Never a silent no: nothing is claimed, and a person is asked."""
    return Verdict(
        status="indeterminate",
        satisfied=None,
        remaining=None,
        total=None,
        used=(),
        assignment={},
        next_useful=(),
        completion=(),
        first_satisfied_on=None,
        holds_through=None,
        finish_by=None,
        next_change_on=Judge(situation).next_change_on(),
        uncounted=(),
        explanation=_undecided(situation.rule),
        rule_sha256=rule_sha256(situation.rule),
    )


def _undecided(node: Rule) -> Explained:
    need = {Pool: getattr(node, "n", 1), AtLeast: getattr(node, "n", 1)}.get(type(node), 1)
    return Explained(
        key=node.key,
        kind=kind(node),
        label=node.label,
        status="indeterminate",
        need=len(children(node)) if _is_whole(node) else need,
        have=0,
        children=tuple(_undecided(child) for child in children(node)),
    )
