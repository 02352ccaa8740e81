"""What a submission says to a form: the participation that it is, or why it is none that can be recorded."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

import msgspec

from chalicelib.intake.answers import AskedField, Unmappable
from chalicelib.intake.faults import Invalid
from chalicelib.intake.form import ANY_FORM, AnswerValue, Filled, Form, fill
from chalicelib.intake.participation_requests import Draft, Sender, read_participation
from chalicelib.webhooks.delivery import Submission
from chalicelib.webhooks.parking import Reason, ReasonCode
from chalicelib.webhooks.providers.telegram import OWN_CONTACT
from chalicelib.webhooks.received import Origin

Corrections = Mapping[AskedField, AnswerValue]
"""What a moderator says in place of what was answered, by what is asked for; None for nothing."""
NONE_CORRECTED: Corrections = MappingProxyType({})


class Reading(msgspec.Struct, frozen=True):
    """A submission as its form reads it, and the participation that it is."""

    filled: Filled
    draft: Draft


def is_taken_by(form: Form, given: Submission) -> bool:
    """Whether a form takes a submission: one for all takes of a chat only the contact that it asks for."""
    if form.form != ANY_FORM or not given.in_chat:
        return True
    return given.form == OWN_CONTACT and "phone" in form.questions.values()


def read_submission(
    form: Form, origin: Origin, given: Submission, now: int, corrected: Corrections = NONE_CORRECTED
) -> Reading:
    """Return what a submission says to a form at `now` (epoch ms).

    Raises:
        Unmappable, Invalid: it is no participation that can be recorded.
    """
    filled = fill(form, given.fields, given.provider_fields, corrected, signed_in=given.user is not None)
    request = dict(filled.request)
    if "occurred_at" not in request and given.submitted_at is not None and 0 <= given.submitted_at <= now:
        request["occurred_at"] = datetime.fromtimestamp(given.submitted_at / 1000, UTC).isoformat()
    phone = given.fields.get("phone")
    sender = Sender(
        source=origin.source,
        form=f"{origin.endpoint.provider}/{origin.account}/{form.form}",
        user=given.user,
        vouched_phone=phone if given.phone_verified and isinstance(phone, str) else None,
    )
    return Reading(filled, read_participation(request, sender, now))


def reason_of(error: Unmappable | Invalid) -> Reason:
    """Return the reason for which a submission is parked, and what in it: never what somebody answered."""
    if isinstance(error, Unmappable):
        return Reason(error.reason, (error.field,))
    return Reason(_code_of(error), tuple(f"{fault.pointer} {fault.code}" for fault in error.faults))


def _code_of(error: Invalid) -> ReasonCode:
    """Return the code for a request with faults; a name is no better when its form is mended."""
    pointers = {fault.pointer for fault in error.faults}
    if "#/participant/organisation" in pointers:
        return "name_unsuitable"
    return "topic_unknown" if pointers == {"#/topic"} else "invalid"
