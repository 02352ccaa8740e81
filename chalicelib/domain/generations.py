"""The builds of a campaign's read models: which there are, and which events the log's stream feeds into each."""

from collections.abc import Callable

import msgspec

FIRST_GENERATION = 1
"""The build that a campaign has from the moment it exists."""


class Generation(msgspec.Struct, frozen=True, omit_defaults=True):
    """One build of the read models of a campaign, which documents call `epoch`. Times are epoch ms.

    The stream feeds it with all events, or where it has a `cut` with those recorded after that: the others come by a
    scan of the log, which `scan_began` some time later. `since` leaves out what was recorded before: rehearsals. One of
    `sums_alone` has no rows.
    """

    number: int
    cut: int | None = None
    scan_began: int | None = None
    since: int = 0
    sums_alone: bool = False

    def is_fed_with(self, recorded_at: int) -> bool:
        """Whether the stream feeds it with an event that was recorded then."""
        return recorded_at >= self.since and (self.cut is None or recorded_at > self.cut)

    def is_scanned_for(self, recorded_at: int) -> bool:
        """Whether the scan feeds it with an event that was recorded then."""
        return self.cut is not None and self.since <= recorded_at <= self.cut

    def is_voided_by(self, recorded_at: int, delivered_at: int) -> bool:
        """Whether an event may be in neither part: the scan had begun when it was delivered for the first time."""
        began = self.scan_began
        return began is not None and delivered_at >= began and self.is_scanned_for(recorded_at)


class Generations(msgspec.Struct, frozen=True, omit_defaults=True):
    """All builds of a campaign's read models that are fed.

    No number is used twice, as whoever still works on one that is removed may write of it: `newest` is the greatest
    there was, `scratches` counts those that audits made, whose numbers go down from -1.
    """

    registered: tuple[Generation, ...] = (Generation(FIRST_GENERATION),)
    newest: int = FIRST_GENERATION
    scratches: int = 0

    def find(self, number: int) -> Generation | None:
        """Return a build, None where it is not fed (any more)."""
        return next((generation for generation in self.registered if generation.number == number), None)

    def with_one(self, generation: Generation) -> "Generations":
        """Return them with one more, or with another in place of the one of its number."""
        others = tuple(other for other in self.registered if other.number != generation.number)
        return msgspec.structs.replace(
            self,
            registered=(*others, generation),
            newest=max(self.newest, generation.number),
            scratches=max(self.scratches, -generation.number),
        )

    def without(self, number: int) -> "Generations":
        """Return them without the one of a number."""
        rest = tuple(generation for generation in self.registered if generation.number != number)
        return msgspec.structs.replace(self, registered=rest)


UNCHANGED = Generations()
"""What a campaign has whose read models were never built anew."""

ChangeGenerations = Callable[[Generations], Generations]
