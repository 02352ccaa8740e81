"""Who takes part: what they gave of themselves, and the texts by which the same participant is known again."""

import re
import unicodedata
from functools import cache

import msgspec

from chalicelib.domain.folding import fold
from chalicelib.domain.phones import find_phones
from chalicelib.domain.vocabulary import PERSON, ParticipantType

# Of a local part of any length every place of a long text would be the beginning; it has 64 at most (RFC 5321).
# What is written around an address is no part of it: with it the same person would be another one.
_OF_ADDRESS = r"[^@\s,:;<>()\[\]\\«»\"“”„"
_EMAIL = re.compile(rf"{_OF_ADDRESS}]{{1,64}}@{_OF_ADDRESS}.]+(\.{_OF_ADDRESS}.]+)+")
# Of ASCII a domain has letters, digits and hyphens alone (RFC 5321, 4.1.2), whatever is written behind it.
_NOT_OF_DOMAIN = re.compile(r"[!-,/:-@\[-`{-~]")
# In a text that is no address alone, what parts words ends one.
_PART = r"[^@\s,:;<>()\[\]{}«»\"/\\|"
_PART_OF_DOMAIN = r"[^@\s!-,./:-@\[-`{-~«»]"
_EMAIL_IN_TEXT = re.compile(rf"{_PART}]{{1,64}}@{_PART_OF_DOMAIN}+(?:\.{_PART_OF_DOMAIN}+)+")
_NUMBER_IN_TEXT = re.compile(r"(?<!\d)\d(?:[\s-]?\d){10,11}(?!\d)")
_BIN_WEIGHTS = ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2))
_MARKS = (
    *("ИП", "И П", "ЖК", "Ж К", "IP", "IE", "ЧП", "КХ", "ШҚ"),
    *("жеке кәсіпкер", "дербес кәсіпкер", "шаруа қожалығы"),
    *("индивидуальный предприниматель", "частный предприниматель", "крестьянское хозяйство"),
    *("individual entrepreneur", "sole trader", "sole proprietor"),
)
"""What a name begins or ends with that is a person's who does business alone, or a peasant farm's, which is as much."""
_COMPANIES = ("ТОО", "ЖШС", "АО", "АҚ")
"""Forms of companies, which no person is, however the name goes on."""


class Consent(msgspec.Struct, frozen=True):
    """What a person agreed to, in the words and the version that were shown."""

    text: str
    version: str


class Contact(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a participant gave of themselves: personal data, stored in the contacts table and nowhere else.

    `phone` is E.164, `email` lower-cased, `bin` twelve digits, `user` a signed-in user of a provider
    (`<provider> <id>`). `verified` says that the source vouches for the phone or the user.
    """

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    user: str | None = None
    organisation: str | None = None
    bin: str | None = None
    verified: bool = False


def identify(participant_type: ParticipantType, contact: Contact, place: str) -> str | None:
    """Return the text that is the same for the same participant, or None for one who gave nothing to be known by.

    A person: phone, else e-mail, else user. An organisation: BIN, else its name with its place, else the contact's
    phone, e-mail or user. The first word keeps persons and organisations apart.
    """
    known = details(contact, place)
    if participant_type == PERSON:
        return next((f"person {detail}" for detail in known if not detail.startswith(("bin ", "name "))), None)
    return next((f"organisation {detail}" for detail in known), None)


def details(contact: Contact, place: str | None = None) -> tuple[str, ...]:
    """Return each thing that a participant can be found by, as text: what identifies an organisation comes first.

    An organisation's name needs its place.
    """
    found = (
        ("bin", contact.bin),
        ("name", f"{place} {fold(contact.organisation)}" if contact.organisation and place else None),
        ("phone", contact.phone),
        ("email", contact.email),
        ("user", contact.user),
    )
    return tuple(f"{kind} {value}" for kind, value in found if value)


def details_in(text: str) -> set[str]:
    """Return what somebody can be found by in a text that may hold anything: phones, e-mails, numbers."""
    text = unicodedata.normalize("NFKC", text)
    found = {f"email {match[0].strip('.').lower()}" for match in _EMAIL_IN_TEXT.finditer(text)}
    found |= {f"phone {phone}" for phone in find_phones(text)}
    # A spreadsheet takes the zero away that a number begins with.
    numbers = (re.sub(r"[\s-]", "", match[0]).zfill(12) for match in _NUMBER_IN_TEXT.finditer(text))
    return found | {f"bin {number}" for number in numbers if is_bin(number)}


def normalise_email(raw: str) -> str | None:
    """Return an e-mail address in lower case, or None where the text is none."""
    email = unicodedata.normalize("NFC", raw).strip().lower()
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        return None
    return None if _NOT_OF_DOMAIN.search(email.partition("@")[2]) else email


def is_bin(text: str) -> bool:
    """Whether a text is a business or individual identification number: twelve digits, the last one the check digit.

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


def is_sole_trader(contact: Contact) -> bool:
    """Whether an organisation is one person, whose own name and number are personal data.

    Its name says so, or its number is an individual's: the fifth digit is of a day of birth there, and 4 to 6 in the
    number of a legal entity.
    """
    named = contact.organisation is not None and _is_marked(contact.organisation)
    return named or (contact.bin is not None and contact.bin[4] in "0123")


def _is_marked(name: str) -> bool:
    words = _words(name)
    if words[:1] in _companies():
        return False
    return any(words[: len(mark)] == mark or words[-len(mark) :] == mark for mark in _sole_traders())


@cache
def _companies() -> tuple[list[str], ...]:
    return tuple(_words(form) for form in _COMPANIES)


@cache
def _sole_traders() -> tuple[list[str], ...]:
    return tuple(_words(mark) for mark in _MARKS)


def _words(text: str) -> list[str]:
    return re.sub(r"[\W_]+", " ", fold(text)).replace("π", "п").split()
