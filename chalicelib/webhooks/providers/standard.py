"""Standard Webhooks 1.0.0, for partner sites and automation tools.

github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md.
"""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Sequence

from chalicelib.domain.vocabulary import Source
from chalicelib.webhooks.delivery import (
    ACKNOWLEDGED,
    Account,
    Delivery,
    Forbidden,
    Malformed,
    ProviderResponse,
    Submission,
)
from chalicelib.webhooks.phone_answers import phone
from chalicelib.webhooks.signatures import account_whose, hmac_sha256, same, utf8
from chalicelib.webhooks.untrusted_json import (
    JsonObject,
    as_object,
    identifier,
    instant,
    optional_identifier,
    read_object,
    require_json_post,
    seconds,
)

SOURCE: Source = "standard"
TOLERANCE = 300
"""How far, in seconds, the signed timestamp may lie from now, either way."""

_URL_SAFE = str.maketrans("-_", "+/")

_ASYMMETRIC = ("whsk_", "whpk_", "v1a,")
"""How keys of signatures begin that are not made here (`v1a`)."""

_ID = "webhook-id"
_TIMESTAMP = "webhook-timestamp"
_SIGNATURE = "webhook-signature"


def authenticate(delivery: Delivery, accounts: Sequence[Account], now: int, /) -> Account:
    """Return the account one of whose `whsec` secrets signed id, timestamp and body.

    Any entry of the signature list may be the valid one; entries of other versions, or of none, are passed over.

    Raises:
        Malformed: a header of the specification is missing, or the timestamp is no number.
        Forbidden, WrongMethod, WrongType, TooLarge
    """
    require_json_post(delivery)
    for header in (_ID, _TIMESTAMP, _SIGNATURE):
        if not delivery.headers.get(header):
            raise Malformed(f"{header} is missing")
    moment = seconds(delivery.headers[_TIMESTAMP])
    if moment is None:
        raise Malformed(f"{_TIMESTAMP} is no number of seconds")
    account = account_whose("whsec", accounts, lambda secret: _signed_with(secret, delivery))
    if abs(now - moment) > TOLERANCE:
        raise Forbidden("the timestamp is not within five minutes of now")
    return account


def read(delivery: Delivery, account: Account, /) -> Sequence[Submission]:
    """Return the submission of the delivery: its fields are the members of `data`, or of the body where it has none.

    `form` is the `form_id` among them, else the `type` of the payload.

    Raises:
        Malformed
    """
    body = read_object(delivery.body)
    fields = as_object(body.get("data", body), "data")
    if "phone" in fields:
        fields = fields | {"phone": phone(fields["phone"])}
    return (
        Submission(
            submission_id=identifier(delivery.headers.get(_ID), _ID),
            account=account.id,
            form=_form(body, fields),
            fields=fields,
            provider_fields=frozenset(fields),
            context=frozenset({"form_id", "response_id"}),
            submitted_at=instant(body.get("timestamp")),
        ),
    )


def respond(_delivery: Delivery, _account: Account, /) -> ProviderResponse:
    """Return an empty object."""
    return ACKNOWLEDGED


def signing_key(secret: str) -> bytes:
    """Return the key that a secret stands for: base64, as it is often copied, with its marks and without its padding.

    Empty where the secret is none, and then nothing is valid.
    """
    text = "".join(secret.split()).removeprefix("v1,")
    if text.startswith(_ASYMMETRIC):
        return b""
    text = text.removeprefix("whsec_").rstrip("=").translate(_URL_SAFE)
    try:
        return b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _form(body: JsonObject, fields: JsonObject) -> str:
    return optional_identifier(fields.get("form_id"), "form_id") or optional_identifier(body.get("type"), "type") or ""


def _signed_with(secret: str, delivery: Delivery) -> bool:
    key = signing_key(secret)
    given = delivery.headers.get(_SIGNATURE, "").split()
    signed = b".".join((utf8(delivery.headers.get(_ID, "")), utf8(delivery.headers.get(_TIMESTAMP, "")), delivery.body))
    expected = f"v1,{b64encode(hmac_sha256(key, signed)).decode()}"
    return bool(key) and any(same(entry, expected) for entry in given)
