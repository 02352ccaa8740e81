"""Phone answers in E.164."""

from chalicelib.domain.identity import normalise_phone

_MAX_CHARACTERS = 100
"""Characters; longer texts are no phone, and searching them for one takes time."""


def phone(answer: object) -> object:
    """Return the E.164 form of a phone as a person wrote it, or the answer itself where it holds no valid number."""
    if not isinstance(answer, str) or len(answer) > _MAX_CHARACTERS:
        return answer
    return normalise_phone(answer) or answer


def international(digits: object) -> object:
    """Return the E.164 form of a phone that a provider gives with its country code, with or without a plus."""
    if isinstance(digits, str) and digits.isascii() and digits.isdigit():
        return phone(f"+{digits}")
    return phone(digits)
