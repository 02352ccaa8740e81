"""What the Mini Apps of Telegram and VK share: signed launch parameters as credentials, answers in the body."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from chalicelib.webhooks.delivery import Account, Delivery, Forbidden
from chalicelib.webhooks.phone_answers import phone
from chalicelib.webhooks.untrusted_json import JsonObject, identifier, optional_identifier, read_object, seconds

DEFAULT_MAX_AGE = 3600
"""Launch parameters are a bearer credential: an hour is enough to fill a form in."""
SKEW = 300
"""How far, in seconds, a provider's clock may be ahead."""
CONTEXT = frozenset({"form_id", "start_param", "language"})
"""What is told beside answers; that somebody is signed in and sends it is one, where a form asks for nothing else."""


def parameters(delivery: Delivery, scheme: str) -> dict[str, str]:
    """Return the launch parameters that the `Authorization` header carries under a scheme; empty ones are kept.

    Raises:
        Forbidden: where there are none, or one comes twice: readers differ in which of the two they take.
    """
    given, _, query = delivery.headers.get("authorization", "").strip().partition(" ")
    if given.lower() != scheme:
        raise Forbidden("the launch parameters are missing")
    pairs = parse_qsl(query.strip().removeprefix("?"), keep_blank_values=True)
    launch = dict(pairs)
    if len(launch) != len(pairs):
        raise Forbidden("a launch parameter comes twice")
    return launch


def require_fresh(moment: object, account: Account, now: int) -> None:
    """Refuse launch parameters signed more than the account's `max_age` seconds ago, or in the future.

    Raises:
        Forbidden
    """
    signed_at = seconds(moment)
    oldest = now - (max_age(account) or DEFAULT_MAX_AGE)
    if signed_at is None or not oldest <= signed_at <= now + SKEW:
        raise Forbidden("the launch parameters are too old")


def max_age(account: Account) -> int | None:
    """Return how old, in seconds, launch parameters may be for an account, None where that is not configured."""
    configured = account.secret("max_age")
    return (seconds(configured[0]) or None) if configured else None


def answers(delivery: Delivery) -> JsonObject:
    """Return what was answered: the members of the body but the submission's id.

    Raises:
        Malformed
    """
    fields = {name: value for name, value in read_object(delivery.body).items() if name != "submission_id"}
    return fields | {"phone": phone(fields["phone"])} if "phone" in fields else fields


def submission_id(delivery: Delivery, fallback: str) -> str:
    """Return the id that the Mini App gave the submission: `Idempotency-Key`, else `submission_id` of the body.

    Without one the launch itself is the submission.

    Raises:
        Malformed
    """
    if key := delivery.headers.get("idempotency-key", "").strip():
        return identifier(key.removeprefix('"').removesuffix('"'), "Idempotency-Key")
    given = read_object(delivery.body).get("submission_id")
    return identifier(fallback if given is None else given, "submission_id")


def form(fields: Mapping[str, object]) -> str:
    """Return the form that the Mini App says it shows, else the name of its only one.

    Raises:
        Malformed
    """
    return optional_identifier(fields.get("form_id"), "form_id") or "mini_app"
