"""Who takes part: normalised contact details, and the one text by which the same participant is known again."""

import re
import unicodedata

import msgspec

from chalicelib.domain.folding import fold
from chalicelib.domain.vocabulary import PERSON, ParticipantType

HOME_REGION = "KZ"
# What most people have and write, so that a cold start needs not load what knows the numbers of the whole world.
_MOBILE = re.compile(r"(?:\+7|[78])?(7(?:0[0-25-8]|47|6[0-4]|7[15-8]|85)[0-9]{7})")
_BETWEEN_DIGITS = str.maketrans("", "", " ()-")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_PHONE_LIKE = re.compile(r"\d(?:[\s().+-]{0,3}\d){8,}")
_BIN_WEIGHTS = ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2))


class Consent(msgspec.Struct, frozen=True):
    """What a person agreed to, in the words and the version that were shown."""

    text: str
    version: str


class Contact(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a participant gave of themselves: personal data, kept in the contacts table and nowhere else.

    `phone` is E.164, `email` lower-cased, `bin` twelve digits.
    """

    name: str | None = None
    phone: str | None = None
    phone_verified: bool = False
    email: str | None = None
    organisation: str | None = None
    bin: str | None = None
    consent: Consent | None = None
    note: str | None = None


def identify(participant_type: ParticipantType, contact: Contact, place: str) -> str | None:
    """Return the text that is the same for the same participant, or None for one who gave nothing to be known by.

    A person: phone, else e-mail. An organisation: BIN, else its name with its place, else the contact's phone or
    e-mail. The first word keeps persons and organisations apart.
    """
    if participant_type == PERSON:
        return _by_contact("person", contact)
    if contact.bin:
        return f"organisation bin {contact.bin}"
    if contact.organisation:
        return f"organisation name {place} {fold(contact.organisation)}"
    return _by_contact("organisation", contact)


def normalise_phone(raw: str) -> str | None:
    """Return the E.164 form of a phone number as people write it, Kazakhstan's where no country is named.

    None where the text holds no valid number.
    """
    if mobile := _MOBILE.fullmatch(raw.translate(_BETWEEN_DIGITS)):
        return f"+7{mobile[1]}"
    import phonenumbers

    try:
        number = phonenumbers.parse(raw, HOME_REGION)
    except phonenumbers.NumberParseException:
        # A name or another word beside the number.
        match = next(iter(phonenumbers.PhoneNumberMatcher(raw, HOME_REGION)), None)
        if match is None:
            return None
        number = match.number
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def normalise_email(raw: str) -> str | None:
    """Return an e-mail address in lower case, or None where the text is none."""
    email = unicodedata.normalize("NFC", raw).strip().lower()
    return email if len(email) <= 254 and _EMAIL.fullmatch(email) else None


def is_bin(text: str) -> bool:
    """Whether a text is a business identification number: twelve digits, the last one the check digit.

    Weights and second round as in the rules of Kazakhstan's national registers of identification numbers.
    """
    if not (len(text) == 12 and text.isascii() and text.isdigit()):
        return False
    digits = [int(character) for character in text]
    for weights in _BIN_WEIGHTS:
        check = sum(weight * digit for weight, digit in zip(weights, digits, strict=False)) % 11
        if check < 10:
            return check == digits[11]
    return False


def holds_contact_details(text: str) -> bool:
    """Whether a text that will be shown or kept for ever holds an e-mail address, a phone or a personal number."""
    return bool(_EMAIL.search(text) or _PHONE_LIKE.search(text))


def _by_contact(who: str, contact: Contact) -> str | None:
    if contact.phone:
        return f"{who} phone {contact.phone}"
    return f"{who} email {contact.email}" if contact.email else None
