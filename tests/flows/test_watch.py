"""The watch itself: what a visit must not do is noticed, and a barrier put on a page is found."""

import pytest

from tests.flows.browser import Visitors
from tests.flows.test_screens import AXE, COLOURS, EVERYTHING, barriers

pytestmark = pytest.mark.browser

UNNAMED = "document.querySelector('main').insertAdjacentHTML('beforeend', '<input>')"
PALE = """
const words = document.createElement('p');
words.textContent = 'Hardly to be read';
words.style.color = 'rgb(200, 200, 200)';
words.style.backgroundColor = 'white';
document.querySelector('main').append(words);
"""


class TestWatch:
    @pytest.mark.parametrize(
        ("misdeed", "noticed"),
        [
            ("document.body.setAttribute('style', 'color: red')", "inline style"),
            ("new Image().src = 'https://elsewhere.example/pixel.png'", "elsewhere.example"),
            ("console.error('all is lost')", "all is lost"),
            ("setTimeout(() => { throw new Error('half way') })", "half way"),
        ],
    )
    def test_a_misdeed_is_noticed(self, visitors: Visitors, misdeed: str, noticed: str) -> None:
        page = visitors.anyone()
        page.goto("/catalogue/")

        with page.expect_event("pageerror" if "throw" in misdeed else "console"):
            page.evaluate(f"() => {{ {misdeed} }}")

        assert noticed in "\n".join(visitors.complaints)
        visitors.complaints.clear()

    def test_a_field_without_a_name_and_pale_words_are_barriers(self, visitors: Visitors) -> None:
        page = visitors.anyone()
        page.goto("/verify/")
        page.evaluate(AXE.axe_script)
        assert list(barriers(page, EVERYTHING)) == []

        page.evaluate(f"() => {{ {UNNAMED} }}")
        page.evaluate(f"() => {{ {PALE} }}")

        assert [line.split()[0] for line in barriers(page, EVERYTHING)] == ["color-contrast", "label"]
        assert [line.split()[0] for line in barriers(page, COLOURS)] == ["color-contrast"]
