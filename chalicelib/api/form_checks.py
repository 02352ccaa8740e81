"""What is answered of a form that is checked."""

from typing import TYPE_CHECKING

import msgspec

from chalicelib.api.responses import MomentText, PlaceResponse, moment, place_response
from chalicelib.domain.participation import Money, hours_of
from chalicelib.domain.vocabulary import Kind, ParticipantType

if TYPE_CHECKING:
    from chalicelib.intake.participation_requests import Draft
    from chalicelib.webhooks.checking import Checked


class CheckedParticipant(msgspec.Struct, frozen=True):
    """Who would be recorded; `known_by` is what they would be known again by: phone, email, user, bin or name."""

    type: ParticipantType
    known_by: str | None
    name: str | None
    phone: str | None
    email: str | None
    organisation: str | None
    bin: str | None


class CheckedRecord(msgspec.Struct, frozen=True):
    """What would be recorded."""

    kind: Kind
    place: PlaceResponse
    participant: CheckedParticipant
    topic: str | None
    people: int
    hours: float
    amount: Money | None
    occurred_at: MomentText | None
    has_consent: bool
    note: str | None


class CheckedSubmission(msgspec.Struct, frozen=True):
    """What would become of one submission.

    `account` and `form` are what the delivery says that it is of; `is_of_form`, whether it is of the form that is
    checked; `is_test`, whether the provider calls it a test. `outcome` is `recorded`, `parked`, `ignored`, or `queued`
    for a lead whose answers the sample does not have; `reason` and `about` are those of a parked one. `unmapped` are
    answered fields that the form asks nothing of, `absent` fields that it maps and the delivery does not have,
    `left_out` details that cannot be used and are not needed.
    """

    account: str
    form: str
    is_of_form: bool
    is_test: bool
    outcome: str
    reason: str | None
    about: tuple[str, ...]
    records: CheckedRecord | None
    unmapped: tuple[str, ...]
    absent: tuple[str, ...]
    left_out: tuple[str, ...]


def checked_submission(checked: "Checked") -> CheckedSubmission:
    """Return how a checked submission is told."""
    reason = checked.reason
    return CheckedSubmission(
        account=checked.account,
        form=checked.form,
        is_of_form=checked.is_of_form,
        is_test=checked.is_test,
        outcome=checked.outcome,
        reason=None if reason is None else reason.code,
        about=() if reason is None else reason.about,
        records=None if checked.draft is None else _record(checked.draft),
        unmapped=checked.unmapped,
        absent=checked.absent,
        left_out=checked.left_out,
    )


def _record(draft: "Draft") -> CheckedRecord:
    act, contact = draft.act, draft.contact
    return CheckedRecord(
        kind=act.kind,
        place=place_response(act.place),
        participant=CheckedParticipant(
            type=act.participant_type,
            known_by=None if draft.identity is None else draft.identity.split()[1],
            name=contact.name,
            phone=contact.phone,
            email=contact.email,
            organisation=contact.organisation,
            bin=contact.bin,
        ),
        topic=act.topic,
        people=act.people,
        hours=hours_of(act.minutes),
        amount=act.pledged,
        occurred_at=None if draft.occurred_at is None else moment(draft.occurred_at),
        has_consent=draft.consent is not None,
        note=draft.note,
    )
