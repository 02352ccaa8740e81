"""VK Mini Apps: launch parameters as the credential (`Authorization: Bearer …`), the answers in the body.

dev.vk.com/ru/mini-apps/development/launch-params-sign.
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from chalicelib.domain.vocabulary import Source
from chalicelib.webhooks.delivery import ACKNOWLEDGED, Account, Delivery, ProviderResponse, Submission
from chalicelib.webhooks.providers import mini_apps
from chalicelib.webhooks.signatures import account_whose, hmac_sha256, same, utf8
from chalicelib.webhooks.untrusted_json import JsonObject, identifier, milliseconds, require_json_post

SOURCE: Source = "vk"

_SCHEME = "bearer"
_PREFIX = "vk_"


def authenticate(delivery: Delivery, accounts: Sequence[Account], now: int, /) -> Account:
    """Return the account of the Mini App whose `mini_app_secret` signed the launch parameters.

    Only parameters that begin with `vk_` are signed. The app must be the account's `app_id`, or its id where none is
    configured. Parameters of before `vk_ts`, as in VK's own example, pass only where no `max_age` is configured.

    Raises:
        Forbidden, WrongMethod, WrongType, TooLarge
    """
    require_json_post(delivery)
    given = mini_apps.parameters(delivery, _SCHEME)
    checked = utf8(urlencode(sorted(_signed(given).items()), errors="surrogatepass"))
    ours = [account for account in accounts if given.get("vk_app_id") in (account.secret("app_id") or (account.id,))]
    account = account_whose("mini_app_secret", ours, lambda secret: same(given.get("sign"), _sign(secret, checked)))
    if "vk_ts" in given or mini_apps.max_age(account):
        mini_apps.require_fresh(given.get("vk_ts"), account, now)
    return account


def read(delivery: Delivery, account: Account, /) -> Sequence[Submission]:
    """Return the answers of the body with the user who opened the Mini App.

    The id is the client's, else user and time of the launch.

    Raises:
        Malformed
    """
    given = mini_apps.parameters(delivery, _SCHEME)
    user_id = identifier(given.get("vk_user_id"), "vk_user_id")
    signed: JsonObject = {"vk_user_id": user_id}
    if language := given.get("vk_language"):
        signed["language"] = language
    fields = mini_apps.answers(delivery) | signed
    return (
        Submission(
            submission_id=mini_apps.submission_id(delivery, f"{user_id}_{given.get('vk_ts', '0')}"),
            account=account.id,
            form=mini_apps.form(fields),
            fields=fields,
            provider_fields=frozenset(signed),
            context=mini_apps.CONTEXT,
            submitted_at=milliseconds(given.get("vk_ts")),
            user=f"vk {user_id}",
        ),
    )


def respond(_delivery: Delivery, _account: Account, /) -> ProviderResponse:
    """Return an empty object."""
    return ACKNOWLEDGED


def _signed(given: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in given.items() if name.startswith(_PREFIX)}


def _sign(secret: str, checked: bytes) -> str:
    return urlsafe_b64encode(hmac_sha256(secret, checked)).rstrip(b"=").decode()
