import contextlib
import copy
import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.webhooks.delivery import (
    Delivery,
    DeliveryError,
    Forbidden,
    Lead,
    Malformed,
    Submission,
    TooLarge,
    WrongMethod,
    WrongType,
)
from chalicelib.webhooks.providers import meta
from chalicelib.webhooks.untrusted_json import (
    MAX_BYTES,
    MAX_DEPTH,
    identifier,
    instant,
    milliseconds,
    read_object,
    seconds,
)
from tests.every_case import every
from tests.webhooks.deliveries import OWN_DIRECTORY, Case, named, recorded, resigned

POSTED = [case for case in recorded(OWN_DIRECTORY) if case.method == "POST" and case.expected.status == 200]
ONE_EACH = list({case.path_hint: case for case in POSTED if not case.expected.ignored}.values())
SECRET_IN_BODY = ("/v1/hooks/vk", "/v1/hooks/google-ads")
SIGNED = [case for case in ONE_EACH if resigned(case, b"other").headers != resigned(case, b"").headers]

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
ANY_JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=8
)
HOSTILE: tuple[object, ...] = (
    *({"$gt": ""}, [], {}, [[]], True, False, None, 1.5, -1, 10**40),
    *("", " ", "x" * 129, "a\n", "../x", "Ә", "\x00", "{oops"),
)
HOSTILE_HEADERS = (
    "",
    " ",
    ",",
    "=",
    "a b",
    "sha256=",
    "v1,",
    "v1," * 1000,
    "Ә",
    "\x00",
    "\ud800",
    "%ff",
    "9" * 40,
    "tma",
)
NO_JSON = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"{}{}",
    b'{"a":NaN}',
    b'{"a":Infinity}',
    b'{"a":1e999}',
    b'{"a":' + b"9" * 5000 + b"}",
    b'{"a":"\xff"}',
    b'{"a":"\xed\xa0\x80"}',
    b"\xef\xbb\xbf{}",
    "{}".encode("utf-16"),
    b'{"a":' + b"[" * 100_000,
    b'{"a":' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}",
]


def outcome(case: Case, delivery: Delivery) -> list[Submission] | DeliveryError:
    """Return what was read of a delivery, or the declared error that it was refused with."""
    try:
        account = case.adapter.authenticate(delivery, [case.account], case.now)
        found = case.adapter.read(delivery, account)
        case.adapter.respond(delivery, account)
    except DeliveryError as refusal:
        return refusal
    return [submission for submission in found if isinstance(submission, Submission)]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place within a JSON value."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    changed = copy.deepcopy(value)
    parent = changed
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = new
    return changed


def read_with(case: Case, path: tuple[Any, ...], value: object) -> None:
    """Let a case be read with another value at a place of its body; what is read of it must be fit to be stored."""
    found = outcome(case, resigned(case, json.dumps(replaced(json.loads(case.delivery.body), path, value)).encode()))
    for submission in [] if isinstance(found, DeliveryError) else found:
        assert identifier(submission.submission_id, "id") == submission.submission_id
        assert len(submission.account) <= 128
        assert len(submission.form) <= 128
        assert msgspec.json.decode(msgspec.json.encode(submission.fields)) == submission.fields


@every(case=ONE_EACH)
def test_whatever_is_put_anywhere_in_a_signed_body_only_a_declared_error_comes_of_it(case: Case) -> None:
    for path in places(json.loads(case.delivery.body)):
        for value in HOSTILE:
            read_with(case, path, value)


@given(st.sampled_from(ONE_EACH), st.data())
@settings(max_examples=200)
def test_any_json_anywhere_in_a_signed_body_is_read_or_refused(case: Case, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(list(places(json.loads(case.delivery.body)))))

    read_with(case, path, data.draw(ANY_JSON))


@given(st.sampled_from(ONE_EACH), st.binary() | ANY_JSON.map(lambda value: json.dumps(value).encode()))
@settings(max_examples=300)
def test_whatever_bytes_are_signed_only_a_declared_error_comes_of_them(case: Case, body: bytes) -> None:
    outcome(case, resigned(case, body))


@every(case=ONE_EACH, body=NO_JSON)
def test_a_signed_body_that_is_no_json_object_is_malformed(case: Case, body: bytes) -> None:
    delivery = resigned(case, body)
    account = case.account

    if case.path_hint in SECRET_IN_BODY:
        with pytest.raises(Malformed):
            case.adapter.authenticate(delivery, [account], case.now)
        return
    assert case.adapter.authenticate(delivery, [account], case.now) == account
    with pytest.raises(Malformed):
        case.adapter.read(delivery, account)


@given(st.sampled_from(SIGNED), st.binary())
def test_a_body_that_was_not_signed_is_never_looked_into(case: Case, body: bytes) -> None:
    delivery = msgspec.structs.replace(case.delivery, body=body)

    with pytest.raises(Forbidden):
        case.adapter.authenticate(delivery, [case.account], case.now)


@every(case=ONE_EACH)
def test_whatever_is_put_into_any_header_only_a_declared_error_comes_of_it(case: Case) -> None:
    for name in {*case.delivery.headers, "idempotency-key"}:
        for value in HOSTILE_HEADERS:
            outcome(case, msgspec.structs.replace(case.delivery, headers={**case.delivery.headers, name: value}))


@given(st.sampled_from(ONE_EACH), st.data())
@settings(max_examples=200)
def test_any_text_in_any_header_is_taken_or_refused(case: Case, data: st.DataObject) -> None:
    names = sorted({*case.delivery.headers, "idempotency-key"})
    headers = {**case.delivery.headers, data.draw(st.sampled_from(names)): data.draw(ANY_TEXT)}

    outcome(case, msgspec.structs.replace(case.delivery, headers=headers))


@given(data=st.data())
def test_whatever_the_graph_api_answers_only_a_declared_error_comes_of_it(data: st.DataObject) -> None:
    answer = named("meta/ok_08_leadgen_with_graph_fetch").graph["233370042045345"]
    lead = Lead(lead_id="233370042045345", account="page", form=None, created_at=None)
    path = data.draw(st.sampled_from([path for path in places(answer) if path]))
    hostile = st.sampled_from(HOSTILE)

    with contextlib.suppress(Malformed):
        meta.submission(lead, replaced(answer, path, data.draw(hostile | ANY_JSON)))


@given(ANY_TEXT)
def test_whatever_init_data_holds_only_a_declared_error_comes_of_it(parameters: str) -> None:
    for name, scheme in (("telegram/ok_08_initdata_aiogram_vector", "tma"), ("vk/ok_10_miniapp_with_vk_ts", "Bearer")):
        case = named(name)
        outcome(case, msgspec.structs.replace(case.delivery, headers={"authorization": f"{scheme} {parameters}"}))


@pytest.mark.parametrize("query", ["a=1&" * 100_000, "&".join(f"a{n}=" for n in range(1000)), "hash=%ff&user=%ff", "?"])
@pytest.mark.parametrize("name", ["telegram/ok_08_initdata_aiogram_vector", "vk/ok_10_miniapp_with_vk_ts"])
def test_launch_parameters_that_nobody_signs_are_forbidden(name: str, query: str) -> None:
    case = named(name)
    scheme = case.delivery.headers["authorization"].partition(" ")[0]
    delivery = msgspec.structs.replace(case.delivery, headers={"authorization": f"{scheme} {query}"})

    with pytest.raises(Forbidden):
        case.adapter.authenticate(delivery, [case.account], case.now)


@given(st.dictionaries(st.sampled_from(["hub.mode", "hub.challenge", "hub.verify_token"]), ANY_TEXT | st.just("42")))
def test_a_handshake_reflects_nothing_but_a_plain_challenge(changes: dict[str, str]) -> None:
    case = named("meta/ok_01_handshake")
    delivery = msgspec.structs.replace(case.delivery, query={**case.delivery.query, **changes})

    try:
        account = case.adapter.authenticate(delivery, [case.account], case.now)
        answer = case.adapter.respond(delivery, account)
    except DeliveryError:
        return
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.body == delivery.query["hub.challenge"]
    assert answer.body.replace("_", "").replace("-", "").isascii()
    assert "<" not in answer.body


@every(case=ONE_EACH)
def test_ten_megabytes_are_too_large_and_not_hashed(case: Case) -> None:
    delivery = msgspec.structs.replace(case.delivery, body=b" " * 10_000_000)

    with pytest.raises(TooLarge):
        case.adapter.authenticate(delivery, [case.account], case.now)


@every(case=ONE_EACH, declared=["text/plain", "multipart/form-data; boundary=x", "application/jsonp", ""])
def test_what_is_not_declared_as_json_is_the_wrong_type(case: Case, declared: str) -> None:
    delivery = msgspec.structs.replace(case.delivery, headers={**case.delivery.headers, "content-type": declared})

    with pytest.raises(WrongType):
        case.adapter.authenticate(delivery, [case.account], case.now)


@every(case=ONE_EACH, declared=["application/json; charset=utf-8", "Application/JSON", None])
def test_json_may_be_declared_with_a_charset_in_any_case_or_not_at_all(case: Case, declared: str | None) -> None:
    headers = {name: value for name, value in case.delivery.headers.items() if name != "content-type"}
    delivery = msgspec.structs.replace(
        case.delivery, headers=headers if declared is None else headers | {"content-type": declared}
    )

    assert case.adapter.authenticate(delivery, [case.account], case.now) == case.account


@every(case=ONE_EACH, method=["PUT", "DELETE", "HEAD", "post"])
def test_a_method_outside_the_protocol_is_refused(case: Case, method: str) -> None:
    delivery = msgspec.structs.replace(case.delivery, method=method)

    with pytest.raises(WrongMethod):
        case.adapter.authenticate(delivery, [case.account], case.now)


@pytest.mark.parametrize("value", [{"$gt": ""}, [], True, False, 1.0, None, "", "a b", "x" * 129, "Ә", 10**200, "a\n"])
def test_an_id_that_is_none_is_malformed(value: object) -> None:
    with pytest.raises(Malformed):
        identifier(value, "id")


@given(ANY_TEXT | SCALARS | st.datetimes().map(str))
def test_a_time_is_read_or_is_none(value: object) -> None:
    assert instant(value) is None or isinstance(instant(value), int)
    assert seconds(value) is None or abs(seconds(value) or 0) < 10**11
    assert milliseconds(value) is None or isinstance(milliseconds(value), int)


@given(st.dictionaries(st.text(), ANY_JSON, max_size=3))
def test_json_that_python_writes_is_read_as_it_was(value: dict[str, object]) -> None:
    assert read_object(json.dumps(value).encode()) == json.loads(json.dumps(value))


@given(ANY_TEXT | st.lists(st.sampled_from(["\ud83d", "\ude00", "\\", '"', "ud83d", "u", "a"])).map("".join))
def test_half_a_character_is_replaced_and_all_else_read_as_it_was(written: str) -> None:
    read = written.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    assert read_object(json.dumps({written: written}).encode()) == {read: read}
    assert read_object(json.dumps({"a": written}, ensure_ascii=False).encode(errors="replace")).keys() == {"a"}


def test_the_largest_body_is_just_large_enough() -> None:
    case = named("telegram/ok_01_start_message")
    body = case.delivery.body.ljust(MAX_BYTES)

    assert isinstance(outcome(case, msgspec.structs.replace(case.delivery, body=body)), list)
    with pytest.raises(TooLarge):
        case.adapter.authenticate(msgspec.structs.replace(case.delivery, body=body + b" "), [case.account], case.now)


@every(case=POSTED)
def test_no_error_repeats_what_the_body_holds(case: Case) -> None:
    body = json.loads(case.delivery.body)
    for path in places(body):
        delivery = resigned(case, json.dumps(replaced(body, path, ["Құпия"])).encode())
        refusal = outcome(case, delivery)
        assert not isinstance(refusal, DeliveryError) or "Құпия" not in str(refusal)
