import pytest

from chalicelib.domain.places import (
    ABROAD,
    COUNTRIES,
    HOME_COUNTRY,
    Unresolved,
    place_key,
    population_as_of,
    regions,
    resolve_region,
)
from chalicelib.domain.vocabulary import LANGUAGES


def test_there_are_seventeen_regions_and_three_cities_with_names_in_three_languages() -> None:
    assert len(regions()) == 20
    assert all(region.names[language] for region in regions().values() for language in LANGUAGES)


def test_as_many_people_live_in_the_regions_as_the_bureau_of_statistics_announced() -> None:
    assert sum(region.population for region in regions().values()) == 19_765_004
    assert population_as_of() == "2023-01-01"


def test_a_code_of_today_is_itself() -> None:
    assert {resolve_region(code) for code in regions()} == set(regions())


@pytest.mark.parametrize(("letters", "code"), [("KZ-ALA", "KZ-75"), ("KZ-AST", "KZ-71"), ("KZ-AKM", "KZ-11")])
def test_a_letter_code_becomes_its_only_successor(letters: str, code: str) -> None:
    assert resolve_region(letters) == code


@pytest.mark.parametrize(
    ("letters", "candidates"),
    [
        ("KZ-ALM", ("KZ-19", "KZ-33")),
        ("KZ-VOS", ("KZ-63", "KZ-10")),
        ("KZ-KAR", ("KZ-35", "KZ-62")),
    ],
)
def test_a_letter_code_of_a_region_that_was_split_is_ambiguous(letters: str, candidates: tuple[str, ...]) -> None:
    found = resolve_region(letters)

    assert isinstance(found, Unresolved)
    assert found.reason == "ambiguous"
    assert set(found.candidates) == set(candidates)


@pytest.mark.parametrize("code", ["", "KZ", "KZ-99", "kz-75", "RU-MOW"])
def test_another_code_is_unknown(code: str) -> None:
    assert resolve_region(code) == Unresolved("unknown")


def test_a_country_counts_as_abroad_and_a_region_for_itself() -> None:
    assert place_key("KZ-75") == "KZ-75"
    assert place_key("DE") == ABROAD


def test_countries_are_249_by_iso_3166_with_our_own() -> None:
    assert len(COUNTRIES) == 249
    assert HOME_COUNTRY in COUNTRIES
