"""The look keeps its word: one place for colours, enough contrast, nothing inline, states said in words."""

import gzip
import re
from pathlib import Path
from types import SimpleNamespace

import django_htmx
import pytest
from django.conf import settings
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory
from pytest_django import Settings

ROOT = Path(settings.BASE_DIR)
PORTAL = ROOT / "static" / "portal"
HTMX = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"
# A mail program knows no style sheet of ours; a certificate is printed by its own.
OWN_STYLES = ("emails", "certificates")
PAGES = sorted(
    page
    for page in (ROOT / "templates").rglob("*.html")
    if page.relative_to(ROOT / "templates").parts[0] not in OWN_STYLES
)
VERDICTS = {
    "valid": "Valid",
    "revoked": "Revoked",
    "expired": "Expired",
    "suspended": "Suspended",
    "not_yet_valid": "Not yet valid",
    "not_recognised": "Not recognised",
    "cannot_check": "Cannot check",
}


def words(html: str) -> str:
    """The text of a piece of HTML as it reads, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def tokens(scheme: int) -> dict[str, str]:
    """The colours of one scheme: 0 light, 1 dark."""
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", (PORTAL / "tokens.css").read_text())
    return {name: colours[scheme] for name, *colours in pairs}


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2, 1.4.3: from 1 (the same) to 21 (black on white)."""

    def luminance(colour: str) -> float:
        channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


class TestStrictPolicy:
    @pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
    def test_no_page_holds_a_style_or_a_script_of_its_own(self, page: Path) -> None:
        text = page.read_text()

        assert not re.search(r"<style|\sstyle\s*=|\son\w+\s*=\s*[\"']|javascript:", text)
        assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", text))

    @pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
    def test_no_page_loads_anything_from_elsewhere(self, page: Path) -> None:
        assert not re.search(r"(src|srcset|action|<link[^>]*href)\s*=\s*[\"'](https?:)?//", page.read_text())

    def test_all_script_of_a_page_weighs_less_than_forty_kilobytes(self) -> None:
        scripts = [HTMX, *PORTAL.glob("*.js")]

        assert sum(len(gzip.compress(script.read_bytes())) for script in scripts) < 40_000


class TestColours:
    @pytest.mark.parametrize("sheet", ["base.css", "forms.css", "components.css", "admin.css"])
    def test_only_the_tokens_name_a_colour(self, sheet: str) -> None:
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?=[;,) ])|rgba?\(|hsla?\(", (PORTAL / sheet).read_text())

    @pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
    @pytest.mark.parametrize("ground", ["paper", "surface"])
    @pytest.mark.parametrize("text", ["ink", "soft", "action", "good", "warn", "bad"])
    def test_text_can_be_read_on_every_ground(self, scheme: int, ground: str, text: str) -> None:
        colours = tokens(scheme)

        assert contrast(colours[text], colours[ground]) >= 4.5

    @pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
    def test_controls_and_stones_stand_out_and_buttons_can_be_read(self, scheme: int) -> None:
        colours = tokens(scheme)

        for drawn in ("line", "tile-1", "tile-2", "tile-3", "tile-4", "tile-5"):
            assert contrast(colours[drawn], colours["paper"]) >= 3, drawn
        for button in ("action", "good", "warn", "bad"):
            assert contrast(colours["on-action"], colours[button]) >= 4.5, button


class TestStatesInWords:
    @pytest.mark.parametrize(("code", "word"), VERDICTS.items())
    def test_a_verdict_is_a_word_an_icon_and_a_sentence(self, code: str, word: str) -> None:
        html = render_to_string("components/verdict.html", {"code": code})

        assert re.search(rf'verdict-word"[^>]*>\s*{word}\s*</h2>', html)
        assert 'class="icon"' in html
        assert words(html).endswith(".")

    def test_no_two_verdicts_share_a_picture(self) -> None:
        pictures = {
            re.search(r' d="([^"]+)"', render_to_string("components/verdict.html", {"code": code}))[1]  # type: ignore[index]
            for code in VERDICTS
        }

        assert len(pictures) == len(VERDICTS)

    @pytest.mark.parametrize(
        "state", ["earned", "in_progress", "next", "locked", "expiring", "expired", "revoked"]
    )
    def test_a_chip_says_its_state_beside_an_icon(self, state: str) -> None:
        html = render_to_string("components/state_chip.html", {"state": state})

        assert words(html)
        assert 'class="icon"' in html

    def test_progress_says_what_the_stones_show(self) -> None:
        tiles = ["filled", "filled", "half", "outlined", "hatched"]
        html = render_to_string(
            "components/progress.html", {"earned": 2, "total": 5, "left": 3, "tiles": tiles}
        )

        assert words(html) == "2 of 5 3 left"
        assert html.count('class="stone"') == 5


class TestRubric:
    LEVELS = (
        SimpleNamespace(
            value=1, label="Not yet", descriptor="A stranger could not follow it.", points=0, chosen=False
        ),
        SimpleNamespace(
            value=2, label="Sound", descriptor="A stranger could follow it.", points=2, chosen=True
        ),
    )
    CRITERION = SimpleNamespace(
        name="Clarity", field="criterion-7", levels=LEVELS, comment_field="comment-7", comment="<b>"
    )

    def test_a_marker_chooses_with_one_real_radio_a_level(self) -> None:
        html = render_to_string("components/rubric_grid.html", {"criteria": [self.CRITERION]})

        assert len(re.findall(r'type="radio"\s+name="criterion-7"', html)) == 2
        assert len(re.findall(r"\schecked", html)) == 1
        assert 'for="comment-7"' in html

    def test_a_learner_reads_it_back_without_controls(self) -> None:
        html = render_to_string(
            "components/rubric_grid.html", {"criteria": [self.CRITERION], "read_only": True}
        )

        assert "<input" not in html
        assert "Sound chosen" in words(html)
        assert "&lt;b&gt;" in html


class TestPages:
    def test_turning_a_page_keeps_the_filter(self) -> None:
        page = Paginator(range(30), 10).page(2)
        request = RequestFactory().get("/", {"q": "data", "page": "2"})

        html = render_to_string("components/pagination.html", {"page_obj": page}, request=request)

        assert 'href="?q=data&amp;page=1"' in html
        assert 'href="?q=data&amp;page=3"' in html
        assert "Page 2 of 3" in html


class TestWhenSomethingGoesWrong:
    """No database mark here: a page that asked the database would fail."""

    @pytest.mark.parametrize("code", [500, 503])
    def test_the_page_needs_no_context_and_no_list_of_hashed_files(
        self, code: int, settings: Settings
    ) -> None:
        settings.STORAGES = {
            "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
        }

        html = render_to_string(f"{code}.html")

        assert "What is safe" in html
        assert "What to do next" in html
        assert "/static/portal/base.css" in html

    @pytest.mark.parametrize("code", [400, 403, 404, 409, 413, 429])
    def test_the_page_says_what_happened_what_is_safe_and_what_to_do(self, code: int) -> None:
        html = render_to_string(f"{code}.html", {"request": SimpleNamespace(request_id="ref-42", path="/")})

        assert html.count("<h1") == 1
        assert "What is safe" in html
        assert "What to do next" in html
        assert "ref-42" in html
