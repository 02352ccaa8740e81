"""Countries are known by their codes and by what people call them."""

import json

import pytest

from chalicelib.domain.places import COUNTRIES
from chalicelib.intake.values.countries import NAMES_PATH, find_country
from infra import generate_countries

NAMES: dict[str, list[str]] = json.loads(NAMES_PATH.read_bytes())
OF_TWO = {"Конго"}
"""In Kazakh CLDR calls one of the two so."""


def test_the_names_are_those_of_cldr() -> None:
    assert NAMES_PATH.read_text(encoding="utf-8") == generate_countries.content()


def test_every_country_is_known_by_its_codes_and_its_names() -> None:
    assert NAMES.keys() == COUNTRIES
    for code, names in NAMES.items():
        for name in {code, *names} - OF_TWO - {"NO", "NA"}:
            assert find_country(f" {name.upper()}.") == code


@pytest.mark.parametrize("text", ["", "no", "NA", "Конго", "Корея", "Шамбала", "Казахстан и Россия", "XX", "Европа"])
def test_what_names_no_country_or_two_is_none(text: str) -> None:
    assert find_country(text) is None
