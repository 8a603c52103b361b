"""Put the file together: page, style, scripts, library, contexts, and the keys published at this moment."""

import base64
import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_bidi

from credentials.models import Issuer, SigningKey
from credentials.openbadges import contexts
from credentials.openbadges.text import instant
from credentials.services.offline.words import words
from credentials.services.verifying import did_document

_STATIC = Path(settings.BASE_DIR) / "static"
LIBRARY = _STATIC / "vendor" / "jsonld-9.0.0"
_STYLES = (
    "portal/tokens.css",
    "portal/base.css",
    "portal/forms.css",
    "portal/components.css",
    "credentials/offline/page.css",
)
# In the order in which they need one another.
_SCRIPTS = ("reading.js", "pdf.js", "containers.js", "form.js", "proof.js", "checking.js", "page.js")
# Those of the verdicts and checks: the scripts clone them.
_ICONS = ("tick", "cross", "question", "info", "ended", "clock")
# What our credentials are written in; a file that names another is not ours to check without a network.
CARRIED_CONTEXTS = (contexts.CREDENTIALS_V2, contexts.OPEN_BADGES, contexts.EXTENSIONS)


def offline_verifier(*, at: datetime) -> bytes:
    """The whole file as UTF-8: it knows every issuer and key of this moment, and asks nobody for more."""
    issuers = [_issuer(issuer) for issuer in Issuer.objects.exclude(did=None)]
    page = render_to_string(
        "credentials/offline.html",
        {
            "language": get_language(),
            "is_bidi": get_language_bidi(),
            "portal_name": settings.PORTAL_NAME,
            "portal_url": settings.PORTAL_URL,
            "made_at": at,
            "issuers": issuers,
            "words": words(),
            "carried": {
                "made_at": instant(at),
                "portal": {"name": settings.PORTAL_NAME, "url": settings.PORTAL_URL},
                "contexts": {url: contexts.load(url) for url in CARRIED_CONTEXTS},
                "issuers": [
                    {key: issuer[key] for key in ("did", "name", "document", "keys")} for issuer in issuers
                ],
            },
            "icons": _ICONS,
            "licences": [_text(LIBRARY / name) for name in ("LICENSE", "THIRD-PARTY")],
        },
    )
    return _with_parts(page).encode()


def changed_library_files() -> list[str]:
    """Names of the library's files that are missing or whose bytes are not those that were vendored."""
    listed: dict[str, str] = json.loads((LIBRARY / "SOURCE.json").read_bytes())["files"]
    return sorted(
        name
        for name, digest in listed.items()
        if not (LIBRARY / name).is_file()
        or hashlib.sha256((LIBRARY / name).read_bytes()).hexdigest() != digest
    )


def _issuer(issuer: Issuer) -> dict[str, Any]:
    """An issuer's name, published document and the history of its keys, oldest first."""
    rows = list(SigningKey.objects.filter(issuer=issuer).order_by("created_at"))
    return {
        "did": issuer.did,
        "name": issuer.name,
        "document": did_document(issuer),
        "rows": rows,
        "keys": [
            {
                "id": row.verification_method,
                "state": row.state,
                "in_use_from": row.activated_at and instant(row.activated_at),
                "retired_at": row.retired_at and instant(row.retired_at),
                "not_believed_from": row.compromised_at and instant(row.compromised_at),
            }
            for row in rows
        ],
    }


def _with_parts(page: str) -> str:
    """The page with its styles, scripts and the policy that lets in exactly these.

    They are put in here and not by the template: no template of ours may hold or vouch for code.
    """
    style = "\n".join(_text(_STATIC / name) for name in _STYLES)
    scripts = [_text(LIBRARY / "jsonld.min.js")]
    scripts += [_text(_STATIC / "credentials" / "offline" / name) for name in _SCRIPTS]
    policy = (
        f"default-src 'none'; script-src {_hashes(scripts)}; style-src {_hashes([style])}; "
        "base-uri 'none'; form-action 'none'"
    )
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n<style>{style}</style>\n'
    foot = "".join(f"<script>{script}</script>\n" for script in scripts)
    before, _, after = page.partition("</head>")
    body, _, end = after.rpartition("</body>")
    return f"{before}{head}</head>{body}{foot}</body>{end}"


def _text(path: Path) -> str:
    # A browser reads every line ending as LF before it takes the hash.
    return path.read_text(encoding="utf-8").replace("\r\n", "\n")


def _hashes(parts: Iterable[str]) -> str:
    digests = (hashlib.sha256(part.encode()).digest() for part in parts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
