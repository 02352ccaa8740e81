"""Telegram Bot API: messages, a person's own contact and the data of keyboard Mini Apps, one update per request.

core.telegram.org/bots/api#setwebhook and #update.
"""

from collections.abc import Sequence

from chalicelib.domain.vocabulary import Source
from chalicelib.webhooks.delivery import ACKNOWLEDGED, Account, Delivery, Malformed, ProviderResponse, Submission
from chalicelib.webhooks.phone_answers import international, is_phone, phone
from chalicelib.webhooks.signatures import account_whose, same, utf8
from chalicelib.webhooks.untrusted_json import (
    JsonObject,
    as_object,
    identifier,
    milliseconds,
    read_object,
    require_json_post,
    text,
)

SOURCE: Source = "telegram"

OWN_CONTACT = "contact"
"""The form of a person's own contact."""

_START = "/start "
_COMMAND = "/"


def authenticate(delivery: Delivery, accounts: Sequence[Account], _now: int, /) -> Account:
    """Return the account of the bot whose `secret_token` the header carries.

    Raises:
        Forbidden, WrongMethod, WrongType, TooLarge
    """
    require_json_post(delivery)
    given = delivery.headers.get("x-telegram-bot-api-secret-token")
    return account_whose("secret_token", accounts, lambda token: same(given, token))


def read(delivery: Delivery, account: Account, /) -> Sequence[Submission]:
    """Return what a private message holds: `form` is `web_app_data`, `contact` or `message`.

    What is authentic but of no use is skipped, since a refused update blocks its chat for 24 h: other kinds of updates,
    somebody else's contact, Mini App data that is no JSON object.

    Raises:
        Malformed: where the update has no usable id.
    """
    update = read_object(delivery.body)
    update_id = identifier(update.get("update_id"), "update_id")
    message = update.get("message")
    if not isinstance(message, dict) or not _is_private(message):
        return ()
    sender = message.get("from")
    if not isinstance(sender, dict):
        return ()
    form, given = _given(message, sender)
    if not given:
        return ()
    told = person(sender)
    return (
        Submission(
            submission_id=update_id,
            account=account.id,
            form=form,
            fields=told | given,
            provider_fields=frozenset(told | given if form == OWN_CONTACT else told),
            context=frozenset(told) | _commands(given),
            submitted_at=milliseconds(message.get("date")),
            # A number that was bought for Telegram alone (+888 …) is no phone.
            phone_verified=form == OWN_CONTACT and is_phone(given.get("phone")),
            user=user_of(sender),
            in_chat=form != "web_app_data",
        ),
    )


def respond(_delivery: Delivery, _account: Account, /) -> ProviderResponse:
    """Return an empty object: Telegram would execute a `method` named in the answer."""
    return ACKNOWLEDGED


def person(user: JsonObject) -> JsonObject:
    """Return the fields that tell who a Telegram user is.

    Raises:
        Malformed: where the user has no usable id.
    """
    user_id = user.get("id")
    if not isinstance(user_id, int) or isinstance(user_id, bool):
        raise Malformed("the user's id is not an integer")
    name = f"{text(user.get('first_name'))} {text(user.get('last_name'))}".strip()
    return {"telegram_user_id": user_id} | ({"name": name} if name else {})


def user_of(user: JsonObject) -> str:
    """Return how a Telegram user is known.

    Raises:
        Malformed: where the user has no usable id.
    """
    return f"telegram {person(user)['telegram_user_id']}"


def _is_private(message: JsonObject) -> bool:
    """Whether the message was written to the bot itself: what is said in a group is no answer to a form."""
    chat = message.get("chat")
    return isinstance(chat, dict) and chat.get("type", "private") == "private"


def _given(message: JsonObject, sender: JsonObject) -> tuple[str, JsonObject]:
    if "web_app_data" in message:
        return "web_app_data", _from_mini_app(message["web_app_data"])
    if "contact" in message:
        return OWN_CONTACT, _own_contact(message["contact"], sender)
    return "message", _from_text(text(message.get("text")))


def _from_mini_app(given: object) -> JsonObject:
    """The data is whatever the person's client chose to send, so it may be anything."""
    try:
        data = read_object(utf8(text(as_object(given, "web_app_data").get("data"))), "web_app_data.data")
    except Malformed:
        return {}
    if "phone" not in data:
        return {"data": data}
    return {"data": {name: value for name, value in data.items() if name != "phone"}, "phone": phone(data["phone"])}


def _own_contact(given: object, sender: JsonObject) -> JsonObject:
    """A contact is its sender's own, and its phone thereby verified, only where both user ids are the same."""
    if not isinstance(given, dict) or given.get("user_id") != sender.get("id"):
        return {}
    return {"phone": international(given.get("phone_number"))}


def _commands(given: JsonObject) -> frozenset[str]:
    """A command, `/start` above all, is what a button says: only what a deep link carries with it is an answer."""
    return frozenset({"text"} if text(given.get("text")).startswith(_COMMAND) else ())


def _from_text(words: str) -> JsonObject:
    """A deep link sends `/start` with what the link carries."""
    if words.startswith(_START):
        return {"text": words, "start_param": words.removeprefix(_START).strip()}
    return {"text": words} if words else {}
