"""Which acts a moderator means: query parameters and JSON name it alike."""

from typing import TYPE_CHECKING

from chalicelib.api.calls import Call
from chalicelib.api.routes import Parameter
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.participation import Money
from chalicelib.domain.vocabulary import SOURCES, STATUSES
from chalicelib.intake.act_requests import (
    ACT_RULES,
    REASONS,
    ActFilterRequest,
    ActId,
    AmountAbove,
    PlaceCode,
    Reasons,
    resolve_place,
    split_reasons,
)
from chalicelib.intake.faults import Fault, Invalid, child, read
from chalicelib.intake.requests import MAX_AMOUNT, CurrencyCode, Line, Moment

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.projections.act_reader import ActFilter


def _parameter(name: str, description: str, shape: object) -> Parameter:
    return Parameter(name=name, place="query", description=description, shape=shape)


FILTERS = (
    _parameter("status", "Only acts of this status.", {"enum": list(STATUSES)}),
    _parameter("source", "Only acts that came by this channel.", {"enum": list(SOURCES)}),
    _parameter("form", "Only acts of this form: `<provider>/<account>/<form>`.", Line),
    _parameter("token", "Only acts of the token of this id.", Line),
    _parameter("place", "Only acts in this region (ISO 3166-2:KZ) or country (ISO 3166-1).", PlaceCode),
    _parameter("from", "Only acts recorded at this time or later.", Moment),
    _parameter("until", "Only acts recorded before this time.", Moment),
    _parameter("organisation", "Only acts of organisations whose name begins so, however it is written.", Line),
    _parameter("name", "Only acts with the name of this id.", Line),
    _parameter("amount_above", "Only acts with a larger amount.", AmountAbove),
    _parameter("currency", "The currency of `amount_above`, in its units; KZT where it is left out.", CurrencyCode),
    _parameter(
        "reasons", f"Only acts that wait for just these reasons, parted by commas: {', '.join(REASONS)}.", Reasons
    ),
    _parameter("participant_of", "Only acts of the participant whose this one is.", ActId),
)
"""The query parameters of a list of acts."""


NOTES = _parameter("notes", "Whether to tell notes, which are personal data.", {"type": "boolean"})

_FLAGS = {None: False, "false": False, "true": True}


def read_flag(call: Call, name: str) -> bool:
    """Return whether a query parameter says yes; what is left out says no.

    Raises:
        Invalid: it says neither.
    """
    text = call.query(name)
    if text not in _FLAGS:
        raise Invalid((Fault(child("#", name), "flag"),))
    return _FLAGS[text]


def query_filter(call: Call) -> ActFilterRequest:
    """Return which acts the query parameters mean.

    Raises:
        Invalid: naming every parameter that is wrong.
    """
    given: dict[str, object] = {p.name: text for p in FILTERS if (text := call.query(p.name)) is not None}
    number = call.query("amount_above") or ""
    if number.isascii() and number.isdigit() and len(number) <= len(str(MAX_AMOUNT)):
        given["amount_above"] = int(number)
    return read(ActFilterRequest, given, ACT_RULES)


def act_filter(call: Call, campaign: Campaign, request: ActFilterRequest, pointer: str = "#") -> "ActFilter":
    """Return which acts of a campaign a request at `pointer` means, among those that the caller's token is for.

    Raises:
        Invalid: `participant_of` is no act of the campaign.
        Problem: the token is for another region.
    """
    from chalicelib.projections.act_reader import ActFilter

    place = None if request.place is None else resolve_place(request.place)
    if place is not None:
        call.demand_place(place)
    return ActFilter(
        status=request.status,
        source=request.source,
        form=request.form,
        token=request.token,
        place=place or call.token.region,
        name=request.name,
        organisation=request.organisation,
        since=milliseconds(request.since),
        until=milliseconds(request.until),
        above=None if request.amount_above is None else Money(request.currency, request.amount_above),
        reasons=None if request.reasons is None else frozenset(REASONS) & split_reasons(request.reasons),
        stream=None if request.participant_of is None else _stream(call, campaign, request.participant_of, pointer),
    )


def _stream(call: Call, campaign: Campaign, act_id: str, pointer: str) -> str:
    receipt = call.services.participations.receipt(act_id)
    if receipt is None or receipt.campaign != campaign.id:
        raise Invalid((Fault(child(pointer, "participant_of"), "participation"),))
    if call.token.region is not None:
        call.demand_place(call.services.participations.find(receipt).act.place)
    return receipt.stream


def milliseconds(moment: "datetime | None") -> int | None:
    """Return a time in ms since the epoch, within those of thirteen digits."""
    # Places are compared as texts, of thirteen digits until 2286.
    return None if moment is None else min(max(0, round(moment.timestamp() * 1000)), 10**13 - 1)
