"""Publishes the boards: `organisations.json`, and `organisations/<place>.json` of each region and of abroad."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

import msgspec

from chalicelib.domain.places import ABROAD, regions
from chalicelib.domain.vocabulary import CampaignState
from chalicelib.publishing.boards import Boards
from chalicelib.publishing.document_store import DocumentStore
from chalicelib.publishing.documents import (
    BOARD,
    REGION_BOARD,
    Header,
    Organisation,
    organisations,
    path,
)
from chalicelib.publishing.pace import Pace

MAX_READS = 5
"""How often a board is read until a reading says what is published."""

AT_ONCE = 8
"""Boards that are read and put at a time: they only wait for DynamoDB and S3."""

PLACES_SHOWN: tuple[str, ...] = (*regions(), ABROAD)
"""The places that have a board."""


class _Told(msgspec.Struct, frozen=True):
    """What a board says beside its rows; those of earlier releases say no state."""

    next: int
    state: CampaignState | None = None


class _Board(msgspec.Struct, frozen=True):
    """The rows of a board as it is published."""

    organisations: tuple[Organisation, ...]


class BoardPublisher:
    """Makes documents of the boards as their indexes have them, which show the newest rows a little later.

    `now` tells the time (epoch ms). A board is named by its place, the one of all places by None.
    """

    def __init__(self, boards: Boards, documents: DocumentStore, now: Callable[[], int]) -> None:
        self._boards = boards
        self._documents = documents
        self._now = now
        self._pace = Pace(now)

    def publish(self, head: Header, places: Iterable[str | None]) -> None:
        """Publish some boards of a campaign as they are read now, at once, those too that say what they said before.

        So whoever has read a board earlier, and a name on it that is hidden since, is too late to publish it. Those
        that list anybody come before the others.
        """

        def is_empty(place: str | None) -> bool:
            known = self._documents.known(path(head.campaign, _name(place)))
            return known is None or not _board(known.body)

        def store(place: str | None) -> None:
            self._store(head, place, self._first(head, place))

        boards = list(places)
        empty = dict(zip(boards, self._threads.map(is_empty, boards), strict=True))
        list(self._threads.map(store, sorted(boards, key=empty.__getitem__)))

    def outdated(self, head: Header) -> list[str | None]:
        """Return the boards that are missing, or tell another time to ask again or another state than a header does."""

        def is_outdated(place: str | None) -> bool:
            current = self._documents.current(path(head.campaign, _name(place)))
            return current is None or msgspec.json.decode(current.body, type=_Told) != _Told(head.next, head.state)

        boards = (None, *PLACES_SHOWN)
        outdated = zip(boards, self._threads.map(is_outdated, boards), strict=True)
        return [place for place, is_so in outdated if is_so]

    def prepare(self, head: Header) -> None:
        """Publish the boards of a campaign that nobody takes part in yet."""
        for place in (None, *PLACES_SHOWN):
            self._store(head, place, ())

    def publish_now_and_then(self, head: Header) -> None:
        """Publish the board of all places if it says something else, unless it was read a while ago.

        Reading it takes requests to every partition of its index.
        """
        if self._pace.is_due(head.campaign, "board"):
            self._renew(head, None)

    def settle(self, head: Header, places: Iterable[str | None]) -> None:
        """Publish some boards of a campaign until a reading says what is published already."""
        for place in places:
            self._settle(head, place)

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="boards")

    def _settle(self, head: Header, place: str | None) -> None:
        for _ in range(MAX_READS):
            if not self._renew(head, place):
                return

    def _renew(self, head: Header, place: str | None) -> bool:
        """Publish a board as it is read now, unless it says the same already; return whether it did not."""
        board = self._first(head, place)
        current = self._documents.current(path(head.campaign, _name(place)))
        if current is not None and _board(current.body) == board:
            return False
        self._store(head, place, board)
        return True

    def _first(self, head: Header, place: str | None) -> tuple[Organisation, ...]:
        return self._boards.first(head.campaign, head.epoch, place, BOARD if place is None else REGION_BOARD)

    def _store(self, head: Header, place: str | None, board: tuple[Organisation, ...]) -> None:
        document = organisations(head, _name(place), board, self._now())
        self._documents.advance(document.path, document.position, lambda _: document)


def _name(place: str | None) -> str:
    return "organisations.json" if place is None else f"organisations/{place}.json"


def _board(body: bytes) -> tuple[Organisation, ...]:
    return msgspec.json.decode(body, type=_Board).organisations
