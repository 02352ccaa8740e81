import pytest

from chalicelib.api.bodies import read_json
from chalicelib.api.problems import Problem

JSON = "application/json"


def refusal(body: bytes, content_type: str | None = JSON, encoding: str | None = None, limit: int = 1_000_000) -> str:
    with pytest.raises(Problem) as problem:
        read_json(content_type, encoding, body, limit)
    return problem.value.name


@pytest.mark.parametrize(
    "content_type",
    [JSON, "application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"', "application/json ;charset=utf8"],
)
def test_a_body_in_json_is_read(content_type: str) -> None:
    assert read_json(content_type, None, '{"a": ["б", 1, null]}'.encode(), 100) == {"a": ["б", 1, None]}


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "text/json",
        "application/jsonp",
        "application/json; charset=latin-1",
        "application/*",
        "*/*",
    ],
)
def test_another_content_type_is_refused(content_type: str | None) -> None:
    assert refusal(b"{}", content_type) == "media-type-unsupported"


def test_a_compressed_body_is_refused() -> None:
    assert refusal(b"\x1f\x8b", encoding="gzip") == "media-type-unsupported"
    assert read_json(JSON, "identity", b"{}", 100) == {}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"{} {}",
        b"{'a': 1}",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b"[1e400]",
        b"1" * 5000,
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b'"\\ud800"',
        b'"\x00"',
        b"\xef\xbb\xbf{}",
        '{"a": "ы"}'.encode("utf-16"),
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
    ids=lambda body: repr(body[:12]),
)
def test_what_is_no_well_formed_json_is_refused(body: bytes) -> None:
    assert refusal(body) == "json-malformed"


def test_a_body_may_have_so_many_bytes_and_no_more() -> None:
    assert read_json(JSON, None, b"[1,2]", 5) == [1, 2]
    assert refusal(b"[1,22]", limit=5) == "body-too-large"
