"""Tally: form responses, signed. tally.so/help/webhooks."""

from base64 import b64encode
from collections.abc import Mapping, Sequence

from chalicelib.domain.vocabulary import Source
from chalicelib.webhooks.answered_fields import AnsweredFields, typed_first
from chalicelib.webhooks.delivery import ACKNOWLEDGED, Account, Delivery, ProviderResponse, Submission
from chalicelib.webhooks.money_answers import payment
from chalicelib.webhooks.phone_answers import phone
from chalicelib.webhooks.signatures import account_whose, hmac_sha256, same
from chalicelib.webhooks.untrusted_json import (
    JsonObject,
    as_object,
    as_objects,
    identifier,
    instant,
    objects_of,
    optional_identifier,
    read_object,
    require_json_post,
    text,
)

SOURCE: Source = "tally"

_TYPED = {"INPUT_PHONE_NUMBER": "phone", "INPUT_EMAIL": "email"}
_CLIENT_MADE = frozenset({"HIDDEN_FIELDS", "CALCULATED_FIELDS"})
"""What the client takes from its address, and what it makes of that."""
_PRICES = {"_price": "_currency", "(price)": "(currency)"}
"""How the key and the label of a payment's price end, and those of its currency."""


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

    Answers are named by their label, in which every space is one. The first phone and e-mail question is `phone` and
    `email`, whatever its label; a question with such a label goes by its key, as does a hidden field with the label of
    a question. Questions that share a label are under it all together, and each under its key.

    Raises:
        Malformed
    """
    body = read_object(delivery.body)
    if body.get("eventType") != "FORM_RESPONSE":
        return ()
    data = as_object(body.get("data"), "data")
    form = optional_identifier(data.get("formId"), "data.formId") or ""
    items = as_objects(data.get("fields"), "data.fields")
    asked = [item for item in items if not _is_client_made(item)]
    gathered = AnsweredFields(form_id=form)
    for item, typed in typed_first(asked, _typed_name, lambda item: item.get("value")):
        if typed:
            gathered.add(_value(item, asked), typed)
        else:
            gathered.add_question(_value(item, asked), _label(item), text(item.get("key")))
    questions = frozenset(gathered.by_name)
    for item in filter(_is_client_made, items):
        if free := [name for name in _names(item) if name not in questions]:
            gathered.add(_value(item, items), *free)
    made = frozenset(gathered.by_name) - questions
    return (
        Submission(
            submission_id=identifier(data.get("submissionId", data.get("responseId")), "data.submissionId"),
            account=account.id,
            form=form,
            fields=gathered.by_name,
            provider_fields=questions,
            context=made | {"form_id"},
            submitted_at=instant(data.get("createdAt", body.get("createdAt"))),
        ),
    )


def respond(_delivery: Delivery, _account: Account, /) -> ProviderResponse:
    """Return an empty object."""
    return ACKNOWLEDGED


def _is_client_made(item: JsonObject) -> bool:
    return text(item.get("type")) in _CLIENT_MADE


def _typed_name(item: JsonObject) -> str | None:
    return _TYPED.get(text(item.get("type")))


def _names(item: JsonObject) -> list[str]:
    """Return the names of a field, the first one first: its label and its key."""
    return [name for name in (_label(item), text(item.get("key"))) if name] or [""]


def _label(item: JsonObject) -> str:
    return " ".join(text(item.get("label")).split())


def _value(item: JsonObject, items: Sequence[JsonObject]) -> object:
    value = item.get("value")
    match item.get("type"):
        case "INPUT_PHONE_NUMBER":
            return phone(value)
        case "PAYMENT" if isinstance(value, int | float) or _beside(text(item.get("key"))) or _beside(_label(item)):
            return payment(value, _currency(item, items))
        case "MATRIX" if isinstance(value, dict):
            columns, rows = _texts(item, "columns"), _texts(item, "rows")
            return {str(rows.get(row, row)): _chosen(chosen, columns) for row, chosen in value.items()}
    return _chosen(value, _texts(item, "options"))


def _texts(item: JsonObject, name: str) -> Mapping[str, object]:
    """Return the texts of what can be chosen, by id."""
    return {text(option.get("id")): option.get("text") for option in objects_of(item.get(name))}


def _chosen(value: object, texts: Mapping[str, object]) -> object:
    if isinstance(value, list):
        return [texts.get(chosen, chosen) if isinstance(chosen, str) else chosen for chosen in value]
    return texts.get(value, value) if isinstance(value, str) else value


def _currency(price: JsonObject, items: Sequence[JsonObject]) -> object:
    """Return the currency of a payment, which comes as a field beside its price with a key and a label like that's."""
    key, label = (_beside(given) for given in (text(price.get("key")), _label(price)))
    payments = [item for item in items if item.get("type") == "PAYMENT"]
    named = [item for item in payments if key and item.get("key") == key] or [
        item for item in payments if label and _label(item) == label
    ]
    return named[0].get("value") if len(named) == 1 else None


def _beside(name: str) -> str | None:
    """Return how the currency is called that belongs to a price of a name, None for no price."""
    for price, currency in _PRICES.items():
        if name.endswith(price):
            return name.removesuffix(price) + currency
    return None
