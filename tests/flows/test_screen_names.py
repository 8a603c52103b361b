"""No page without a screen: the list of screens follows the site map."""

from tests.flows.screens import NO_PAGE, OUT_OF_REACH, SCREENS
from tests.walls.addresses import every_address


class TestScreenNames:
    def test_no_screen_is_named_twice(self) -> None:
        assert len({screen.name for screen in SCREENS}) == len(SCREENS)

    def test_every_page_outside_the_admin_is_a_screen(self) -> None:
        pages = {name for name in every_address() if not name.startswith("admin:")} - NO_PAGE - OUT_OF_REACH

        assert pages == {screen.address for screen in SCREENS if not screen.address.startswith("admin:")}

    def test_nothing_is_excused_that_is_not_there(self) -> None:
        addresses = set(every_address())

        assert addresses >= NO_PAGE | OUT_OF_REACH
        assert addresses >= {screen.address for screen in SCREENS}
