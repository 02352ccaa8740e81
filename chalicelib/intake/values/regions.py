"""The names that people give to regions of Kazakhstan and to cities in them.

Official names and codes are those of `kz_regions.json`, cities those of `kz_cities.json` beside this file; what else
people call them stands here. Names are compared without case, spaces, dashes and the letters that Kazakh has beyond
Russian, so that «Кызыл Орда» is `Қызылорда`. A name that could be of two regions is of none.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from chalicelib.domain.folding import fold
from chalicelib.domain.places import HOME_COUNTRY, Unresolved, known_regions, resolve_region
from chalicelib.intake.values.countries import find_country

PlaceKind = Literal["region", "city"]

MAX_LENGTH = 200
"""Characters; an address has no more."""

_OTHER_REGION_NAMES = """
KZ-10: Абай, Абая, Абайская, Семипалатинская, Abay
KZ-11: Ақмола, Акмола, Akmola, Aqmola, Целиноградская, Кокчетавская
KZ-15: Актобе, Актюбинск, Aktobe, Aqtobe, Aktyubinsk
KZ-19: Алматы, Алма-Атинская, Almaty
KZ-23: Атырау, Гурьевская, Atyrau
KZ-27: Уральская, ЗКО, БҚО, WKO
KZ-31: Жамбыл, Джамбул, Джамбулская, Джамбульская, Жамбыльская, Zhambyl, Jambyl, Dzhambul
KZ-33: Жетісу, Жетысу, Жетысуйская, Жетисуская, Талдыкорганская, Талды-Курганская, Zhetisu, Zhetysu, Jetisu, Jetysu
KZ-35: Караганда, Караганды, Karaganda, Karagandy, Qaragandy, Qaraghandy, Жезказганская, Джезказганская
KZ-39: Костанай, Кустанай, Кустанайская, Kostanay, Kostanai, Qostanay, Kustanay
KZ-43: Кызылорда, Кзыл-Орда, Кзыл-Ординская, Кызыл-Ординская, Kyzylorda, Qyzylorda, Kzylorda
KZ-47: Мангыстау, Мангистау, Мангыстауская, Мангышлакская, Mangystau, Mangistau
KZ-55: Павлодар, Pavlodar
KZ-59: СКО, СҚО, NKO, Кокчетавская
KZ-61: Туркестан, Туркистан, Turkestan, Turkistan, ЮКО, ОҚО, Южно-Казахстанская, Оңтүстік Қазақстан, South Kazakhstan,
    Чимкентская, Шымкентская
KZ-62: Улытау, Ulytau, Ulitau, Жезказганская, Джезказганская
KZ-63: ВКО, ШҚО, EKO
KZ-71: Целиноградская
KZ-79: Чимкентская, Шымкентская
"""
"""Former regions are those that took their land; one whose land was parted is ambiguous."""
_OTHER_CITY_NAMES = """
KZ-10: Абай, Абая, Abai, Abay, Семипалатинск, Semei
KZ-11: Кокчетав, Kokchetav, Щучье
KZ-15: Aqtobe, Aktyubinsk
KZ-19: Капшагай, Konaev, Kapchagay, Каскелең
KZ-23: Guryev
KZ-27: Ural'sk
KZ-31: Жамбыл, Dzhambul
KZ-33: Талды-Курган, Taldyqorgan
KZ-35: Абай, Абая, Abai, Abay, Караганды, Karagandy, Qaragandy
KZ-39: Кустанай, Kostanai, Kustanay, Qostanay
KZ-43: Кзыл-Орда, Кызыл-Орда, Qyzylorda, Kzylorda, Baikonyr, Baykonur, Ленинск
KZ-47: Шевченко, Aqtau
KZ-55: Ermak
KZ-59: Петропавл, Petropavlovsk
KZ-61: Turkestan, Туркистан
KZ-62: Джезказган, Dzhezkazgan, Jezkazgan
KZ-63: Ускаман, Ust-Kamenogorsk, Лениногорск
KZ-71: Акмола, Целиноград, Нур-Султан, Nur-Sultan
KZ-75: Алма-Ата, Alma-Ata
KZ-79: Чимкент, Chimkent
"""

_DISTRICT_NAMES = """
KZ-71: Есіл, Есиль, Esil, Байқоңыр, Baikonyr
KZ-75: Алатау, Alatau
KZ-79: Қаратау, Каратау, Karatau
"""
"""Districts of cities that are called as a town elsewhere is: their names alone are of neither."""

_PARTS = re.compile(r"[,;/|()\[\]\n«»\"]|\s[-\u2010-\u2015\u2212]+\s")
_WORD = re.compile(r"[^\W_]+")
# Of a region, not of a district, whose names end in another way.
_ADJECTIVE = re.compile(r"ск(?:ая|ой|ую)$")
_PLAIN = str.maketrans("қғңүұөәһі", "кгнууоахи")
_TWO_PARTS = (
    re.compile(r"(\S.*?\s(?:облысы|область|обл\.?|oblysy|region))\s+(\S.*)", re.IGNORECASE),
    re.compile(r"(\S.*?)\s+((?:г|гор|город)\b\.?\s*\S.*)", re.IGNORECASE),
)
"""A region and what is in it, without a mark between them."""
_OPTION_NUMBER = re.compile(r"\A\s*\(?[0-9]{1,2}[.)]\s+(?=[^\W\d_])")
_CODE = re.compile(r"KZ[\s_\u2010-\u2015\u2212-]?([0-9]{2}|[A-Z]{3})")
"""Of ISO 3166-2, with whatever stands for its dash."""
_HOME_BESIDE = re.compile(
    r"\A(?:республика\s+)?(?:казахстан|қазақстан|kazakhstan)\s+|,?\s+(?:казахстан|қазақстан|kazakhstan)\Z",
    re.IGNORECASE,
)


def _plain(text: str) -> str:
    return fold(text).translate(_PLAIN)


def _words(text: str) -> list[str]:
    return _WORD.findall(_plain(text))


def _marks(*words: str) -> frozenset[str]:
    return frozenset(map(_plain, words))


_GENERIC: Mapping[PlaceKind, frozenset[str]] = {
    "region": _marks(
        *("облысы", "облыс", "обл", "область", "области", "регион", "өңірі", "region", "oblysy", "oblast", "obl"),
        "province",
    ),
    "city": _marks("город", "города", "гор", "г", "қаласы", "қала", "қ", "қал", "city", "qalasy", "town"),
}
"""Words that say what a name is of."""
_FILLING = _marks("of", "the")
_SMALLER = _marks(
    *("район", "р", "рн", "ауданы", "аудан", "ауд", "district", "улица", "ул", "көшесі", "көше", "street", "дом", "үй"),
    *("село", "с", "ауыл", "ауылы", "аул", "поселок", "пос", "пгт", "микрорайон", "мкр", "шағынауданы", "ықшамауданы"),
    *("проспект", "пр", "даңғылы", "кв", "пәтер", "школа", "мектеп", "мектебі", "округ", "округі", "village"),
)
"""What is smaller than a city, and told beside it."""


class _Part(msgspec.Struct, frozen=True):
    """What a part of an answer may mean, as a region and as a city; `is_explicit` where it says which of the two."""

    as_region: frozenset[str] = frozenset()
    as_city: frozenset[str] = frozenset()
    is_explicit: bool = False

    @property
    def codes(self) -> frozenset[str]:
        """All that it may mean."""
        return self.as_region | self.as_city


def find_region(text: str) -> str | Unresolved:
    """Return the code of the region that an answer names: a code, or a region or a city in Kazakh, Russian or English.

    Several parts, «Сарыағаш, Түркістан облысы» say, must agree. What says that it is a village, a district or a street
    may stand beside them, and any other name beside a part that says that it is a region.
    """
    if len(text) > MAX_LENGTH:
        return Unresolved("unknown")
    by_code = _of_code(text)
    if isinstance(by_code, str) or by_code.reason == "ambiguous":
        return by_code
    named = _OPTION_NUMBER.sub("", text)
    whole = _read(named)
    return _of_parts(list(_parts(named))) if whole is None else _common([whole.codes])


def _of_code(text: str) -> str | Unresolved:
    written = text.strip().upper()
    found = _CODE.fullmatch(written)
    return resolve_region(written if found is None else f"KZ-{found[1]}")


def _parts(text: str) -> Iterator[str]:
    for part in filter(_words, _PARTS.split(text)):
        stripped = part.strip()
        if _read(part) is not None or find_country(part) == HOME_COUNTRY:
            yield part
        elif _HOME_BESIDE.search(stripped):
            yield from _parts(_HOME_BESIDE.sub("", stripped))
        elif (found := next(filter(None, (pattern.fullmatch(stripped) for pattern in _TWO_PARTS)), None)) is not None:
            yield from found.groups()
        else:
            yield part


def _of_parts(parts: Iterable[str]) -> str | Unresolved:
    named: list[_Part] = []
    has_unknown = False
    for part in parts:
        words = _words(part)
        if (found := _read(part)) is not None:
            named.append(found)
        elif find_country(part) == HOME_COUNTRY or _is_smaller(words):
            continue
        elif find_country(part) is not None or _kind_of(words) is not None or any(map(_ADJECTIVE.search, words)):
            return Unresolved("unknown")
        else:
            has_unknown = True
    if not named or (has_unknown and not any(part.is_explicit and part.as_region for part in named)):
        return Unresolved("unknown")
    return _common(_readings(named))


def _readings(parts: Sequence[_Part]) -> list[frozenset[str]]:
    """Return what each part may mean beside the others: with a region, a name is of a city in it.

    So the city of Almaty, told with the region around it that it is not in, is not taken for the region.
    """
    if not any(part.is_explicit and part.as_region for part in parts):
        return [part.codes for part in parts]
    return [part.codes if part.is_explicit else part.as_city or part.codes for part in parts]


def _common(readings: Sequence[frozenset[str]]) -> str | Unresolved:
    common = frozenset.intersection(*readings)
    if len(common) == 1:
        return next(iter(common))
    return Unresolved("ambiguous", tuple(sorted(common or frozenset.union(*readings))))


def _read(text: str) -> _Part | None:
    """Return what a part may mean, None where it names no region and no city."""
    if isinstance(code := _of_code(text), str):
        return _Part(as_region=frozenset({code}), is_explicit=True)
    words = _words(text)
    kind = _kind_of(words)
    key = _key(word for word in words if word not in _FILLING and (kind is None or word not in _GENERIC[kind]))
    regions, cities = (table.get(key, frozenset()) for table in (_names()["region"], _names()["city"]))
    if kind is None and cities:
        cities |= _districts().get(key, frozenset())
    part = _Part(
        as_region=regions if kind != "city" else frozenset(),
        as_city=cities if kind != "region" else frozenset(),
        is_explicit=kind is not None,
    )
    return part if part.codes else None


def _kind_of(words: Iterable[str]) -> PlaceKind | None:
    """Return what the words say that they name, None where they do not say it, or both."""
    said = set(words)
    kinds: list[PlaceKind] = [kind for kind, generic in _GENERIC.items() if said & generic]
    return kinds[0] if len(kinds) == 1 else None


def _is_smaller(words: Iterable[str]) -> bool:
    return any(word in _SMALLER or word.isdigit() for word in words)


def _key(words: Iterable[str]) -> str:
    """Return what a name is compared by: an adjective in any of its cases is the same, and no city."""
    return "".join(_ADJECTIVE.sub("ская", word) for word in words)


@cache
def _names() -> Mapping[PlaceKind, Mapping[str, frozenset[str]]]:
    """Return the codes that each name may mean, by its key, of regions and of cities."""
    regions: dict[str, frozenset[str]] = {}
    cities: dict[str, frozenset[str]] = {}
    for region in known_regions():
        kinds = regions if region.type == "region" else cities
        for name in (region.name_kk, region.name_ru, region.name_en, region.iso_name, region.name_ru_cldr):
            _add(kinds, region.code, name)
    content = json.loads(Path(__file__).with_name("kz_cities.json").read_bytes())
    for city in content["cities"]:
        for language in ("kk", "ru", "en"):
            _add(cities, city["region"], city[language])
    for name, code in content["former"].items():
        _add(cities, code, name)
    _add_all(regions, _OTHER_REGION_NAMES)
    _add_all(cities, _OTHER_CITY_NAMES)
    return {"region": regions, "city": cities}


@cache
def _districts() -> Mapping[str, frozenset[str]]:
    """Return the cities that have a district of each name, by its key."""
    districts: dict[str, frozenset[str]] = {}
    _add_all(districts, _DISTRICT_NAMES)
    return districts


def _add_all(table: dict[str, frozenset[str]], lines: str) -> None:
    for code, names in re.findall(r"(KZ-\d\d): ((?:.+?)(?=\nKZ|\Z))", lines.strip(), re.DOTALL):
        for name in names.split(","):
            _add(table, code, name)


def _add(table: dict[str, frozenset[str]], code: str, name: str) -> None:
    words = [word for word in _words(name) if word not in _GENERIC["region"] and word not in _GENERIC["city"]]
    key = _key(words)
    table[key] = table.get(key, frozenset()) | {code}
