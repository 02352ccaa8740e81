"""What a provider's adapter takes and gives: one delivery in, submissions and one answer out, or one declared error."""

from collections.abc import Mapping

import msgspec


class Delivery(msgspec.Struct, frozen=True):
    """One HTTP request of a provider: header names in lower case, the body as the bytes that came over the wire."""

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


class Account(msgspec.Struct, frozen=True):
    """One account at a provider and what is configured for it, by name.

    Every entry of `secrets` is a list, newest value first: while a secret is rotated, two of them are valid.
    """

    id: str
    secrets: Mapping[str, tuple[str, ...]]

    def secret(self, name: str) -> tuple[str, ...]:
        """Return the values configured under a name; an empty text is no secret and never matches anything."""
        return tuple(value for value in self.secrets.get(name, ()) if value)


class Submission(msgspec.Struct, frozen=True):
    """One answered form.

    `form` is what the provider calls the form, empty where it names none; `fields` is what was answered, by field name,
    any JSON value; `submitted_at` is the provider's time in epoch ms. `is_test` marks what the provider itself calls a
    test, `phone_verified` a phone that the provider, not the person, vouches for. `user` is who was signed in there,
    `<provider> <id>`.

    `provider_fields` names the fields that the provider tells or that are questions of the form it keeps: whoever fills
    the form in can only answer those. Every other field was made by somebody's client, which may send anything.
    `context` names the fields that nobody filled in: who sent it and through what, what the form's address carries and
    what the form computed. `in_chat` marks what was sent in a chat without any form.

    Where `unreadable` says why, it is a part of a delivery that could not be read, which stands in field `item` as it
    came.
    """

    submission_id: str
    account: str
    form: str
    fields: Mapping[str, object]
    submitted_at: int | None = None
    is_test: bool = False
    phone_verified: bool = False
    user: str | None = None
    provider_fields: frozenset[str] = frozenset()
    context: frozenset[str] = frozenset()
    in_chat: bool = False
    unreadable: str | None = None


class Lead(msgspec.Struct, frozen=True):
    """A submission that must be fetched: Meta's reference to a lead of page `account`, `created_at` in epoch ms.

    `is_test` marks a sample of Meta's, behind which there is no lead.
    """

    lead_id: str
    account: str
    form: str | None
    created_at: int | None
    is_test: bool = False


class ProviderResponse(msgspec.Struct, frozen=True):
    """What the provider is answered once everything of its delivery is kept."""

    status: int
    body: str
    content_type: str


ACKNOWLEDGED = ProviderResponse(status=200, body="{}", content_type="application/json")


class DeliveryError(Exception):
    """A delivery that is refused; the text names the fault and holds nothing of the body, `values` fill its problem's.

    None becomes a 404 or 410: Typeform and Telegram take those as a wish to be sent nothing more.
    """

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text)
        self.values = values


class Malformed(DeliveryError):
    """Authentic, or not to be authenticated, and not of the provider's format."""


class Forbidden(DeliveryError):
    """Not proven to come from the provider, or too old to be believed."""


class WrongMethod(DeliveryError):
    """A method that the provider's protocol does not have; `allowed` are those that it has."""


class TooLarge(DeliveryError):
    """A body of more bytes than any provider sends, which is `max`, or too large to be parked."""


class WrongType(DeliveryError):
    """A body that is not declared as JSON."""
