"""The best way to fill a rule of any kinds: every choice is followed, equal ones are merged, none is lost.

Time nodes are expanded into plans, each giving every leaf the span of days it may take facts from. For one
plan the leaves are filled in document order; two ways that leave the same to those that follow are one, and
the cheaper is kept. What a way costs is the sum over the facts it uses, each once however often it counts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import TypeAlias

from pathways.rules.evaluate.assignment import Held, Leaf, New, dealt, least_cost
from pathways.rules.evaluate.plans import NOTHING, Planner
from pathways.rules.evaluate.posts import Post, Terms, leaves_below
from pathways.rules.evaluate.situation import Situation
from pathways.rules.evaluate.tokens import LAST, Budget, Span, Tally, Token
from pathways.rules.tree import AtLeast, Credits, Pool, Rule, children, is_leaf


@dataclass(frozen=True, slots=True)
class Way:
    """A way to fill the leaves so far: its cost, its deal in ranks, and the tokens at each leaf."""

    cost: int
    deal: tuple[tuple[int, tuple[int, ...]], ...] = ()
    picks: tuple[tuple[str, tuple[int, ...]], ...] = ()

    def beats(self, other: "Way | None") -> bool:
        if other is None or self.cost != other.cost:
            return other is None or self.cost < other.cost
        # A leaf that uses a fact comes before the same leaf without, whatever follows.
        return (*self.deal, NO_MORE) < (*other.deal, NO_MORE)


# Behind every leaf.
NO_MORE: tuple[int, tuple[int, ...]] = (LAST, ())

# What the leaves that follow can tell apart: identities used by scope, tokens in use, caps, pins met.
State: TypeAlias = tuple[tuple[int, ...], int, tuple[tuple[int, int], ...], int]
Ways: TypeAlias = dict[State, Way]

# While one leaf is filled: the state, its tokens or their sum, by group, the identities that are asked after
# again, and, for a deal, how many facts are held: only equally many compare. Then the cost and the tokens.
Part: TypeAlias = tuple[State, int | Decimal, tuple[int, ...], int, int]
Partly: TypeAlias = dict[Part, tuple[int, tuple[int, ...]]]


@dataclass(frozen=True, slots=True)
class Filled:
    """The best way found: the tokens at each leaf that is in the plan, and the nodes it chose."""

    cost: int
    at: Mapping[str, tuple[Token, ...]]

    def tokens(self) -> tuple[Token, ...]:
        """Every token in use, once."""
        return tuple({token.number: token for tokens in self.at.values() for token in tokens}.values())


class Search:
    """One node of a rule before one set of tokens; `admitted` holds, by leaf, those that it may take."""

    def __init__(
        self,
        situation: Situation,
        node: Rule,
        *,
        posts: Mapping[str, Post],
        terms: Terms,
        today: date,
        tokens: Sequence[Token],
        admitted: Mapping[str, Sequence[Token]],
        budget: Budget,
    ) -> None:
        self.situation = situation
        self.node = node
        self.terms = terms
        self.today = today
        self.tokens = tokens
        self.budget = budget
        self.posts = [posts[key] for key in leaves_below(node)]
        self.post = {post.key: post for post in self.posts}
        self.scopes = {
            scope: number for number, scope in enumerate(sorted({p.scope for p in self.posts if p.scope}))
        }
        self.admitted = {post.key: list(admitted[post.key]) for post in self.posts}
        # With one pot and nothing outside it a fact fills one place: of two alike only the better is wanted.
        self.is_flat = len(self.scopes) <= 1 and all(post.scope for post in self.posts)
        self.is_simple = self.is_flat and not situation.at_most and all(map(_is_simple, self.posts))
        self._look_ahead()

    def _look_ahead(self) -> None:
        """By leaf, what may still matter after it: identities by scope, tokens, listed identities by cap."""
        scopes, tokens = [0] * len(self.scopes), 0
        caps = [0] * len(self.situation.at_most)
        self.ahead: dict[str, tuple[tuple[int, ...], int, tuple[int, ...]]] = {}
        for post in reversed(self.posts):
            self.ahead[post.key] = (tuple(scopes), 0 if self.is_flat else tokens, tuple(caps))
            for token in self.admitted[post.key]:
                if post.scope:
                    scopes[self.scopes[post.scope]] |= token.identity
                tokens |= 1 << token.number
                for number, cap in enumerate(self.situation.at_most):
                    if token.code in cap.achievements:
                        caps[number] |= token.identity

    def best(
        self, weights: Sequence[int], *, is_sum_of_parts: bool = False, is_dealt: bool = False
    ) -> Filled | None:
        """The cheapest way by these weights of the tokens; None if there is none.

        `is_dealt` asks for the one deal of its tokens over the leaves that goes before all others.
        `is_sum_of_parts` says that no weight is below nothing, so that what already costs more is dropped.
        """
        self.weights = weights
        self.is_dealt = is_dealt
        found: Way | None = None
        planner = Planner(self.situation, self.terms, self.today, self.admitted)
        for spans in planner.plans(self.node, Span()):
            self.budget.plan()
            self.spans = spans
            if self.is_simple and not spans.pins:
                for chosen in self._choices(self.node):
                    self.budget.plan()
                    assigned = self._assigned(chosen, is_dealt=is_dealt)
                    if assigned is not None and assigned.beats(found):
                        found = assigned
                if found is not None and is_sum_of_parts and found.cost == 0 and not is_dealt:
                    break
                continue
            self.limit = found.cost if found is not None and is_sum_of_parts else None
            start: State = ((0,) * len(self.scopes), 0, ((0, 0),) * len(self.situation.at_most), 0)
            wanted = (1 << len(spans.pins)) - 1
            for state, way in self._filled(self.node, {start: Way(0)}).items():
                if state[3] == wanted and way.beats(found):
                    found = way
            if found is not None and is_sum_of_parts and found.cost == 0:
                break
        if found is None:
            return None
        return Filled(
            found.cost, {key: tuple(self.tokens[number] for number in there) for key, there in found.picks}
        )

    # One assignment

    def _choices(self, node: Rule) -> Iterator[tuple[str, ...]]:
        """The keys of the leaves to fill and of the parts chosen, for every choice of parts."""
        if node.key in self.terms.waived:
            yield ()
        elif is_leaf(node):
            yield (node.key,)
        elif children(node):
            need = self.terms.need(node) if isinstance(node, AtLeast) else len(children(node))
            for parts in combinations(children(node), need):
                marks = tuple(part.key for part in parts) if isinstance(node, AtLeast) else ()
                for below in self._choices_of(parts):
                    yield (*marks, *below)

    def _choices_of(self, parts: Sequence[Rule]) -> Iterator[tuple[str, ...]]:
        if not parts:
            yield ()
            return
        for first in self._choices(parts[0]):
            for rest in self._choices_of(parts[1:]):
                yield (*first, *rest)

    def _assigned(self, chosen: tuple[str, ...], *, is_dealt: bool) -> Way | None:
        """The least cost of one choice: each place of each leaf takes an identity of its own."""
        posts = [post for post in self.posts if post.key in chosen and post.key not in self.terms.waived]
        best: dict[str, dict[int, Token]] = {}
        rows: list[dict[int, int]] = []
        for post in posts:
            options: dict[int, Token] = {}
            for token in self._options(post):
                other = options.get(token.identity)
                if other is None or self.weights[token.number] < self.weights[other.number]:
                    options[token.identity] = token
            best[post.key] = options
            row = {identity: self.weights[token.number] for identity, token in options.items()}
            rows.extend([row] * self.terms.need(post.node))
        self.budget.spend(sum(map(len, rows)))
        columns = least_cost(rows)
        if columns is None:
            return None
        cost = sum(row[column] for row, column in zip(rows, columns, strict=True))
        if not is_dealt:
            return Way(cost)
        keys = [post.key for post in posts for _ in range(self.terms.need(post.node))]
        tokens = [best[key][column] for key, column in zip(keys, columns, strict=True)]
        return self._dealt(posts, chosen, cost, tokens)

    def _options(self, post: Post) -> list[Token]:
        span = self.spans.by_leaf.get(post.key, NOTHING)
        return [token for token in self.admitted[post.key] if span.admits(token)]

    def _dealt(
        self, posts: Sequence[Post], chosen: tuple[str, ...], cost: int, tokens: Sequence[Token]
    ) -> Way:
        """Just these tokens over all places, by the deal that goes before all others."""
        by_fact = {token.fact.id: token for token in tokens if token.fact}
        used = [
            Held(str(token.number), token.fact)
            for token in sorted(by_fact.values(), key=lambda token: token.rank)
            if token.fact
        ]
        new = [token for token in tokens if token.is_new]
        leaves = [
            Leaf(
                post.key,
                frozenset(str(token.number) for token in self._options(post)),
                self.terms.need(post.node),
            )
            for post in posts
        ]
        held = dealt(leaves, used, [New(str(token.number), 0) for token in new])
        hands = {key: tuple(by_fact[fact.id].number for fact in facts) for key, facts in held.items()}
        open_places = [leaf for leaf in leaves for _ in range(leaf.places - len(hands.get(leaf.key, ())))]
        rows = [{token.number: 0 for token in new if str(token.number) in leaf.codes} for leaf in open_places]
        for leaf, number in zip(open_places, least_cost(rows) or (), strict=True):
            hands[leaf.key] = (*hands.get(leaf.key, ()), number)
        marks = tuple((key, ()) for key in chosen if key not in hands)
        deal = tuple((post.index, self._ranks(hands[post.key])) for post in posts if post.key in held)
        return Way(cost, deal, (*marks, *hands.items()))

    # Filling

    def _filled(self, node: Rule, ways: Ways) -> Ways:
        if not ways or node.key in self.terms.waived:
            return ways
        if is_leaf(node):
            return self._at_leaf(self.post[node.key], ways)
        below = children(node)
        if not below:
            return {}
        if isinstance(node, AtLeast):
            return self._some_of(below, self.terms.need(node), ways)
        for child in below:
            ways = self._filled(child, ways)
        return ways

    def _some_of(self, below: Sequence[Rule], need: int, ways: Ways) -> Ways:
        layers: list[Ways] = [ways, *({} for _ in range(need))]
        for position, child in enumerate(below):
            left = len(below) - position - 1
            for chosen in range(min(need, position + 1), 0, -1):
                if need - chosen <= left:
                    for state, way in self._filled(child, layers[chosen - 1]).items():
                        _keep(layers[chosen], state, self._marked(way, child))
        return layers[need]

    def _marked(self, way: Way, child: Rule) -> Way:
        """Remembers that a part was chosen, also where it uses nothing."""
        if is_leaf(child) and child.key not in self.terms.waived:
            return way
        return replace(way, picks=(*way.picks, (child.key, ())))

    def _at_leaf(self, post: Post, ways: Ways) -> Ways:
        options = self._options(post)
        node = post.node
        # Of what this leaf takes itself, only copies are asked after again before it is done.
        asked = _union(token.identity for token in options if token.copy >= 0)
        if isinstance(node, Credits) and Tally(self.situation, node).is_plain:
            self.kept = self._kept(post, asked)
            found = self._plain_sums(post, node, options, ways)
        elif isinstance(node, Credits):
            self.kept = self._kept(post, _union(token.identity for token in options))
            found = self._sums(post, node, options, ways)
        else:
            need = self.terms.need(node)
            if not need:
                return {
                    state: replace(way, picks=(*way.picks, (post.key, ()))) for state, way in ways.items()
                }
            self.kept = self._kept(post, asked)
            found = self._counts(post, options, need, ways)
        return self._forgotten(post, found)

    def _kept(self, post: Post, asked: int) -> tuple[int, int, tuple[int, ...]]:
        """What a way need remember while it is at a leaf: what is asked after there or later."""
        scopes, tokens, caps = self.ahead[post.key]
        scope = scopes[self.scopes[post.scope]] | asked if post.scope else 0
        return scope, tokens, tuple(cap | asked for cap in caps)

    def _forgotten(self, post: Post, ways: Ways) -> Ways:
        """Only what later leaves can tell apart is remembered."""
        scopes, tokens, caps = self.ahead[post.key]
        kept: Ways = {}
        for (used, taken, counts, pins), way in ways.items():
            state: State = (
                tuple(one & ahead for one, ahead in zip(used, scopes, strict=True)),
                taken & tokens,
                tuple((many, mask & ahead) for (many, mask), ahead in zip(counts, caps, strict=True)),
                pins,
            )
            if self.limit is None or way.cost <= self.limit:
                _keep(kept, state, way)
        return kept

    def _taking(self, post: Post, token: Token, state: State) -> tuple[State, int] | None:
        """The state once this leaf takes the token, and what that costs; None where it may not."""
        used, taken, counts, pins = state
        if post.scope:
            number = self.scopes[post.scope]
            if used[number] & token.identity:
                return None
            used = (*used[:number], used[number] | (token.identity & self.kept[0]), *used[number + 1 :])
        if self.situation.at_most:
            after = []
            for cap, (many, mask), kept in zip(self.situation.at_most, counts, self.kept[2], strict=True):
                if token.code in cap.achievements and not mask & token.identity:
                    if many >= cap.k:
                        return None
                    after.append((many + 1, mask | (token.identity & kept)))
                else:
                    after.append((many, mask))
            counts = tuple(after)
        for number, pin in enumerate(self.spans.pins):
            if token.day == pin.day and post.key in pin.leaves:
                pins |= 1 << number
        bit = 1 << token.number
        cost = 0 if taken & bit else self.weights[token.number]
        return (used, taken | (bit & self.kept[1]), counts, pins), cost

    def _counts(self, post: Post, options: Sequence[Token], need: int, ways: Ways) -> Ways:
        """Exactly so many tokens of different identities, their groups within bounds."""
        node = post.node
        pool = (
            node if isinstance(node, Pool) and (node.min_groups or node.max_per_group is not None) else None
        )
        grouped = self._by_identity(options, pool)
        group_number: dict[str | None, int] = {}
        if pool:
            groups = [self.situation.catalog[token.code].group(pool.group_by) for token in options]
            group_number = {group: number for number, group in enumerate(dict.fromkeys(groups))}
        none_yet = (0,) * len(group_number)
        done: Ways = {}
        for start, way in ways.items():
            layers: Partly = {(start, 0, none_yet, 0, 0): (way.cost, ())}
            for position, alike in enumerate(grouped):
                left = len(grouped) - position - 1
                after: Partly = {}
                for (state, many, counts, mine, held), (cost, picks) in layers.items():
                    if many + left >= need:
                        self._keep_partly(after, (state, many, counts, mine, held), cost, picks)
                    if many == need:
                        continue
                    for token in alike:
                        if not self._in_turn(post, token, state, mine):
                            continue
                        next_counts = counts
                        if pool:
                            number = group_number[self.situation.catalog[token.code].group(pool.group_by)]
                            if pool.max_per_group is not None and counts[number] >= pool.max_per_group:
                                continue
                            next_counts = (*counts[:number], counts[number] + 1, *counts[number + 1 :])
                        step = self._taking(post, token, state)
                        if step is None:
                            continue
                        own = mine | token.identity if token.copy >= 0 else mine
                        self._keep_partly(
                            after,
                            (
                                step[0],
                                many + 1,
                                next_counts,
                                own,
                                held + (self.is_dealt and not token.is_new),
                            ),
                            cost + step[1],
                            (*picks, token.number),
                        )
                self.budget.spend(len(after))
                layers = after
            for (state, many, counts, _, _), (cost, picks) in layers.items():
                if many == need and not (
                    pool and pool.min_groups and sum(map(bool, counts)) < pool.min_groups
                ):
                    _keep(done, state, self._with(way, post, cost, picks))
        return done

    def _keep_partly(self, kept: Partly, key: Part, cost: int, picks: tuple[int, ...]) -> None:
        if self.limit is not None and cost > self.limit:
            return
        other = kept.get(key)
        if other is None or (cost, self._ranks(picks)) < (other[0], self._ranks(other[1])):
            kept[key] = (cost, picks)

    def _ranks(self, picks: Iterable[int]) -> tuple[int, ...]:
        """Those of the held facts, sorted."""
        return tuple(sorted(rank for number in picks if (rank := self.tokens[number].rank) < LAST))

    def _with(self, way: Way, post: Post, cost: int, picks: tuple[int, ...]) -> Way:
        ranks = self._ranks(picks)
        deal = (*way.deal, (post.index, ranks)) if ranks else way.deal
        return Way(cost, deal, (*way.picks, (post.key, picks)))

    def _in_turn(self, post: Post, token: Token, state: State, mine: int) -> bool:
        """Copies of one code are alike, so they are taken in turn."""
        if token.copy <= 0:
            return True
        taken = state[0][self.scopes[post.scope]] if post.scope else mine
        return bool(taken & (token.identity >> 1))

    def _by_identity(self, options: Sequence[Token], pool: Pool | None) -> list[list[Token]]:
        alike: dict[int, list[Token]] = {}
        for token in options:
            alike.setdefault(token.identity, []).append(token)
        if not self.is_flat or self.situation.at_most or self.spans.pins or pool:
            return list(alike.values())
        # The cheapest; then held before new, the better rank before the worse, the lesser code before the
        # greater.
        return [
            [min(group, key=lambda token: (self.weights[token.number], token.rank, token.code))]
            for group in alike.values()
        ]

    # Sums

    def _sums(self, post: Post, node: Credits, options: Sequence[Token], ways: Ways) -> Ways:
        sets = self._candidate_sets(node, options)
        done: Ways = {}
        for picks in sets:
            for start, way in ways.items():
                state, cost = start, way.cost
                mine = 0
                for number in picks:
                    token = self.tokens[number]
                    step = (
                        self._taking(post, token, state) if self._in_turn(post, token, state, mine) else None
                    )
                    if step is None:
                        break
                    state, cost = step[0], cost + step[1]
                    mine |= token.identity
                else:
                    _keep(done, state, self._with(way, post, cost, picks))
            self.budget.spend(len(ways))
        return done

    def _plain_sums(self, post: Post, node: Credits, options: Sequence[Token], ways: Ways) -> Ways:
        """Sums without caps: the larger before the smaller, nothing once it is enough, so nothing to spare.

        Two ways to one sum are one from there on.
        """
        tally = Tally(self.situation, node)
        worth = sorted(
            ((amount, token) for token in options if (amount := tally.worth(token)) > 0),
            key=lambda pair: (-pair[0], pair[1].identity, pair[1].number),
        )
        hope = sum((amount for amount, _ in worth), Decimal(0))
        # By position, the identities that come again after it; copies are asked after to the end.
        again = [_union(token.identity for token in options if token.copy >= 0)]
        for _, token in reversed(worth):
            again.append(again[-1] | token.identity)
        again = again[-2::-1]
        done: Ways = {}
        for start, way in ways.items():
            layer: Partly = {(start, Decimal(0), (), 0, 0): (way.cost, ())}
            left = hope
            for position, (amount, token) in enumerate(worth):
                after: Partly = {}
                left -= amount
                later = again[position]
                for (state, total, none, mine, held), (cost, picks) in layer.items():
                    if total + left >= node.min:
                        self._keep_partly(after, (state, total, none, mine & later, held), cost, picks)
                    if mine & token.identity or not self._in_turn(post, token, state, mine):
                        continue
                    step = self._taking(post, token, state)
                    if step is None:
                        continue
                    chosen = (*picks, token.number)
                    if total + amount >= node.min:
                        _keep(done, step[0], self._with(way, post, cost + step[1], chosen))
                    else:
                        own = (mine | token.identity) & later
                        part = (
                            step[0],
                            total + amount,
                            none,
                            own,
                            held + (self.is_dealt and not token.is_new),
                        )
                        self._keep_partly(after, part, cost + step[1], chosen)
                self.budget.spend(len(after))
                layer = after
        return done

    def _candidate_sets(self, node: Credits, options: Sequence[Token]) -> list[tuple[int, ...]]:
        """Every set of different identities that is enough and of which nothing can be spared."""
        tally = Tally(self.situation, node)
        worth = [(tally.worth(token), token) for token in options]
        useful = sorted(
            ((amount, token) for amount, token in worth if amount > 0),
            key=lambda pair: (-pair[0], pair[1].identity, pair[1].number),
        )
        found: list[tuple[int, ...]] = []
        # What all later ones together could add, whatever their caps: no set may still hope for more.
        hope = [Decimal(0)]
        for amount, _ in reversed(useful):
            hope.append(hope[-1] + amount)
        hope.reverse()

        def extend(position: int, picked: tuple[Token, ...], identities: int, total: Decimal) -> None:
            self.budget.spend(1)
            if tally.is_enough(picked):
                if not any(
                    tally.is_enough(picked[:index] + picked[index + 1 :]) for index in range(len(picked))
                ):
                    self.budget.plan()
                    found.append(tuple(token.number for token in picked))
                return
            if total + hope[position] < node.min:
                return
            for index in range(position, len(useful)):
                amount, token = useful[index]
                out_of_turn = token.copy > 0 and not any(
                    other.identity == token.identity >> 1 and other.copy >= 0 for other in picked
                )
                if identities & token.identity or (out_of_turn and self.post[node.key].scope is None):
                    continue
                extend(index + 1, (*picked, token), identities | token.identity, total + amount)

        extend(0, (), 0, Decimal(0))
        return found


def _is_simple(post: Post) -> bool:
    """Whether a leaf is so many places and nothing else."""
    node = post.node
    grouped = isinstance(node, Pool) and (node.min_groups or node.max_per_group is not None)
    return not isinstance(node, Credits) and not grouped


def _union(identities: Iterable[int]) -> int:
    """All these bits."""
    found = 0
    for identity in identities:
        found |= identity
    return found


def _keep(ways: Ways, state: State, way: Way) -> None:
    if way.beats(ways.get(state)):
        ways[state] = way
