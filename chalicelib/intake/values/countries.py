"""Countries by ISO 3166-1: their codes, their names in Kazakh, Russian and English, and what else people call them.

Names are those of Unicode's CLDR: `country_names.json` beside this file, which `make generate` writes.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from chalicelib.domain.folding import fold
from chalicelib.domain.places import COUNTRIES

NAMES_PATH = Path(__file__).with_name("country_names.json")

_OTHER_NAMES = """
AE: Объединённые Арабские Эмираты, Эмираты, БАӘ, UAE
BY: Белоруссия, Республика Беларусь, РБ
CG: Конго, Congo, Республика Конго, Republic of the Congo
CD: ДР Конго, Демократическая Республика Конго, DR Congo, DRC
CN: КНР, ҚХР, Китайская Народная Республика, PRC
CZ: Чешская Республика, Czech Republic
DE: ФРГ, Deutschland
GB: Англия, Соединённое Королевство, Соединенное Королевство Великобритании, Britain, Great Britain, England, UK
HK: Гонконг, Hong Kong
KG: Кыргызстан, Кыргызская Республика, Қырғыз Республикасы, Kyrgyz Republic, Киргизстан
KP: Северная Корея, С. Корея, КНДР, DPRK, N. Korea
KZ: Республика Казахстан, РК, Қазақстан Республикасы, ҚР, Republic of Kazakhstan, KAZ
KR: Южная Корея, Ю. Корея, S. Korea, Корей Республикасы, Republic of Korea
MD: Молдавия, Молдова, Республика Молдова
MK: Македония
MM: Бирма, Burma
NL: Голландия, Holland, The Netherlands
PS: Палестина, Palestine
RU: РФ, Российская Федерация, Ресей Федерациясы, Russian Federation
SA: KSA
SZ: Свазиленд, Swaziland
TM: Туркмения
TR: Turkey, Turkiye, Турецкая Республика, Түрік Республикасы
US: США, АҚШ, Соединённые Штаты Америки, USA, United States of America
VN: Viet Nam
"""
_WORD = re.compile(r"[^\W_]+")
_CODE = re.compile(r"\s*[A-Za-z]{2,3}[\s.!]*")
_INITIALS = re.compile(r"\s*(?:[^\W\d_]\.\s?){1,4}[^\W\d_]\.?\s*")
_NO_ANSWER = frozenset({"NO", "NA"})
"""Codes of Norway and Namibia that people write for having nothing to say."""


def find_named_country(text: str) -> str | None:
    """Return what `find_country` does, but for codes: where a region is asked for, ALA is an airport."""
    return None if _CODE.fullmatch(text) else find_country(text)


def find_country(text: str) -> str | None:
    """Return the code of the country that an answer names, Kazakhstan's too, or None where it names none or two."""
    if _INITIALS.fullmatch(text):
        return find_country("".join(_WORD.findall(text)))
    code = text.strip(" .!\n").upper()
    if code in _NO_ANSWER:
        return None
    if code in COUNTRIES:
        return code
    found = _codes().get(_key(text), frozenset())
    return next(iter(found)) if len(found) == 1 else None


def _key(text: str) -> str:
    return " ".join(_WORD.findall(fold(text)))


@cache
def _codes() -> Mapping[str, frozenset[str]]:
    """Return the codes that each name may mean: «Конго» is of two countries."""
    names: dict[str, list[str]] = msgspec.json.decode(NAMES_PATH.read_bytes())
    given = {(name, code) for code, of_country in names.items() for name in of_country}
    for line in _OTHER_NAMES.strip().splitlines():
        code, _, listed = line.partition(": ")
        given |= {(name, code) for name in listed.split(", ")}
    found: dict[str, frozenset[str]] = {}
    for name, code in given:
        key = _key(name)
        found[key] = found.get(key, frozenset()) | {code}
    return found
