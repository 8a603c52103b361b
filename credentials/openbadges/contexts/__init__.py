"""The published JSON-LD contexts and JSON Schemas we vendor; the loader refuses every other address."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft201909Validator

FOLDER = Path(__file__).parent

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1"
OPEN_BADGES_2 = "https://w3id.org/openbadges/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
DID_V1 = "https://www.w3.org/ns/did/v1"
MULTIKEY_V1 = "https://w3id.org/security/multikey/v1"

# The formal schema: arrays everywhere. Its compact twin lets a lone value stand for an array of one.
STRICT_SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
COMPACT_SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json-ld/ob_v3p0_achievementcredential_schema.json"
)


class UnknownContext(LookupError):
    """A document names a context that is not among the vendored ones; it is never fetched."""


@cache
def index() -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """What is vendored: "contexts" and "schemas", each address -> file, sha256, use, source, licence."""
    parsed: dict[str, dict[str, dict[str, Any]]] = json.loads((FOLDER / "index.json").read_bytes())
    return parsed


def is_known(url: str) -> bool:
    return url in index()["contexts"]


def load(url: str) -> dict[str, Any]:
    """The vendored context at `url`, parsed anew for each caller. Raises UnknownContext."""
    entry = index()["contexts"].get(url)
    if entry is None:
        raise UnknownContext(url)
    parsed: dict[str, Any] = json.loads((FOLDER / entry["file"]).read_bytes())
    return parsed


@cache
def validator(url: str) -> Draft201909Validator:
    """The compiled schema published at `url`. Raises KeyError when it is not vendored."""
    schema = json.loads((FOLDER / index()["schemas"][url]["file"]).read_bytes())
    # The two stored copies carry each other's $id: each gets its own.
    return Draft201909Validator({**schema, "$id": url})


def check_vendored() -> list[str]:
    """Names of the vendored files that are missing or whose bytes are not the published ones."""
    entries = [entry for kind in index().values() for entry in kind.values()]
    return sorted(entry["file"] for entry in entries if _sha256(FOLDER / entry["file"]) != entry["sha256"])


def _sha256(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
