"""Tally: form responses, signed. tally.so/help/webhooks."""

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

SOURCE: Source = "tally"

_TYPED = {"INPUT_PHONE_NUMBER": "phone", "INPUT_EMAIL": "email"}
_CLIENT_MADE = frozenset({"HIDDEN_FIELDS", "CALCULATED_FIELDS"})
"""What the client takes from its address, and what it makes of that."""


def authenticate(delivery: Delivery, accounts: Sequence[Account], _now: int, /) -> Account:
    """Return the account whose secret signed the body.

    Raises:
        Forbidden, WrongMethod, WrongType, TooLarge
    """
    require_json_post(delivery)
    given = delivery.headers.get("tally-signature")
    return account_whose(
        "secret", accounts, lambda secret: same(given, b64encode(hmac_sha256(secret, delivery.body)).decode())
    )


def read(delivery: Delivery, account: Account, /) -> Sequence[Submission]:
    """Return the form response of the delivery; other events are unwanted.

    Answers are named by their label. The first phone and e-mail question is `phone` and `email`, whatever its label; a
    second question with a label that is taken goes by its key, as does a hidden field with the label of a question.

    Raises:
        Malformed
    """
    body = read_object(delivery.body)
    if body.get("eventType") != "FORM_RESPONSE":
        return ()
    data = as_object(body.get("data"), "data")
    form = optional_identifier(data.get("formId"), "data.formId") or ""
    fields: JsonObject = {"form_id": form}
    client_made: set[str] = set()
    for item in sorted(as_objects(data.get("fields"), "data.fields"), key=_order):
        name = _name(item, fields)
        fields[name] = _value(item)
        if _is_client_made(item):
            client_made.add(name)
    return (
        Submission(
            submission_id=identifier(data.get("submissionId"), "data.submissionId"),
            account=account.id,
            form=form,
            fields=fields,
            provider_fields=frozenset(fields) - client_made,
            submitted_at=instant(data.get("createdAt", body.get("createdAt"))),
        ),
    )


def respond(_delivery: Delivery, _account: Account, /) -> ProviderResponse:
    """Return an empty object."""
    return ACKNOWLEDGED


def _order(item: JsonObject) -> int:
    """Questions that are typed, the others, and what the client made: each takes no name that one before it has."""
    return 0 if _typed_name(item) else 2 if _is_client_made(item) else 1


def _is_client_made(item: JsonObject) -> bool:
    return text(item.get("type")) in _CLIENT_MADE


def _typed_name(item: JsonObject) -> str:
    return _TYPED.get(text(item.get("type")), "")


def _name(item: JsonObject, fields: JsonObject) -> str:
    for name in (_typed_name(item), text(item.get("label"))):
        if name and name not in fields:
            return name
    return text(item.get("key"))


def _value(item: JsonObject) -> object:
    value = item.get("value")
    if item.get("type") == "INPUT_PHONE_NUMBER":
        return phone(value)
    texts = {text(option.get("id")): option.get("text") for option in as_objects(item.get("options"), "options")}
    if isinstance(value, list):
        return [texts.get(chosen, chosen) if isinstance(chosen, str) else chosen for chosen in value]
    return texts.get(value, value) if isinstance(value, str) else value
