"""QR codes: bits for print, one path for pages."""

import io

import segno
import zxingcpp
from PIL import Image


def qr_png(text: str, *, scale: int = 6) -> bytes:
    """A QR code for print: 1-bit PNG, ``scale`` pixels a module, with its quiet zone."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image = Image.fromarray(barcode.to_image(scale=scale)).convert("1")
    target = io.BytesIO()
    image.save(target, "PNG", optimize=True)
    return target.getvalue()


def qr_svg(text: str) -> str:
    """A QR code for pages: SVG of one path, coloured by class (``qr-paper``, ``qr-ink``) alone."""
    code = segno.make_qr(text, error="m")
    width, height = code.symbol_size(border=4)
    runs = "".join(
        f"M{x + 4} {y + 4}h{length}v1h-{length}z"
        for y, row in enumerate(code.matrix)
        for x, length in _dark_runs(bytes(row))
    )
    return (
        f'<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' aria-hidden="true" focusable="false" shape-rendering="crispEdges">'
        f'<path class="qr-paper" fill="#fff" d="M0 0h{width}v{height}H0z"/>'
        f'<path class="qr-ink" fill="#000" d="{runs}"/></svg>'
    )


def _dark_runs(row: bytes) -> list[tuple[int, int]]:
    """Start and length of each run of dark modules."""
    runs: list[tuple[int, int]] = []
    for x, module in enumerate(row):
        if not module:
            continue
        if runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((x, 1))
    return runs
