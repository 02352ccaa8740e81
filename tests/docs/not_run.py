"""What of README and docs no test runs as it stands there, and why."""

from collections.abc import Mapping

_ACCOUNT = "needs an AWS account; `make rehearsal` does it on an emulator"
_NAMES = "needs an AWS account: names and options are looked up in botocore's models"
_FONT = "needs the sources of a font, and its result is in the repository"

COMMANDS: Mapping[str, str] = {
    "make test": "runs what this is part of",
    "make demo": "goes on until it is interrupted: tests/ops/rehearse",
    "make deploy": _ACCOUNT,
    "make undeploy": _ACCOUNT,
    ".venv/bin/python -m infra.restore": _ACCOUNT,
    "aws": _NAMES,
    "for part in data deployment": _NAMES,
    "for name in Pepper ParkingKey": _NAMES,
    "PEPPER_SECRET=$(aws": _NAMES,
    "bin/qaiyrym rehearse": "takes five minutes: tests/ops/rehearse",
    "bin/qaiyrym campaign create 2026": "the local system begins with it; operators.md makes another one",
    "fonttools": _FONT,
    "pyftsubset": _FONT,
}
"""How commands begin."""

TEXTS: Mapping[str, str] = {
    "form / site / partner": "a drawing",
    "filter event": "for the console of CloudWatch",
    "POST /v1/hooks/standard": "the format of a delivery, which the Python below it sends",
    "│ document": "what a rehearsal prints where something differs",
}
"""How blocks of no language begin."""

ELSEWHERE: Mapping[str, str] = {
    "css": "tests/site/test_rest.py: nothing of a page moves that keeps this room",
}
"""Languages of which another test takes what stands in docs."""


def reason(command: str) -> str | None:
    """Return why a command is not run, None where it is."""
    return next((why for begins, why in COMMANDS.items() if command.startswith(begins)), None)
