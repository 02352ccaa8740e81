"""Secrets of the local system: random ones, made on the first start and kept in `.env` in the data directory."""

import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from infra.local.data_directory import write_durably
from infra.local.local_settings import LocalError

_HEADER = (
    "# Secrets of this machine only. Put a provider's own values in place of the random ones to receive its hooks.\n"
)

# By account "local" of each provider, as in `/v1/hooks/{provider}`; several values of one secret, newest first, are
# separated by commas. Names that are no secrets (a group, an app) must be known to the provider's adapter all the same.
ACCOUNT = "local"


def _key() -> str:
    return b64encode(secrets.token_bytes(32)).decode()


def _text() -> str:
    return secrets.token_hex(16)


def _standard_key() -> str:
    return f"whsec_{_key()}"


def _bot_token() -> str:
    return f"{secrets.randbelow(9 * 10**9) + 10**9}:{secrets.token_urlsafe(26)}"


def _number() -> str:
    return str(secrets.randbelow(9 * 10**7) + 10**7)


_PEPPER = "PEPPER"
_OWN: Mapping[str, Callable[[], str]] = {_PEPPER: _key, "PARKING_KEY": _key}
_HOOKS: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "meta": {"app_secret": _text, "verify_token": _text, "page_access_token": _text},
    "whatsapp": {"app_secret": _text, "verify_token": _text},
    "vk": {"secret": _text, "confirmation": _text, "group_id": _number, "mini_app_secret": _text, "app_id": _number},
    "telegram": {"secret_token": _text, "bot_token": _bot_token},
    "typeform": {"secret": _text},
    "tally": {"secret": _text},
    "google-ads": {"google_key": _text},
    "google-forms": {"whsec": _standard_key},
    "standard": {"whsec": _standard_key},
}

Hooks = dict[str, dict[str, list[str]]]


class SecretFile:
    """The lines `NAME=value` of one file that only its owner may read; a variable of the environment goes first."""

    def __init__(self, path: Path, environment: Mapping[str, str], *, new: bool = True) -> None:
        """Read the file, and add what it lacks; only where the state is `new` it may lack the pepper.

        Raises:
            LocalError: a line is not of the form `NAME=value`, or the pepper is missing.
            OSError: the file cannot be read or written.
        """
        self._path = path
        made = {
            **_OWN,
            **{_variable(hook, name): make for hook, names in _HOOKS.items() for name, make in names.items()},
        }
        self._values = _read(path)
        if not new and not (self._values.get(_PEPPER) or environment.get(_PEPPER)):
            raise LocalError(
                f"{path} lacks {_PEPPER}, without which participants are not known again: "
                "copy the file back from a backup, or set another DATA_DIR"
            )
        missing = {name: make() for name, make in made.items() if name not in self._values}
        if missing:
            self._append(missing)
        self._values |= {name: environment[name] for name in made if environment.get(name)}

    def get(self, name: str) -> str | None:
        """Return the value of a name, or None."""
        return self._values.get(name)

    def put(self, name: str, value: str) -> None:
        """Keep a value; a later line goes before an earlier one."""
        self._append({name: value})

    def hooks(self) -> Hooks:
        """Return the webhook secrets in use: provider → name → values, newest first."""
        return {
            hook: {name: self._values[_variable(hook, name)].split(",") for name in names}
            for hook, names in _HOOKS.items()
        }

    def function_environment(self) -> dict[str, str]:
        """Return the variables that give the functions their secrets."""
        accounts = {hook: {ACCOUNT: names} for hook, names in self.hooks().items()}
        return {name: self._values[name] for name in _OWN} | {"HOOK_SECRETS": msgspec.json.encode(accounts).decode()}

    def _append(self, values: Mapping[str, str]) -> None:
        lines = "".join(f"{name}={value}\n" for name, value in values.items())
        # Without its pepper a directory knows nobody again: the file is replaced as a whole or not at all.
        write_durably(self._path, (_text_of(self._path) or _HEADER) + lines)
        self._values |= values


def _variable(hook: str, name: str) -> str:
    return f"HOOK_{hook}_{name}".replace("-", "_").upper()


def _text_of(path: Path) -> str:
    """Return a file's text, with the end of its last line, empty where there is no file."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return text if not text or text.endswith("\n") else f"{text}\n"


def _read(path: Path) -> dict[str, str]:
    values: dict[str, str] = {}
    for number, line in enumerate(_text_of(path).splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, separator, value = line.partition("=")
        if not separator:
            raise LocalError(f"{path}, line {number}: not of the form NAME=value")
        values[name.strip()] = value.strip()
    return values
