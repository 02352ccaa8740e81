"""Typeform: completed responses, signed.

typeform.com/developers/webhooks/secure-your-webhooks and /example-payload.
"""

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

SOURCE: Source = "typeform"

_TYPED = {"phone_number": "phone", "email": "email"}
_PAID = (True, "true")
"""What `success` is of a payment that was made."""
_SAMPLES = frozenset({"Lorem ipsum dolor", "an_account@example.com"})
"""What "Send test request" answers text and e-mail questions with, as received; it carries no other mark of a test."""


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

    Answers are named by the reference of their question; those that share one are under it all together. The first
    e-mail, phone and legal question is `email`, `phone` and `consent`, whatever its reference; another one with such a
    reference goes by its id. Hidden fields are made by the client, since they stand in its address, and so is what the
    form computes: variables by their keys, and `score`.

    Raises:
        Malformed
    """
    body = read_object(delivery.body)
    if body.get("event_type") != "form_response":
        return ()
    response = as_object(body.get("form_response"), "form_response")
    form = optional_identifier(response.get("form_id"), "form_id") or ""
    fields = _answered(response, form)
    made = _made(response)
    return (
        Submission(
            submission_id=identifier(response.get("token"), "token"),
            account=account.id,
            form=form,
            fields=made | fields,
            provider_fields=frozenset(fields),
            context=frozenset(made.keys() - fields.keys() | {"form_id"}),
            submitted_at=instant(response.get("submitted_at")),
            is_test=not _SAMPLES.isdisjoint(value for value in fields.values() if isinstance(value, str)),
        ),
    )


def respond(_delivery: Delivery, _account: Account, /) -> ProviderResponse:
    """Return an empty object."""
    return ACKNOWLEDGED


def _answered(response: JsonObject, form: str) -> JsonObject:
    """Return what was answered, by name."""
    items = as_objects(response.get("answers"), "answers")
    currencies = _currencies(response.get("definition"))
    gathered = AnsweredFields(form_id=form)
    for item, typed in typed_first(items, _typed_name, _value):
        question = as_object(item.get("field"), "field")
        paid = item.get("type") == "payment"
        answer = _paid(item.get("payment"), currencies.get(text(question.get("id")))) if paid else _value(item)
        if typed:
            gathered.add(answer, typed)
        else:
            gathered.add_question(answer, text(question.get("ref")), text(question.get("id")))
    return gathered.by_name


def _made(response: JsonObject) -> JsonObject:
    """Return what the client and the form made: the score, what stands in the address, and the variables."""
    calculated, hidden = response.get("calculated"), response.get("hidden")
    score = calculated.get("score") if isinstance(calculated, dict) else None
    variables = {
        text(variable.get("key")): variable.get(text(variable.get("type")))
        for variable in objects_of(response.get("variables"))
    }
    return {
        **({} if score is None else {"score": score}),
        **(hidden if isinstance(hidden, dict) else {}),
        **variables,
    }


def _currencies(definition: object) -> Mapping[str, object]:
    """Return the currency of each question that asks for a payment, by the question's id."""
    questions = objects_of(definition.get("fields")) if isinstance(definition, dict) else []
    properties = {text(question.get("id")): question.get("properties") for question in questions}
    return {name: given.get("currency") for name, given in properties.items() if isinstance(given, dict)}


def _typed_name(item: JsonObject) -> str | None:
    question = as_object(item.get("field"), "field")
    return "consent" if question.get("type") == "legal" else _TYPED.get(text(item.get("type")))


def _paid(given: object, currency: object) -> object:
    """Return what was paid; what was not is left as it came, which is no amount."""
    if not isinstance(given, dict) or given.get("success", True) not in _PAID:
        return given
    return payment(given.get("amount"), given.get("currency", currency))


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
