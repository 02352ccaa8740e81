"""Uses of tokens are noted beside the requests: none waits for it, and none fails with it."""

import threading

import pytest

from chalicelib.domain.tokens import Token
from chalicelib.token_uses import EVERY_MS, TokenUses, Work, beside

NOW = 1_780_000_000_000
TOKEN = Token("t", "", ("read",), "2026")


class Store:
    """Keeps what is noted; nothing is done of what is begun before `work`."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, int]] = []
        self.begun: list[Work] = []
        self.uses = TokenUses(lambda *use: self.noted.append(use), self.begun.append)


@pytest.fixture
def store() -> Store:
    return Store()


def test_what_is_noted_is_not_waited_for(store: Store) -> None:
    store.uses.note(TOKEN, NOW)

    assert store.noted == []
    store.begun[0]()
    assert store.noted == [("t", NOW)]


def test_a_process_notes_a_token_once_an_hour_however_often_it_is_used(store: Store) -> None:
    for at in (NOW, NOW + 1, NOW + EVERY_MS - 1, NOW + EVERY_MS, NOW + EVERY_MS + 1):
        store.uses.note(TOKEN, at)

    assert len(store.begun) == 2


def test_each_token_is_noted_by_itself(store: Store) -> None:
    store.uses.note(TOKEN, NOW)
    store.uses.note(Token("u", "", ("read",), "2026"), NOW)

    assert len(store.begun) == 2


@pytest.mark.parametrize(("ago", "begun"), [(0, 0), (EVERY_MS - 1, 0), (EVERY_MS, 1)])
def test_what_another_process_noted_in_the_last_hour_is_not_noted_again(store: Store, ago: int, begun: int) -> None:
    store.uses.note(Token("t", "", ("read",), "2026", used_at=NOW - ago), NOW)

    assert len(store.begun) == begun


def test_a_note_that_cannot_be_made_is_told_and_harms_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def fails(*_: object) -> None:
        raise TimeoutError

    with caplog.at_level("WARNING"):
        TokenUses(fails, lambda work: work()).note(TOKEN, NOW)

    assert "token_use_not_noted" in caplog.text


def test_what_goes_on_beside_a_request_holds_up_neither_it_nor_the_end_of_the_process() -> None:
    may_end, ended = threading.Event(), threading.Event()

    def work() -> None:
        assert threading.current_thread().daemon
        may_end.wait(10)
        ended.set()

    beside(work)
    assert not ended.is_set()
    may_end.set()
    assert ended.wait(10)
