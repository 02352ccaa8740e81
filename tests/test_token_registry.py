"""What the registry keeps of tokens, what it costs to know one, and what it tells nobody."""

import hmac
from collections.abc import Callable
from unittest import mock

import msgspec
import pytest

from chalicelib import registry as module
from chalicelib.domain.tokens import Token
from chalicelib.registry import CACHE_SECONDS, HOLDS_AFTER_MS, Registry
from chalicelib.token_uses import EVERY_MS
from tests.api.outages import outage
from tests.conftest import Tables
from tests.publishing.campaigns import campaign

NOW = 1_780_000_000_000


class Process:
    """The registry of a process of its own, with a clock that a test moves."""

    def __init__(self, tables: Tables) -> None:
        self.seconds = 0.0
        self.registry = Registry(tables["RegistryTable"], lambda: self.seconds)


@pytest.fixture
def process(tables: Tables) -> Process:
    return Process(tables)


@pytest.fixture
def other(tables: Tables) -> Process:
    return Process(tables)


def token_of(registry: Registry, text: str) -> Token:
    found = registry.token(text)
    assert found is not None
    return found


def steps(ask: Callable[[], object]) -> tuple[int, int, int]:
    """Return how many requests, comparisons and readings of a stored token something takes."""
    with (
        outage(lambda _: None, service="dynamodb") as sent,
        mock.patch("hmac.compare_digest", wraps=hmac.compare_digest) as compared,
        mock.patch.object(module, "_read_token", wraps=module._read_token) as read,
    ):
        ask()
    return sent.requests, compared.call_count, read.call_count


def test_a_wrong_token_takes_the_same_steps_whether_its_id_is_known_or_not(process: Process, other: Process) -> None:
    text = process.registry.issue_token(("read",), "2026")
    token_id = text.split("_")[1]
    revoked = process.registry.issue_token(("read",), "2026")
    other.registry.revoke_token(token_of(other.registry, revoked), NOW)
    token_of(process.registry, text)

    remembered = steps(lambda: process.registry.token(f"{text}x"))
    stored = steps(lambda: other.registry.token(f"qy_{token_id}_guessed"))
    unknown = steps(lambda: process.registry.token("qy_0123456789ab_guessed"))
    over = steps(lambda: other.registry.token(revoked))

    assert remembered == stored == unknown == over == (1, 2, 1)


def test_the_right_token_is_read_once_in_a_while(process: Process) -> None:
    text = process.registry.issue_token(("read",), "2026")

    assert steps(lambda: process.registry.token(text))[0] == 1
    assert steps(lambda: process.registry.token(text))[0] == 0
    process.seconds += CACHE_SECONDS
    assert steps(lambda: process.registry.token(text))[0] == 1


@pytest.mark.parametrize("text", ["", "qy", "qy_", "qy__secret", "qy_a", "qy_a_", "xx_a_b", "qy_a/b_c"])
def test_what_is_no_token_is_none(process: Process, text: str) -> None:
    assert process.registry.token(text) is None


def test_no_wrong_token_makes_another_one_be_remembered(process: Process) -> None:
    text = process.registry.issue_token(("read",), "2026")
    process.registry.token(f"{text}x")

    assert steps(lambda: process.registry.token(text))[0] == 1


def test_a_revoked_token_is_let_in_nowhere_by_when_that_holds(process: Process, other: Process) -> None:
    text = process.registry.issue_token(("read",), "2026")
    token = token_of(other.registry, text)

    process.registry.revoke_token(token, NOW)

    assert process.registry.token(text) is None
    other.seconds += CACHE_SECONDS - 0.1
    assert other.registry.token(text) is not None
    other.seconds += 0.1
    assert other.registry.token(text) is None
    assert CACHE_SECONDS * 1000 < HOLDS_AFTER_MS


def test_a_revoked_token_is_kept_without_its_hash(process: Process) -> None:
    text = process.registry.issue_token(("read",), "2026", label="a bank")
    token = token_of(process.registry, text)
    process.registry.revoke_token(token, NOW)
    process.registry.revoke_token(process.registry.tokens()[0], NOW + 1)

    assert process.registry.tokens() == [msgspec.structs.replace(token, secret_hash="", revoked_at=NOW)]
    assert process.registry.token_of_id(token.id) == process.registry.tokens()[0]


def test_the_use_of_a_token_is_noted_once_an_hour(process: Process, other: Process) -> None:
    token = token_of(process.registry, process.registry.issue_token(("read",), "2026"))

    for at, expected in (
        (NOW, NOW),
        (NOW + EVERY_MS - 1, NOW),
        (NOW + EVERY_MS, NOW + EVERY_MS),
        (NOW, NOW + EVERY_MS),
    ):
        other.registry.note_use(token.id, at)
        assert process.registry.tokens()[0].used_at == expected


def test_no_use_brings_a_token_back_or_makes_one(process: Process) -> None:
    token = token_of(process.registry, process.registry.issue_token(("read",), "2026"))
    process.registry.revoke_token(token, NOW)

    process.registry.note_use(token.id, NOW)
    process.registry.note_use("unknown", NOW)

    (listed,) = process.registry.tokens()
    assert (listed.revoked_at, listed.used_at) == (NOW, NOW)


def test_an_answer_that_was_long_under_way_is_remembered_from_when_it_was_asked_for(
    process: Process, other: Process
) -> None:
    other.registry.put_campaign(campaign(state="live"))

    def passes(_: object) -> None:
        process.seconds += 3

    with outage(passes, service="dynamodb", operation="GetItem"):
        process.registry.campaign("2026")
    other.registry.put_campaign(campaign(state="frozen"))

    process.seconds = CACHE_SECONDS - 0.1
    assert getattr(process.registry.campaign("2026"), "state", None) == "live"
    process.seconds = CACHE_SECONDS
    assert getattr(process.registry.campaign("2026"), "state", None) == "frozen"


def test_what_is_put_as_it_is_already_is_not_written(process: Process) -> None:
    first, new = process.registry.put_campaign(campaign(state="live"))

    with outage(lambda _: None, service="dynamodb", operation="PutItem") as sent:
        again, new_again = process.registry.put_campaign(campaign(state="live"))

    assert (new, new_again, again, sent.requests) == (True, False, first, 0)
