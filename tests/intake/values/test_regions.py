"""The names that people give to places."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.places import Unresolved, regions
from chalicelib.intake.values import regions as regions_module
from chalicelib.intake.values.regions import find_region


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("Алматы қаласы", "KZ-75"),
        ("Алматинская область", "KZ-19"),
        ("  АБАЙ  облысы ", "KZ-10"),
        ("Astana", "KZ-71"),
        ("kz-75", "KZ-75"),
        ("область Жетісу", "KZ-33"),
        ("Северо–Казахстанская область", "KZ-59"),
        ("СЕВЕРО_КАЗАХСТАНСКАЯ  область", "KZ-59"),
        ("Жетicy облысы\u200b", "KZ-33"),
    ],
)
def test_an_answer_names_a_region_in_any_of_the_languages(answer: str, code: str) -> None:
    assert find_region(answer) == code


@pytest.mark.parametrize("answer", ["Алматы", "almaty"])
def test_the_bare_name_of_almaty_is_ambiguous(answer: str) -> None:
    assert find_region(answer) == Unresolved("ambiguous", ("KZ-19", "KZ-75"))


@pytest.mark.parametrize("answer", ["", "Атлантида"])
def test_another_answer_is_unknown(answer: str) -> None:
    assert find_region(answer) == Unresolved("unknown")


def test_every_other_name_of_a_region_leads_back_to_it() -> None:
    named = {(name, code) for code, region in regions().items() for name in region.names.values()}

    for name, code in named - {("Алматы", "KZ-75"), ("Almaty", "KZ-75")}:
        assert find_region(name) == code


CITIES = json.loads(Path(regions_module.__file__).with_name("kz_cities.json").read_bytes())["cities"]
SPELLINGS = [(city[language], city["region"]) for city in CITIES for language in ("kk", "ru", "en")]

OF_DISTRICTS_TOO = {"Есіл", "Есиль", "Esil", "Алатау", "Alatau", "Қаратау", "Каратау", "Karatau", "Байқоңыр"}


def told(name: str, code: str) -> list[str]:
    """Return how a city may be told, with the region that it is in."""
    region = regions()[code].names
    alone = [] if name in OF_DISTRICTS_TOO else [name, name.upper(), f" {name}\n", f"{name}, Казахстан"]
    return [
        *alone,
        *(f"г. {name}", f"г.{name}", f"{name} қ.", f"город {name}", f"{name} city"),
        *(f"Қазақстан, {name} қаласы", f"{name} ({region['ru']})", f"{region['kk']}, {name}"),
        *(f"{region['ru']} г. {name}", f"{region['kk']} {name}", f"{name} қаласы, Абай көшесі, 10, {region['en']}"),
    ]


def test_a_city_is_in_its_region_however_it_is_told() -> None:
    wrong = [
        (answer, find_region(answer))
        for name, code in SPELLINGS
        for answer in told(name, code)
        if find_region(answer) != code
    ]

    assert wrong == []


@given(st.sampled_from(sorted(regions())), st.sampled_from(sorted(regions())))
def test_two_regions_are_none(one: str, two: str) -> None:
    names = [f"{regions()[code].names['ru']}{' город' if code > 'KZ-70' else ''}" for code in (one, two)]

    assert isinstance(find_region(", ".join(names)), str) is (one == two)


@pytest.mark.parametrize(
    ("answer", "candidates"),
    [
        ("Абай", ("KZ-10", "KZ-35")),
        ("г. Абай", ("KZ-10", "KZ-35")),
        ("Акмола", ("KZ-11", "KZ-71")),
        ("Алматы, Алматинская область", ("KZ-19", "KZ-75")),
        ("Шымкентская область", ("KZ-61", "KZ-79")),
        ("Семей, Павлодар", ("KZ-10", "KZ-55")),
        ("Есіл", ("KZ-11", "KZ-71")),
        ("Алатау, Казахстан", ("KZ-19", "KZ-75")),
    ],
)
def test_what_may_be_two_regions_tells_which(answer: str, candidates: tuple[str, ...]) -> None:
    assert find_region(answer) == Unresolved("ambiguous", candidates)


@given(st.text(max_size=60))
def test_whatever_is_written_is_a_region_or_none(text: str) -> None:
    found = find_region(text)

    assert isinstance(found, Unresolved) or found in regions()
