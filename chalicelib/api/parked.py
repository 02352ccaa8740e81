"""What was acknowledged and could not be recorded yet: list it, look into it, replay it."""

import re
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import msgspec
from chalice.app import Response
from msgspec import Meta

from chalicelib.api.calls import Call
from chalicelib.api.intents import Intent
from chalicelib.api.problems import Problem
from chalicelib.api.responses import AnyJson, MomentText, moment
from chalicelib.api.routes import NO_STORE, WHY, Operation, Parameter, Routes, json_response
from chalicelib.intake.faults import Fault, Invalid, Rules, read
from chalicelib.intake.form_requests import CorrectionsRequest, read_corrections
from chalicelib.intake.requests import Line, Request

if TYPE_CHECKING:
    from chalicelib.webhooks.parking import ParkedEntry
    from chalicelib.webhooks.received import ReceivedContent
    from chalicelib.webhooks.submission_reading import Corrections

PAGE = 100

_ENTRY_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")

Cursor = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=200,
        extra={"fault": "line"},
        extra_json_schema={"pattern": f"^[a-z-]{{1,20}}/{_ENTRY_ID.pattern}$"},
    ),
]

routes = Routes(__name__)


class ParkedEntryResponse(msgspec.Struct, frozen=True):
    """Something parked. `reason` is a code, `about` the fields or statuses that it is about."""

    provider: str
    id: str
    reason: str
    about: tuple[str, ...]
    account: str
    form: str
    campaign: str | None
    received_at: MomentText


class ParkedPage(msgspec.Struct, frozen=True):
    """Entries in no particular order; `next` is the cursor of the next page, if there is more."""

    parked: list[ParkedEntryResponse]
    next: str | None


class OpenedEntryResponse(ParkedEntryResponse, frozen=True):
    """Something parked with all that came: the personal data of who filled the form in."""

    content: dict[str, AnyJson]


class Replay(msgspec.Struct, frozen=True):
    """What became of one entry: `parked` where it still cannot be recorded, and why not."""

    outcome: str
    reason: str | None
    about: tuple[str, ...]


class ReplayRequest(Request, frozen=True):
    """Which entries to replay: tests only where their reason is named."""

    provider: Line
    account: Line | None = None
    form: Line | None = None
    reason: Line | None = None
    cursor: Cursor | None = None


class Replays(msgspec.Struct, frozen=True):
    """How many entries were recorded, had been before, are none that a form takes, went to the queue, or still wait.

    `unsealable` are those that cannot be opened any more; `next` is the cursor to go on with, if there is more.
    """

    recorded: int
    repeated: int
    ignored: int
    queued: int
    parked: int
    unsealable: int
    next: str | None


def _filter(name: str) -> Parameter:
    description = f"Only those of this {name}; of any where it is empty or left out."
    return Parameter(name=name, place="query", description=description, shape={"type": "string"})


@routes.on(
    "GET",
    "/v1/parked",
    Operation(
        summary="List what is parked, without what was answered.",
        scope="admin",
        cache=NO_STORE,
        parameters=(
            _filter("provider"),
            _filter("account"),
            _filter("form"),
            Parameter(
                name="cursor",
                place="query",
                description="`next` of the page before, for the page after it.",
                shape=Cursor,
            ),
        ),
        gives={200: ParkedPage},
        refuses=("cursor-invalid",),
    ),
)
def list_parked(call: Call) -> Response:
    """List a page of what is parked."""
    provider, account, form = (call.query(name) or None for name in ("provider", "account", "form"))
    entries = call.services.parking.entries(provider, account, form, _cursor(call.query("cursor")))
    # One more than is shown tells whether there is a next page.
    found = list(islice((entry for entry in entries if _may(call, entry)), PAGE + 1))
    following = f"{found[PAGE - 1].provider}/{found[PAGE - 1].id}" if len(found) > PAGE else None
    return json_response(ParkedPage([_described(entry) for entry in found[:PAGE]], following))


@routes.on(
    "GET",
    "/v1/parked/{provider}/{entry}",
    Operation(
        summary="Open an entry, personal data included.",
        scope="admin",
        trail="parked_opened",
        cache=NO_STORE,
        parameters=(WHY,),
        gives={200: OpenedEntryResponse},
        refuses=("parked-not-found", "parked-unsealable"),
    ),
)
def open_parked(call: Call, provider: str, entry: str) -> Intent:
    """Open one entry."""
    found = _found(call, provider, entry)

    def opened() -> Response:
        current, content = _open(call, found)
        described = msgspec.structs.asdict(_described(current))
        return json_response(OpenedEntryResponse(**described, content=msgspec.to_builtins(content)))

    return _intent(found, opened)


@routes.on(
    "DELETE",
    "/v1/parked/{provider}/{entry}",
    Operation(
        summary="Delete an entry that shall never be recorded, with all that came.",
        scope="admin",
        trail="parked_discarded",
        cache=NO_STORE,
        parameters=(WHY,),
        gives={204: None},
        refuses=("parked-not-found", "parked-changed"),
    ),
)
def delete_parked(call: Call, provider: str, entry: str) -> Intent:
    """Delete one entry."""
    found = _found(call, provider, entry)

    def deleted() -> Response:
        if not call.services.parking.discard(found):
            raise Problem("parked-changed")
        return Response("", status_code=204)

    return _intent(found, deleted)


@routes.on(
    "POST",
    "/v1/parked/{provider}/{entry}/replay",
    Operation(
        summary="Record an entry, now that its form or its answers are corrected; one that still cannot be recorded "
        "stays.",
        description="Without a body it is recorded as it came.",
        scope="admin",
        trail="parked_replayed",
        cache=NO_STORE,
        parameters=(WHY,),
        takes=CorrectionsRequest,
        is_body_optional=True,
        gives={200: Replay},
        refuses=("parked-not-found", "parked-unsealable"),
    ),
)
def replay_one(call: Call, provider: str, entry: str) -> Intent:
    """Replay one entry."""
    found = _found(call, provider, entry)
    corrected = read_corrections(call.json()) if call.has_body else {}
    return _intent(found, lambda: _replayed(call, found, corrected))


def _replayed(call: Call, entry: "ParkedEntry", corrected: "Corrections") -> Response:
    from chalicelib.webhooks.received import ReceivedLead

    _, content = _open(call, entry)
    if corrected and isinstance(content, ReceivedLead):
        raise Invalid((Fault("#/answers", "answers_of_lead"),))
    replayed = call.services.replayer.replay(entry.provider, entry.id, corrected)
    if replayed is None:
        raise Problem("parked-not-found")
    if replayed.reason is None:
        return json_response(Replay(replayed.outcome, None, ()))
    return json_response(Replay(replayed.outcome, replayed.reason.code, replayed.reason.about))


@routes.on(
    "POST",
    "/v1/parked/replay",
    Operation(
        summary="Record what is parked of a provider, an account or a form, a page at a time.",
        scope="admin",
        trail="all_parked_replayed",
        cache=NO_STORE,
        parameters=(WHY,),
        takes=ReplayRequest,
        gives={200: Replays},
        refuses=("cursor-invalid",),
    ),
)
def replay_all(call: Call) -> Intent:
    """Replay a page of entries."""
    from chalicelib.webhooks.endpoints import PROVIDERS

    request = read(ReplayRequest, call.json(), Rules())
    if not call.token.allows("admin", None, call.services.now()):
        raise Problem("campaign-forbidden")
    cursor = _cursor(request.cursor)
    return Intent(
        campaign=None,
        target=request.provider if request.provider in PROVIDERS else None,
        carry_out=lambda: _all_replayed(call, request, cursor),
    )


def _all_replayed(call: Call, request: ReplayRequest, cursor: str) -> Response:
    from chalicelib.webhooks.replaying import Which

    which = Which(request.provider, request.account, request.form, request.reason)
    done = call.services.replayer.replay_all(which, cursor)
    count = done.outcomes
    return json_response(
        Replays(
            recorded=count["recorded"],
            repeated=count["repeated"],
            ignored=count["ignored"],
            queued=count["queued"],
            parked=count["parked"],
            unsealable=done.unsealable,
            next=done.next,
        )
    )


def _found(call: Call, provider: str, entry_id: str) -> "ParkedEntry":
    from chalicelib.webhooks.endpoints import PROVIDERS

    known = provider in PROVIDERS and _ENTRY_ID.fullmatch(entry_id)
    entry = call.services.parking.find(provider, entry_id) if known else None
    if entry is None:
        raise Problem("parked-not-found")
    if not _may(call, entry):
        raise Problem("campaign-forbidden")
    return entry


def _intent(entry: "ParkedEntry", carry_out: Callable[[], Response]) -> Intent:
    return Intent(campaign=entry.campaign, target=f"{entry.provider}/{entry.id}", carry_out=carry_out)


def _open(call: Call, entry: "ParkedEntry") -> "tuple[ParkedEntry, ReceivedContent]":
    from chalicelib.webhooks.parking import Unsealable

    try:
        opened = call.services.parking.open(entry.provider, entry.id)
    except Unsealable:
        raise Problem("parked-unsealable") from None
    if opened is None:
        raise Problem("parked-not-found")
    return opened


def _may(call: Call, entry: "ParkedEntry") -> bool:
    """Whether the caller's token is for the entry's campaign; one without a campaign is for those of all campaigns."""
    return call.token.allows("admin", entry.campaign, call.services.now())


def _described(entry: "ParkedEntry") -> ParkedEntryResponse:
    return ParkedEntryResponse(
        provider=entry.provider,
        id=entry.id,
        reason=entry.reason.code,
        about=entry.reason.about,
        account=entry.account,
        form=entry.form,
        campaign=entry.campaign,
        received_at=moment(entry.received_at),
    )


def _cursor(text: str | None) -> str:
    from chalicelib.webhooks.endpoints import PROVIDERS

    if text is None:
        return ""
    provider, slash, entry_id = text.partition("/")
    if provider not in PROVIDERS or not slash or not _ENTRY_ID.fullmatch(entry_id):
        raise Problem("cursor-invalid")
    return text
