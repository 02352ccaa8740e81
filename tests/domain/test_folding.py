"""The same name, label or place is the same text, whatever it was written with; what cannot be seen is not shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.folding import MAX_MARKS, clean, fold, fold_label
from tests.laws import few_and_many

SCHOOL = "Қайырымды мектеп №5"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("  Үміт \t қоры\n", "Үміт қоры"),
        (SCHOOL + "\u200b", SCHOOL),
        ("\u2067abc\u2069", "abc"),
        ("A\u0080\u009bB", "AB"),
        ("\ufeffname", "name"),
        ("лицеи\u0306", "лицей"),
        ("лицеи\u200b\u0306", "лицей"),
        ("a\u00a0b\u2003c\u2028d", "a b c d"),
        ("\u3164\u2800\uffff\ue000\U000e0041", ""),
        ("e\u0323\u0302\u0301\u0300", "\u1ec7\u0301\u0300"),
        ("Z" + "\u0300\u0315\u0321" * 12, "Z\u0321\u0321"),
        ("\u0301\u0301q \u0301w", "q w"),
        ("O\u00b4Brien", "O'Brien"),
        ("5\ufe0f\u20e3 \uff21\uff29\uff27 \u2460", "5 AIG 1"),
        ("Үміт\u2122 №\u200b5", "Үміт\u2122 №5"),
        ("", ""),
    ],
)
def test_a_text_is_shown_without_what_cannot_be_seen(written: str, shown: str) -> None:
    assert clean(written) == shown


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (SCHOOL, "қайырымды  МЕКТЕП №5"),
        (SCHOOL, "Қaйырымды мектеп №5"),
        (SCHOOL, "Қайырымды мектеп No5"),
        ("Алматинскии\u0306 лицеи\u0306", "Алматинский лицей"),
        ("Берёзка", "БЕРЕЗКА"),
        ("ТОО «РАСЕ»", "ТОО «PACE»"),
        ("ＴＯＯ ①", "too 1"),
        ("Istanbul", "ıstanbul"),
        ("Ф\u0301\u0301\u0301\u0301онд", "Фонд"),
    ],
)
def test_the_same_written_otherwise_folds_to_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("№5", "№6"), ("лицей", "лицеи"), ("Мектеп-5", "Мектеп 5"), ("ғ", "г"), ("а", "б")]
)
def test_another_name_folds_to_another_text(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    "written", ["Северо-Казахстанская", "северо–казахстанская", "Северо_Казахстанская", "СЕВЕРО КАЗАХСТАНСКАЯ"]
)
def test_a_label_is_the_same_with_any_dash(written: str) -> None:
    assert fold_label(written) == fold_label("северо казахстанская")


MARKED = st.text(st.sampled_from("-_ .№\u0301\u0345\u1ab0\u0308\u20e3аеkЙ\u00b4\u2122\ufb01\u200b"), max_size=8)


@few_and_many(25, 150, text=st.text() | MARKED)
def test_cleaning_and_folding_once_is_enough(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert fold(fold(text)) == fold(text)
    assert fold_label(fold_label(text)) == fold_label(text)


@given(st.text() | MARKED)
def test_what_is_shown_has_nothing_invisible_and_no_stacked_marks(text: str) -> None:
    shown = clean(text)

    categories = [unicodedata.category(character) for character in shown]
    assert not {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"} & set(categories)
    assert "  " not in shown
    assert shown == shown.strip()
    marks = "".join("m" if category in ("Mn", "Me") else " " for category in categories)
    assert "m" * (MAX_MARKS + 1) not in marks


@given(st.text(), st.text())
def test_invisible_characters_make_no_other_text(one: str, other: str) -> None:
    assert clean(one + "\u200b" + other) == clean(one + other)
    assert fold(one + "\u2060" + other) == fold(one + other)


@given(st.text() | MARKED)
def test_folding_what_is_shown_is_folding_what_was_written(text: str) -> None:
    assert fold(clean(text)) == fold(text)
