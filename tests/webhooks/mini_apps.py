"""Mini Apps opened by users of Telegram and VK."""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256
from urllib.parse import urlencode

import msgspec

from chalicelib.webhooks.delivery import Delivery
from tests.webhooks.deliveries import Case, named

TELEGRAM_MINI_APP = named("telegram/ok_10_initdata_replay_is_duplicate")
VK_MINI_APP = named("vk/ok_10_miniapp_with_vk_ts")


def opened_by(user: int, submission: str | None = None, **answers: object) -> Delivery:
    """Return what the Mini App of Telegram sends for a user; of the case itself, with other answers where given."""
    given = {"auth_date": str(TELEGRAM_MINI_APP.now), "user": msgspec.json.encode({"id": user}).decode()}
    checked = "\n".join(f"{name}={value}" for name, value in sorted(given.items()))
    key = hmac.digest(b"WebAppData", TELEGRAM_MINI_APP.account.secret("bot_token")[0].encode(), sha256)
    launch = urlencode({**given, "hash": hmac.digest(key, checked.encode(), sha256).hex()})
    return _sent(TELEGRAM_MINI_APP, f"tma {launch}", submission, answers)


def opened_in_vk_by(user: int, submission: str, **answers: object) -> Delivery:
    """Return what the Mini App of VK sends for a user."""
    app = VK_MINI_APP.account.secret("app_id")[0]
    signed = urlencode(sorted({"vk_app_id": app, "vk_ts": str(VK_MINI_APP.now), "vk_user_id": str(user)}.items()))
    secret = VK_MINI_APP.account.secret("mini_app_secret")[0]
    signature = urlsafe_b64encode(hmac.digest(secret.encode(), signed.encode(), sha256)).rstrip(b"=").decode()
    return _sent(VK_MINI_APP, f"Bearer {signed}&sign={signature}", submission, answers)


def _sent(case: Case, authorization: str, submission: str | None, answers: dict[str, object]) -> Delivery:
    headers = {**case.delivery.headers, "authorization": authorization}
    if submission is not None:
        headers["idempotency-key"] = submission
    body = msgspec.json.encode(answers) if answers or submission is not None else case.delivery.body
    return msgspec.structs.replace(case.delivery, headers=headers, body=body)
