"""The options that narrow lists of acts and decisions on many: those of the API's filter, by its names."""

from typing import Annotated, Any

import typer

from chalicelib.domain.vocabulary import SOURCES, STATUSES
from chalicelib.intake.act_requests import REASONS
from ops.option_groups import takes

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


def as_options(criteria: Filter) -> str:
    """Return a filter as it is typed, for somebody to copy."""
    parts = (f"--{name.replace('_', '-')} {_quoted(str(value))}" for name, value in criteria.items())
    return " ".join(parts)


def _annotation(name: str) -> Any:
    option = f"--{name.replace('_', '-')}"
    if name == "amount_above":
        text = "With a larger amount, in whole tenge unless --currency is given."
        return Annotated[int | None, typer.Option(option, min=0, help=text, rich_help_panel=_PANEL)]
    return Annotated[str | None, typer.Option(option, help=_TEXTS[name], rich_help_panel=_PANEL)]


def _quoted(text: str) -> str:
    return text if text and all(one.isalnum() or one in "-_./:+,*" for one in text) else f"'{text}'"


takes_filter = takes("criteria", {name: _annotation(name) for name in (*_TEXTS, "amount_above")})
"""Give a command the options that narrow acts; it gets those that are given as its argument `criteria`."""
