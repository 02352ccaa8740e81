"""What a link to a page of ours looks like where it is shared, and what crawlers find: they run no scripts.

Open Graph: https://ogp.me/. Languages: https://developers.google.com/search/docs/specialty/international/localized-versions.
Discovery of oEmbed: https://oembed.com/#section4.
"""

import json
from collections.abc import Iterator, Mapping
from html import escape
from urllib.parse import urlencode

import msgspec

from chalicelib.domain.campaign import Translations
from chalicelib.domain.places import ABROAD, regions
from chalicelib.domain.vocabulary import LANGUAGES, Language
from chalicelib.domain.words import CAMPAIGN_NAME, place_names

USUAL: Language = "kk"
IMAGE_SIZE = (1200, 630)
ICON_SIZES = (192, 512)

_LOCALES: Mapping[Language, str] = {"kk": "kk_KZ", "ru": "ru_KZ", "en": "en_GB"}
_OF_ALL: Translations = {
    "kk": "Бүкіл ел жасаған қайырымды істердің тікелей есебі. Өз ісіңізді қосыңыз — өңіріңіз картада жарқырай түседі.",
    "ru": "Живой счёт добрых дел всей страны. Добавьте своё — и ваш регион на карте станет ярче.",
    "en": "A live count of the good deeds of a whole country. Add yours and see your region light up on the map.",
}
_REGIONS: Translations = {"kk": "Өңірлер", "ru": "Регионы", "en": "Regions"}
_OF_REGIONS: Translations = {
    "kk": "Қазақстанның 17 облысы мен 3 қаласы: әр өңірдің істері, мақсаты, 100 000 тұрғынға шаққандағы саны.",
    "ru": "17 областей и 3 города Казахстана: добрые дела каждого региона, его цель и число на 100 000 жителей.",
    "en": "Kazakhstan's 17 regions and 3 cities: the good deeds of each, its goal, its rate per 100,000 inhabitants.",
}
_OF_PLACE: Translations = {
    "kk": "Қайырымды істердің тікелей есебі, өңірдің мақсаты мен орны, ең белсенді мектептер, университеттер, "
    "компаниялар мен ҮЕҰ.",
    "ru": "Живой счёт добрых дел, цель и место региона, самые активные школы, университеты, компании и НПО.",
    "en": "A live count of good deeds, the region's goal and rank, its most active schools, universities, firms and "
    "NGOs.",
}
_DATA: Translations = {"kk": "Ашық деректер", "ru": "Открытые данные", "en": "Open data"}
_OF_DATA: Translations = {
    "kk": "Журналистер мен зерттеушілерге арналған файлдар: марафонның сандары күн мен сағат, өңір, іс түрі бойынша.",
    "ru": "Файлы для журналистов и исследователей: числа марафона по дням и часам, регионам и видам дел.",
    "en": "Files for journalists and researchers: the marathon's numbers by day and hour, region and kind.",
}
_ALT: Translations = {
    "kk": "Көк аспандағы алтын күн және «Қайырымды істер марафоны» деген жазу",
    "ru": "Золотое солнце на синем небе и надпись «Марафон добрых дел»",
    "en": "A golden sun in a blue sky and the words “Marathon of Good Deeds”",
}


class SharedPage(msgspec.Struct, frozen=True):
    """A page that is shared: its path, and in each language its heading and what it is about.

    `place` is the one that it is of; only what is `listed` may be found by search engines.
    """

    path: str
    headings: Translations
    abouts: Translations
    place: str | None = None
    listed: bool = True

    def title(self, language: Language) -> str:
        """What a tab and a link say."""
        name = CAMPAIGN_NAME[language]
        return name if self.path == "/" else f"{self.headings[language]} · {name}"


LAUNCH = SharedPage("/", CAMPAIGN_NAME, _OF_ALL)
REGIONS = SharedPage("/r", _REGIONS, _OF_REGIONS)
DATA = SharedPage("/data", _DATA, _OF_DATA)
UNKNOWN = msgspec.structs.replace(REGIONS, path="/r/unknown", listed=False)
"""What stands for every place that there is none of: all regions to choose from."""


def page_of(place: str) -> SharedPage:
    """Return the page of a place, `UNKNOWN` where there is none of that code."""
    names = place_names().get(place)
    return UNKNOWN if names is None else SharedPage(f"/r/{place}", names, _OF_PLACE, place)


def pages() -> tuple[SharedPage, ...]:
    """Return all pages that search engines may know."""
    return (LAUNCH, REGIONS, DATA, *(page_of(place) for place in (*regions(), ABROAD)))


def address(origin: str, path: str, language: Language) -> str:
    """Return the absolute address of a page in a language."""
    return f"{origin}{path}" if language == USUAL else f"{origin}{path}?lang={language}"


def head(page: SharedPage, language: Language, origin: str, campaign: str) -> str:
    """Return the tags of a page's head that say what it is, in lines."""
    return "\n".join(_tags(page, language, origin, campaign))


def _tags(page: SharedPage, language: Language, origin: str, campaign: str) -> Iterator[str]:
    title, about, here = page.title(language), page.abouts[language], address(origin, page.path, language)
    width, height = IMAGE_SIZE
    if not page.listed:
        yield '<meta name="robots" content="noindex">'
    else:
        yield f'<link rel="canonical" href="{escape(here)}">'
        for other in LANGUAGES:
            yield f'<link rel="alternate" hreflang="{other}" href="{escape(address(origin, page.path, other))}">'
        yield f'<link rel="alternate" hreflang="x-default" href="{escape(origin + page.path)}">'
    properties = {
        "og:type": "website",
        "og:site_name": CAMPAIGN_NAME[language],
        "og:title": title,
        "og:description": about,
        "og:url": here,
        "og:locale": _LOCALES[language],
        "og:image": f"{origin}/widget/share-{language}.jpg",
        "og:image:width": str(width),
        "og:image:height": str(height),
        "og:image:type": "image/jpeg",
        "og:image:alt": _ALT[language],
    }
    for name, content in properties.items():
        yield f'<meta property="{name}" content="{escape(content)}">'
    yield '<meta name="twitter:card" content="summary_large_image">'
    yield '<link rel="icon" href="/favicon.ico" sizes="48x48">'
    yield '<link rel="icon" href="/widget/sun.svg" type="image/svg+xml" sizes="any">'
    yield '<link rel="apple-touch-icon" href="/widget/icon-192.png">'
    yield '<link rel="manifest" href="/site.webmanifest">'
    yield (
        f'<link rel="alternate" type="application/json+oembed" title="{escape(title)}" '
        f'href="{escape(_oembed(page, language, origin, campaign))}">'
    )


def _oembed(page: SharedPage, language: Language, origin: str, campaign: str) -> str:
    shown = {"lang": language} if page.place is None else {"lang": language, "place": page.place}
    return f"{origin}/oembed?{urlencode({'url': f'{origin}/embed/{campaign}?{urlencode(shown)}'})}"


def sitemap(origin: str) -> str:
    """Return all pages in all languages (https://www.sitemaps.org/protocol.html)."""
    entries = (
        f"<url><loc>{escape(address(origin, page.path, language))}</loc>"
        + "".join(
            f'<xhtml:link rel="alternate" hreflang="{other}" href="{escape(address(origin, page.path, other))}"/>'
            for other in LANGUAGES
        )
        + "</url>"
        for page in pages()
        for language in LANGUAGES
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
        + "\n".join(entries)
        + "\n</urlset>\n"
    )


def robots(origin: str) -> str:
    """Return what crawlers may ask for (RFC 9309): all but the page of those on duty."""
    return f"User-agent: *\nDisallow: /console\n\nSitemap: {origin}/sitemap.xml\n"


def manifest() -> str:
    """Return what the site is called and looks like on a home screen (https://www.w3.org/TR/appmanifest/)."""
    png = [{"src": f"/widget/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png"} for size in ICON_SIZES]
    return json.dumps(
        {
            "name": CAMPAIGN_NAME[USUAL],
            "short_name": "Қайырым",
            "description": _OF_ALL[USUAL],
            "lang": USUAL,
            "start_url": "/",
            "display": "minimal-ui",
            "background_color": "#04161f",
            "theme_color": "#04161f",
            "icons": [
                *png,
                {**png[-1], "purpose": "maskable"},
                {"src": "/widget/sun.svg", "sizes": "any", "type": "image/svg+xml"},
            ],
        },
        ensure_ascii=False,
    )
