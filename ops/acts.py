"""`acts`: see what was recorded, decide on it, correct it, keep it off the screens."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Annotated, Any

import typer

from chalicelib.domain.vocabulary import KINDS, Visibility
from ops import decisions
from ops.act_filters import Filter, takes_filter
from ops.api_client import api_path, connect_api
from ops.changes import changes
from ops.console import answer, note, progress, show
from ops.errors import CannotRun
from ops.options import AsJson, CampaignId, Limit, Reason, Stage

NONE = "none"

Notes = Annotated[
    bool, typer.Option("--notes", help="With the notes that people gave: personal data, and it is noted.")
]
ActId = Annotated[str, typer.Argument(metavar="ID", help="The act's id.")]
ActIds = Annotated[list[str], typer.Argument(metavar="ID...", help="Acts by their ids.")]
Kind = Annotated[str | None, typer.Option(help=f"What it was: {', '.join(KINDS)}.")]
Topic = Annotated[str | None, typer.Option(help=f"What it was about, `{NONE}` for nothing.")]
Region = Annotated[str | None, typer.Option(help="The region it was in, by its code.")]
Country = Annotated[str | None, typer.Option(help="The country abroad it was in, by its code.")]
Organisation = Annotated[str | None, typer.Option(help=f"The organisation's name, `{NONE}` for none.")]
People = Annotated[int | None, typer.Option(help="How many took part.")]
Hours = Annotated[float | None, typer.Option(help="How many hours, halves too.")]
Amount = Annotated[
    str | None, typer.Option(metavar="CURRENCY=NUMBER", help=f"How much, `KZT=5000` say; `{NONE}` for nothing.")
]

app = typer.Typer(
    help="See what was recorded, decide on it, correct it, keep it off the screens.", no_args_is_help=True
)
app.command("withdraw")(decisions.withdraw)
app.command("approve")(decisions.approve)
app.command("reject")(decisions.reject)


@app.command("list")
@takes_filter
def list_acts(
    campaign_id: CampaignId,
    *,
    limit: Limit = 50,
    notes: Notes = False,
    stage: Stage = None,
    as_json: AsJson = False,
    criteria: Filter,
) -> None:
    """List acts, the newest first, of all or of those that have something in common.

    Example: `bin/qaiyrym acts list 2026 --place KZ-75 --status counted --limit 20`

    Each has its id, which all decisions take. `participation history ID` tells what happened to one of them.
    """
    tell_acts(stage, campaign_id, "acts", "acts", criteria, limit, notes=notes, as_json=as_json)


@app.command("hide")
def hide(campaign_id: CampaignId, ids: ActIds, *, reason: Reason, stage: Stage = None, as_json: AsJson = False) -> None:
    """Keep acts off every screen and list, though they count.

    Example: `bin/qaiyrym acts hide 2026 3q2-7wAAQACAAAAAAAAAAQ --reason 'an insult in its name'`

    They are gone from all documents within two seconds, and stay so after a rebuild. `acts show` brings them back. A
    name that many acts have is hidden by `names hide`.
    """
    _make_visible("hidden", campaign_id, ids, reason, stage, as_json)


@app.command("show")
def show_again(
    campaign_id: CampaignId, ids: ActIds, *, reason: Reason, stage: Stage = None, as_json: AsJson = False
) -> None:
    """Let acts that were hidden be on the screens again.

    Example: `bin/qaiyrym acts show 2026 3q2-7wAAQACAAAAAAAAAAQ --reason 'it was another one'`

    To read about an act, `participation show ID`.
    """
    _make_visible("shown", campaign_id, ids, reason, stage, as_json)


@app.command("correct")
def correct(
    act_id: ActId,
    *,
    reason: Reason,
    kind: Kind = None,
    topic: Topic = None,
    region: Region = None,
    country: Country = None,
    organisation: Organisation = None,
    people: People = None,
    hours: Hours = None,
    amount: Amount = None,
    stage: Stage = None,
    as_json: AsJson = False,
) -> None:
    """Replace parts of an act; what is not named stays.

    Example: `bin/qaiyrym acts correct 3q2-7wAAQACAAAAAAAAAAQ --people 30 --reason 'the school wrote 300'`

    It tells what the act said before and says now, and totals follow within seconds. What it said stays in its history,
    and another correction puts it back.
    """
    parts: dict[str, Any] = {
        "kind": kind,
        "topic": topic,
        "place": _place(region, country),
        "organisation": organisation,
        "people": people,
        "hours": hours,
        "amount": _amount(amount),
    }
    changed = {name: None if value == NONE else value for name, value in parts.items() if value is not None}
    if not changed:
        raise CannotRun("nothing is said of what to correct: see acts correct --help")
    path = f"{api_path('participations', act_id)}/correction"
    corrected = connect_api(stage).post(path, {"reason": reason, **changed})
    if as_json:
        answer(corrected)
        return
    rows = changes(corrected["before"], corrected["after"])
    show(f"{act_id}, {corrected['status']}", ("", "was", "is"), rows)


def tell_acts(
    stage: str | None,
    campaign_id: str,
    path: str,
    member: str,
    criteria: Filter,
    limit: int,
    *,
    notes: bool,
    as_json: bool,
) -> None:
    """Print acts of one of the API's lists, and say whether there are more."""
    params = {**criteria, "limit": min(limit, 100), "notes": notes or None}
    entries = connect_api(stage).entries(api_path("campaigns", campaign_id, path), member, params)
    found = []
    with progress("acts", limit, quiet=as_json) as tell:
        for act in islice(entries, limit):
            found.append(act)
            tell(1)
    if as_json:
        answer(found)
        return
    show(f"{len(found):,} acts", _columns(notes), (_row(act, notes=notes) for act in found))
    if len(found) == limit:
        note(f"there may be more than {limit:,}: --limit lists them")


def _make_visible(
    state: Visibility, campaign_id: str, ids: Sequence[str], reason: str, stage: str | None, as_json: bool
) -> None:
    api = connect_api(stage)
    told = []
    for one in ids:
        path = f"{api_path('campaigns', campaign_id, 'acts', one)}/visibility"
        told.append(api.put(path, {"state": state, "reason": reason}))
        if not as_json:
            note(f"{one} is {state}")
    if as_json:
        answer(told)


def _columns(notes: bool) -> list[str]:
    columns = [
        "id",
        "recorded",
        "status",
        "kind",
        "place",
        "organisation",
        "people",
        "hours",
        "amount",
        "by",
        "waits for",
    ]
    return [*columns, "note"] if notes else columns


def _row(act: Mapping[str, Any], *, notes: bool) -> list[object]:
    place = act["place"]
    row: list[object] = [
        act["id"],
        act["recorded_at"],
        act["status"],
        act["kind"],
        place.get("region") or place.get("country"),
        act["organisation"],
        act["people"],
        act["hours"],
        amount_text(act["amount"]),
        act["form"] or act["token"] or act["source"],
        act["review_reasons"],
    ]
    return [*row, act.get("note")] if notes else row


def amount_text(amount: Mapping[str, Any] | None) -> str | None:
    """Return an amount as it is read: whole tenge, minor units of another currency."""
    return None if amount is None else f"{amount['value']:,} {amount['currency']}"


def _place(region: str | None, country: str | None) -> Mapping[str, str] | None:
    if region is None and country is None:
        return None
    return {name: code for name, code in (("region", region), ("country", country)) if code is not None}


def _amount(text: str | None) -> Mapping[str, Any] | str | None:
    if text is None or text == NONE:
        return text
    currency, _, digits = text.partition("=")
    if not digits.isascii() or not digits.isdigit():
        raise CannotRun(f"--amount: {text} is no amount as KZT=5000 is")
    return {"currency": currency, "value": int(digits)}
