"""An SVG's credential (Open Badges 3.0 §5.3.2): one element, read as a stream; the drawing is never shown."""

from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from credentials.openbadges.baking import OPEN_BADGES_2, OPEN_BADGES_3, Mark
from credentials.openbadges.containers.carried import Carried, NothingCarried, written_in, written_or_named
from credentials.openbadges.reading import MAXIMUM_BYTES

MAXIMUM_DEPTH = 64


def carried(data: bytes) -> Carried:
    """The credential baked into an SVG: JSON from the element's text, a JWS from its `verify`.

    Raises NothingCarried or CannotOpen. No document type, no entity, exactly one element.
    """
    target = _Credentials()
    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    try:
        parser.feed(data)
        parser.close()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as broken:
        if isinstance(broken, NothingCarried):
            raise
        raise NothingCarried("The drawing is no sound SVG.") from broken
    if not target.is_svg:
        raise NothingCarried("This is XML, but no drawing.")
    if target.newer:
        return written_in(_one(target.newer))
    if target.older:
        return written_or_named(_one(target.older))
    raise NothingCarried("Nothing is baked into this drawing.")


def _one(found: list[bytes]) -> bytes:
    if len(found) > 1:
        raise NothingCarried("More than one credential is baked into this drawing.")
    return found[0]


def _name(mark: Mark) -> str:
    return f"{{{mark.namespace.decode()}}}{mark.element.decode()}"


class _Credentials:
    """Keeps the credentials and forgets everything else, so that a large drawing costs no memory."""

    def __init__(self) -> None:
        self.is_svg = False
        self.newer: list[bytes] = []
        self.older: list[bytes] = []
        self._places = {_name(OPEN_BADGES_3): self.newer, _name(OPEN_BADGES_2): self.older}
        self._depth = 0
        self._length = 0
        self._text: list[str] | None = None
        self._verify: str | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            self.is_svg = tag in ("svg", "{http://www.w3.org/2000/svg}svg")
        if self._depth > MAXIMUM_DEPTH:
            raise NothingCarried("The drawing is nested too deeply.")
        if self._text is not None:
            raise NothingCarried("The credential in this drawing is malformed.")
        if tag in self._places:
            self._text, self._length, self._verify = [], 0, attributes.get("verify")

    def data(self, text: str) -> None:
        if self._text is None:
            return
        self._length += len(text)
        if self._length > MAXIMUM_BYTES:
            raise NothingCarried("The credential in the file is larger than 256 kB.")
        self._text.append(text)

    def end(self, tag: str) -> None:
        self._depth -= 1
        if self._text is None:
            return
        text, verify, self._text = "".join(self._text).strip(), self._verify, None
        if text and verify is not None:
            # A reader takes the one or the other.
            raise NothingCarried("The drawing carries two credentials in one place.")
        self._places[tag].append((text or verify or "").encode())

    def close(self) -> None:
        """Nothing is built, so nothing is answered."""
