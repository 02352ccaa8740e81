"""Telegram Mini Apps: `initData` as the credential (`Authorization: tma …`), the answers in the body.

core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app.
"""

from collections.abc import Sequence

from chalicelib.domain.vocabulary import Source
from chalicelib.webhooks.delivery import ACKNOWLEDGED, Account, Delivery, ProviderResponse, Submission
from chalicelib.webhooks.providers import mini_apps
from chalicelib.webhooks.providers.telegram import person
from chalicelib.webhooks.signatures import account_whose, hmac_sha256, same, utf8
from chalicelib.webhooks.untrusted_json import JsonObject, milliseconds, read_object, require_json_post

SOURCE: Source = "telegram"

_SCHEME = "tma"


def authenticate(delivery: Delivery, accounts: Sequence[Account], now: int, /) -> Account:
    """Return the account of the bot whose token signed the launch parameters.

    Everything but `hash` is signed, the newer `signature` included.

    Raises:
        Forbidden, WrongMethod, WrongType, TooLarge
    """
    require_json_post(delivery)
    given = mini_apps.parameters(delivery, _SCHEME)
    checked = utf8("\n".join(f"{name}={value}" for name, value in sorted(given.items()) if name != "hash"))
    account = account_whose("bot_token", accounts, lambda token: same(given.get("hash"), _hash(token, checked)))
    mini_apps.require_fresh(given.get("auth_date"), account, now)
    return account


def read(delivery: Delivery, account: Account, /) -> Sequence[Submission]:
    """Return the answers of the body with the user who opened the Mini App.

    The id is the client's, else the launch's `query_id`, else user and time of the launch.

    Raises:
        Malformed
    """
    given = mini_apps.parameters(delivery, _SCHEME)
    user = person(read_object(utf8(given.get("user", "")), "user"))
    signed: JsonObject = {"telegram_user_id": user["telegram_user_id"]}
    if start_param := given.get("start_param"):
        signed["start_param"] = start_param
    answers = mini_apps.answers(delivery)
    fields = user | answers | signed
    opened = given.get("query_id") or f"{user['telegram_user_id']}_{given.get('auth_date')}"
    return (
        Submission(
            submission_id=mini_apps.submission_id(delivery, opened),
            account=account.id,
            form=mini_apps.form(fields),
            fields=fields,
            provider_fields=frozenset(user.keys() - answers.keys() | signed.keys()),
            context=mini_apps.CONTEXT | ({"name"} - answers.keys()),
            submitted_at=milliseconds(given.get("auth_date")),
            user=f"telegram {user['telegram_user_id']}",
        ),
    )


def respond(_delivery: Delivery, _account: Account, /) -> ProviderResponse:
    """Return an empty object."""
    return ACKNOWLEDGED


def _hash(token: str, checked: bytes) -> str:
    return hmac_sha256(hmac_sha256("WebAppData", utf8(token)), checked).hex()
