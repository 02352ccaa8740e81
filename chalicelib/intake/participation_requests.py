"""From what was sent to what is meant: requests become acts and contacts, or a list of all that is wrong."""

from collections.abc import Collection, Iterator

import msgspec
from msgspec import UNSET, UnsetType

from chalicelib.domain.commands import Changes
from chalicelib.domain.currencies import CURRENCIES
from chalicelib.domain.folding import clean
from chalicelib.domain.identity import (
    Consent,
    Contact,
    details,
    identify,
    is_bin,
    normalise_email,
)
from chalicelib.domain.participation import MINUTES_PER_HOUR, Act, Money
from chalicelib.domain.phones import normalise_phone
from chalicelib.domain.places import COUNTRIES, HOME_COUNTRY, resolve_region
from chalicelib.domain.vocabulary import PERSON, ParticipantType, Source
from chalicelib.intake import requests
from chalicelib.intake.faults import Fault, Invalid, Rules, child, read

LATEST_AHEAD = 24 * 3600 * 1000
"""How far ahead of now, in ms, an act may say that it occurred: clocks and calendars differ."""


class Draft(msgspec.Struct, frozen=True):
    """A participation as it was meant; `identity` is None for a participant who gave nothing to be known by.

    The name of an organisation is in the contact: the act gets the id under which that is stored.
    """

    act: Act
    contact: Contact
    identity: str | None
    occurred_at: int | None = None
    consent: Consent | None = None
    note: str | None = None


class Correction(msgspec.Struct, frozen=True):
    """What a correction replaces, and why; `organisation` is the name that the act is to have, None for none."""

    reason: str
    changes: Changes
    organisation: str | UnsetType | None = UNSET


class Person(msgspec.Struct, frozen=True):
    """Somebody who is looked for, by all that is given of them."""

    participant_type: ParticipantType | None
    contact: Contact
    place: str | None


class Sender(msgspec.Struct, frozen=True):
    """Who sent a request, as far as that is known beside it.

    `form` is `<provider>/<account>/<form>`, `token` a token's id, `user` a signed-in user of the provider,
    `vouched_phone` (E.164) the phone that the provider vouches for.
    """

    source: Source
    form: str | None = None
    token: str | None = None
    user: str | None = None
    vouched_phone: str | None = None


def read_participation(raw: object, sender: Sender, now: int) -> Draft:
    """Return the participation that a request asks to record at `now` (epoch ms).

    Raises:
        Invalid: naming every field that is wrong.
    """
    request = read(requests.ParticipationRequest, raw, RULES)
    occurred_at = None if request.occurred_at is None else round(request.occurred_at.timestamp() * 1000)
    if occurred_at is not None and occurred_at > now + LATEST_AHEAD:
        raise Invalid((Fault("#/occurred_at", "future"),))
    contact = msgspec.structs.replace(_contact(request.participant), user=sender.user)
    identity = identify(request.participant.type, contact, _place(request.place))
    verified = _is_vouched_for(identity, contact, sender)
    consent = request.consent
    act = Act(
        kind=request.kind,
        participant_type=request.participant.type,
        place=_place(request.place),
        source=sender.source,
        form=sender.form,
        token=sender.token,
        verified=verified,
        topic=request.topic,
        people=request.people,
        minutes=_minutes(request.hours),
        pledged=_money(request.amount),
    )
    return Draft(
        act=act,
        contact=msgspec.structs.replace(contact, verified=verified),
        identity=identity,
        occurred_at=occurred_at,
        consent=None if consent is None else Consent(text=consent.text, version=consent.version),
        note=request.note,
    )


def read_reason(raw: object) -> str:
    """Return the reason of a moderator's decision.

    Raises:
        Invalid: naming every field that is wrong.
    """
    return clean(read(requests.ReasonRequest, raw, RULES).reason)


def read_correction(raw: object) -> Correction:
    """Return what a correction replaces, and why.

    Raises:
        Invalid: naming every field that is wrong.
    """
    request = read(requests.CorrectionRequest, raw, RULES)
    changes = Changes(
        kind=request.kind,
        topic=request.topic,
        place=UNSET if request.place is UNSET else _place(request.place),
        people=request.people,
        minutes=UNSET if request.hours is UNSET else _minutes(request.hours),
        pledged=UNSET if request.amount is UNSET else _money(request.amount),
    )
    organisation = UNSET if request.organisation is UNSET else _cleaned(request.organisation)
    return Correction(clean(request.reason), changes, organisation)


def check_topic(topic: str | UnsetType | None, topics: Collection[str]) -> None:
    """Let pass the topic of an act that is one of its campaign's, or none.

    Raises:
        Invalid: the campaign has no such topic.
    """
    if topic and topic not in topics:
        raise Invalid((Fault("#/topic", "choice", {"choices": ", ".join(topics)}),))


def read_person(raw: object) -> Person:
    """Return who is to be erased, or asked about.

    Raises:
        Invalid: naming every field that is wrong, or that nothing leads to anybody.
    """
    request = read(requests.PersonRequest, raw, RULES)
    given = request.participant
    contact = _contact(given)
    place = None if request.place is None else _place(request.place)
    if contact.organisation and place is None and not details(contact):
        raise Invalid((Fault("#/place", "required"),))
    if not details(contact, place):
        raise Invalid((Fault("#/participant", "nothing_identifies"),))
    return Person(given.type, contact, place)


def line_faults(line: str, pointer: str) -> Iterator[Fault]:
    """Yield that a line has nothing to read in it: not every request minds."""
    if not clean(line):
        yield Fault(pointer, "line")


def _contact(given: requests.ParticipantRequest | requests.SoughtRequest) -> Contact:
    return Contact(
        name=_cleaned(given.name) if isinstance(given, requests.ParticipantRequest) else None,
        phone=None if given.phone is None else normalise_phone(given.phone),
        email=None if given.email is None else normalise_email(given.email),
        user=given.user if isinstance(given, requests.SoughtRequest) else None,
        organisation=None if given.type == PERSON else _cleaned(given.organisation),
        bin=given.bin,
    )


def _place(given: requests.PlaceRequest) -> str:
    region = None if given.region is None else resolve_region(given.region)
    return region if isinstance(region, str) else str(given.country)


def _money(amount: requests.AmountRequest | None) -> Money | None:
    return None if amount is None else Money(currency=amount.currency, value=amount.value)


def _is_vouched_for(identity: str | None, contact: Contact, sender: Sender) -> bool:
    """Whether the source vouches for what the participant is known by: a form may ask for another phone than that."""
    vouched = (("phone", sender.vouched_phone), ("user", contact.user))
    return identity is not None and identity.partition(" ")[2] in {f"{name} {value}" for name, value in vouched}


def _minutes(hours: float) -> int:
    return round(hours * MINUTES_PER_HOUR)


def _cleaned(text: str | None) -> str | None:
    return None if text is None else (clean(text) or None)


def _phone_faults(phone: str, pointer: str) -> Iterator[Fault]:
    if normalise_phone(phone) is None:
        yield Fault(pointer, "phone")


def _email_faults(email: str, pointer: str) -> Iterator[Fault]:
    if normalise_email(email) is None:
        yield Fault(pointer, "email")


def _bin_faults(number: str, pointer: str) -> Iterator[Fault]:
    if not is_bin(number):
        yield Fault(pointer, "bin")


def _display_faults(text: str, pointer: str) -> Iterator[Fault]:
    # Its patterns take as long to compile as a tenth of a cold start, and most requests bring no such text.
    from chalicelib.domain.shown_text import unsuitability

    if (why := unsuitability(text)) is not None:
        yield Fault(pointer, why)


def _region_faults(code: str, pointer: str) -> Iterator[Fault]:
    region = resolve_region(code)
    if isinstance(region, str):
        return
    if region.reason == "ambiguous":
        yield Fault(pointer, "region_ambiguous", {"candidates": ", ".join(region.candidates)})
    else:
        yield Fault(pointer, "region")


def _country_faults(country: str, pointer: str) -> Iterator[Fault]:
    if country == HOME_COUNTRY:
        yield Fault(pointer, "country_is_home")
    elif country not in COUNTRIES:
        yield Fault(pointer, "country")


def _currency_faults(currency: str, pointer: str) -> Iterator[Fault]:
    if currency not in CURRENCIES:
        yield Fault(pointer, "currency")


def _limit_faults(limits: dict[str, int], pointer: str) -> Iterator[Fault]:
    for currency in limits:
        yield from _currency_faults(currency, child(pointer, currency))


def _participant_faults(participant: requests.ParticipantRequest, pointer: str) -> Iterator[Fault]:
    if participant.bin is not None and participant.type == PERSON:
        yield Fault(child(pointer, "bin"), "bin_of_person")


def _place_faults(place: requests.PlaceRequest, pointer: str) -> Iterator[Fault]:
    if (place.region is None) == (place.country is None):
        yield Fault(pointer, "region_or_country")


RULES = Rules(
    values={
        "phone": _phone_faults,
        "email": _email_faults,
        "bin": _bin_faults,
        "display": _display_faults,
        "region": _region_faults,
        "country": _country_faults,
        "currency": _currency_faults,
        "amount_limits": _limit_faults,
    },
    objects={
        requests.ParticipantRequest: _participant_faults,
        requests.PlaceRequest: _place_faults,
    },
)
"""What the values of every request have to mean."""
