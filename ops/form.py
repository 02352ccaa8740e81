"""`form`: check a form with a sample delivery before it goes live."""

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from chalicelib.api.form_checks import CheckedSubmission, checked_submission
from chalicelib.webhooks.checking import check
from chalicelib.webhooks.delivery import Malformed
from chalicelib.webhooks.untrusted_json import read_object
from ops.console import answer, show
from ops.errors import CannotRun
from ops.installation import connect
from ops.options import AsJson

Provider = Annotated[str, typer.Argument(help="The provider, as the form is registered.")]
AccountId = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account.")]
FormId = Annotated[str, typer.Argument(metavar="FORM", help="The form, * for all of the account.")]
Sample = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help="A body as the provider sends it, or a delivery with its headers and body_b64; - for stdin.",
        allow_dash=True,
    ),
]

app = typer.Typer(help="Check forms.", no_args_is_help=True)


@app.callback()
def forms() -> None:
    """Check forms."""


@app.command("check")
def check_form(
    provider: Provider, account: AccountId, form_id: FormId, sample: Sample, *, as_json: AsJson = False
) -> None:
    """Tell what a form would make of a sample delivery. Nothing is recorded, parked or counted."""
    services = connect("registry_table")
    form = services.registry.registered_form(provider, account, form_id)
    if form is None:
        raise CannotRun(f"there is no form {provider}/{account}/{form_id}")
    campaign = services.registry.campaign(form.campaign)
    raw = sys.stdin.buffer.read() if str(sample) == "-" else sample.read_bytes()
    try:
        found = check(form, read_object(raw, "the sample"), campaign, services.now())
    except Malformed as error:
        raise CannotRun(str(error)) from None
    checked = [checked_submission(one) for one in found]
    if as_json:
        answer(checked)
        return
    for number, one in enumerate(checked, 1):
        show(f"Submission {number} of {len(checked)}", ("", ""), _rows(one))
    if not checked:
        show("No submission", ("", ""), ())


def _rows(checked: CheckedSubmission) -> list[tuple[str, object]]:
    """Return what is told of a submission, line by line; what it would record stands in lines of its own."""
    records = {} if checked.records is None else msgspec.to_builtins(checked.records)
    told = msgspec.structs.asdict(checked) | {"records": None}
    lines = {**told, **{f"records {name}": value for name, value in _flat(records)}}
    return [(name, _text(value)) for name, value in lines.items() if value not in (None, (), "")]


def _flat(members: dict[str, object], prefix: str = "") -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for name, value in members.items():
        found += _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else [(prefix + name, value)]
    return found


def _text(value: object) -> object:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
