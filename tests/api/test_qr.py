"""Codes that lead to pages, read as a camera reads them: from what is drawn."""

import re

import pytest
import zxingcpp

from tests.api.conftest import Client

ANY = "*/*"
SCALE = 6
DARK = 0
LIGHT = 255
MOVES = re.compile(r"([Mmh])([\d.-]+)(?: ([\d.-]+))?")


def read(svg: str) -> str:
    """Return what a code says: dark strokes of one module's width, on a light ground."""
    side = int(re.findall(r'viewBox="0 0 (\d+) \1"', svg)[0])
    pixels = [bytearray([LIGHT] * side * SCALE) for _ in range(side * SCALE)]
    (strokes,) = re.findall(r'<path stroke="#000" d="([^"]+)"', svg)
    x = y = 0.0
    for move, across, down in MOVES.findall(strokes):
        if move == "M":
            x, y = float(across), float(down)
        elif move == "m":
            x, y = x + float(across), y + float(down)
        else:
            for row in range(int(y - 0.5) * SCALE, int(y + 0.5) * SCALE):
                pixels[row][int(x) * SCALE : int(x + float(across)) * SCALE] = bytes(int(float(across)) * SCALE)
            x += float(across)
    image = memoryview(b"".join(pixels)).cast("B", (side * SCALE, side * SCALE))
    (found,) = zxingcpp.read_barcodes(image)
    assert found.format == zxingcpp.BarcodeFormat.QRCode
    return str(found.text)


@pytest.mark.parametrize(("name", "path"), [("home", "/"), ("KZ-75", "/r/KZ-75"), ("abroad", "/r/abroad")])
def test_a_code_leads_to_its_page_on_this_site(visitor: Client, name: str, path: str) -> None:
    reply = visitor("GET", f"/qr/{name}.svg", accept=ANY, host="qaiyrym.example.kz")

    assert (reply.status, reply.headers["content-type"]) == (200, "image/svg+xml")
    assert read(reply.body.decode()) == f"http://qaiyrym.example.kz{path}"
    assert f"<title>http://qaiyrym.example.kz{path}</title>" in reply.body.decode()


@pytest.mark.parametrize("name", ["KZ-76.svg", "home.png", "home", "kz-75.svg", "..%2fhome.svg", "2026.svg"])
def test_there_is_no_code_of_what_is_no_page(visitor: Client, name: str) -> None:
    assert visitor("GET", f"/qr/{name}").status == 404
