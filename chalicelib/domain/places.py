"""Where an act took place: a region of Kazakhstan by ISO 3166-2, or a country by ISO 3166-1 for compatriots abroad.

Names, codes, successors, populations and their sources: `kz_regions.json` beside this file.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

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


class KnownRegion(msgspec.Struct, frozen=True):
    """A region of today as `kz_regions.json` has it."""

    code: str
    type: Literal["region", "city"]
    name_kk: str
    name_ru: str
    name_en: str
    iso_name: str
    name_ru_cldr: str
    population: int


class FormerRegion(msgspec.Struct, frozen=True):
    """A region of 2021 by the code that it had, and the codes of those that it has become."""

    code: str
    successor_2022: tuple[str, ...]


class _Situation(msgspec.Struct, frozen=True):
    regions: tuple[FormerRegion, ...]


class _Facts(msgspec.Struct, frozen=True):
    population_as_of: str
    regions: tuple[KnownRegion, ...]
    situation_2021: _Situation


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
        region.code: Region(
            code=region.code,
            names={"kk": region.name_kk, "ru": region.name_ru, "en": region.name_en},
            population=region.population,
        )
        for region in known_regions()
    }


def population_as_of() -> str:
    """Return the day (ISO 8601) that the populations are of."""
    return _facts().population_as_of


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


def known_regions() -> tuple[KnownRegion, ...]:
    """Return what is known of the regions of today."""
    return _facts().regions


def former_regions() -> tuple[FormerRegion, ...]:
    """Return what is known of the regions of 2021."""
    return _facts().situation_2021.regions


@cache
def _facts() -> _Facts:
    return msgspec.json.decode(Path(__file__).with_name("kz_regions.json").read_bytes(), type=_Facts)


@cache
def _successors() -> Mapping[str, tuple[str, ...]]:
    return {region.code: region.successor_2022 for region in former_regions()}
