"""Names that people put into forms, from `names.jsonl`, and what must come of each."""

from pathlib import Path

import msgspec

_SAME = "same identity as "


class Name(msgspec.Struct, frozen=True):
    """A name and its outcome: `unsuitable`, `shown`, `held`, `same identity as <name>`, or what is shown."""

    name: str
    outcome: str
    why: str

    @property
    def is_suitable(self) -> bool:
        return self.outcome != "unsuitable"

    @property
    def same_as(self) -> str | None:
        """The name that is of the same organisation."""
        return self.outcome.removeprefix(_SAME) if self.outcome.startswith(_SAME) else None

    @property
    def shown(self) -> str | None:
        """What is shown, where the outcome says it."""
        return self.name if self.outcome in ("shown", "held") else None if self.same_as else self.outcome


def _read() -> list[Name]:
    lines = Path(__file__).with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()
    return [msgspec.json.decode(line, type=Name) for line in lines]


NAMES = _read()
UNSUITABLE = [name for name in NAMES if not name.is_suitable]
SUITABLE = [name for name in NAMES if name.is_suitable]
