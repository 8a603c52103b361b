"""Clocks two hours off, the night an hour comes twice or never, the leap day (SAFETY: fault 18)."""

import http.client
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.faults.invariants import TWICE, assert_once, assert_sound, is_whole, settle
from tests.faults.portal import ALL_QUEUES, Portal, PrivateWeb
from tests.faults.shifted import MARK
from tests.services import PrivateWorker, ServiceFailedError

pytestmark = pytest.mark.faults_long
TWO_HOURS = 7200
DRAINED_WITHIN = 120


def shifted(command: list[str], seconds: int) -> list[str]:
    """The same program, with a clock that is off while the installation bears the mark."""
    python, dash_m, *rest = command
    return [python, dash_m, "tests.faults.shifted", str(seconds), *rest]


class ShiftedWorker(PrivateWorker):
    def __init__(self, portal: Portal, seconds: int) -> None:
        super().__init__(portal.environment, queues=ALL_QUEUES)
        self.seconds = seconds

    def command(self) -> list[str]:
        return shifted(super().command(), self.seconds)

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")


class ShiftedWeb(PrivateWeb):
    def __init__(self, portal: Portal, seconds: int) -> None:
        super().__init__(portal.environment)
        self.seconds = seconds

    def command(self) -> list[str]:
        return shifted(super().command(), self.seconds)

    def ready(self) -> tuple[int, dict[str, Any]]:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        link.request("GET", "/readyz", headers={"Host": "localhost"})
        answer = link.getresponse()
        said: dict[str, Any] = json.loads(answer.read())
        link.close()
        return answer.status, said


@pytest.fixture(params=[TWO_HOURS, -TWO_HOURS], ids=["ahead", "behind"])
def seconds(request: pytest.FixtureRequest) -> int:
    off: int = request.param
    return off


class TestAMachineTwoHoursOff:
    def test_starts_no_worker_and_is_not_ready(self, portal: Portal, seconds: int) -> None:
        (portal.folder / MARK).touch()

        with pytest.raises(ServiceFailedError, match="s from the database's"), ShiftedWorker(portal, seconds):
            pass
        with ShiftedWeb(portal, seconds) as web:
            off, said = web.ready()
            (portal.folder / MARK).unlink()
            right, _said = web.ready()

        assert (off, right) == (503, 200)
        assert "apart" in said["clock"]

    def test_issues_nothing_until_it_is_set_right_and_then_everything_once(
        self, portal: Portal, seconds: int
    ) -> None:
        learners = portal.act("found", learners=3)["learners"]
        with ShiftedWorker(portal, seconds) as worker, portal.beat():
            (portal.folder / MARK).touch()  # its clock jumps while it runs
            portal.act("finish", learners=learners)
            wait_until(lambda: worker.log().count("ClocksApart") >= len(learners), 90)
            refused = portal.act("state")
            (portal.folder / MARK).unlink()
            began = time.monotonic()
            seen = portal.settles(DRAINED_WITHIN, lambda state: is_whole(3, state))
            print(f"set right, drained in {time.monotonic() - began:.0f} s")

        assert refused["certificates"] == 0
        assert_once(3, seen)
        assert not any(portal.act("from_the_future").values())
        assert assert_sound(portal) == 9

    def test_beside_a_right_one_delays_nothing(self, portal: Portal, seconds: int) -> None:
        """It never starts, so all the work is the other's; the beat's clock decides nothing."""
        learners = portal.act("found", learners=3)["learners"]
        (portal.folder / MARK).touch()
        with portal.worker(), portal.beat():
            with pytest.raises(ServiceFailedError), ShiftedWorker(portal, seconds):
                pass
            portal.act("finish", learners=learners)
            took = settle(portal)
            print(f"drained in {took:.0f} s")
            seen = portal.act("state")

        assert_once(3, seen)
        assert not any(portal.act("from_the_future").values())


def every(minutes: int, begin: datetime, end: datetime) -> Iterator[str]:
    while begin < end:
        yield begin.isoformat()
        begin += timedelta(minutes=minutes)


class TestOddNights:
    """The institution is in Zurich, its machines keep the time of St John's."""

    SPRING = datetime(2024, 3, 30, 22, tzinfo=UTC)
    AUTUMN = datetime(2024, 10, 26, 20, tzinfo=UTC)
    LEAP = datetime(2024, 2, 28, 20, tzinfo=UTC)

    @pytest.fixture
    def zurich(self, portal: Portal) -> Portal:
        portal.environment |= {"PORTAL_TIME_ZONE": "Europe/Zurich", "TZ": "America/St_Johns"}
        portal.act("found_calendar")
        return portal

    @pytest.mark.parametrize(
        "night", [SPRING, AUTUMN, LEAP], ids=["an hour less", "an hour more", "leap day"]
    )
    def test_nothing_happens_twice_and_nothing_is_dated_ahead(self, zurich: Portal, night: datetime) -> None:
        moments = list(every(30, night, night + timedelta(hours=8)))

        zurich.act("live_through", moments=moments)
        with zurich.worker(), zurich.beat():
            settle(zurich)
        seen = zurich.act("state")

        assert seen["certificates"] == seen["holders"] == len(moments)
        assert {name: seen[name] for name in TWICE} == dict.fromkeys(TWICE, 0)
        assert not any(zurich.act("from_the_future").values())
        assert assert_sound(zurich) == len(moments) * 4

    def test_a_year_from_the_leap_day_ends_once_at_the_end_of_february(self, zurich: Portal) -> None:
        # Half past eleven in Zurich on 28 February, half past midnight and noon on the 29th.
        earned = ["2024-02-28T22:30:00+00:00", "2024-02-28T23:30:00+00:00", "2024-02-29T11:00:00+00:00"]
        lived = zurich.act("live_through", moments=earned)

        around = ["2025-02-27T22:59:00+00:00", "2025-02-27T23:01:00+00:00", "2025-02-28T22:59:00+00:00"]
        swept = zurich.act("sweep_at", moments=[*around, "2025-02-28T23:01:00+00:00"])

        assert sorted(lived["ends"].values()) == ["2025-02-27", "2025-02-28", "2025-02-28"]
        assert swept["ended"] == [[0, 0], [1, 0], [0, 0], [2, 0]]
        assert zurich.act("state")["events_twice"] == 0


def wait_until(happened: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.2)
