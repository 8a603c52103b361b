"""Leaving is free: all that anybody needs to go on checking what was issued, as files for any web server.

What the live pages show is written, and nothing more: of a private credential neither name nor results nor
evidence. Equal data and the same moment give equal bytes.
"""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.storage import default_storage
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from credentials.models import (
    AchievementVersion,
    CompetencyFramework,
    Credential,
    Endorsement,
    Issuer,
    StatusList,
)
from credentials.openbadges.contexts import FOLDER as CONTEXTS
from credentials.openbadges.documents import achievement_document, profile_document, to_bytes
from credentials.openbadges.keys import did_web_url
from credentials.queries import achievement_facts, rubric_of, signed_bytes
from credentials.queries.badges2 import assertions_2, badge_classes_2, issuers_2
from credentials.queries.verification import meaning_of, newer_than, suspended_since
from credentials.services.badges2 import (
    NoAssertion,
    address_of,
    assertion_of,
    badge_of,
    picture_of,
    profile_of,
)
from credentials.services.frameworks import case_document
from credentials.services.issuing import issuer_facts
from credentials.services.signing import last_status_lists
from credentials.services.verifying import Checked, did_document, verify_together

AT_A_TIME = 200
STYLES = ("portal/tokens.css", "credentials/kept.css")
# Folders whose contents no server may list: a code is known to whom its holder gave it.
UNLISTED = (
    "verify",
    "status",
    "achievements",
    "issuers",
    "frameworks",
    "endorsements",
    "ob2",
    "ob2/assertions",
)


class NotEmpty(Exception):
    """The folder holds something already, and nothing is written over."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __str__(self) -> str:
        return _("%(folder)s is not empty. Choose a new folder.") % {"folder": self.folder}


@dataclass(slots=True)
class Site:
    """The files of one web site under `root`, counted by kind as they are written."""

    folder: Path
    at: datetime
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return urlsplit(settings.PORTAL_URL).netloc

    @property
    def root(self) -> Path:
        """What a web server shows as the whole site."""
        return self.folder / self.host

    def write(self, kind: str, address: str, data: bytes) -> None:
        """Keep `data` for an address of ours, whole or from the root; one that ends in / is a page."""
        path = unquote(urlsplit(address).path).lstrip("/")
        file = self.root / (f"{path}index.html" if path.endswith("/") or not path else path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        self.counts[kind] = self.counts.get(kind, 0) + 1

    def page(self, kind: str, address: str, template: str, **context: object) -> None:
        """Render a page that leads to its neighbours by relative addresses, wherever it is served."""
        depth = urlsplit(address).path.count("/") - 1
        context |= {"root": "../" * depth or "./", "at": self.at, "portal_name": settings.PORTAL_NAME}
        self.write(kind, address, render_to_string(f"kept/{template}.html", context).lstrip().encode())


def export_static(*, folder: Path, at: datetime) -> dict[str, int]:
    """Write the whole site into `folder` as it stands at `at`; answers how many files of each kind.

    Raises NotEmpty, and, before anything is written, NoWrappingKey, CannotOpen or NoKeyInUse where the last
    status lists cannot be signed.
    """
    if folder.exists() and any(folder.iterdir()):
        raise NotEmpty(folder)
    lists = [(block, last_status_lists(block=block, at=at)) for block in _status_lists()]
    site = Site(folder, at)
    with translation.override(settings.LANGUAGE_CODE):
        for block, signed in lists:
            for purpose, document in signed.items():
                site.write("status lists", block.url(purpose), document)
        _write_issuers(site)
        _write_achievements(site)
        _write_frameworks(site)
        _write_endorsements(site)
        _write_badges_2(site)
        rows = _credentials()
        while batch := list(itertools.islice(rows, AT_A_TIME)):
            _write_credentials(site, batch)
        _write_frame(site)
    return site.counts


def _status_lists() -> Iterator[StatusList]:
    return StatusList.objects.select_related("issuer").order_by("pk").iterator(chunk_size=AT_A_TIME)


def _credentials() -> Iterator[Credential]:
    rows = Credential.objects.select_related(
        "version__achievement__series", "achievement__issuer", "recipient", "status_list"
    ).prefetch_related("evidence", "components__version", "components__achievement__issuer")
    return rows.order_by("pk").iterator(chunk_size=AT_A_TIME)


def _write_issuers(site: Site) -> None:
    for issuer in Issuer.objects.order_by("pk"):
        address = reverse("credentials:issuer", args=[issuer.slug])
        if issuer.did:
            site.write("key documents", did_web_url(issuer.did), json.dumps(did_document(issuer)).encode())
            site.write("issuers", f"{address}profile.json", to_bytes(profile_document(issuer_facts(issuer))))
        keys = urlsplit(did_web_url(issuer.did)).path.lstrip("/") if issuer.did else ""
        site.page("issuers", address, "issuer", issuer=issuer, keys=keys)


def _versions() -> Iterator[AchievementVersion]:
    """Published now or earlier: credentials of old versions keep their text."""
    rows = AchievementVersion.objects.exclude(status__in=AchievementVersion.OPEN)
    rows = rows.select_related("achievement__series", "achievement__issuer").order_by("pk")
    return rows.iterator(chunk_size=AT_A_TIME)


def _write_achievements(site: Site) -> None:
    for version in _versions():
        address = version.get_absolute_url()
        document = achievement_document(achievement_facts(version))
        site.write("achievements", f"{address}achievement.json", to_bytes(document))
        for name, at in (
            (version.image.name, version.image_url),
            (version.thumbnail.name, version.thumbnail_url),
        ):
            if name and default_storage.exists(name):
                with default_storage.open(name) as picture:
                    site.write("pictures", at, picture.read())
        site.page("achievements", address, "achievement", version=version, criteria=rubric_of(version))


def _write_frameworks(site: Site) -> None:
    for framework in CompetencyFramework.objects.published().order_by("pk"):
        address = reverse("credentials:framework_json", args=[framework.public_id])
        site.write("frameworks", address, to_bytes(case_document(framework)))


def _write_endorsements(site: Site) -> None:
    opened = Q(version__published_at__isnull=False) | Q(credential__visibility=Credential.Visibility.PUBLIC)
    for row in Endorsement.objects.standing().filter(opened).order_by("pk").iterator(chunk_size=AT_A_TIME):
        address = reverse("credentials:endorsement_json", args=[row.public_id])
        site.write("endorsements", address, bytes(row.signed or b""))


def _write_badges_2(site: Site) -> None:
    for version in badge_classes_2():
        site.write("Open Badges 2.0", address_of("ob2_badge", version.public_id), to_bytes(badge_of(version)))
    for issuer in issuers_2():
        site.write(
            "Open Badges 2.0", address_of("ob2_issuer", issuer.public_id), to_bytes(profile_of(issuer))
        )
    for credential in assertions_2().iterator(chunk_size=AT_A_TIME):
        try:
            found = assertion_of(credential)
            address = address_of("ob2_assertion", credential.public_id)
            site.write("Open Badges 2.0", address, to_bytes(found.document))
            if found.holds:
                picture = address_of("ob2_picture", credential.public_id)
                site.write("Open Badges 2.0", picture, picture_of(credential))
        except NoAssertion:
            continue


def _write_credentials(site: Site, batch: list[Credential]) -> None:
    """The permanent page of each, and its signed document where its holder opened it."""
    parts = {row.pk: row for whole in batch for row in whole.components.all()}
    judged = verify_together(credentials=[*batch, *parts.values()], at=site.at)
    by_id: dict[int, Checked] = {checked.credential.pk: checked for checked in judged}
    for credential in batch:
        is_public = credential.visibility == Credential.Visibility.PUBLIC
        address = credential.get_absolute_url()
        signed = signed_bytes(credential) if is_public else None
        if signed:
            site.write("signed documents", f"{address}credential.json", signed)
        site.page(
            "verification pages",
            address,
            "verify",
            credential=credential,
            version=credential.version,
            issuer=credential.achievement.issuer,
            checked=by_id[credential.pk],
            parts=sorted(
                (by_id[row.pk] for row in credential.components.all()),
                key=lambda part: part.credential.version.name,
            ),
            is_public=is_public,
            meaning=meaning_of(credential),
            suspended_since=suspended_since(credential),
            newer=newer_than(credential),
            has_document=signed is not None,
            reached=_reached(credential) if is_public else [],
            evidence=list(credential.evidence.all()) if is_public else [],
        )


def _reached(credential: Credential) -> list[tuple[str, str]]:
    """Criterion and level reached, in words."""
    rows = rubric_of(credential.version, credential.results)
    return [(row["name"], level["label"]) for row in rows for level in row["levels"] if level["chosen"]]


def _write_frame(site: Site) -> None:
    """The first page, what the pages look like, the vocabularies, and how to serve it all."""
    issuers = Issuer.objects.order_by("name", "pk")
    site.page("pages", "/", "index", issuers=issuers, versions=_versions())
    for name in STYLES:
        site.write("pages", f"/kept/{Path(name).name}", Path(str(finders.find(name))).read_bytes())
    for folder in UNLISTED:
        if (site.root / folder).is_dir():
            site.page("pages", f"/{folder}/", "unlisted")
    for file in sorted(CONTEXTS.iterdir()):
        if file.suffix == ".json" or file.name == "NOTICE":
            target = site.folder / "contexts" / file.name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(file.read_bytes())
    about = render_to_string(
        "kept/README.txt", {"host": site.host, "url": settings.PORTAL_URL, "at": site.at}
    )
    (site.folder / "README.txt").write_text(about, encoding="utf-8")
