"""What is stored or shown of a person leads back to nobody without the pepper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.participations.keys import Keys, is_receipt_id

KEYS = Keys(bytes(range(32)))
CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(source=st.text(max_size=20), submission=st.text(max_size=200))
def test_a_receipt_s_id_is_one(source: str, submission: str) -> None:
    assert is_receipt_id(KEYS.receipt(source, submission))


@given(submission=st.text(max_size=20), at=st.integers(0, 21), other=st.sampled_from(CHARACTERS))
def test_of_the_texts_that_decode_to_an_id_one_is_an_id(submission: str, at: int, other: str) -> None:
    receipt = KEYS.receipt("api", submission)
    changed = receipt[:at] + other + receipt[at + 1 :]

    is_other_last = at == 21 and other not in "AQgw"
    assert is_receipt_id(changed) == (not is_other_last)


@pytest.mark.parametrize("text", ["", "A" * 21, "A" * 23, "A" * 22 + "==", "A" * 22 + "\n", "é" * 22, "A" * 21 + "B"])
def test_another_text_is_no_id(text: str) -> None:
    assert not is_receipt_id(text)


def test_keys_of_different_uses_and_parts_differ() -> None:
    made = [
        KEYS.identity("2026", "person phone +77011234567"),
        KEYS.identity("2025", "person phone +77011234567"),
        KEYS.detail("2026", "person phone +77011234567"),
        KEYS.parked_detail("person phone +77011234567"),
        KEYS.anonymous("2026", "api", "ab"),
        KEYS.anonymous("2026", "apia", "b"),
        KEYS.receipt("api", "ab"),
        KEYS.receipt("apia", "b"),
        KEYS.fingerprint(b"ab"),
        KEYS.name("2026", "ab"),
        KEYS.name("2025", "ab"),
    ]

    assert len(set(made)) == len(made)
    assert not any("7701" in key for key in made)


def test_keys_of_another_pepper_are_others() -> None:
    assert Keys(bytes(32)).receipt("api", "1") != KEYS.receipt("api", "1")


def test_a_name_is_one_however_it_is_written() -> None:
    assert KEYS.name("2026", "ТОО  «Ромашка»") == KEYS.name("2026", "тоо «ромашка»")


def test_a_short_pepper_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Keys(b"short")
