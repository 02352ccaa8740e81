"""Where an act took place: a region of Kazakhstan by ISO 3166-2, or a country by ISO 3166-1 for compatriots abroad.

Names, codes, successors, populations and their sources: `kz_regions.json` beside this file.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from chalicelib.domain.vocabulary import Language

ABROAD = "abroad"
"""The key under which totals of all other countries are kept."""

HOME_COUNTRY = "KZ"

COUNTRIES: frozenset[str] = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA
    CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA
    GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
    KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS
    MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS
    RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW
    TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    """.split()
)


class Region(msgspec.Struct, frozen=True):
    """A region or a city of republican significance, with its inhabitants as of `population_as_of`."""

    code: str
    names: Mapping[Language, str]
    population: int


class Unresolved(msgspec.Struct, frozen=True):
    """Why a text names no single region; `candidates` are the codes it could mean."""

    reason: Literal["unknown", "ambiguous"]
    candidates: tuple[str, ...] = ()


def place_key(place: str) -> str:
    """Return the key of a place in totals: the region's code, or `abroad` for a country."""
    return place if place.startswith("KZ-") else ABROAD


@cache
def regions() -> Mapping[str, Region]:
    """Return the 17 regions and 3 cities by code."""
    return {
        entry["code"]: Region(
            code=entry["code"],
            names={"kk": entry["name_kk"], "ru": entry["name_ru"], "en": entry["name_en"]},
            population=entry["population"],
        )
        for entry in facts()["regions"]
    }


def population_as_of() -> str:
    """Return the day (ISO 8601) that the populations are of."""
    day: str = _content()["population_as_of"]
    return day


def resolve_region(code: str) -> str | Unresolved:
    """Return today's code for a code of ISO 3166-2:KZ, the letter codes used until 2022 included.

    A letter code whose region was split in 2022 is ambiguous.
    """
    if code in regions():
        return code
    successors = _successors().get(code)
    if successors is None:
        return Unresolved("unknown")
    if len(successors) > 1:
        return Unresolved("ambiguous", successors)
    return successors[0]


@cache
def facts() -> dict[str, list[dict[str, Any]]]:
    """Return what is known of the regions of today and of those of 2021, as `kz_regions.json` has it."""
    return {"regions": _content()["regions"], "regions_2021": _content()["situation_2021"]["regions"]}


@cache
def _content() -> Any:
    return json.loads(Path(__file__).with_name("kz_regions.json").read_bytes())


@cache
def _successors() -> Mapping[str, tuple[str, ...]]:
    return {entry["code"]: tuple(entry["successor_2022"]) for entry in facts()["regions_2021"]}
