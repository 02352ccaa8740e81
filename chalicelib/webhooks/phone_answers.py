"""Phone answers in E.164."""

from chalicelib.domain.phones import normalise_international, normalise_phone


def phone(answer: object) -> object:
    """Return the E.164 form of a phone as a person wrote it, or the answer itself where it holds no valid number."""
    return (normalise_phone(answer) or answer) if isinstance(answer, str) else answer


def international(digits: object) -> object:
    """Return the E.164 form of a phone that a provider gives with its country code, or the value itself."""
    return (normalise_international(digits) or digits) if isinstance(digits, str) else digits


def is_phone(answer: object) -> bool:
    """Whether an answer is a phone in E.164."""
    return isinstance(answer, str) and normalise_international(answer) == answer
