"""JSON's canonical form (RFC 8785): one way to write a value, so that two writers hash the same bytes."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any


def canonical(value: object) -> bytes:
    """The value's canonical UTF-8 bytes. Raises TypeError for what JSON does not hold."""
    return _written(value).encode()


def _written(value: object) -> str:
    match value:
        case None | bool() | str():
            return json.dumps(value, ensure_ascii=False)
        case int():
            return number(float(value)) if abs(value) > 2**53 else str(value)
        case float():
            return number(value)
        case list():
            return f"[{','.join(_written(item) for item in value)}]"
        case dict():
            return _object(value)
    raise TypeError(f"JSON holds no {type(value).__name__}")


def _object(fields: Mapping[str, Any]) -> str:
    # Sorted by UTF-16 code units (section 3.2.3), which is not the order of code points.
    names = sorted(fields, key=lambda name: name.encode("utf-16-be"))
    inside = ",".join(f"{json.dumps(name, ensure_ascii=False)}:{_written(fields[name])}" for name in names)
    return f"{{{inside}}}"


def number(value: float) -> str:
    """A finite number as ECMAScript writes it (ECMA-262, Number::toString)."""
    if value == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    figures = "".join(map(str, digits))
    point = len(figures) + int(exponent)
    if len(figures) <= point <= 21:
        written = figures + "0" * (point - len(figures))
    elif 0 < point <= 21:
        written = f"{figures[:point]}.{figures[point:]}"
    elif -6 < point <= 0:
        written = f"0.{'0' * -point}{figures}"
    else:
        fraction = f".{figures[1:]}" if len(figures) > 1 else ""
        written = f"{figures[0]}{fraction}e{point - 1:+d}"
    return f"-{written}" if sign else written
