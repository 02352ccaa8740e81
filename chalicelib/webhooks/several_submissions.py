"""Deliveries that hold several submissions: each is read by itself, and one that cannot be spoils no other."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec

from chalicelib.webhooks.delivery import Malformed, Submission
from chalicelib.webhooks.untrusted_json import JsonObject, as_list, as_object, is_identifier

_Found = TypeVar("_Found")


class Unread(msgspec.Struct, frozen=True):
    """A part of a delivery as it came, and what is wrong with it; `account` as far as the part tells."""

    item: object
    fault: str
    account: str


def each(
    given: object, name: str, read: Callable[[JsonObject], Iterable[_Found | Unread]], account: object = None
) -> Iterator[_Found | Unread]:
    """Yield what is read of every object of an array, and in place of one that is malformed the whole of it, unread.

    Raises:
        Malformed: where there is something else than an array.
    """
    for item in as_list(given, name):
        try:
            found = list(read(as_object(item, f"an item of {name}")))
        except Malformed as error:
            yield Unread(item, str(error), str(account) if is_identifier(account) else "")
        else:
            yield from found


def as_submissions(found: Iterable[_Found | Unread]) -> Sequence[_Found | Submission]:
    """Return what was read, and what was not as submissions that say so.

    The id of such a one is made of what came, so that it is the same when the delivery is repeated.

    Raises:
        Malformed: nothing could be read of a delivery that holds something.
    """
    parts = list(found)
    unread = [part for part in parts if isinstance(part, Unread)]
    if unread and len(unread) == len(parts):
        raise Malformed(unread[0].fault)
    return tuple(_unreadable(part) if isinstance(part, Unread) else part for part in parts)


def _unreadable(part: Unread) -> Submission:
    digest = hashlib.sha256(msgspec.json.encode(part.item, order="sorted")).hexdigest()
    return Submission(
        submission_id=f"unreadable-{digest}",
        account=part.account,
        form="",
        fields={"item": part.item},
        unreadable=part.fault,
    )
