"""The broker of installations without Redis: files in a folder, of which nobody ever finds half a one."""

from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """kombu's opens a message and then writes it; a worker that comes in between reads nothing and ends."""

    def _put(self, queue: str, message: Any, **_: object) -> None:  # type: ignore[override]
        file = Path(self.data_folder_out) / f"{round(monotonic() * 1000)}_{uuid4()}.{queue}.msg"
        # With a dot before it, it is nobody's message yet.
        beside = file.with_name(f".{file.name}")
        beside.write_text(dumps(message))  # type: ignore[no-untyped-call]
        beside.replace(file)


class Transport(filesystem.Transport):
    Channel = Channel
