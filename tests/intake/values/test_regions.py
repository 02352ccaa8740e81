"""The names that people give to places."""

import pytest

from chalicelib.domain.places import Unresolved, regions
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
