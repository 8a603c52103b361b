"""What kind of file this is: its name's ending and its first bytes must agree."""

from collections.abc import Mapping

# Ending -> (media type, acceptable first bytes; none: text that is valid UTF-8).
KINDS: Mapping[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (b"PK\x03\x04",)),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (b"PK\x03\x04",)),
    "pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", (b"PK\x03\x04",)),
    "odt": ("application/vnd.oasis.opendocument.text", (b"PK\x03\x04",)),
    "zip": ("application/zip", (b"PK\x03\x04",)),
    "txt": ("text/plain", ()),
    "md": ("text/markdown", ()),
    "csv": ("text/csv", ()),
    "py": ("text/x-python", ()),
    "r": ("text/x-r", ()),
    "ipynb": ("application/x-ipynb+json", (b"{",)),
}


class BadFile(ValueError):
    """The file is not taken; the message says why and what is."""


def media_type_of(name: str, data: bytes) -> str:
    """The media type of a file by its ending, once its content agrees. Raises BadFile."""
    ending = name.rpartition(".")[2].lower()
    if ending not in KINDS:
        raise BadFile(
            f"Files ending in .{ending[:10]} are not taken. Use one of: {', '.join(sorted(KINDS))}."
        )
    media_type, signatures = KINDS[ending]
    if not signatures:
        try:
            data.decode()
        except UnicodeDecodeError as error:
            raise BadFile(
                "The file is not plain text in UTF-8, as its name says. Save it as UTF-8 and try again."
            ) from error
    elif not data.startswith(signatures):
        raise BadFile(
            f"The file is not a .{ending} file inside. Choose the original file, not a renamed one."
        )
    return media_type
