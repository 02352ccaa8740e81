"""Forms that say a good deed in Astana where nothing is said, and what they make of the fields of providers."""

from typing import Any

import pytest

from chalicelib.intake.answers import Unmappable
from chalicelib.intake.form import Form, fill
from chalicelib.intake.form_requests import read_form

FALLBACK = {"kind": "good_deed", "participant_type": "citizen", "place": {"region": "KZ-71"}}
CONSENT = {"text": "Дербес деректерді өңдеуге келісемін", "version": "2026-1"}


def form(provider: str = "standard", **members: Any) -> Form:
    return read_form(provider, "ours", "f", {"campaign": "2026", "state": "live", "fallback": FALLBACK, **members})


def filled(fields: dict[str, Any], **members: Any) -> dict[str, Any]:
    return fill(form(**members), fields, fields).request


def unmappable(fields: dict[str, Any], **members: Any) -> tuple[str, str]:
    with pytest.raises(Unmappable) as error:
        filled(fields, **members)
    return error.value.reason, error.value.field
