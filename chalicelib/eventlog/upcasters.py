"""Old events read as if they had been written today.

An event's data is stored with the number of its schema. A change of an event gets a step here, from the schema it was
to the next; the log itself is never rewritten. A schema is announced for one release, which reads it, before the next
release writes it: while functions are being replaced, none meets what it cannot read.
"""

from collections.abc import Callable, Mapping

import msgspec

from chalicelib.domain.events import (
    ParticipationApproved,
    ParticipationCorrected,
    ParticipationRecorded,
    ParticipationRejected,
    ParticipationWithdrawn,
)
from chalicelib.domain.participation import MINUTES_PER_HOUR

Data = Mapping[str, object]
Upcast = Callable[[Data], Data]


class UnknownSchema(Exception):
    """The log holds an event of a schema that this code does not know."""


class Upcasters(msgspec.Struct, frozen=True):
    """Steps by event type: the first lifts schema 1 to 2, the next 2 to 3.

    The newest schema of an `announced` type is not written yet: what is new in it has a default, and is left out.
    """

    steps: Mapping[str, tuple[Upcast, ...]] = {}
    announced: frozenset[str] = frozenset()

    def newest(self, event_type: str) -> int:
        """Return the newest schema in which events of a type are read."""
        return 1 + len(self.steps.get(event_type, ()))

    def written(self, event_type: str) -> int:
        """Return the schema in which events of a type are written."""
        return self.newest(event_type) - (event_type in self.announced)

    def lift(self, event_type: str, schema: int, data: Data) -> Data:
        """Return data of an older schema in the newest one.

        Raises:
            UnknownSchema: the schema is newer than this code, or none at all.
        """
        if not 1 <= schema <= self.newest(event_type):
            raise UnknownSchema(f"{event_type} has no schema {schema} here")
        for step in self.steps.get(event_type, ())[schema - 1 :]:
            data = step(data)
        return data


_ACTS = frozenset({"act", "before", "after"})


def _with_receipts(data: Data) -> Data:
    """Lift schema 1 to 2: minutes in place of hours, promised and paid amounts apart, names by id, receipts.

    Schema 1 held an organisation's name as text, which nobody can hide or erase: the act stands without it. Its short
    hashes of submissions name no receipt.
    """
    lifted = {
        name: _act(value) if name in _ACTS and isinstance(value, Mapping) else value for name, value in data.items()
    }
    lifted.pop("submission", None)
    return {"receipt": "", **lifted}


def _act(act: Data) -> Data:
    lifted = {name: value for name, value in act.items() if name not in ("hours", "amount", "organisation")}
    hours = act.get("hours")
    if isinstance(hours, int | float):
        lifted["minutes"] = hours * MINUTES_PER_HOUR
    if "amount" in act:
        lifted["pledged"] = act["amount"]
    return lifted


UPCASTERS = Upcasters(
    {
        event_type.__name__: (_with_receipts,)
        for event_type in (
            ParticipationRecorded,
            ParticipationApproved,
            ParticipationRejected,
            ParticipationCorrected,
            ParticipationWithdrawn,
        )
    }
)
"""The steps of the events in `chalicelib.domain.events`."""
