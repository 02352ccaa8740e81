"""What the contract tells of codes: every code that is taken is written so."""

import re
from collections.abc import Collection
from typing import Any

import msgspec
import pytest

from chalicelib.domain.currencies import CURRENCIES
from chalicelib.domain.places import COUNTRIES, former_regions, regions
from chalicelib.intake.act_requests import PlaceCode
from chalicelib.intake.requests import CountryCode, CurrencyCode, RegionCode

REGIONS = {*regions(), *(former.code for former in former_regions())}


@pytest.mark.parametrize(
    ("shape", "codes"),
    [
        (RegionCode, REGIONS),
        (CountryCode, COUNTRIES),
        (PlaceCode, {*REGIONS, *COUNTRIES}),
        (CurrencyCode, CURRENCIES),
    ],
)
def test_every_code_that_is_taken_is_as_the_contract_tells(shape: Any, codes: Collection[str]) -> None:
    pattern = msgspec.json.schema(shape)["pattern"]

    assert [code for code in codes if not re.search(pattern, code)] == []
