"""QR codes that lead to the site's pages: for broadcasts, pages and print."""

import re
from io import BytesIO

from chalice.app import Response

from chalicelib.api.calls import Call
from chalicelib.api.problems import Problem
from chalicelib.api.routes import Routes
from chalicelib.api.site import CACHE, file_operation, send_text
from chalicelib.domain.places import ABROAD, regions

HOME = "home"
QUIET_MODULES = 4
"""How much stays empty on every side (ISO/IEC 18004, 6.3.8)."""

_NAME = re.compile(r"([A-Za-z0-9-]{1,20})\.svg")

routes = Routes(__name__)


@routes.on("GET", "/qr/{name}", file_operation("A QR code that leads to a page.", CACHE, "image/svg+xml"))
def qr_code(call: Call, name: str) -> Response:
    """Send the code of the launch page (`home.svg`) or of a region's page (`KZ-75.svg`)."""
    match = _NAME.fullmatch(name)
    path = path_of(match[1]) if match else None
    if path is None:
        raise Problem("not-found")
    return send_text(call, drawn(call.origin + path), "image/svg+xml")


def path_of(name: str) -> str | None:
    """Return the path of the page that a code of this name leads to, None where there is none."""
    if name == HOME:
        return "/"
    return f"/r/{name}" if name in (*regions(), ABROAD) else None


def drawn(address: str) -> str:
    """Return the QR code of an address as SVG; whoever points at it reads where it leads.

    Source: https://segno.readthedocs.io/en/stable/api.html#segno.QRCode.save
    """
    # Handlers that draw nothing start without it.
    import segno

    picture = BytesIO()
    segno.make(address, error="m", micro=False).save(
        picture,
        kind="svg",
        border=QUIET_MODULES,
        dark="#000",
        light="#fff",
        omitsize=True,
        xmldecl=False,
        svgclass=None,
        lineclass=None,
        title=address,
        nl=False,
    )
    return picture.getvalue().decode()
