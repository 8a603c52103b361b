"""Rules and verdicts as people read them."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from credentials.definitions.text import Text
from pathways.rules.evaluate import Entry, Fact, Reason, Suspension
from pathways.rules.explain import (
    headline,
    listing,
    node_sentence,
    proof_sentence,
    reason_sentence,
    sentence,
)
from pathways.rules.tree import AllOf, Earned, Pool, Rule
from tests.pathways.rules.cases import HALIFAX, NOW, TODAY, catalogue, held, verdict_of

CATALOG = {
    "ETH": Entry(name="Research ethics"),
    "SAM": Entry(name="Water sampling"),
    "PUM": Entry(name="Hand pump repair"),
    "CHL": Entry(name="Chlorination"),
    "ASY": Entry(),
}
PRACTICE = Pool(2, ("SAM", "PUM", "CHL"), "practice", "Practice")
WATER = AllOf((Earned("ETH", "ethics"), PRACTICE))


def said(rule: Rule, facts: list[Fact], key: str = "r", catalog: dict[str, Entry] = CATALOG) -> str:
    verdict = verdict_of(rule, facts, catalog=catalog)
    node = next(node for node in (verdict.explanation, *verdict.explanation.children) if node.key == key)
    return str(node_sentence(node, CATALOG))


class TestSentence:
    @pytest.mark.parametrize(
        ("rule", "expected"),
        [
            (Earned("ETH"), "Earn Research ethics."),
            (Earned("ASY"), "Earn ASY."),
            (Earned("UNKNOWN"), "Earn UNKNOWN."),
            (
                Pool(1, ("SAM", "PUM")),
                "Earn one of these 2: Water sampling and Hand pump repair.",
            ),
            (Pool(2, ("SAM", "PUM")), "Earn Water sampling and Hand pump repair."),
            (
                WATER,
                "Earn Research ethics; and 2 of these 3: Water sampling, Hand pump repair and Chlorination.",
            ),
            (AllOf((Earned("ETH"), Earned("SAM"))), "Earn Research ethics and Water sampling."),
            (AllOf(()), "Earn something from a group that is empty."),
        ],
    )
    def test_says_the_whole_rule_plainly(self, rule: Rule, expected: str) -> None:
        assert str(sentence(rule, CATALOG)) == expected

    def test_an_empty_row_is_nothing(self) -> None:
        assert str(listing([])) == "nothing"


class TestText:
    def test_is_translated_in_all_its_parts_and_shows_values_as_asked(self) -> None:
        german = {
            "Earn %(what)s.": "%(what)s ist zu erwerben.",
            "%(before)s and %(after)s": "%(before)s und %(after)s",
        }
        rule = AllOf((Earned("ETH"), Earned("SAM")))

        text = sentence(rule, CATALOG).render(
            lambda template: german.get(template, template), lambda v: f"<{v}>"
        )

        assert text == "<Research ethics> und <Water sampling> ist zu erwerben."

    def test_a_name_with_a_percent_sign_is_left_alone(self) -> None:
        assert str(sentence(Earned("A"), {"A": Entry(name="100 %(safe)s water")})) == (
            "Earn 100 %(safe)s water."
        )

    def test_a_template_without_values_reads_as_it_stands(self) -> None:
        assert str(Text("Complete.")) == "Complete."


class TestHeadline:
    def test_says_done_total_and_left(self) -> None:
        assert str(headline(verdict_of(WATER, held("ETH")))) == "1 of 3, 2 left."

    def test_says_complete(self) -> None:
        assert str(headline(verdict_of(WATER, held("ETH", "SAM", "PUM")))) == "Complete."

    def test_says_only_what_is_left_where_a_newcomer_could_not_finish(self) -> None:
        catalog = {**CATALOG, "ETH": Entry(active=False)}

        assert str(headline(verdict_of(WATER, held("ETH"), catalog=catalog))) == "2 left."

    def test_says_that_the_end_is_out_of_reach(self) -> None:
        catalog = {**CATALOG, "ETH": Entry(active=False)}

        verdict = verdict_of(WATER, [], catalog=catalog)
        assert str(headline(verdict)) == "Cannot be completed as things stand."

    def test_says_that_a_person_will_decide(self) -> None:
        verdict = replace(verdict_of(WATER, []), status="indeterminate")

        assert str(headline(verdict)) == "Not decided yet: the registrar will look at it."


class TestNodeSentence:
    def test_of_an_open_choice_names_the_options(self) -> None:
        assert said(WATER, held("ETH"), "practice") == (
            "2 more of these 3: Chlorination, Hand pump repair and Water sampling."
        )

    def test_of_a_choice_begun_counts_what_is_left(self) -> None:
        assert said(WATER, held("ETH", "SAM"), "practice") == (
            "1 more of these 2: Chlorination and Hand pump repair."
        )

    def test_of_one_thing_left_names_it(self) -> None:
        assert said(WATER, [], "ethics") == "Still to earn: Research ethics."

    def test_of_one_thing_to_repeat_counts_the_times(self) -> None:
        catalog = {"SAM": Entry(repeatable=True)}

        assert said(Pool(3, ("SAM",)), [], catalog=catalog) == "3 more of: Water sampling."

    def test_of_a_group_counts_its_parts(self) -> None:
        assert said(WATER, held("ETH", "SAM")) == "1 of 2 parts complete."

    def test_of_a_part_done_names_what_fills_it(self) -> None:
        assert said(WATER, held("ETH"), "ethics") == "Complete: Research ethics."

    def test_of_a_part_at_risk_says_until_when_to_renew(self) -> None:
        ethics = replace(held("ETH")[0], expires_on=date(2026, 3, 20))

        assert said(WATER, [ethics], "ethics") == "Complete for now: Research ethics. Renew by 2026-03-20."

    def test_of_a_part_that_a_suspension_will_take_back_names_no_day_to_renew(self) -> None:
        ethics = replace(held("ETH")[0], suspensions=(Suspension(NOW + timedelta(days=3)),))
        verdict = verdict_of(WATER, [ethics], horizon_days=90)

        node = replace(verdict.explanation.children[0], deadline=None)
        assert node.status == "at_risk"
        assert str(node_sentence(node, CATALOG)) == "Complete for now: Research ethics."

    def test_of_a_part_out_of_reach_says_so(self) -> None:
        catalog = {**CATALOG, "ETH": Entry(active=False)}

        assert said(WATER, [], "ethics", catalog) == "This part cannot be completed as things stand."

    def test_of_a_part_undecided_says_so(self) -> None:
        node = replace(verdict_of(WATER, []).explanation, status="indeterminate")

        assert str(node_sentence(node, CATALOG)) == "This part is not decided yet."


class TestReasonSentence:
    @pytest.mark.parametrize(
        ("reason", "change", "expected"),
        [
            (Reason.FUTURE, {"earned_at": NOW}, "Water sampling counts from 2026-03-05 on."),
            (Reason.REVOKED, {"revoked_at": NOW}, "Water sampling was revoked on 2026-03-05."),
            (Reason.REVOKED, {}, "Water sampling was revoked."),
            (Reason.SUSPENDED, {}, "Water sampling is suspended."),
            (Reason.EXPIRED, {"expires_on": TODAY}, "Water sampling was valid until 2026-03-05."),
            (Reason.NOT_LISTED, {}, "Water sampling is not part of this pathway."),
            (Reason.IDENTITY_ALREADY_USED, {}, "Water sampling counts once, and it is counted already."),
            (Reason.NOT_NEEDED, {}, "Water sampling is not needed: no place is waiting for it."),
        ],
    )
    def test_says_why_in_words(self, reason: Reason, change: dict[str, Any], expected: str) -> None:
        fact = replace(Fact("s", "SAM", NOW), **change)

        assert str(reason_sentence(reason, fact, catalog=CATALOG, zone=HALIFAX)) == expected

    def test_every_reason_has_one(self) -> None:
        fact = Fact("s", "SAM", NOW)

        said = {str(reason_sentence(reason, fact, catalog=CATALOG, zone=HALIFAX)) for reason in Reason}
        assert len(said) == len(Reason)


class TestProofSentence:
    def test_names_what_competes_for_what(self) -> None:
        rule = AllOf((Pool(1, ("SAM", "PUM"), "one"), Pool(2, ("SAM", "PUM", "ETH"), "more", "Electives")))
        verdict = verdict_of(rule, held("SAM", "PUM"))
        proof = next(child.proof for child in verdict.explanation.children if child.proof)

        assert str(proof_sentence(proof, rule=rule, verdict=verdict, catalog=CATALOG)) == (
            "Only Hand pump repair and Water sampling can fill “one of these 2: Water sampling and "
            "Hand pump repair” and Electives: 2 held for 3 places."
        )

    def test_says_where_nothing_fits(self) -> None:
        verdict = verdict_of(WATER, held("SAM"))
        proof = verdict.explanation.children[0].proof
        assert proof is not None

        text = proof_sentence(proof, rule=WATER, verdict=verdict, catalog=CATALOG)
        assert str(text) == "Nothing that counts today fits Research ethics."

    def test_works_on_a_rule_of_one_leaf_alone(self) -> None:
        rule = Pool(2, ("A", "B"))
        verdict = verdict_of(rule, held("A"))
        proof = verdict.explanation.proof
        assert proof is not None

        text = proof_sentence(proof, rule=rule, verdict=verdict, catalog=catalogue("A", "B"))
        assert str(text) == "Only A can fill “A and B”: 1 held for 2 places."
