"""A person at a browser, while the portal is under attack: she opens the form, presses, and keeps account."""

import http.client
import re
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Self
from urllib.parse import urlencode

from tests.faults.invariants import Attempts

HIDDEN = re.compile(r'<input type="hidden" name="(?P<name>[\w-]+)" value="(?P<value>[^"]*)"')
# Longer than any fault's bound, so that a late answer is seen as late and not as missing.
PATIENCE = 30.0


class NotAccepted(Exception):
    """The portal refused the connection: nothing of this request ever reached it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: `status` is None when the connection ended without an answer."""

    status: int | None
    seconds: float
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Press:
    """One press of a button: the op_key and all else that the form held, so that it can be sent again."""

    address: str
    form: Mapping[str, str]


class Browser:
    """Signed in once; each request is a connection of its own, as behind a proxy. Threads may share it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def sign_in(self, email: str, password: str) -> None:
        """By her password, and once more for the acts that ask whether it is still she."""
        self._give("/accounts/login/", login=email, password=password)
        self._give("/accounts/reauthenticate/", password=password)

    def get(self, address: str) -> Answer:
        return self._ask("GET", address)

    def open(self, address: str, answers: Mapping[str, str]) -> Press:
        """The form at `address`, filled in and ready to be pressed."""
        page = self.get(address)
        assert page.status == 200, page
        form = _hidden(page.body)
        assert "op_key" in form, f"{address} has no form to press"
        return Press(address, form | dict(answers))

    def send(self, press: Press) -> Answer:
        return self._ask("POST", press.address, urlencode(press.form))

    def _give(self, address: str, **answers: str) -> None:
        form = _hidden(self.get(address).body) | answers
        answer = self.send(Press(address, form))
        assert answer.status == 302, answer

    def _ask(self, method: str, address: str, body: str | None = None) -> Answer:
        """Raises NotAccepted; whatever happens after the connection stands is an answer."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        began = time.monotonic()
        try:
            link.connect()
        except OSError as refusal:
            raise NotAccepted from refusal
        headers = {
            "Host": "localhost",
            "Connection": "close",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            link.request(method, address, body, headers)
            answer = link.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return Answer(None, time.monotonic() - began)
        finally:
            link.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
        return Answer(answer.status, time.monotonic() - began, text, dict(answer.headers))


@dataclass(slots=True)
class Desk:
    """What one person tries from several windows at once: each act by name, what was sent, how it went."""

    browser: Browser
    windows: int = 4
    attempts: Attempts = field(default_factory=Attempts)
    sent: dict[str, Press] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    @classmethod
    def at(cls, port: int, *, email: str, password: str, windows: int = 4) -> Self:
        """The desk of a person who has just signed in."""
        browser = Browser(port)
        browser.sign_in(email, password)
        return cls(browser, windows)

    def open_revocations(self, pks: Iterable[int]) -> None:
        """Open, for each of these credentials, the page on which it is revoked."""
        pages = {str(pk): f"/registrar/credentials/credential/{pk}/act/revoke/" for pk in pks}
        self.open_all(pages, {"revocation": "withdrawn", "reason": "Awarded in error."})

    def open_all(self, forms: Mapping[str, str], answers: Mapping[str, str]) -> None:
        """Open the form of each act, name to address, before the fault."""
        with ThreadPoolExecutor(self.windows) as windows:
            opened = windows.map(lambda address: self.browser.open(address, answers), forms.values())
            self.sent |= dict(zip(forms, opened, strict=True))

    def press_all(self, acts: Iterable[str], *, pause: float = 0.0) -> None:
        """Press each act once; `pause` is the time each window then takes to read the answer."""

        def press(act: str) -> None:
            self.press(act)
            time.sleep(pause)

        with ThreadPoolExecutor(self.windows) as windows:
            list(windows.map(press, acts))

    def press(self, act: str) -> Answer | None:
        """Press once; None when the portal did not accept, and then nothing was attempted."""
        try:
            answer = self.browser.send(self.sent[act])
        except NotAccepted:
            return None
        self.seconds.append(answer.seconds)
        self.attempts.note(act, answer.status)
        return answer

    def settle_unknown(self, within: float) -> float:
        """Send what is unknown again, op_key and all, until nothing is; answers the seconds it took."""
        began = time.monotonic()
        while unknown := sorted(self.attempts.unknown):
            assert time.monotonic() - began < within, f"still unknown after {within} s: {unknown}"
            for act in unknown:
                self.press(act)
            time.sleep(0.2)
        return time.monotonic() - began


def _hidden(page: str) -> dict[str, str]:
    return {found["name"]: found["value"] for found in HIDDEN.finditer(page)}
