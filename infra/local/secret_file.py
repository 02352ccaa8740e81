"""Secrets of the local system: random ones, made on the first start and kept in `.env` in the data directory."""

import hmac
import logging
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

import msgspec

from infra.local.data_directory import Fingerprints, write_durably
from infra.local.local_settings import LocalError

_REMEDY = "copy .env back from a backup, or set another DATA_DIR"
_FINGERPRINT_DIGITS = 16
_HEADER = (
    "# Secrets of this machine only. Put a provider's own values in place of the random ones to receive its hooks.\n"
)

# By account "local" of each provider, as in `/v1/hooks/{provider}`; several values of one secret, newest first, are
# separated by commas. Names that are no secrets (a group, an app) must be known to the provider's adapter all the same.
ACCOUNT = "local"


def _key() -> str:
    return b64encode(secrets.token_bytes(_KEY_BYTES)).decode()


def _text() -> str:
    return secrets.token_hex(16)


def _standard_key() -> str:
    return f"whsec_{_key()}"


def _bot_token() -> str:
    return f"{secrets.randbelow(9 * 10**9) + 10**9}:{secrets.token_urlsafe(26)}"


def _number() -> str:
    return str(secrets.randbelow(9 * 10**7) + 10**7)


_KEY_BYTES = 32

_PEPPER = "PEPPER"
_PARKING_KEY = "PARKING_KEY"
_OWN: Mapping[str, str] = {
    _PEPPER: "participants are not known again",
    _PARKING_KEY: "parked submissions cannot be opened",
}
"""The secrets that the data themselves hang on, each with what is true without it."""

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

_LOG = logging.getLogger("local")


class SecretFile:
    """The lines `NAME=value` of one file that only its owner may read; a variable of the environment goes first."""

    def __init__(
        self, path: Path, environment: Mapping[str, str], *, new: bool = True, fingerprints: Fingerprints | None = None
    ) -> None:
        """Read the file, and add what it lacks.

        Only where the data are `new` it may lack what they hang on; `fingerprints` are of what they were written with,
        where that is known.

        Raises:
            LocalError: a line is not of the form `NAME=value`, or pepper or parking key are missing, cut off, or others
                than those that the data were written with.
            OSError: the file cannot be read or written.
        """
        self._path = path
        hooks = {_variable(hook, name): make for hook, names in _HOOKS.items() for name, make in names.items()}
        stored = _read(path)
        given = {name: environment[name] for name in (*_OWN, *hooks) if environment.get(name)}
        self._values = stored | given
        self._check(new=new, fingerprints=fingerprints or {})
        missing = {
            **{name: _key() for name in _OWN if name not in stored | given},
            **{name: make() for name, make in hooks.items() if name not in stored},
        }
        if missing:
            self._append(missing)
            self._values |= given
        if not new and (replaced := sorted(missing.keys() & hooks.keys())):
            _LOG.warning("%s lacked %s: made anew, senders need the new values", path, ", ".join(replaced))

    @property
    def fingerprints(self) -> Fingerprints:
        """What the secrets that the data hang on are known again by; it tells nothing of them."""
        return {name: tuple(map(_fingerprint, self._values[name].split(","))) for name in _OWN}

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

    def _check(self, *, new: bool, fingerprints: Fingerprints) -> None:
        for name, consequence in _OWN.items():
            value = self._values.get(name, "")
            if not value and not new:
                raise LocalError(f"{self._path} lacks {name}, without which {consequence}: {_REMEDY}")
            if value and not _is_sound(name, value):
                raise LocalError(f"{name} is cut off or damaged (it is the base64 of {_KEY_BYTES} bytes): {_REMEDY}")
            known = {_fingerprint(key) for key in value.split(",")}
            if fingerprints.get(name) and known.isdisjoint(fingerprints[name]):
                raise LocalError(
                    f"{name} is another one than DATA_DIR was written with, so that {consequence}: {_REMEDY}"
                )

    def _append(self, values: Mapping[str, str]) -> None:
        lines = "".join(f"{name}={value}\n" for name, value in values.items())
        # Without its pepper a directory knows nobody again: the file is replaced as a whole or not at all.
        write_durably(self._path, (_text_of(self._path) or _HEADER) + lines)
        self._values |= values


def _variable(hook: str, name: str) -> str:
    return f"HOOK_{hook}_{name}".replace("-", "_").upper()


def _is_sound(name: str, value: str) -> bool:
    """Whether a value is what the functions take: the pepper may be longer, parking keys stand newest first."""
    keys = value.split(",") if name == _PARKING_KEY else [value]
    try:
        lengths = {len(b64decode(key, validate=True)) for key in keys}
    except ValueError:
        return False
    return lengths == {_KEY_BYTES} or (name == _PEPPER and min(lengths) >= _KEY_BYTES)


def _fingerprint(key: str) -> str:
    return hmac.digest(key.encode(), b"fingerprint", sha256).hex()[:_FINGERPRINT_DIGITS]


def _text_of(path: Path) -> str:
    """Return a file's text, with the end of its last line, empty where there is no file."""
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
    except UnicodeDecodeError:
        raise LocalError(f"{path} is damaged (it is no text): {_REMEDY}") from None
    return text if not text or text.endswith("\n") else f"{text}\n"


def _read(path: Path) -> dict[str, str]:
    values: dict[str, str] = {}
    for number, line in enumerate(_text_of(path).splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, separator, value = line.partition("=")
        if not separator:
            raise LocalError(f"{path}, line {number}: not of the form NAME=value")
        if value.strip():
            values[name.strip()] = value.strip()
    return values
