import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api.idempotency import read_key
from chalicelib.api.problems import Problem

visible = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=128)


@given(visible)
def test_a_key_in_quotation_marks_is_the_key_without_them(key: str) -> None:
    quoted = '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'

    assert read_key(quoted) == key


@given(visible.filter(lambda key: not key.startswith('"')))
def test_a_bare_key_is_itself(key: str) -> None:
    assert read_key(f" {key} ") == key


@pytest.mark.parametrize(
    "header",
    [
        "",
        " ",
        '""',
        '"',
        '"a',
        '"a"b',
        '"a";b=1',
        '"a\\b"',
        '"a b"',
        "a b",
        "a, b",
        "a\x00",
        "ключ",
        "a" * 129,
        f'"{"a" * 129}"',
    ],
)
def test_what_is_no_key_is_refused(header: str) -> None:
    with pytest.raises(Problem, match="idempotency-key-invalid"):
        read_key(header)


def test_a_header_that_is_missing_is_told_apart() -> None:
    with pytest.raises(Problem, match="idempotency-key-missing"):
        read_key(None)
