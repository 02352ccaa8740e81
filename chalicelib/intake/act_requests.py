"""The shapes in which moderators name acts, one as many: by their ids, or by what they are."""

from collections.abc import Iterator
from typing import Annotated, get_args

from msgspec import Meta

from chalicelib.domain.currencies import TENGE
from chalicelib.domain.limits import ReviewReason
from chalicelib.domain.places import COUNTRIES, HOME_COUNTRY, resolve_region
from chalicelib.domain.vocabulary import Source, Status
from chalicelib.intake.faults import Fault, Rules, child
from chalicelib.intake.participation_requests import RULES
from chalicelib.intake.requests import (
    COUNTRY_CODE,
    MAX_AMOUNT,
    REGION_CODE,
    CurrencyCode,
    Display,
    Line,
    Moment,
    Request,
)

MAX_IDS = 500
"""Acts that are named one by one in one request."""

REASONS: tuple[ReviewReason, ...] = get_args(ReviewReason)

# Of an act of the first schema the id is its participant's and its version.
ACT_ID = r"[A-Za-z0-9_-]{21}[AQgw](\.[1-9][0-9]{0,6})?"
PLACE_IN_LIST = rf"[0-9]{{13}}\.{ACT_ID}"
"""How a place in a list of acts is written: `<epoch ms>.<id>`."""

ActId = Annotated[
    str,
    Meta(max_length=64, extra={"fault": "participation"}, extra_json_schema={"pattern": f"^{ACT_ID}$"}),
]
ActIds = Annotated[list[str], Meta(max_length=MAX_IDS, extra={"fault": "participations"})]
PlaceCode = Annotated[
    str,
    Meta(
        max_length=10,
        extra={"fault": "place"},
        extra_json_schema={"pattern": f"^({REGION_CODE}|{COUNTRY_CODE})$"},
    ),
]
_REASON = rf"\s*({'|'.join(REASONS)})?\s*"
Reasons = Annotated[
    str,
    Meta(max_length=200, extra={"fault": "reasons"}, extra_json_schema={"pattern": f"^{_REASON}(,{_REASON})*$"}),
]
PlaceInList = Annotated[
    str,
    Meta(min_length=1, max_length=200, extra={"fault": "line"}, extra_json_schema={"pattern": f"^{PLACE_IN_LIST}$"}),
]
AmountAbove = Annotated[int, Meta(ge=0, le=MAX_AMOUNT, extra={"fault": "amount_above"})]
Expected = Annotated[int, Meta(ge=0, le=10**9, extra={"fault": "expected"})]
Flag = Annotated[bool, Meta(extra={"fault": "flag"})]


class ActFilterRequest(Request, frozen=True, rename={"since": "from"}):
    """Acts that are all of what is given; the end of the time, `until`, is not included.

    `place` is a region's or a country's code, `organisation` how its name begins, `name` that name's id, `reasons` all
    for which an act waits, parted by commas, empty for those that wait without one. `participant_of` is an act: what
    the same participant did.
    """

    status: Status | None = None
    source: Source | None = None
    form: Line | None = None
    token: Line | None = None
    place: PlaceCode | None = None
    since: Moment | None = None
    until: Moment | None = None
    organisation: Line | None = None
    name: Line | None = None
    amount_above: AmountAbove | None = None
    currency: CurrencyCode = TENGE
    reasons: Reasons | None = None
    participant_of: ActId | None = None


class DecisionsRequest(Request, frozen=True):
    """Why and on which acts to decide: those of some ids, or those that a filter finds.

    A dry run only counts. What a filter finds is decided on as it was counted: up to its `until`, and only if no more
    than `expected` acts are found. `after` is where the request before ended.
    """

    reason: Display
    ids: ActIds | None = None
    filter: ActFilterRequest | None = None
    dry_run: Flag = False
    expected: Expected | None = None
    after: PlaceInList | None = None


def split_reasons(text: str) -> frozenset[str]:
    """Return the reasons that a text names, parted by commas; an empty one names none."""
    return frozenset(filter(None, map(str.strip, text.split(","))))


def resolve_place(code: str) -> str | None:
    """Return the place that a code is of, a region's or a country's; None where it is of none."""
    region = resolve_region(code)
    if isinstance(region, str):
        return region
    return code if code in COUNTRIES and code != HOME_COUNTRY else None


def _place_faults(code: str, pointer: str) -> Iterator[Fault]:
    if resolve_place(code) is None:
        yield Fault(pointer, "place")


def _reasons_faults(text: str, pointer: str) -> Iterator[Fault]:
    if not split_reasons(text) <= set(REASONS):
        yield Fault(pointer, "choice", {"choices": ", ".join(REASONS)})


def _decisions_faults(request: DecisionsRequest, pointer: str) -> Iterator[Fault]:
    if (request.ids is None) == (request.filter is None):
        yield Fault(pointer, "ids_or_filter")
    elif request.filter is not None and not request.dry_run:
        if request.filter.until is None:
            yield Fault(child(child(pointer, "filter"), "until"), "required")
        if request.expected is None:
            yield Fault(child(pointer, "expected"), "required")


ACT_RULES = Rules(
    values={**RULES.values, "place": _place_faults, "reasons": _reasons_faults},
    objects={DecisionsRequest: _decisions_faults},
)
"""What the values of these requests have to mean."""
