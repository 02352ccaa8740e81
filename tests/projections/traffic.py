"""Events that come in, and are delivered, at every step of what reads the stores meanwhile."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from random import Random
from typing import Any

from chalicelib.domain.events import RecordedEvent
from tests.projections.rebuilding import Subject, now


class Traffic:
    """Appends events and delivers them some time later, some of them again, whenever a store is asked."""

    def __init__(self, subject: Subject, random: Random, events: Sequence[RecordedEvent]) -> None:
        self._subject = subject
        self._random = random
        self._coming = iter(events)
        self._waiting: list[dict[str, Any]] = []
        self._delivered: list[dict[str, Any]] = []
        self._is_at_it = False
        self.asked: Counter[str] = Counter()
        # So that one thread at a time is at the stores.
        subject.segments = 1
        subject.while_waiting = self.step
        for owner, name in (
            (subject.rows, "read"),
            (subject.rows, "scan"),
            (subject.log, "pages"),
            (subject.log, "items_at"),
        ):
            setattr(owner, name, self._stepping(name, getattr(owner, name)))

    def step(self) -> None:
        """Append an event, deliver some, or deliver some again; or nothing of it."""
        if self._is_at_it:
            return
        self._is_at_it = True
        match self._random.randrange(5):
            case 0:
                self.append()
            case 1:
                self.deliver()
            case 2:
                self._subject.deliver(self._delivered[-self._random.randint(1, 5) :])
        self._is_at_it = False

    def append(self) -> None:
        """Append the next event."""
        if (event := next(self._coming, None)) is not None:
            self._waiting += self._subject.append(now([event], self._subject.clock))
        self._tell_waiting()

    def deliver(self) -> None:
        """Deliver some of what waits."""
        count = self._random.randint(1, 5)
        delivered, self._waiting = self._waiting[:count], self._waiting[count:]
        self._subject.deliver(delivered)
        self._delivered += delivered
        self._tell_waiting()

    def _tell_waiting(self) -> None:
        moments = [int(record["dynamodb"]["NewImage"]["recorded_at"]["N"]) for record in self._waiting]
        self._subject.waiting = min(moments, default=None)

    def _stepping(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def stepping(*arguments: Any, **named: Any) -> Any:
            self.asked[name] += 1
            self.step()
            found = function(*arguments, **named)
            return self._each(found) if isinstance(found, Iterator) else found

        return stepping

    def _each(self, found: Iterable[Any]) -> Iterator[Any]:
        for one in found:
            yield one
            self.step()
