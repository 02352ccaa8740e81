"""When tokens were used, to the hour: noted beside the requests, none of which waits for it or fails with it."""

import logging
from collections.abc import Callable
from threading import Thread

from chalicelib import logs
from chalicelib.domain.tokens import Token

EVERY_MS = 3_600_000
"""How long nothing is noted of a token after it was."""

Work = Callable[[], None]


def beside(work: Work) -> None:
    """Let some work go on in a thread of its own, that keeps no process from ending."""
    Thread(target=work, name="token-use", daemon=True).start()


class TokenUses:
    """Notes the use of tokens by `store`, which is given an id and a time (epoch ms), in what `begin` begins."""

    def __init__(self, store: Callable[[str, int], None], begin: Callable[[Work], None] = beside) -> None:
        self._store = store
        self._begin = begin
        self._noted: dict[str, int] = {}

    def note(self, token: Token, now: int) -> None:
        """Note that a token is used (epoch ms), unless that was noted in the last hour, here or elsewhere."""
        latest = max(token.used_at or 0, self._noted.get(token.id, 0))
        if now - latest < EVERY_MS:
            return
        self._noted[token.id] = now
        self._begin(lambda: self._note(token.id, now))

    def _note(self, token_id: str, now: int) -> None:
        try:
            self._store(token_id, now)
        except Exception as error:  # noqa: BLE001  whatever it is, nobody asked for it
            logs.write("token_use_not_noted", level=logging.WARNING, token=token_id, error=logs.describe(error))
