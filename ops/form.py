"""`form`: register the forms of providers, see what does not fit in them, try them out."""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from chalicelib.intake.faults import Invalid
from chalicelib.intake.form_requests import read_form
from chalicelib.webhooks.delivery import Malformed
from chalicelib.webhooks.untrusted_json import read_object
from ops.api_client import ApiClient, RefusedByApi, api_path, connect_api
from ops.changes import changes, flat
from ops.console import answer, confirm, note, show
from ops.errors import CannotRun
from ops.faults import faults_text
from ops.options import AsJson, Stage, Yes
from ops.yaml_file import read_objects

MAX_PARKED = 1_000
"""Entries that are looked at for the list of forms."""

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
FormsFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        exists=True,
        dir_okay=False,
        allow_dash=True,
        help="YAML or JSON: `provider`, `account`, `form`, and the members of the API; several parted by `---`.",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only tell what would change.")]

_NAMES = ("provider", "account", "form")

app = typer.Typer(help="Register forms, see what does not fit in them, try them out.", no_args_is_help=True)


class RequestedForm(msgspec.Struct, frozen=True):
    """A form as a file asks for it: its path in the API, what to send there, what is there and what will be."""

    path: str
    request: Mapping[str, Any]
    current: Mapping[str, Any] | None
    requested: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The form as people call it."""
        return "/".join(str(self.requested[name]) for name in _NAMES)


@app.command("list")
def list_forms(*, stage: Stage = None, as_json: AsJson = False) -> None:
    """List the forms, and what does not fit in each.

    Example: `bin/qaiyrym form list`

    `absent` are fields that a form maps and submissions did not have, as of a question with another name by now;
    `left out` details that could not be used; `parked` what was not mapped and waits, with the reason. Correct the form
    (`form register`), then replay what is parked (`parked replay-all`).
    """
    api = connect_api(stage)
    forms = api.get("/v1/forms")["forms"]
    parked = list(islice(api.entries("/v1/parked", "parked"), MAX_PARKED))
    if as_json:
        answer([{**form, "parked": _counted(_of(form, parked))} for form in forms])
        return
    columns = ("provider", "account", "form", "campaign", "state", "absent", "left out", "parked")
    rows = (
        (
            *(form[name] for name in (*_NAMES, "campaign", "state")),
            _times(form.get("absent", {})),
            _times(form.get("left_out", {})),
            _numbers(_counted(_of(form, parked))),
        )
        for form in forms
    )
    show("Forms", columns, rows)
    known = [tuple(form[name] for name in _NAMES) for form in forms]
    unknown = Counter(form for one in parked if (form := tuple(one[name] for name in _NAMES)) not in known)
    if unknown:
        show("Parked of forms that are not listed", (*_NAMES, "parked"), ((*form, n) for form, n in unknown.items()))
    if len(parked) == MAX_PARKED:
        note(f"only the first {MAX_PARKED:,} parked entries were looked at")


@app.command("show")
def show_form(
    provider: Provider, account: AccountId, form_id: FormId, *, stage: Stage = None, as_json: AsJson = False
) -> None:
    """Show a form: what its questions ask for, what its answers mean, and what holds whatever is answered.

    Example: `bin/qaiyrym form show tally ours XxA4WO`

    With `--json` it is what `form register` takes, once it is changed.
    """
    form = connect_api(stage).get(api_path("forms", provider, account, form_id))
    if as_json:
        answer(form)
    else:
        show(f"Form {provider}/{account}/{form_id}", ("", ""), flat(form).items())


@app.command("register")
def register(
    file: FormsFile, *, dry_run: DryRun = False, stage: Stage = None, yes: Yes = False, as_json: AsJson = False
) -> None:
    """Register the forms in a file, or replace them by what stands there.

    Example: `bin/qaiyrym form register forms.yaml --dry-run`

    It tells what each is now and would be, and asks. What is left out takes its default. Nothing is sent if any form of
    the file is wrong. What comes from then on is read so; what was recorded stays. Then try it out with a sample (`form
    check`), and replay what was parked (`parked replay-all`).
    """
    given = read_objects(file)
    requested = [_requested(number, form) for number, form in enumerate(given, 1)]
    api = connect_api(stage)
    found = [RequestedForm(path, request, _registered(api, path), form) for path, request, form in requested]
    changed = [one for one in found if one.current != one.requested]
    for one in found:
        _tell_change(one)
    if changed and not dry_run:
        confirm(f"{len(changed)} of {len(found)} forms change: what comes from now on is read so.", yes=yes)
        for done, one in enumerate(changed):
            _put(api, one, done)
    if as_json:
        answer([{"form": one.name, "changes": changes(one.current or {}, one.requested)} for one in found])


@app.command("check")
def check_form(
    provider: Provider,
    account: AccountId,
    form_id: FormId,
    sample: Sample,
    *,
    stage: Stage = None,
    as_json: AsJson = False,
) -> None:
    """Tell what a registered form would make of a sample delivery. Nothing is recorded, parked or counted.

    Example: `bin/qaiyrym form check tally ours XxA4WO sample.json`

    `unmapped` are answers that the form asks nothing of, `absent` fields that it maps and the sample does not have.
    Ends with 1 where a submission of the form would not be recorded: correct the form (`form register`), check again.
    """
    raw = sys.stdin.buffer.read() if str(sample) == "-" else sample.read_bytes()
    try:
        body = read_object(raw, "the sample")
    except Malformed as error:
        raise CannotRun(str(error)) from None
    path = f"{api_path('forms', provider, account, form_id)}/check"
    checked = connect_api(stage).post(path, body)["submissions"]
    if as_json:
        answer(checked)
    else:
        for number, one in enumerate(checked, 1):
            lines = {name: value for name, value in flat(one).items() if value not in (None, "")}
            show(f"Submission {number} of {len(checked)}", ("", ""), lines.items())
        if not checked:
            note("there is no submission in the sample")
    if not checked or any(one["outcome"] == "parked" or not one["is_of_form"] for one in checked):
        raise typer.Exit(1)


def _requested(number: int, given: Mapping[str, Any]) -> tuple[str, Mapping[str, Any], Mapping[str, Any]]:
    """Return the path of a form in a file, what to send there, and the form that it makes."""
    names = [given.get(name) for name in _NAMES]
    missing = [name for name, value in zip(_NAMES, names, strict=True) if not isinstance(value, str | int)]
    if missing:
        raise CannotRun(f"form {number} of the file: {', '.join(missing)} is not said")
    provider, account, form = (str(name) for name in names)
    request = {name: value for name, value in given.items() if name not in _NAMES}
    try:
        requested = read_form(provider, account, form, request)
    except Invalid as invalid:
        raise CannotRun(f"{provider}/{account}/{form}\n{faults_text(invalid)}") from None
    return api_path("forms", provider, account, form), request, msgspec.json.decode(msgspec.json.encode(requested))


def _registered(api: ApiClient, path: str) -> Any:
    try:
        return api.get(path)
    except RefusedByApi as refused:
        if refused.name == "form-not-found":
            return None
        raise


def _tell_change(one: RequestedForm) -> None:
    if one.current == one.requested:
        note(f"{one.name} is so already")
        return
    title = one.name if one.current else f"{one.name}, which is new"
    show(title, ("", "is", "will be"), changes(one.current or {}, one.requested), to_stderr=True)


def _put(api: ApiClient, one: RequestedForm, done: int) -> None:
    try:
        api.put(one.path, one.request)
    except RefusedByApi as refused:
        raise CannotRun(f"{one.name} is refused, and {done} before it are registered\n{refused}") from None
    note(f"{one.name} is registered")


def _of(form: Mapping[str, Any], parked: list[Any]) -> Iterator[Any]:
    return (one for one in parked if all(one[name] == form[name] for name in _NAMES))


def _counted(parked: Iterator[Any]) -> Counter[str]:
    return Counter(" ".join((one["reason"], *one["about"])) for one in parked)


def _times(told: Mapping[str, Mapping[str, Any]]) -> str:
    return "\n".join(f"{name}: {one['count']:,}, {one['newest']}" for name, one in told.items())


def _numbers(counted: Mapping[str, int]) -> str:
    return "\n".join(f"{name}: {count:,}" for name, count in counted.items())
