"""A name is the same however it is drawn, and another where it is read otherwise."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.domain.name_folding import fold_name
from tests.domain.organisation_names import charities, firms, organisations, schools

HIDDEN = "Зымыранқұс жастар қоры"
DRAWN = str.maketrans("асеорхуівкмтн", "aceopxyiʙĸмтʜ")
SIGNS = st.text(st.sampled_from("«»“”\"'.,!?…-–— _/|•★❤🇰🇿🎉\u200b\ufe0f()"), max_size=3)


@pytest.mark.parametrize(
    "written",
    [
        "«Зымыранқұс жастар қоры»",
        "Зымыранқұс жастар қоры.",
        "Зымыранқұс жастар қоры!",
        "Зымыранқұс жастар қоры 🇰🇿",
        "❤ Зымыранқұс ★ жастар (қоры)",
        "Зымыранқұс-жастар_қоры",
        "Зымыранқұсжастарқоры",
        "З ы м ы р а н қ ұ с  ж.а.с.т.а.р қоры",
        "Зымыранқұѕ жастар қоры",
        "Зымыранқұs жастар қоры",
        "Зымыранқұ$ жастар қоры",
        "Зымыранқұс жαстар қоры",
        "Зымыранқұс жаꮪтар қоры",
        "Зымыранқұс жⲁⲥтаꓣ қоры".replace("ꓣ", "р"),
        "Зымыранқұс жаստար".replace("ստար", "стар") + " қօры",
        "Зымыранқұс жастар қ0ры",
        "3ымыранқұс жастар қоры",
        "Зымыранкус жастар коры",
        "ЗЫМЫРАНҚҰС ЖАСТАР ҚОРЫ",
        "Зымыранқұс жастар қо\u0301ры",
        "Зымыранқұсʼ жастар қоры",
    ],
)
def test_a_name_is_the_same_however_it_is_drawn(written: str) -> None:
    assert fold_name(written) == fold_name(HIDDEN)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("№ 12 мектеп", "No. 12 мектеп"),
        ("№ 12 мектеп", "12-мектеп"),
        ("СШ N5", "СШ №5"),
        ("Болашақ 5", "Болашақ-5"),
        ("Болашақ 5", "Болашақ5"),
        ("№ 10 мектеп", "№ 1О мектеп"),
        ("1Б сынып", "1-б сынып"),
        ("Жас Отан", "Жаc Oтaн"),
        ("Әлем", "ǝлем"),
        ("Строй Инвест", "Строй 1нвест".replace("1", "u")),
    ],
)
def test_names_that_are_read_the_same_are_one(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("№ 1-2 мектеп", "№ 12 мектеп"),
        ("№ 1 № 2 мектеп", "№ 12 мектеп"),
        ("1Б сынып", "16 сынып"),
        ("1 Б сынып", "16 сынып"),
        ("Корпус Б 1", "Корпус 61"),
        ("2026/27", "2026 2 7"),
        ("ТОО Асар", "ЖШС Асар"),
        ("Айгүл", "Айжан"),
        ("Nова", "Рова"),
    ],
)
def test_names_that_are_read_otherwise_are_others(one: str, other: str) -> None:
    assert fold_name(one) != fold_name(other)


@given(organisations, SIGNS, SIGNS)
def test_signs_around_and_other_letters_in_a_name_make_no_other(name: str, before: str, after: str) -> None:
    known = fold_name(name)

    assert fold_name(f"{before}{name}{after}") == known
    assert fold_name(name.upper()) == known
    assert fold_name(name.translate(DRAWN)) == known
    assert fold_name(name.replace("«", "").replace("»", "")) == known


@given(schools() | firms() | charities(), schools() | firms() | charities())
def test_different_names_are_different(one: str, other: str) -> None:
    assume("".join(filter(str.isalnum, one)).casefold() != "".join(filter(str.isalnum, other)).casefold())
    assert fold_name(one) != fold_name(other)
