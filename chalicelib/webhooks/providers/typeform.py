"""Typeform: completed responses, signed.

typeform.com/developers/webhooks/secure-your-webhooks and /example-payload.
"""

from base64 import b64encode
from collections.abc import Sequence

from chalicelib.domain.vocabulary import Source
from chalicelib.webhooks.delivery import ACKNOWLEDGED, Account, Delivery, ProviderResponse, Submission
from chalicelib.webhooks.phone_answers import phone
from chalicelib.webhooks.signatures import account_whose, hmac_sha256, same
from chalicelib.webhooks.untrusted_json import (
    JsonObject,
    as_object,
    as_objects,
    identifier,
    instant,
    optional_identifier,
    read_object,
    require_json_post,
    text,
)

SOURCE: Source = "typeform"

_TYPED = {"phone_number": "phone", "email": "email"}


def authenticate(delivery: Delivery, accounts: Sequence[Account], _now: int, /) -> Account:
    """Return the account whose secret signed the body.

    Raises:
        Forbidden, WrongMethod, WrongType, TooLarge
    """
    require_json_post(delivery)
    given = delivery.headers.get("typeform-signature")
    return account_whose(
        "secret",
        accounts,
        lambda secret: same(given, f"sha256={b64encode(hmac_sha256(secret, delivery.body)).decode()}"),
    )


def read(delivery: Delivery, account: Account, /) -> Sequence[Submission]:
    """Return the completed response; a partial one carries the same token and is left to the full one that follows.

    Answers are named by the reference of their question. The first e-mail, phone and legal question is also `email`,
    `phone` and `consent`, whatever its reference. Hidden fields are made by the client: they stand in its address.

    Raises:
        Malformed
    """
    body = read_object(delivery.body)
    if body.get("event_type") != "form_response":
        return ()
    response = as_object(body.get("form_response"), "form_response")
    form = optional_identifier(response.get("form_id"), "form_id") or ""
    fields: JsonObject = {"form_id": form}
    for item in as_objects(response.get("answers"), "answers"):
        fields[_name(item, fields)] = _value(item)
    hidden = response.get("hidden")
    return (
        Submission(
            submission_id=identifier(response.get("token"), "token"),
            account=account.id,
            form=form,
            fields=(hidden if isinstance(hidden, dict) else {}) | fields,
            provider_fields=frozenset(fields),
            submitted_at=instant(response.get("submitted_at")),
        ),
    )


def respond(_delivery: Delivery, _account: Account, /) -> ProviderResponse:
    """Return an empty object."""
    return ACKNOWLEDGED


def _name(item: JsonObject, fields: JsonObject) -> str:
    question = as_object(item.get("field"), "field")
    known = "consent" if question.get("type") == "legal" else _TYPED.get(text(item.get("type")))
    if known and known not in fields:
        return known
    return text(question.get("ref")) or text(question.get("id"))


def _value(item: JsonObject) -> object:
    kind = text(item.get("type"))
    value = item.get(kind)
    if kind == "phone_number":
        return phone(value)
    if not isinstance(value, dict):
        return value
    if kind == "choice":
        return value.get("label", value.get("other"))
    if kind == "choices":
        return _chosen(value)
    return value


def _chosen(choices: JsonObject) -> list[object]:
    labels = choices.get("labels")
    other = choices.get("other")
    return [*(labels if isinstance(labels, list) else []), *([other] if other else [])]
