"""The documents that viewers read, made from merged states. Members are in the order in which they are published."""

from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime
from hashlib import sha256
from heapq import nsmallest
from typing import Any, TypeVar

import msgspec

from chalicelib.domain.campaign import Campaign, Goal, Milestone
from chalicelib.domain.participation import Money
from chalicelib.domain.places import ABROAD, place_key, regions
from chalicelib.domain.vocabulary import LANGUAGES, CampaignState, Kind, Language, Metric, ParticipantType
from chalicelib.projections.recent import RecentActs
from chalicelib.projections.state_store import GENERATION
from chalicelib.projections.sums import Cells
from chalicelib.publishing.figures import (
    Amounts,
    PlaceMetrics,
    Totals,
    figures,
    in_review,
    place_metrics,
    totals,
    value,
)

OPEN_POLL_SECONDS = 5
CLOSED_POLL_SECONDS = 60
"""How long viewers of a campaign that takes nothing any more wait before they ask again."""

BOARD = 100
"""How many organisations the board shows."""

_JSON = "application/json; charset=utf-8"
_ID_BYTES = 9


class Position(msgspec.Struct, frozen=True, order=True):
    """Where a document is on its way forward: `rev` counts within the `epoch`."""

    epoch: int
    rev: int


class Document(msgspec.Struct, frozen=True):
    """A file for viewers, under its key in the bucket; an immutable one may be cached for ever."""

    path: str
    position: Position
    content_type: str
    body: bytes
    immutable: bool = False


class Header(msgspec.Struct, frozen=True):
    """What every JSON document starts with; `as_of` is when its states were read, `next` seconds to the next poll."""

    v: int
    campaign: str
    epoch: int
    rev: int
    as_of: str
    next: int

    @property
    def position(self) -> Position:
        """Where a document with this header is."""
        return Position(self.epoch, self.rev)


class ReachableMilestone(msgspec.Struct, frozen=True):
    """A milestone, and the `as_of` of the document in which it was first reached."""

    id: str
    metric: Metric
    at: int
    reached_at: str | None
    title: dict[Language, str]


class Live(Header, frozen=True):
    """The counter's document."""

    state: CampaignState
    totals: Totals
    in_review: int
    goals: tuple[Goal, ...]
    milestones: tuple[ReachableMilestone, ...]


class Places(Header, frozen=True):
    """The numbers of every place, those without any act too."""

    places: dict[str, PlaceMetrics]


class Minute(msgspec.Struct, frozen=True):
    """What a minute (HH:MM in Kazakhstan) added and took back."""

    at: str
    participations: int
    people: int
    hours: int
    amount: Amounts


class Timeline(Header, frozen=True):
    """The minutes of a day in which something changed."""

    date: str
    minutes: tuple[Minute, ...]


class ShownAct(msgspec.Struct, frozen=True):
    """An act on the ticker. Its id tells acts apart and nothing else."""

    id: str
    at: str
    kind: Kind
    topic: str | None
    participant_type: ParticipantType
    organisation: str | None
    place: str
    people: int
    hours: int
    amount: Money | None


class Recent(Header, frozen=True):
    """The last acts, newest first."""

    acts: tuple[ShownAct, ...]


class Organisation(msgspec.Struct, frozen=True):
    """An organisation on the board."""

    name: str
    participations: int
    people: int
    hours: int
    amount: Amounts


class Organisations(Header, frozen=True):
    """Who brought most people, ties by name."""

    organisations: tuple[Organisation, ...]


_Page = TypeVar("_Page", bound=Header)


def path(campaign: str, name: str) -> str:
    """Return the key of a campaign's document."""
    return f"v1/campaigns/{campaign}/{name}"


def timeline_path(campaign: str, day: date) -> str:
    """Return the key of a day's timeline."""
    return path(campaign, f"timeline/{day.isoformat()}.json")


def header(campaign: Campaign, applied: int, now: int, poll_seconds: int = OPEN_POLL_SECONDS) -> Header:
    """Return the header of a document made at `now` (epoch ms) from states to which so many events were applied.

    `poll_seconds` is how long viewers of an open campaign wait before they ask again. A change of the campaign counts
    like an event, so that new goals or a freeze reach the viewers at once.
    """
    return Header(
        v=1,
        campaign=campaign.id,
        epoch=GENERATION,
        rev=applied + campaign.changes,
        as_of=_moment(now),
        next=poll_seconds if campaign.accepts else CLOSED_POLL_SECONDS,
    )


def live(head: Header, campaign: Campaign, cells: Cells, current: bytes | None) -> Document:
    """Return `live.json`; milestones that the standing one shows as reached stay so."""
    numbers = totals(cells)
    reached = _reached(current)
    return _document(
        "live.json",
        _page(
            Live,
            head,
            state=campaign.state,
            totals=numbers,
            in_review=in_review(cells),
            goals=campaign.goals,
            milestones=tuple(_milestone(m, numbers, head.as_of, reached.get(m.id)) for m in campaign.milestones),
        ),
    )


def places(head: Header, cells: Cells) -> Document:
    """Return `places.json`: the 20 regions and cities, and abroad."""
    kinds: dict[str, Cells] = {place: {} for place in (*regions(), ABROAD)}
    for cell, measures in cells.items():
        place, kind = cell.split(" ")
        kinds[place][kind] = measures
    return _document(
        "places.json", _page(Places, head, places={place: place_metrics(found) for place, found in kinds.items()})
    )


def timeline(head: Header, day: date, cells: Cells, *, closed: bool) -> Document:
    """Return `timeline/{date}.json`, immutable where the day is closed."""
    minutes = tuple(Minute(at, *_members(figures(cells[at]))) for at in sorted(cells))
    page = _page(Timeline, head, date=day.isoformat(), minutes=minutes)
    return Document(
        timeline_path(head.campaign, day), head.position, _JSON, msgspec.json.encode(page), immutable=closed
    )


def recent(head: Header, entries: RecentActs) -> Document:
    """Return `recent.json`; acts that were taken back are not in it."""
    acts = []
    for key in sorted(entries, reverse=True):
        act = entries[key].act
        if act is None:
            continue
        at, stream, participation = key.split(" ")
        acts.append(
            ShownAct(
                id=_shown_id(stream, participation),
                at=_moment(int(at)),
                kind=act.kind,
                topic=act.topic,
                participant_type=act.participant_type,
                organisation=act.organisation,
                place=place_key(act.place),
                people=act.people,
                hours=act.hours,
                amount=act.amount,
            )
        )
    return _document("recent.json", _page(Recent, head, acts=tuple(acts)))


def organisations(head: Header, cells: Cells) -> Document:
    """Return `organisations.json`."""
    first = nsmallest(BOARD, cells, key=lambda name: (-cells[name].get("people", 0), name))
    board = tuple(Organisation(name, *_members(figures(cells[name]))) for name in first)
    return _document("organisations.json", _page(Organisations, head, organisations=board))


def _page(shape: type[_Page], head: Header, **members: Any) -> _Page:
    return shape(**msgspec.structs.asdict(head), **members)


def _document(name: str, page: Header) -> Document:
    return Document(path(page.campaign, name), page.position, _JSON, msgspec.json.encode(page))


def _members(value: msgspec.Struct) -> tuple[Any, ...]:
    return msgspec.structs.astuple(value)


def _reached(current: bytes | None) -> dict[str, ReachableMilestone]:
    if current is None:
        return {}
    shown = msgspec.json.decode(current, type=Live).milestones
    return {milestone.id: milestone for milestone in shown if milestone.reached_at}


def _milestone(
    milestone: Milestone, numbers: Totals, as_of: str, before: ReachableMilestone | None
) -> ReachableMilestone:
    # Who asks for more, or for something else, under the same id has set another milestone.
    stays = before is not None and before.metric == milestone.metric and before.at >= milestone.at
    reached_now = as_of if value(numbers, milestone.metric) >= milestone.at else None
    return ReachableMilestone(
        id=milestone.id,
        metric=milestone.metric,
        at=milestone.at,
        reached_at=before.reached_at if before is not None and stays else reached_now,
        title={language: milestone.title.get(language, "") for language in LANGUAGES},
    )


def _shown_id(stream: str, participation: str) -> str:
    digest = sha256(f"{stream} {participation}".encode()).digest()
    return urlsafe_b64encode(digest[:_ID_BYTES]).decode()


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
