"""All that one person holds as one ZIP, written while it is sent: files that verify without this portal."""

import contextlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.text import slugify
from django.utils.timezone import localtime

from credentials.models import Credential, Issuer, StatusList
from credentials.openbadges.baking import CannotBake
from credentials.openbadges.keys import did_web_url
from credentials.queries import certificate_file, signed_bytes
from credentials.services.baking import baked_png
from credentials.services.verifying import did_document
from learners.queries import wallet

if TYPE_CHECKING:
    from learners.models import User

AT_A_TIME = 50


class _Outlet(io.RawIOBase):
    """Where the ZIP is written: keeps what was written since it was last emptied."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        self.parts.append(bytes(data))  # type: ignore[call-overload]
        return len(self.parts[-1])

    def emptied(self) -> bytes:
        data, self.parts = b"".join(self.parts), []
        return data


def packed(*, person: "User", at: datetime) -> Iterator[bytes]:
    """The ZIP piece by piece, one credential's files in memory at a time; without what is not signed yet."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w") as archive:
        for name, data in _members(person, at):
            member = zipfile.ZipInfo(name, date_time=localtime(at).timetuple()[:6])
            member.external_attr = 0o644 << 16
            # Pictures and PDFs are packed already.
            member.compress_type = (
                zipfile.ZIP_STORED if name.endswith((".png", ".pdf")) else zipfile.ZIP_DEFLATED
            )
            archive.writestr(member, data)
            yield outlet.emptied()
    yield outlet.emptied()


def _members(person: "User", at: datetime) -> Iterator[tuple[str, bytes]]:
    yield "README.txt", render_to_string("learners/packed.txt", {"person": person, "at": at}).encode()
    issuers: set[int] = set()
    lists: set[int] = set()
    for row in wallet(person).iterator(chunk_size=AT_A_TIME):
        signed = signed_bytes(row)
        if signed is None:
            continue
        folder = f"{slugify(row.version.name) or 'credential'}-{row.code}"
        yield f"{folder}/credential.json", signed
        yield from _pictures(row, folder)
        issuers.add(row.achievement.issuer_id)
        lists.add(row.status_list_id)
    yield from _documents(issuers, lists)


def _pictures(row: Credential, folder: str) -> Iterator[tuple[str, bytes]]:
    # A picture that cannot carry it is no reason to keep the rest back.
    with contextlib.suppress(CannotBake, FileNotFoundError):
        yield f"{folder}/badge.png", baked_png(credential=row)
    printed = certificate_file(row)
    path = Path(settings.MEDIA_ROOT) / printed.file if printed and printed.file else None
    if path and path.is_file():
        yield f"{folder}/certificate.pdf", path.read_bytes()


def _documents(issuers: set[int], lists: set[int]) -> Iterator[tuple[str, bytes]]:
    """What a verifier without a network needs: key documents, and the status lists as they stand."""
    for issuer in Issuer.objects.filter(pk__in=issuers).exclude(did=None).order_by("pk"):
        yield _place(did_web_url(issuer.did or "")), json.dumps(did_document(issuer)).encode()
    for block in StatusList.objects.filter(pk__in=lists).order_by("pk"):
        for purpose, stored in (
            ("revocation", block.revocation_bytes),
            ("suspension", block.suspension_bytes),
        ):
            if stored:
                yield _place(block.url(purpose)), bytes(stored)


def _place(address: str) -> str:
    parts = urlsplit(address)
    return f"documents/{parts.netloc}{parts.path}"
