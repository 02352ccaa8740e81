"""The totals of a campaign by kind, participant type and channel, as they are read at one moment."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from chalice.app import Response

from chalicelib.api.calls import Call
from chalicelib.api.responses import MomentText
from chalicelib.api.routes import NO_STORE, Operation, Routes, json_response
from chalicelib.domain.participation import hours_of
from chalicelib.domain.vocabulary import KINDS, PARTICIPANT_TYPES, SOURCES

if TYPE_CHECKING:
    from chalicelib.projections.sums import Cells, Measures

routes = Routes(__name__)


class Share(msgspec.Struct, frozen=True):
    """What some of the acts that count add up to; `hours` are exact to the half, amounts in the units of `Money`."""

    participations: int
    people: int
    hours: float
    amount: dict[str, int]


class TypeShare(Share, frozen=True):
    """What participants of one type have done, and how many of them count."""

    participants: int


class Breakdown(msgspec.Struct, frozen=True):
    """What counts, parted in three ways, each of which adds up to the totals at the same `rev`.

    `days` are those that have a timeline, in their order.
    """

    campaign: str
    epoch: int
    rev: int
    as_of: MomentText
    in_review: int
    kinds: dict[str, Share]
    participant_types: dict[str, TypeShare]
    sources: dict[str, Share]
    days: list[str]


@routes.on(
    "GET",
    "/v1/campaigns/{campaign}/breakdown",
    Operation(
        summary="Tell the totals of a campaign by kind, participant type and channel.",
        description="What waits in review is in none of them.",
        scope="moderate",
        cache=NO_STORE,
        gives={200: Breakdown},
    ),
)
def breakdown(call: Call, campaign: str) -> Response:
    """Tell the parts of the totals."""
    from chalicelib.projections.engine import read_merged
    from chalicelib.projections.totals import TOTALS, by_kind, by_source, by_type
    from chalicelib.publishing.documents import header
    from chalicelib.publishing.figures import in_review

    current, services = call.campaign(campaign), call.services
    now, changes = services.now(), services.shown.changes(current.id)
    cells, applied = read_merged(services.states, TOTALS, current.id, current.generation)
    head = header(current, applied, now, changes=changes)
    return json_response(
        Breakdown(
            campaign=current.id,
            epoch=head.epoch,
            rev=head.rev,
            as_of=head.as_of,
            in_review=in_review(cells),
            kinds=_shares(cells, KINDS, by_kind),
            participant_types={one: _of_type(cells.get(by_type(one), {})) for one in PARTICIPANT_TYPES},
            sources=_shares(cells, SOURCES, by_source),
            days=[day.isoformat() for day in sorted(services.publisher.days(current))],
        )
    )


def _shares(cells: "Cells", names: tuple[str, ...], cell_of: Callable[[str], str]) -> dict[str, Share]:
    return {name: _share(cells.get(cell_of(name), {})) for name in names}


def _share(measures: "Measures") -> Share:
    from chalicelib.publishing.figures import figures

    found = figures(measures)
    return Share(found.participations, found.people, hours_of(found.minutes), found.amount)


def _of_type(measures: "Measures") -> TypeShare:
    share = msgspec.structs.asdict(_share(measures))
    return TypeShare(**share, participants=measures.get("participants", 0))
