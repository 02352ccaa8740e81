"""Builds a generation of a campaign's read models from the log, while events go on coming in.

Each event falls on one side of a cut by its own `recorded_at`: the stream feeds the generation with those behind it, a
scan of the log, begun a safe while after it, with the others. What is delivered so late that the scan may have missed
it voids the generation, aloud. Whoever is killed anywhere is followed by another run, which goes on; nothing that is
shown changes before the pointer is set.
"""

from collections.abc import Callable, Mapping

import msgspec

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.generations import UNCHANGED, ChangeGenerations, Generation, Generations
from chalicelib.projections import acts, organisations
from chalicelib.projections.catalogue import PROJECTIONS
from chalicelib.projections.comparison import Difference, differences
from chalicelib.projections.log_scan import LogScan, Scanned, TakeChanges, Tell
from chalicelib.projections.row_comparison import DifferentRow, different_rows
from chalicelib.projections.rows import RowStore, scoped
from chalicelib.projections.state_store import StateStore
from chalicelib.projections.voids import Voids

PAUSE_SECONDS = 0.5

MAX_SCRATCH_MS = 7_200_000
"""How long after its cut a scratch may still be somebody's: no audit takes so long."""


class GenerationVoid(Exception):
    """A generation can never be used, for the reason given. It was not shown; another one has to be built."""


class NotProjected(Exception):
    """Events from before the cut are not projected for long: the projector stands still. Nothing was changed."""


class Waits(msgspec.Struct, frozen=True):
    """How far ahead the cut is, how long after it the scan begins, and how long it waits for the projector (ms).

    The first is longer than clocks differ; the second longer than a request is under way that was recorded before it.
    """

    lead_ms: int
    settle_ms: int
    max_ms: int = 300_000


class Rebuild:
    """Registers, fills, compares and removes generations.

    `oldest_waiting` returns when the oldest event was recorded that is not projected yet (epoch ms), None where all
    are; `now` the time (epoch ms).
    """

    def __init__(
        self,
        generations: Callable[[], Mapping[str, Generations]],
        change: Callable[[str, ChangeGenerations], Generations],
        scan: LogScan,
        states: StateStore,
        rows: RowStore,
        voids: Voids,
        oldest_waiting: Callable[[], int | None],
        now: Callable[[], int],
        sleep: Callable[[float], None],
        waits: Waits,
    ) -> None:
        self._generations = generations
        self._change = change
        self._scan = scan
        self._states = states
        self._rows = rows
        self._voids = voids
        self._oldest_waiting = oldest_waiting
        self._now = now
        self._sleep = sleep
        self._waits = waits

    def begun(self, campaign: Campaign) -> Generation | None:
        """Return the generation that an earlier run has begun to build, None where there is none."""
        registered = self._registered(campaign.id).registered
        return next((g for g in registered if g.number > campaign.generation and g.cut is not None), None)

    def begin(self, campaign: Campaign, *, published: int = 0) -> Generation:
        """Register a generation of all read models behind every other, and behind a published epoch.

        Nothing is stored of it: neither of one of its number that a registry which was restored does not know of, nor
        by hand. Reads the tables of rows.
        """
        return self._begin(campaign, published, lambda number: Generation(number, self._cut(), since=campaign.since))

    def begin_empty(self, campaign: Campaign, since: int, *, published: int = 0) -> Generation:
        """Register a generation of what is recorded from a time on (epoch ms), which nothing is yet."""
        return self._begin(campaign, published, lambda number: Generation(number, since=since))

    def begin_scratch(self, campaign: Campaign) -> Generation:
        """Register a generation of the sums alone, which nothing is ever shown of."""
        cut = self._cut()

        def made(others: Generations) -> Generation:
            shown = others.find(campaign.generation)
            # While a campaign goes live it leaves its rehearsals out already, and what is shown does not.
            since = campaign.since if shown is None else shown.since
            return Generation(-others.scratches - 1, cut, since=since, sums_alone=True)

        return self._register(campaign, made)

    def fill(self, campaign: Campaign, generation: Generation, take: TakeChanges, tell: Tell) -> Scanned:
        """Wait until the scan may begin, and scan.

        Raises:
            GenerationVoid: an event came so late that it may be missing.
            ScanContended: another process fills it.
            NotProjected: the projector stands still.
        """
        begun = self._scan_begun(campaign.id, generation)
        scanned = self._scan.run(campaign.id, begun, take, tell)
        self.require_sound(campaign.id, generation.number)
        return scanned

    def is_filled(self, campaign_id: str, generation: Generation) -> bool:
        """Whether a generation was filled before: what became of it since then, no scan puts right."""
        return self._scan.is_done(campaign_id, generation.number)

    def differences(self, campaign: Campaign, generation: Generation) -> list[Difference]:
        """Return what a generation that is filled tells otherwise than the one that is shown.

        Raises:
            GenerationVoid: an event came so late that it may be missing.
        """
        numbers = (campaign.generation, generation.number)
        found = differences(self._states, campaign.id, numbers, self._sleep)
        self.require_sound(campaign.id, generation.number)
        return found

    def different_rows(self, campaign: Campaign, generation: Generation) -> list[DifferentRow]:
        """Return rows that a generation that is filled has otherwise than the one that is shown, not all of many.

        Raises:
            GenerationVoid: an event came so late that it may be missing.
        """
        found = different_rows(self._rows, campaign.id, campaign.generation, generation.number, self._sleep)
        self.require_sound(campaign.id, generation.number)
        return found

    def is_fed(self, campaign: Campaign) -> bool:
        """Whether the generation that is shown is fed."""
        return self._registered(campaign.id).find(campaign.generation) is not None

    def require_delivered(self, campaign_id: str, generation: Generation) -> None:
        """Make sure that a generation may be used, once all that is in the log up to its cut was delivered.

        Raises:
            GenerationVoid: it may not.
            NotProjected: the projector stands still.
        """
        self._await_projected(campaign_id, generation)
        self.require_sound(campaign_id, generation.number)

    def require_sound(self, campaign_id: str, number: int) -> None:
        """Make sure that a generation may be used.

        Raises:
            GenerationVoid: it may not.
        """
        if self._registered(campaign_id).find(number) is None:
            raise GenerationVoid(f"generation {number} of {campaign_id} is not registered any more")
        reason = self._voids.read(campaign_id, number)
        if reason is not None:
            raise GenerationVoid(f"generation {number} of {campaign_id}: {reason}")

    def remove(self, campaign_id: str, number: int) -> None:
        """Feed a generation no longer, and delete all that is stored of it. Can be repeated."""
        found = self._registered(campaign_id).find(number)
        self._change(campaign_id, lambda generations: generations.without(number))
        self._states.forget(campaign_id, number)
        # To look for rows is to read their whole tables.
        if found is None or not found.sums_alone:
            self._rows.forget(campaign_id, number)
        self._scan.forget(campaign_id, number)
        self._voids.forget(campaign_id, number)

    def remove_scratches(self, campaign_id: str) -> None:
        """Remove the scratches that audits left behind which were ended early, and none of one that may go on.

        With them go states of those that are removed: a projector that did not know of it yet put them back.
        """
        # First what is stored: whatever is not registered after that is removed, as no number is used twice.
        stored = self._states.scratches(campaign_id)
        generations = self._registered(campaign_id)
        for generation in generations.registered:
            if generation.sums_alone and (generation.cut or 0) + MAX_SCRATCH_MS < self._now():
                self.remove(campaign_id, generation.number)
        for number in stored:
            if generations.find(number) is None:
                self._states.forget(campaign_id, number)

    def _cut(self) -> int:
        return self._now() + self._waits.lead_ms

    def _begin(self, campaign: Campaign, published: int, make: Callable[[int], Generation]) -> Generation:
        """Register a generation of a number of which nothing is stored; what is stored of those passed over goes."""
        number = _next(self._registered(campaign.id), campaign, published)
        # Before it is registered: from then on it is fed.
        if self._is_stored(campaign.id, number):
            generation = self._begin(campaign, number, make)
            # What was stored may have been of a generation that somebody registered meanwhile.
            if self._registered(campaign.id).find(number) is None:
                self.remove(campaign.id, number)
            return generation
        generation = self._register(campaign, lambda others: make(_next(others, campaign, published)))
        if generation.number == number:
            return generation
        # Somebody else has taken the number, and nobody has looked at this one.
        self.remove(campaign.id, generation.number)
        return self._begin(campaign, generation.number, make)

    def _is_stored(self, campaign_id: str, number: int) -> bool:
        """Whether anything is stored of a generation. Reads the tables of rows."""
        if any(any(self._states.read(projection, campaign_id, number)) for projection in PROJECTIONS):
            return True
        scopes = [scoped(campaign_id, number)]
        return any(any(self._rows.scan(model, scopes)) for model in (acts.MODEL, organisations.MODEL))

    def _register(self, campaign: Campaign, make: Callable[[Generations], Generation]) -> Generation:
        return self._change(campaign.id, lambda others: others.with_one(make(others))).registered[-1]

    def _scan_begun(self, campaign_id: str, generation: Generation) -> Generation:
        """Return a generation of which the scan has begun; before that, all that was recorded up to its cut is there.

        What is still on its way to the projector would void it.
        """
        self._await_projected(campaign_id, generation)

        def with_begun(generations: Generations) -> Generations:
            current = generations.find(generation.number)
            if current is None or current.scan_began is not None:
                return generations
            return generations.with_one(msgspec.structs.replace(current, scan_began=self._now()))

        self._change(campaign_id, with_begun)
        self.require_sound(campaign_id, generation.number)
        return generation

    def _await_projected(self, campaign_id: str, generation: Generation) -> None:
        cut = generation.cut or 0
        started = self._now()
        while self._now() < cut + self._waits.settle_ms or not self._is_projected(cut):
            self.require_sound(campaign_id, generation.number)
            if self._now() - started > self._waits.max_ms:
                raise NotProjected(campaign_id)
            self._sleep(PAUSE_SECONDS)

    def _is_projected(self, cut: int) -> bool:
        oldest = self._oldest_waiting()
        return oldest is None or oldest > cut

    def _registered(self, campaign_id: str) -> Generations:
        return self._generations().get(campaign_id, UNCHANGED)


def _next(generations: Generations, campaign: Campaign, published: int) -> int:
    return max(campaign.generation, published, generations.newest) + 1
