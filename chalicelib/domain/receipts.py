"""What became of a submission, and of the act that it recorded: one small value in place of a search in the log."""

import msgspec

from chalicelib.domain.vocabulary import Status

ActKey = tuple[str, int]
"""How read models know an act: by its stream, and the version of that which it was recorded at."""


class Receipt(msgspec.Struct, frozen=True):
    """The head of an act.

    `id` is a keyed hash of the submission's source and its own id there, `fingerprint` one of what was sent. The act
    was recorded at `version` of `stream` (`recorded_at`, epoch ms); its newest event is at `newest`, and made it what
    `status` says.
    """

    id: str
    fingerprint: str
    stream: str
    version: int
    recorded_at: int
    status: Status
    newest: int

    @property
    def campaign(self) -> str:
        """The campaign that the act belongs to."""
        return self.stream.partition("/")[0]
