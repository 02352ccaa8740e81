"""What became of a delivery, as a sender is told whose own script reads it."""

from collections.abc import Sequence

import msgspec
from msgspec import UNSET, UnsetType

from chalicelib.webhooks.delivery import ProviderResponse
from chalicelib.webhooks.dispatcher import Disposition, Outcome
from chalicelib.webhooks.received import ReceivedContent


class SubmissionOutcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one submission, by the id that its sender gave it.

    Where it is parked `reason` is a code, and `about` the fields or statuses that it is about.
    """

    id: str
    outcome: Outcome
    reason: str | UnsetType = UNSET
    about: tuple[str, ...] | UnsetType = UNSET


class DeliveryOutcomes(msgspec.Struct, frozen=True):
    """How many submissions of a delivery were recorded, had been before, wait, or are none that the form takes."""

    recorded: int
    repeated: int
    parked: int
    ignored: int
    submissions: list[SubmissionOutcome]


def told(contents: Sequence[ReceivedContent], dispositions: Sequence[Disposition]) -> ProviderResponse:
    """Return the answer that tells what became of each part of a delivery, in its order."""
    outcomes = [disposition.outcome for disposition in dispositions]
    answer = DeliveryOutcomes(
        recorded=outcomes.count("recorded"),
        repeated=outcomes.count("repeated"),
        parked=outcomes.count("parked"),
        ignored=outcomes.count("ignored"),
        submissions=list(map(_outcome, contents, dispositions)),
    )
    return ProviderResponse(200, msgspec.json.encode(answer).decode(), "application/json")


def _outcome(content: ReceivedContent, disposition: Disposition) -> SubmissionOutcome:
    identity, reason = content.origin.submission_id, disposition.reason
    if reason is None:
        return SubmissionOutcome(identity, disposition.outcome)
    return SubmissionOutcome(identity, disposition.outcome, reason.code, reason.about or UNSET)
