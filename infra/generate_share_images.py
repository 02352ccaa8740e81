"""Draws what links look like where they are shared, and the icons: `python -m infra.generate_share_images CHROMIUM`.

They are drawn once, from the site's own sun, ornament and font, and kept beside them: 1200 × 630 is what Open Graph and
Twitter show large. It takes Playwright, which the tests have.
"""

import base64
import struct
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from chalicelib.api.link_preview import ICON_SIZES, IMAGE_SIZE
from chalicelib.domain.vocabulary import LANGUAGES, Language
from chalicelib.domain.words import CAMPAIGN_NAME

SITE = Path(__file__).parent.parent / "chalicelib" / "site"
FAVICON = 48

LINES: Mapping[Language, str] = {
    "kk": "Бүкіл ел болып санаймыз",
    "ru": "Считаем всей страной",
    "en": "Counted by a whole country",
}

_STYLE = """
@font-face { font-family: Inter; font-weight: 400 900; src: url(FONT) format("woff2"); }
* { box-sizing: border-box; margin: 0; }
body { width: WIDTHpx; height: HEIGHTpx; overflow: hidden; font-family: Inter; color: #fff;
  background: radial-gradient(circle at 77% 45%, #12b8d4 0, #0089a6 34%, #0a5064 70%, #06323f 100%); }
.sun { position: absolute; right: 56px; top: 76px; width: 440px; height: 440px;
  filter: drop-shadow(0 0 60px #fec50c80); }
.ornament { position: absolute; left: 0; top: 0; bottom: 0; width: 63px;
  background: #0089a6 url(ORNAMENT) repeat-y 0 0 / 63px; }
.edge { position: absolute; left: 63px; top: 0; bottom: 0; width: 5px; background: #fec50c; }
h1 { position: absolute; left: 124px; top: 168px; width: 580px; font-size: 86px; line-height: 1.04; font-weight: 850;
  letter-spacing: -.03em; text-shadow: 0 4px 30px #06323f80; }
p { position: absolute; left: 126px; bottom: 84px; font-size: 35px; font-weight: 600; color: #fec50c; }
"""


def main() -> None:
    """Draw all of them."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=sys.argv[1])
        for language in LANGUAGES:
            (SITE / f"share-{language}.jpg").write_bytes(_drawn(browser, _share_page(language), *IMAGE_SIZE, "jpeg"))
        for size in ICON_SIZES:
            (SITE / f"icon-{size}.png").write_bytes(_drawn(browser, _icon_page(size), size, size))
        (SITE / "favicon.ico").write_bytes(_ico(_drawn(browser, _icon_page(FAVICON, 1.0), FAVICON, FAVICON), FAVICON))
        browser.close()


def _share_page(language: Language) -> str:
    style = _STYLE.replace("FONT", _inlined("inter.woff2", "font/woff2"))
    style = style.replace("ORNAMENT", _inlined("ornament.svg", "image/svg+xml"))
    style = style.replace("WIDTH", str(IMAGE_SIZE[0])).replace("HEIGHT", str(IMAGE_SIZE[1]))
    words = "<br>".join(CAMPAIGN_NAME[language].split(" "))
    return (
        f'<html lang="{language}"><style>{style}</style><div class="ornament"></div><div class="edge"></div>'
        f'<img class="sun" src="{_inlined("sun.svg", "image/svg+xml")}"><h1>{words}</h1><p>{LINES[language]}</p></html>'
    )


def _icon_page(size: int, share: float = 0.74) -> str:
    """Return the sun on the sky; what is cut to a circle keeps its rays."""
    sun = round(size * share)
    background = "transparent" if share == 1.0 else "#00748c"
    return (
        f"<style>body{{margin:0;width:{size}px;height:{size}px;background:{background};display:grid;"
        f'place-items:center}}</style><img width="{sun}" height="{sun}" src="{_inlined("sun.svg", "image/svg+xml")}">'
    )


def _drawn(browser: Browser, page: str, width: int, height: int, form: Literal["jpeg", "png"] = "png") -> bytes:
    tab = browser.new_page(viewport={"width": width, "height": height})
    tab.set_content(page, wait_until="networkidle")
    tab.evaluate("document.fonts.ready")
    # Some messengers show no image of more than 300 kB.
    picture: bytes = tab.screenshot(type=form, omit_background=form == "png", quality=92 if form == "jpeg" else None)
    tab.close()
    return picture


def _ico(png: bytes, size: int) -> bytes:
    """Return an icon file of one PNG (the header's layout: https://en.wikipedia.org/wiki/ICO_(file_format))."""
    header = struct.pack("<HHH", 0, 1, 1)
    entry = struct.pack("<BBBBHHII", size, size, 0, 0, 1, 32, len(png), len(header) + 16)
    return header + entry + png


def _inlined(name: str, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode((SITE / name).read_bytes()).decode()}"


if __name__ == "__main__":
    main()
