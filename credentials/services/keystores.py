"""Where signing keys are kept: sealed in our own database, or outside, behind a program that signs for us."""

import base64
import functools
import json
import os
import selectors
import shlex
import subprocess
import threading
import time
from dataclasses import dataclass
from typing import IO, Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from credentials.models import Issuer, SigningKey
from credentials.openbadges import keys
from credentials.openbadges.proofs import Signer, signer_of

# Longer than any device takes over one signature, shorter than a duty's lease.
ANSWERS_WITHIN = 15.0
LONGEST_ANSWER = 65_536
# A signing program is somebody else's: what opens our database and our own keys is not handed to it.
NOT_HANDED_ON = frozenset(
    {"SECRET_KEY", "KEY_WRAPPING_KEY", "DATABASE_URL", "CELERY_BROKER_URL", "EMAIL_URL"}
)


class NoWrappingKey(Exception):
    """KEY_WRAPPING_KEY is not set here: only a worker that has it can open signing keys."""

    def __str__(self) -> str:
        return str(_("KEY_WRAPPING_KEY is not set in this process. Set it for the workers."))


class CannotOpen(Exception):
    """The key lies here sealed, and the wrapping key of this process does not open it."""

    def __str__(self) -> str:
        return str(
            _(
                "KEY_WRAPPING_KEY does not open the signing key. Put the right one back; if it is lost, make "
                "a new signing key and put it in use (docs/operations.md, Keys)."
            )
        )


class UnknownStore(Exception):
    """A key names a store that KEY_STORES does not."""


class StoreFailed(Exception):
    """The store outside did not sign; the duty waits and asks again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A new key: its public part, and the name it has in its store or its private part sealed for ours."""

    multikey: str
    handle: str = ""
    sealed: bytes | None = None


class KeyStore(Protocol):
    """What keeps keys. A class named in settings.KEY_STORES, made once in each process."""

    def make(self, issuer: Issuer) -> Made:
        """A new Ed25519 key for this issuer."""
        ...

    def sign(self, key: SigningKey, data: bytes) -> bytes:
        """The 64 bytes of this key's Ed25519 signature of `data`."""
        ...


class DatabaseStore:
    """Keys sealed with AES-256-GCM under KEY_WRAPPING_KEY, which only workers have (SAFETY 5.14)."""

    def make(self, issuer: Issuer) -> Made:
        pair = keys.KeyPair.generate()
        sealed = keys.seal(pair.private_bytes, wrapping_key=_wrapping_key(), key_id=pair.multikey)
        return Made(multikey=pair.multikey, sealed=sealed)

    def sign(self, key: SigningKey, data: bytes) -> bytes:
        try:
            private = keys.unseal(
                bytes(key.sealed_private_key or b""), wrapping_key=_wrapping_key(), key_id=key.multikey
            )
        except keys.SealBroken as broken:
            raise CannotOpen from broken
        return signer_of(private)(data)


class CommandStore:
    """Keys behind KEY_STORE_COMMAND, a program that talks to a security module.

    It reads one JSON object a line and answers with one:
    `{"make": "<did>"}` -> `{"handle": "<its name for the key>", "public_key": "<32 bytes, base64>"}`,
    `{"sign": "<handle>", "data": "<base64>"}` -> `{"signature": "<64 bytes, base64>"}`,
    and either -> `{"error": "<why not>"}`. It is started at the first question of a process and kept; one
    that is silent for 15 seconds or answers anything else is ended, and the next question starts another.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def make(self, issuer: Issuer) -> Made:
        answer = self._ask({"make": issuer.did})
        handle = answer.get("handle")
        if not isinstance(handle, str) or not 0 < len(handle) <= 250:
            raise StoreFailed("The signing program named no key.")
        try:
            multikey = keys.multikey(_bytes_of(answer, "public_key"))
            keys.public_key_from_multikey(multikey)
        except keys.BadKey as bad:
            raise StoreFailed("The signing program answered no Ed25519 key.") from bad
        return Made(multikey=multikey, handle=handle)

    def sign(self, key: SigningKey, data: bytes) -> bytes:
        question = {"sign": key.handle, "data": base64.b64encode(data).decode()}
        signature = _bytes_of(self._ask(question), "signature")
        public = Ed25519PublicKey.from_public_bytes(keys.public_key_from_multikey(key.multikey))
        try:
            public.verify(signature, data)
        except InvalidSignature as wrong:
            raise StoreFailed("The signing program signed with another key.") from wrong
        return signature

    def close(self) -> None:
        """End the program, if it runs."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.communicate()

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            try:
                answer = json.loads(self._line(json.dumps(question).encode() + b"\n"))
                if not isinstance(answer, dict):
                    raise TypeError("the answer is no object")
            except (OSError, ValueError, TypeError) as failed:
                self.close()
                raise StoreFailed(f"The signing program does not answer: {failed}") from failed
        if "error" in answer:
            raise StoreFailed(f"The signing program refuses: {str(answer['error'])[:200]}")
        return answer

    def _line(self, question: bytes) -> bytes:
        asked, answers = self._running()
        asked.write(question)
        asked.flush()
        until = time.monotonic() + ANSWERS_WITHIN
        line = b""
        with selectors.DefaultSelector() as ready:
            ready.register(answers, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                left = until - time.monotonic()
                if left <= 0 or not ready.select(left):
                    raise TimeoutError(f"nothing came within {ANSWERS_WITHIN:.0f} s")
                part = os.read(answers.fileno(), LONGEST_ANSWER)
                line += part
                if not part or len(line) > LONGEST_ANSWER:
                    raise OSError("it ended, or said too much")
        return line

    def _running(self) -> tuple[IO[bytes], IO[bytes]]:
        """The program's input and output."""
        if self._child is None or self._child.poll() is not None:
            self.close()
            clean = {name: value for name, value in os.environ.items() if name not in NOT_HANDED_ON}
            self._child = subprocess.Popen(  # noqa: S603 - the operator's own program, from the settings
                shlex.split(settings.KEY_STORE_COMMAND),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=clean,
            )
        if self._child.stdin is None or self._child.stdout is None:
            raise OSError("it has no input or output")
        return self._child.stdin, self._child.stdout


def store_named(name: str) -> KeyStore:
    """The store of this name. Raises UnknownStore."""
    dotted = settings.KEY_STORES.get(name)
    if dotted is None:
        raise UnknownStore(
            _("No store of keys is called %(name)s. Name it in the settings again.") % {"name": name}
        )
    return _made_once(dotted)


def signer_for(key: SigningKey) -> Signer:
    """What signs with this key, wherever it is kept."""
    return functools.partial(store_named(key.store).sign, key)


@functools.cache
def _made_once(dotted: str) -> KeyStore:
    store: KeyStore = import_string(dotted)()
    return store


def _bytes_of(answer: dict[str, Any], field: str) -> bytes:
    try:
        return base64.b64decode(str(answer[field]), validate=True)
    except (KeyError, ValueError) as wrong:
        raise StoreFailed(f"The signing program answered no {field}.") from wrong


def _wrapping_key() -> bytes:
    if settings.KEY_WRAPPING_KEY is None:
        raise NoWrappingKey
    return bytes(settings.KEY_WRAPPING_KEY)
