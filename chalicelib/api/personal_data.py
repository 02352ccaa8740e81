"""What is held of a person: told, erased, and their consent withdrawn. Whom it is about, any detail says."""

from typing import TYPE_CHECKING

import msgspec
from chalice.app import Response

from chalicelib.api.calls import Call
from chalicelib.api.intents import Intent
from chalicelib.api.responses import AnyJson, MomentText, moment
from chalicelib.api.routes import NO_STORE, Operation, Routes, json_response
from chalicelib.domain.vocabulary import ParticipantType
from chalicelib.eventlog.cloudevents import to_cloudevent
from chalicelib.intake.participation_requests import read_person
from chalicelib.intake.requests import PersonRequest

if TYPE_CHECKING:
    from chalicelib.participations.contacts import ActNote
    from chalicelib.participations.data_subjects import Held

routes = Routes(__name__)


class ErasureResponse(msgspec.Struct, frozen=True):
    """What was erased: participants, contact persons of organisations that stay, names, deliveries that waited."""

    participants: int
    contact_persons: int
    names: int
    parked: int


class ConsentNote(msgspec.Struct, frozen=True, omit_defaults=True):
    """A note or a consent beside an act; `withdrawn_by` is the channel by which the consent was withdrawn."""

    recorded_at: MomentText
    source: str
    note: str | None = None
    consent_text: str | None = None
    consent_version: str | None = None
    withdrawn_at: MomentText | None = None
    withdrawn_by: str | None = None


class HeldParticipant(msgspec.Struct, frozen=True):
    """What is held of one participant: what they gave, until when it is stored, and the facts of the log."""

    participant_type: ParticipantType
    place: str
    given: dict[str, AnyJson]
    expires_at: MomentText
    notes: list[ConsentNote]
    events: list[dict[str, AnyJson]]


class SubjectAccess(msgspec.Struct, frozen=True):
    """All that is held of a person in a campaign."""

    participants: list[HeldParticipant]
    parked: list[dict[str, AnyJson]]


class ConsentWithdrawal(msgspec.Struct, frozen=True):
    """How many consents stood until now."""

    consents: int


@routes.on(
    "POST",
    "/v1/campaigns/{campaign}/erasures",
    Operation(
        summary="Erase a person by any detail that they gave; where nobody is known by it, too.",
        description="204 for a token that may not know who took part; with the scope `access` the answer says what "
        "was erased.",
        scope="erase",
        trail="person_erased",
        cache=NO_STORE,
        takes=PersonRequest,
        gives={204: None, 200: ErasureResponse},
    ),
)
def erase(call: Call, campaign: str) -> Intent:
    """Erase a person."""
    current = call.campaign(campaign)
    person = read_person(call.json())

    def erased() -> Response:
        done = call.services.personal_data.erase(current.id, person)
        if not call.token.allows("access", current.id, call.services.now()):
            return Response("", status_code=204)
        return json_response(ErasureResponse(**msgspec.structs.asdict(done)))

    return Intent(campaign=current.id, carry_out=erased)


@routes.on(
    "POST",
    "/v1/campaigns/{campaign}/subject-access",
    Operation(
        summary="Tell a person what is held of them, by any detail that they gave.",
        scope="access",
        trail="contacts_read",
        cache=NO_STORE,
        takes=PersonRequest,
        gives={200: SubjectAccess},
    ),
)
def tell_held(call: Call, campaign: str) -> Intent:
    """Tell what is held of a person."""
    current = call.campaign(campaign)
    person = read_person(call.json())

    def told() -> Response:
        held, parked = call.services.personal_data.held(current.id, person)
        return json_response(SubjectAccess([_held(one) for one in held], parked))

    return Intent(campaign=current.id, carry_out=told)


@routes.on(
    "POST",
    "/v1/campaigns/{campaign}/consent-withdrawals",
    Operation(
        summary="Note that a person withdrew their consent, by any detail that they gave.",
        description="204 for a token that may not know who took part; with the scope `access` the answer says how "
        "many consents stood.",
        scope="erase",
        trail="consent_withdrawn",
        cache=NO_STORE,
        takes=PersonRequest,
        gives={204: None, 200: ConsentWithdrawal},
    ),
)
def withdraw_consent(call: Call, campaign: str) -> Intent:
    """Note a withdrawal of consent."""
    current = call.campaign(campaign)
    person = read_person(call.json())

    def noted() -> Response:
        consents = call.services.personal_data.withdraw_consent(current.id, person, by=f"api {call.token.id}")
        if not call.token.allows("access", current.id, call.services.now()):
            return Response("", status_code=204)
        return json_response(ConsentWithdrawal(consents))

    return Intent(campaign=current.id, carry_out=noted)


def _held(held: "Held") -> HeldParticipant:
    contact = held.contact
    return HeldParticipant(
        participant_type=contact.participant_type,
        place=contact.place,
        given=msgspec.to_builtins(contact.given),
        expires_at=moment(contact.expires_at * 1000),
        notes=[_note(note) for note in held.notes],
        events=[to_cloudevent(event) for event in held.acts],
    )


def _note(note: "ActNote") -> ConsentNote:
    return ConsentNote(
        recorded_at=moment(note.at),
        source=note.source,
        note=note.note,
        consent_text=None if note.consent is None else note.consent.text,
        consent_version=None if note.consent is None else note.consent.version,
        withdrawn_at=None if note.withdrawn_at is None else moment(note.withdrawn_at),
        withdrawn_by=note.withdrawn_by,
    )
