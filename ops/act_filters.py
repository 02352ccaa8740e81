"""The options that narrow lists of acts and decisions on many: those of the API's filter, by its names."""

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, Signature, get_annotations, signature
from typing import Annotated, Any

import typer

from chalicelib.domain.vocabulary import SOURCES, STATUSES
from chalicelib.intake.act_requests import REASONS

Filter = dict[str, str | int]
"""What acts have in common, as the API takes it."""

_TEXTS = {
    "status": f"Of this status: {', '.join(STATUSES)}.",
    "source": f"That came by this channel: {', '.join(SOURCES)}.",
    "form": "Of this form: PROVIDER/ACCOUNT/FORM.",
    "token": "Sent with the token of this id.",
    "place": "In this region or country, by its code: KZ-75, RU.",
    "from": "Recorded at this time or later: 2026-06-01T12:00:00+05:00.",
    "until": "Recorded before this time.",
    "organisation": "Of organisations whose name begins so, however it is written.",
    "name": "With the name of this id.",
    "currency": "The currency of --amount-above; tenge where it is left out.",
    "reasons": f"That wait for just these reasons, parted by commas: {', '.join(REASONS)}.",
    "participant_of": "Of the participant whose act this one is: what else they did.",
}
_PANEL = "Which acts"
_PYTHON_NAMES = {"from": "since"}
"""What is no name in Python."""


def takes_filter(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that narrow acts; it gets those that are given as its argument `wanted`."""
    own = signature(command, eval_str=True)
    parameters = {_PYTHON_NAMES.get(name, name): name for name in (*_TEXTS, "amount_above")}

    @wraps(command)
    def run(**given: Any) -> None:
        wanted = {name: given.pop(parameter) for parameter, name in parameters.items()}
        command(**given, wanted={name: value for name, value in wanted.items() if value is not None})

    added = [
        Parameter(parameter, Parameter.KEYWORD_ONLY, default=None, annotation=_annotation(name))
        for parameter, name in parameters.items()
    ]
    kept = [one for one in own.parameters.values() if one.name != "wanted"]
    run.__signature__ = Signature([*kept, *added])  # type: ignore[attr-defined]
    run.__annotations__ = {
        **{name: told for name, told in get_annotations(command, eval_str=True).items() if name != "wanted"},
        **{one.name: one.annotation for one in added},
    }
    return run


def as_options(wanted: Filter) -> str:
    """Return a filter as it is typed, for somebody to copy."""
    parts = (f"--{name.replace('_', '-')} {_quoted(str(value))}" for name, value in wanted.items())
    return " ".join(parts)


def _annotation(name: str) -> Any:
    option = f"--{name.replace('_', '-')}"
    if name == "amount_above":
        text = "With a larger amount, in whole tenge unless --currency is given."
        return Annotated[int | None, typer.Option(option, min=0, help=text, rich_help_panel=_PANEL)]
    return Annotated[str | None, typer.Option(option, help=_TEXTS[name], rich_help_panel=_PANEL)]


def _quoted(text: str) -> str:
    return text if text and all(one.isalnum() or one in "-_./:+,*" for one in text) else f"'{text}'"
