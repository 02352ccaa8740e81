"""Old events read as if they had been written today.

An event's data is stored with the number of its schema. A change of an event that old data would not fit gets a
step here, from the schema it was to the next; the log itself is never rewritten.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

Data = dict[str, Any]
Upcast = Callable[[Data], Data]


class UnknownSchema(Exception):
    """The log holds an event of a schema that this code does not know."""


class Upcasters(msgspec.Struct, frozen=True):
    """Steps by event type: the first lifts schema 1 to 2, the next 2 to 3."""

    steps: Mapping[str, tuple[Upcast, ...]] = {}

    def current(self, event_type: str) -> int:
        """Return the schema in which events of a type are written."""
        return 1 + len(self.steps.get(event_type, ()))

    def lift(self, event_type: str, schema: int, data: Data) -> Data:
        """Return data of an older schema in the current one.

        Raises:
            UnknownSchema: the schema is newer than this code, or none at all.
        """
        if not 1 <= schema <= self.current(event_type):
            raise UnknownSchema(f"{event_type} has no schema {schema} here")
        for step in self.steps.get(event_type, ())[schema - 1 :]:
            data = step(data)
        return data


UPCASTERS = Upcasters()
"""The steps of the events in `chalicelib.domain.events`."""
