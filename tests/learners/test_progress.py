"""A learner's page of one pathway: every kind of requirement, what was decided for her, what else counts."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from learners.models import User
from learners.queries.progress import Node, Place, Progress, progress
from pathways.admin.progress import WHY_NOT
from pathways.models import Enrolment
from pathways.rules.evaluate import Reason
from pathways.services.evaluating import evaluate_learner
from pathways.services.ruling import end
from tests.makers import (
    TERM_DAY,
    all_of,
    make_achievement,
    make_act,
    make_competency,
    make_credential,
    make_enrolment,
    make_pathway,
    pool,
)
from tests.pathways.ruling import (
    LATER,
    completion,
    equivalence,
    exemption,
    in_force,
    recognition,
    stands,
)
from tests.people import SignIn

pytestmark = pytest.mark.django_db


def shown(enrolment: Enrolment) -> Progress:
    row = Enrolment.objects.select_related("learner", "version", "pathway__awards").get(pk=enrolment.pk)
    return progress(row, LATER)


def nodes_of(page: Progress) -> dict[str, Node]:
    found: dict[str, Node] = {}

    def walk(nodes: tuple[Node, ...]) -> None:
        for node in nodes:
            found[node.title] = node
            walk(node.children)

    walk(page.nodes)
    return found


def place(node: Node) -> Place:
    [only] = node.places
    return only


class TestGroup:
    def test_shows_what_counts_once_where_it_counts(self, learner: User) -> None:
        parts = [make_achievement() for _part in range(3)]
        core = all_of(
            *({"kind": "achievement", "key": part.code, "achievement": part.code} for part in parts[:2]),
            key="core",
        )
        pathway = make_pathway(rule=all_of(core, pool(1, parts[2])))
        enrolment = make_enrolment(learner=learner, pathway=pathway)
        for part in parts:
            make_credential(recipient=learner, achievement=part)

        page = shown(enrolment)

        group, _choice = page.nodes
        assert group.places == ()
        assert [place(leaf).state for leaf in group.children] == ["counts", "counts"]


@pytest.fixture
def everything(learner: User, registrar: User) -> Enrolment:
    """On a rule with a node of each kind."""
    skill = make_competency()
    parts = [make_achievement(name=f"Part {number}") for number in range(8)]
    make_achievement(name="Part 8", shows=[skill])
    leaf = [{"kind": "achievement", "key": f"a{n}", "achievement": part.code} for n, part in enumerate(parts)]
    rule = all_of(
        {"kind": "within", "key": "year", "window": {"months": 12}, "child": all_of(leaf[0], key="in-year")},
        {"kind": "ordered", "key": "order", "children": [leaf[1], leaf[2]]},
        {"kind": "n_of", "key": "either", "n": 1, "children": [leaf[3], leaf[4]]},
        {"kind": "credits", "key": "sum", "min": "0.40", "achievements": [parts[5].code, parts[6].code]},
        pool(1, parts[7]),
        {"kind": "competency", "key": "skill", "competency": skill},
        {"kind": "step", "key": "ward", "step": make_act(name="Four weeks on the ward")},
    )
    return make_enrolment(learner=learner, pathway=in_force(rule))


class TestEveryKind:
    def test_has_a_title_in_words(self, everything: Enrolment) -> None:
        titles = list(nodes_of(shown(everything)))

        assert "This, all within 12 months" in titles
        assert "All of these, in this order" in titles
        assert "Any one of these 2" in titles
        assert "0.40 credits out of these" in titles
        assert "Completion of Four weeks on the ward" in titles
        assert all("step:" not in title and "-" not in title[:9] for title in titles)

    def test_a_skill_names_what_would_show_it(self, everything: Enrolment) -> None:
        skill = next(node for title, node in nodes_of(shown(everything)).items() if "shows" in title)

        assert [row.name for row in skill.places] == ["Part 8"]

    def test_what_is_not_chosen_is_another_way(self, everything: Enrolment) -> None:
        for code in everything.version.requirements.get(key="a3").steps.all():
            assert code.achievement is not None
            make_credential(recipient=everything.learner, achievement=code.achievement)

        found = nodes_of(shown(everything))

        assert found["Part 3"].word != "Another way"
        assert (found["Part 4"].state, found["Part 4"].word) == ("other_way", "Another way")

    def test_her_pages_open(self, everything: Enrolment, sign_in: SignIn) -> None:
        evaluate_learner(learner=everything.learner, at=TERM_DAY)
        browser = sign_in(everything.learner)

        met = {
            name: browser.get(reverse(name, args=args)).status_code
            for name, args in {
                "learners:progress": [everything.public_id],
                "learners:dashboard": [],
            }.items()
        }

        assert met == {"learners:progress": 200, "learners:dashboard": 200}


class TestWhatElseCounts:
    @pytest.fixture
    def enrolment(self, learner: User) -> Enrolment:
        """On a rule of a core achievement and a step."""
        core = make_achievement(name="Handling Samples")
        node = {"kind": "achievement", "key": "core", "achievement": core.code}
        act = make_act(name="Four weeks on the ward")
        return make_enrolment(
            learner=learner, pathway=in_force(all_of(node, {"kind": "step", "key": "ward", "step": act}))
        )

    def core(self, enrolment: Enrolment) -> Any:
        found = enrolment.version.requirements.get(key="core").steps.get().achievement
        assert found is not None
        return found

    def test_prior_learning_is_shown_by_its_title_and_where_it_was_earned(
        self, enrolment: Enrolment, registrar: User, approver: User
    ) -> None:
        stands(recognition(enrolment.learner, self.core(enrolment)), by=registrar, approver=approver)

        found = place(nodes_of(shown(enrolment))["Handling Samples"])

        assert found.state == "counts"
        assert found.note == "Recognised: “Handling of Samples”, earned at Northern College."
        assert found.action_url == ""

    def test_a_completed_step_counts_and_a_withdrawn_one_says_since_when_not(
        self, enrolment: Enrolment, registrar: User, approver: User
    ) -> None:
        act = enrolment.version.requirements.get(key="ward").steps.get().act
        stood = stands(completion(enrolment.learner, act), by=registrar, approver=approver)
        title = "Completion of Four weeks on the ward"
        before = place(nodes_of(shown(enrolment))[title])

        end(ruling=stood, reason="The host took it back.", by=registrar, at=LATER)

        after = place(nodes_of(shown(enrolment))[title])
        assert (before.state, after.state) == ("counts", "revoked")
        assert after.note == "Four weeks on the ward was withdrawn on 2 September 2025."

    def test_a_waiver_says_until_when_and_why(
        self, enrolment: Enrolment, registrar: User, approver: User
    ) -> None:
        last = TERM_DAY.date() + timedelta(days=30)
        stands(exemption(enrolment, "core", expires_on=last), by=registrar, approver=approver)

        found = nodes_of(shown(enrolment))["Handling Samples"]

        assert (found.state, found.word) == ("met", "Waived")
        assert found.exceptions == ("Waived until 1 October 2025: Illness in June.",)

    def test_a_substitute_and_an_equivalent_are_called_by_their_names(
        self, enrolment: Enrolment, registrar: User, approver: User
    ) -> None:
        other = make_achievement(name="Sampling Abroad")
        make_credential(recipient=enrolment.learner, achievement=other)
        given = exemption(enrolment, "core", "substitute", achievement=other)
        stood = stands(given, by=registrar, approver=approver)
        by_exception = nodes_of(shown(enrolment))["Handling Samples"]
        end(ruling=stood, reason="The rule for all was changed.", by=registrar, at=LATER)

        stands(equivalence(other, self.core(enrolment)), by=registrar, approver=approver)

        by_rule = nodes_of(shown(enrolment))["Handling Samples"]
        assert by_exception.exceptions == ("Sampling Abroad counts here for you: Illness in June.",)
        assert by_rule.exceptions == ()
        for node in (by_exception, by_rule):
            assert place(node).note == "By Sampling Abroad, which counts as it."

    def test_in_a_pool_a_substitute_has_a_place_of_its_own(
        self, learner: User, registrar: User, approver: User
    ) -> None:
        listed, other = make_achievement(), make_achievement(name="Sampling Abroad")
        enrolment = make_enrolment(learner=learner, pathway=in_force(all_of(pool(1, listed, key="some"))))
        make_credential(recipient=learner, achievement=other)

        given = exemption(enrolment, "some", "substitute", achievement=other)
        stands(given, by=registrar, approver=approver)

        [node] = shown(enrolment).nodes
        assert [(row.name, row.state) for row in node.places if row.state == "counts"] == [
            ("Sampling Abroad", "counts")
        ]

    def test_what_is_blocked_does_not_count_here(
        self, enrolment: Enrolment, registrar: User, approver: User
    ) -> None:
        credential = make_credential(recipient=enrolment.learner, achievement=self.core(enrolment))
        given = exemption(enrolment, "*", "block", credential=credential, reason="It was copied.")

        stands(given, by=registrar, approver=approver)

        page = shown(enrolment)
        found = place(nodes_of(page)["Handling Samples"])
        assert page.exceptions == ("Handling Samples does not count here: It was copied.",)
        assert (found.state, found.word) == ("not_here", "Does not count here")
        assert found.note == "Handling Samples was excluded here by the registrar."


class TestEveryReason:
    def test_has_words_at_the_desk(self) -> None:
        assert WHY_NOT.keys() == set(Reason)
