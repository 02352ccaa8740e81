"""`erase`: let a person be forgotten, by a detail that they gave."""

import sys
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import typer

from ops.api_client import ApiClient, RefusedByApi, api_path, connect_api
from ops.console import answer, confirm, note
from ops.errors import CannotRun
from ops.options import AsJson, CampaignId, Stage, Yes

Detail = Literal["phone", "email", "user", "bin", "organisation"]

By = Annotated[Detail, typer.Option("--by", help="Which detail they are sought by; `user` is `telegram 123` say.")]
Region = Annotated[str | None, typer.Option(help="Of an organisation that is sought by name: its region.")]
Country = Annotated[str | None, typer.Option(help="Of an organisation that is sought by name: its country.")]


def run(
    campaign_id: CampaignId,
    *,
    by: By = "phone",
    region: Region = None,
    country: Country = None,
    stage: Stage = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Erase a person from a campaign for ever, by a detail that they gave, which is asked for or read from stdin.

    Example: `bin/qaiyrym erase 2026 --by email`

    It tells who is found by it, as far as the token may know (scope `access`), and asks. Contact, notes, consents and
    parked deliveries go, and the name of a sole trader; what they did stays in the totals, and leads to nobody. Do it
    again for each other detail of theirs. docs/privacy.md tells what else there is to do.
    """
    api = connect_api(stage)
    request = _request(by, _detail(by, yes=yes), region, country)
    confirm(f"{_found(api, campaign_id, request)} What is erased cannot be had back.", yes=yes)
    erased = api.post(api_path("campaigns", campaign_id, "erasures"), request)
    if as_json:
        answer(erased)
    elif erased is None:
        note("erased, if anybody is known by that: this token may not know who is (scope access)")
    else:
        note(", ".join(f"{name.replace('_', ' ')} erased: {count}" for name, count in erased.items()))


def _detail(by: Detail, *, yes: bool) -> str:
    """Return the detail as it is typed in or piped: as an argument everybody on the machine could read it."""
    if sys.stdin.isatty():
        return str(typer.prompt(f"Their {by}", err=True)).strip()
    if not yes:
        raise CannotRun("the detail is read from stdin, where nobody can be asked: say --yes")
    detail = sys.stdin.readline().strip()
    if not detail:
        raise CannotRun(f"there is no {by} on stdin")
    return detail


def _request(by: Detail, detail: str, region: str | None, country: str | None) -> Mapping[str, Any]:
    place = {name: code for name, code in (("region", region), ("country", country)) if code is not None}
    return {"participant": {by: detail}, **({"place": place} if place else {})}


def _found(api: ApiClient, campaign_id: str, request: Mapping[str, Any]) -> str:
    try:
        held = api.post(api_path("campaigns", campaign_id, "subject-access"), request)
    except RefusedByApi as refused:
        if refused.name == "scope-missing":
            return "Whoever is known by that is erased."
        raise
    participants = ", ".join(f"{one['participant_type']} of {one['place']}" for one in held["participants"])
    return f"Known by that: {participants or 'nobody'}; parked deliveries: {len(held['parked'])}."
