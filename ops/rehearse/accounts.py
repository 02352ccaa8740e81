"""Our accounts at the providers with their secrets, as the environment or the local system tells them."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from ops.errors import CannotRun

_LOCAL = "local"


class RehearsalAccount(msgspec.Struct, frozen=True):
    """An account at a provider; `secrets` has the newest value of each, by its name."""

    provider: str
    id: str
    secrets: Mapping[str, str]


def accounts(stage: str | None) -> dict[str, RehearsalAccount]:
    """Return one account of each provider that is known: of `HOOK_SECRETS`, else of the local system.

    Of a stage, or of an address that the environment names, nothing but `HOOK_SECRETS` tells them.

    Raises:
        CannotRun: `HOOK_SECRETS` is not of its form.
    """
    given = os.environ.get("HOOK_SECRETS")
    if given:
        return _of_environment(given)
    if stage is not None or os.environ.get("QAIYRYM_URL"):
        return {}
    file = Path(os.environ.get("DATA_DIR") or ".local") / "run.json"
    try:
        hooks: Mapping[str, Mapping[str, str]] = json.loads(file.read_text(encoding="utf-8"))["hooks"]
    except (OSError, ValueError, KeyError):
        return {}
    return {provider: RehearsalAccount(provider, _LOCAL, secrets) for provider, secrets in hooks.items()}


def _of_environment(text: str) -> dict[str, RehearsalAccount]:
    try:
        known = msgspec.json.decode(text, type=dict[str, dict[str, dict[str, list[str]]]])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise CannotRun('HOOK_SECRETS is not JSON of the form {"PROVIDER": {"ACCOUNT": {"NAME": ["VALUE"]}}}') from None
    return {
        provider: RehearsalAccount(provider, account, {name: values[0] for name, values in secrets.items() if values})
        for provider, of_provider in known.items()
        for account, secrets in list(of_provider.items())[:1]
    }
