"""What can be set for the local system, all of it by environment variables."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

import msgspec

EngineName = Literal["dynoxide", "dynamodb-local", "ministack"]
DEFAULT_ENGINE: EngineName = "dynoxide"

REGION: Literal["eu-central-1"] = "eu-central-1"
REPOSITORY = Path(__file__).resolve().parents[2]
TEMPLATE = REPOSITORY / "infra" / "template.yaml"
EMULATOR_PYTHON = REPOSITORY / ".venv-emulator" / "bin" / "python"
DYNOXIDE_VERSION = "1.2.1"
DYNOXIDE = EMULATOR_PYTHON.parent / f"dynoxide-{DYNOXIDE_VERSION}"


class LocalError(Exception):
    """The local system cannot start or go on; the message says why and what to do, in one line."""


class LocalSettings(msgspec.Struct, frozen=True):
    """Where the local system listens and keeps its state; without an engine, with that which the state is of.

    `public_url` is the address that pages name, without a slash at the end; where it is empty, that of this machine.
    """

    port: int = 8000
    data_dir: Path = Path(".local")
    engine: EngineName | None = None
    emulator_python: Path = EMULATOR_PYTHON
    dynoxide: Path = DYNOXIDE
    public_url: str = ""

    @property
    def url(self) -> str:
        """The address of the local system."""
        return f"http://localhost:{self.port}"

    @property
    def logs(self) -> Path:
        """The directory of the emulators' logs."""
        return self.data_dir / "logs"


def load(environment: Mapping[str, str]) -> LocalSettings:
    """Return the settings.

    Raises:
        LocalError: a value is not usable.
    """
    engine = environment.get("ENGINE") or None
    if engine is not None and engine not in get_args(EngineName):
        raise LocalError(f"ENGINE is {engine!r}, which is none of: {', '.join(get_args(EngineName))}")
    return LocalSettings(
        port=_port(environment.get("PORT") or "8000"),
        data_dir=Path(environment.get("DATA_DIR") or ".local").expanduser().resolve(),
        engine=cast("EngineName | None", engine),
        emulator_python=emulator_python(environment),
        dynoxide=Path(environment.get("DYNOXIDE") or DYNOXIDE).absolute(),
        public_url=_public_url(environment.get("PUBLIC_URL") or ""),
    )


def emulator_python(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the Python that runs ministack."""
    return Path(environment.get("EMULATOR_PYTHON") or EMULATOR_PYTHON).absolute()


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise LocalError(f"PORT is {text!r}, which is no number from 1 to 65535")


def _public_url(text: str) -> str:
    try:
        address = urlsplit(text)
        is_address = address.scheme in ("http", "https") and address.hostname and address.port != 0
    except ValueError:
        is_address = False
    if text and (not is_address or address.query or address.fragment or address.username):
        raise LocalError(f"PUBLIC_URL is {text!r}, which is no address such as https://example.kz")
    return text.rstrip("/")
