"""The documents that viewers read, made from merged states. Members are in the order in which they are published."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, date, datetime
from hashlib import sha256

import msgspec
from msgspec.structs import asdict

from chalicelib.domain.campaign import Campaign, Goal, Link, Milestone, Translations
from chalicelib.domain.decider import Carry
from chalicelib.domain.milestones import ReachedMilestones
from chalicelib.domain.participation import Act, Money, hours_of
from chalicelib.domain.places import ABROAD, place_key, regions
from chalicelib.domain.vocabulary import LANGUAGES, PERSON, CampaignState, Kind, Language, Metric, ParticipantType
from chalicelib.projections.recent import RecentActs
from chalicelib.projections.sums import Cells
from chalicelib.publishing.cells import without_small_cells
from chalicelib.publishing.figures import (
    Amounts,
    Figures,
    PlaceMetrics,
    Totals,
    amounts,
    figures,
    in_review,
    place_metrics,
    totals,
)

OPEN_POLL_SECONDS = 6
"""How long viewers wait before they ask again, where neither the stage nor the campaign says so."""

CLOSED_POLL_SECONDS = 60
"""The same of a campaign that takes nothing any more."""

PAGE_ACTS = 20
"""How many of the last acts the launch page is told."""

BOARD = 100
"""How many organisations the board shows."""

REGION_BOARD = 500
"""How many organisations the board of a region shows."""

JSON = "application/json; charset=utf-8"
_ID_BYTES = 9
_AS_OF = re.compile(rb'"as_of":"[^"]*"')


class DocumentPosition(msgspec.Struct, frozen=True, order=True):
    """Where a document is on its way forward: `rev` counts within the `epoch`.

    `read_at` (epoch ms) tells apart what was read of the same rev: an index may show the newest rows a little later.
    """

    epoch: int
    rev: int
    read_at: int = 0

    def is_as_far_as(self, other: "DocumentPosition") -> bool:
        """Whether both are of the same rev, whenever they were read."""
        return (self.epoch, self.rev) == (other.epoch, other.rev)


class Document(msgspec.Struct, frozen=True):
    """A file for viewers, under its key in the bucket; an immutable one may be cached for ever."""

    path: str
    position: DocumentPosition
    content_type: str
    body: bytes
    immutable: bool = False


class Header(msgspec.Struct, frozen=True):
    """What every JSON document starts with.

    `as_of` is when its states were read, or when it was confirmed that they say nothing else; `next` seconds to the
    next poll; `state` that of the campaign, so that whatever shows a number can tell a test from what is real.
    """

    v: int
    campaign: str
    epoch: int
    rev: int
    as_of: str
    next: int
    state: CampaignState

    @property
    def position(self) -> DocumentPosition:
        """Where a document with this header is."""
        return DocumentPosition(self.epoch, self.rev)


class ReachableMilestone(msgspec.Struct, frozen=True):
    """A milestone, and when it was first reached."""

    id: str
    metric: Metric
    at: int
    reached_at: str | None
    title: dict[Language, str]


class Live(Header, frozen=True):
    """The counter's document."""

    totals: Totals
    in_review: int
    goals: tuple[Goal, ...]
    milestones: tuple[ReachableMilestone, ...]


class Places(Header, frozen=True):
    """The numbers of every place, those without any act too, with the goals of regions."""

    places: dict[str, PlaceMetrics]


class Minute(msgspec.Struct, frozen=True):
    """What a minute (HH:MM in Kazakhstan) added and took back."""

    at: str
    participations: int
    people: int
    hours: float
    amount: Amounts


class Timeline(Header, frozen=True):
    """The minutes of a day in which something changed."""

    date: str
    minutes: tuple[Minute, ...]


class ShownAct(msgspec.Struct, frozen=True):
    """An act on the ticker, by the minute, and without the amount of a single person.

    Its id tells acts apart and nothing else: it is a hash of the participant's own, which is random and told nowhere.
    """

    id: str
    at: str
    kind: Kind
    topic: str | None
    participant_type: ParticipantType
    organisation: str | None
    place: str
    people: int
    hours: float
    amount: Money | None


class Recent(Header, frozen=True):
    """The last acts, newest first."""

    acts: tuple[ShownAct, ...]


class LaunchPage(Live, frozen=True):
    """All that the launch page polls: what the counter, the places and the ticker say, and the campaign beside it."""

    places: dict[str, PlaceMetrics]
    acts: tuple[ShownAct, ...]
    names: Translations
    links: tuple[Link, ...]


class Organisation(msgspec.Struct, frozen=True):
    """An organisation on the board; those of earlier releases say no type."""

    name: str
    participations: int
    people: int
    hours: float
    amount: Amounts
    participant_type: ParticipantType | None = None


class Organisations(Header, frozen=True):
    """Who brought most people, in all or at a place; ties by name."""

    organisations: tuple[Organisation, ...]


def path(campaign: str, name: str) -> str:
    """Return the key of a campaign's document."""
    return f"v1/campaigns/{campaign}/{name}"


def timeline_path(campaign: str, day: date) -> str:
    """Return the key of a day's timeline."""
    return path(campaign, f"timeline/{day.isoformat()}.json")


def header(
    campaign: Campaign, applied: int, now: int, poll_seconds: int = OPEN_POLL_SECONDS, changes: int = 0
) -> Header:
    """Return the header of a document made at `now` (epoch ms) from states to which so many events were applied.

    `poll_seconds` is how long viewers of an open campaign wait before they ask again, unless the campaign itself says
    how long. A change of the campaign or of what may be shown (`changes` of that) counts like an event, so that new
    goals, a freeze or a name that is gone reach the viewers at once.
    """
    return Header(
        v=1,
        campaign=campaign.id,
        epoch=campaign.generation,
        rev=applied + campaign.changes + changes,
        as_of=_moment(now),
        next=campaign.poll_seconds or (poll_seconds if campaign.accepts else CLOSED_POLL_SECONDS),
        state=campaign.state,
    )


def live(head: Header, campaign: Campaign, cells: Cells, reached: ReachedMilestones) -> Document:
    """Return `live.json`, with the milestones of the campaign that are noted as reached."""
    return _document("live.json", _live(head, campaign, cells, reached))


def places(head: Header, campaign: Campaign, cells: Cells) -> Document:
    """Return `places.json`: the 20 regions and cities, abroad, and `other` for what is shown without its place."""
    return _document("places.json", Places(**asdict(head), places=_place_metrics(campaign, cells)))


def launch_page(
    head: Header,
    campaign: Campaign,
    cells: Cells,
    reached: ReachedMilestones,
    place_cells: Cells,
    entries: RecentActs,
    names: Mapping[str, str],
) -> Document:
    """Return `page.json`: what `live.json`, `places.json` and the newest of `recent.json` say, under one header."""
    return _document(
        "page.json",
        LaunchPage(
            **asdict(_live(head, campaign, cells, reached)),
            places=_place_metrics(campaign, place_cells),
            acts=_shown_acts(entries, names)[:PAGE_ACTS],
            names=campaign.names,
            links=campaign.links,
        ),
    )


def timeline(head: Header, day: date, cells: Cells, *, closed: bool) -> Document:
    """Return `timeline/{date}.json`, immutable where the day is closed."""
    minutes = tuple(Minute(at, *_members(figures(cells[at]))) for at in sorted(cells))
    page = Timeline(**asdict(head), date=day.isoformat(), minutes=minutes)
    return Document(timeline_path(head.campaign, day), head.position, JSON, msgspec.json.encode(page), immutable=closed)


def recent(head: Header, entries: RecentActs, names: Mapping[str, str]) -> Document:
    """Return `recent.json`, with the names that may be shown by their ids; acts that were taken back are not in it."""
    return _document("recent.json", Recent(**asdict(head), acts=_shown_acts(entries, names)))


def organisations(head: Header, name: str, board: tuple[Organisation, ...], read_at: int) -> Document:
    """Return a board, `organisations.json` or one of a place, as it was read at a time (epoch ms)."""
    document = _document(name, Organisations(**asdict(head), organisations=board))
    return msgspec.structs.replace(document, position=DocumentPosition(head.epoch, head.rev, read_at))


def organisation(carry: Carry, name: str) -> Organisation:
    """Return what an organisation has brought, under its name."""
    hours = hours_of(carry.minutes)
    return Organisation(name, carry.counted, carry.people, hours, amounts(carry.amounts), carry.counted_as)


def confirmed(document_path: str, position: DocumentPosition, body: bytes) -> Document:
    """Return a document that says nothing else than before, but as of when it was read last (`position.read_at`)."""
    as_of = b'"as_of":"%s"' % _moment(position.read_at).encode()
    return Document(document_path, position, JSON, _AS_OF.sub(as_of, body, count=1))


def _document(name: str, page: Header) -> Document:
    return Document(path(page.campaign, name), page.position, JSON, msgspec.json.encode(page))


def _live(head: Header, campaign: Campaign, cells: Cells, reached: ReachedMilestones) -> Live:
    return Live(
        **asdict(head),
        totals=totals(cells),
        in_review=in_review(cells),
        goals=tuple(goal for goal in campaign.goals if goal.region is None),
        milestones=tuple(_milestone(milestone, reached) for milestone in campaign.milestones),
    )


def _place_metrics(campaign: Campaign, cells: Cells) -> dict[str, PlaceMetrics]:
    kinds: dict[str, Cells] = {place: {} for place in (*regions(), ABROAD)}
    for cell, measures in without_small_cells(cells, campaign.min_cell).items():
        place, kind = cell.split(" ")
        kinds.setdefault(place, {})[kind] = measures
    goals = _regional_goals(campaign)
    return {
        place: msgspec.structs.replace(place_metrics(found), goals=goals.get(place, {}))
        for place, found in kinds.items()
    }


def _regional_goals(campaign: Campaign) -> dict[str, dict[Metric, int]]:
    goals: dict[str, dict[Metric, int]] = {}
    for goal in campaign.goals:
        if goal.region is not None:
            goals.setdefault(goal.region, {})[goal.metric] = goal.target
    return goals


def _shown_acts(entries: RecentActs, names: Mapping[str, str]) -> tuple[ShownAct, ...]:
    return tuple(
        _shown_act(key, act, names) for key in sorted(entries, reverse=True) if (act := entries[key].act) is not None
    )


def _shown_act(key: str, act: Act, names: Mapping[str, str]) -> ShownAct:
    at, stream, participation = key.split(" ")
    return ShownAct(
        id=_shown_id(stream, participation),
        at=_minute(int(at)),
        kind=act.kind,
        topic=act.topic,
        participant_type=act.participant_type,
        organisation=names.get(act.name) if act.name else None,
        place=place_key(act.place),
        people=act.people,
        hours=hours_of(act.minutes),
        amount=None if act.participant_type == PERSON else act.amount,
    )


def _members(value: Figures) -> tuple[int, int, float, Amounts]:
    return value.participations, value.people, hours_of(value.minutes), value.amount


def _milestone(milestone: Milestone, reached: ReachedMilestones) -> ReachableMilestone:
    first = reached.first(milestone)
    return ReachableMilestone(
        id=milestone.id,
        metric=milestone.metric,
        at=milestone.at,
        reached_at=None if first is None else first.reached_at,
        title={language: milestone.title.get(language, "") for language in LANGUAGES},
    )


def _shown_id(stream: str, participation: str) -> str:
    digest = sha256(f"{stream} {participation}".encode()).digest()
    return urlsafe_b64encode(digest[:_ID_BYTES]).decode()


def _minute(at: int) -> str:
    return datetime.fromtimestamp(at // 60_000 * 60, UTC).isoformat().replace("+00:00", "Z")


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
