"""What was taken back or corrected in a campaign, and by how much that changed its totals."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

import msgspec
from chalice.app import Response

from chalicelib.api.acts import CURSOR, read_place
from chalicelib.api.calls import Call
from chalicelib.api.decisions import TotalsChange, totals_change
from chalicelib.api.routes import NO_STORE, Operation, Routes, json_response
from chalicelib.domain.events import ParticipationCorrected, ParticipationWithdrawn, RecordedEvent

if TYPE_CHECKING:
    from chalicelib.bootstrap import Services
    from chalicelib.projections.acts import StoredAct

MAX_EXAMINED = 10_000
"""Acts that are looked at by one request."""

SECONDS = 15.0
"""From the beginning of a request: until then acts are looked at. API Gateway waits for 29."""

routes = Routes(__name__)


class ChangedActs(msgspec.Struct, frozen=True):
    """How many acts were changed after they were recorded, and by how much that changed the totals."""

    acts: int
    change: TotalsChange


class ActChanges(msgspec.Struct, frozen=True):
    """What became of `acts` acts, the newest first; `next` is where to go on, if there is more.

    `corrected` are acts that count, or were withdrawn, and had been corrected, with the changes of all of their
    corrections. `withdrawn` are all that were, of which some may not have counted. What was `rejected` never counted.
    """

    acts: int
    corrected: ChangedActs
    withdrawn: ChangedActs
    rejected: int
    next: str | None


@routes.on(
    "GET",
    "/v1/campaigns/{campaign}/acts/changes",
    Operation(
        summary="Add up what was corrected, withdrawn and rejected, and by how much that changed the totals.",
        description=f"Among the next {MAX_EXAMINED:,} acts, the newest first: the numbers of all pages are added up.",
        scope="moderate",
        cache=NO_STORE,
        parameters=(CURSOR,),
        gives={200: ActChanges},
        refuses=("cursor-invalid",),
    ),
)
def act_changes(call: Call, campaign: str) -> Response:
    """Add up the changes among some acts."""
    from chalicelib.projections.act_reader import ActFilter

    services, current = call.services, call.campaign(campaign)
    place, until = read_place(call.query("cursor")), services.monotonic() + SECONDS
    everything = services.act_reader.examine(current.id, current.generation, ActFilter(), place)
    examined, rejected, following = 0, 0, None
    corrections = _Corrections(services)
    corrected: list[Sequence[RecordedEvent]] = []
    withdrawn: list[RecordedEvent] = []
    for one in everything:
        if examined and (examined == MAX_EXAMINED or services.monotonic() >= until):
            following = place
            break
        examined, place, act = examined + 1, one.place, one.act
        if act is None:
            continue
        rejected += act.status == "rejected"
        if isinstance(act.change, ParticipationWithdrawn):
            withdrawn.append(RecordedEvent(act.stream, act.version, "", act.recorded_at, act.change))
        if act.change is not None and act.status in ("counted", "withdrawn"):
            corrected.append(corrections.of(act, act.change))
    return json_response(
        ActChanges(
            acts=examined,
            corrected=ChangedActs(sum(map(bool, corrected)), totals_change([*chain.from_iterable(corrected)])),
            withdrawn=ChangedActs(len(withdrawn), totals_change(withdrawn)),
            rejected=rejected,
            next=following,
        )
    )


class _Corrections:
    """Corrections of acts that count: no stream is read twice, and none of an act that was withdrawn as recorded."""

    def __init__(self, services: "Services") -> None:
        self._log = services.log
        self._in_stream: dict[str, list[tuple[RecordedEvent, ParticipationCorrected]]] = {}

    def of(self, act: "StoredAct", newest: ParticipationCorrected | ParticipationWithdrawn) -> Sequence[RecordedEvent]:
        """Return those of an act up to the event that its row is of."""
        if isinstance(newest, ParticipationWithdrawn) and newest.participation + 1 == act.version:
            return ()
        if act.stream not in self._in_stream:
            self._in_stream[act.stream] = list(_corrections(self._log.stream(act.stream)))
        return [
            recorded
            for recorded, event in self._in_stream[act.stream]
            if event.receipt == newest.receipt and recorded.version <= act.version
        ]


def _corrections(events: Iterable[RecordedEvent]) -> Iterator[tuple[RecordedEvent, ParticipationCorrected]]:
    for recorded in events:
        if isinstance(recorded.event, ParticipationCorrected) and recorded.event.status == "counted":
            yield recorded, recorded.event
