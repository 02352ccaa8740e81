from collections.abc import Callable, Sequence

import httpx
import pytest

from ops.rehearse import sending
from ops.rehearse.sending import ActSender, TimedAnswer
from ops.rehearse.wire import Wire
from tests.loops import run

Reply = httpx.Response | httpx.TransportError


def sent(replies: Sequence[Reply], **also: tuple[int, ...]) -> tuple[TimedAnswer | None, list[bytes]]:
    """Send a request whose body tells which try it is; return the answer and all bodies that arrived."""
    arrived: list[bytes] = []
    left = iter(replies)

    def answered(request: httpx.Request) -> httpx.Response:
        arrived.append(request.content)
        reply = next(left)
        if isinstance(reply, httpx.TransportError):
            raise reply
        return reply

    async def send() -> TimedAnswer | None:
        sender = ActSender("http://qaiyrym.example", 1, httpx.MockTransport(answered))
        try:
            return await sender.send(_numbered(), **also)
        finally:
            await sender.close()

    return run(send()), arrived


def _numbered() -> Callable[[], Wire]:
    numbers = iter(range(1, 100))
    return lambda: Wire("POST", "/v1/hooks/standard", {}, str(next(numbers)).encode())


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_FIRST_PAUSE_SECONDS", 0.0)


def busy(status: int) -> httpx.Response:
    return httpx.Response(status, headers={"Retry-After": "0"})


def test_what_is_not_answered_for_good_is_sent_again_made_anew() -> None:
    replies: list[Reply] = [
        httpx.ConnectError("refused"),
        busy(503),
        busy(429),
        httpx.ReadTimeout("late"),
        httpx.Response(201, json={}),
    ]

    answer, arrived = sent(replies)

    assert answer is not None
    assert (answer.status, answer.tries) == (201, 5)
    assert arrived == [b"1", b"2", b"3", b"4", b"5"]
    assert answer.sent_at <= answer.known_at


@pytest.mark.parametrize("status", [200, 400, 401, 403, 409, 422])
def test_what_is_answered_for_good_is_sent_once(status: int) -> None:
    answer, arrived = sent([httpx.Response(status, json={"detail": "no"})])

    assert answer is not None
    assert (answer.status, answer.body, answer.is_success, len(arrived)) == (status, {"detail": "no"}, status == 200, 1)


def test_what_was_never_answered_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "PATIENCE_SECONDS", -1.0)

    assert sent([httpx.ConnectError("refused")]) == (None, [b"1"])


def test_a_provider_is_answered_what_is_no_json() -> None:
    answer, _ = sent([httpx.Response(200, text="ok")])

    assert answer is not None
    assert answer.body == "ok"
