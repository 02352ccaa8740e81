"""VK Callback API: confirmation and lead forms. The community's secret travels in the body, nothing is signed.

dev.vk.com/ru/api/callback/getting-started; `lead_forms_new` as captured and as in the official types.
"""

from collections.abc import Sequence

from chalicelib.domain.vocabulary import Source
from chalicelib.webhooks.answered_fields import AnsweredFields
from chalicelib.webhooks.delivery import Account, Delivery, Forbidden, Malformed, ProviderResponse, Submission
from chalicelib.webhooks.phone_answers import phone
from chalicelib.webhooks.signatures import account_whose, same
from chalicelib.webhooks.untrusted_json import (
    JsonObject,
    as_object,
    as_objects,
    identifier,
    optional_identifier,
    read_object,
    require_json_post,
    text,
)

SOURCE: Source = "vk"

_OWN_KEYS = frozenset({"first_name", "patronymic_name", "last_name", "email", "age", "birthday", "location"})
"""Questions that VK words itself; every other key is the form's own."""


def authenticate(delivery: Delivery, accounts: Sequence[Account], _now: int, /) -> Account:
    """Return the account whose secret and community the body names.

    The community is the account's `group_id`, or its id where none is configured.

    Raises:
        Malformed, Forbidden, WrongMethod, WrongType, TooLarge
    """
    require_json_post(delivery)
    body = read_object(delivery.body)
    ours = _of_community(body.get("group_id"), accounts)
    return account_whose("secret", ours, lambda secret: same(body.get("secret"), secret))


def read(delivery: Delivery, _account: Account, /) -> Sequence[Submission]:
    """Return the lead of a `lead_forms_new`; every other event is acknowledged and unwanted.

    A lead's number is unique within its community only, and several servers of one community may deliver the same lead
    under different event ids: the id is `<community>_<lead>`.

    Raises:
        Malformed
    """
    body = read_object(delivery.body)
    if body.get("type") != "lead_forms_new":
        return ()
    community = identifier(body.get("group_id"), "group_id")
    lead = as_object(body.get("object"), "object")
    lead_id = identifier(lead.get("lead_id"), "object.lead_id")
    known: JsonObject = {}
    for name, key in (("form_id", "form_id"), ("vk_user_id", "user_id"), ("ad_id", "ad_id")):
        if (named := optional_identifier(lead.get(key), f"object.{key}")) is not None:
            known[name] = named
    gathered = AnsweredFields(**known)
    for item in as_objects(lead.get("answers"), "object.answers"):
        name = _field_name(text(item.get("key")))
        gathered.add(phone(_value(item)) if name == "phone" else _value(item), name)
    user_id = known.get("vk_user_id")
    return (
        Submission(
            submission_id=f"{community}_{lead_id}",
            account=community,
            form=text(known.get("form_id")),
            fields=gathered.by_name,
            provider_fields=frozenset(gathered.by_name),
            context=frozenset(known),
            # Whoever is not known to VK has the number 0, and so have others.
            user=None if user_id in (None, "0") else f"vk {user_id}",
        ),
    )


def respond(delivery: Delivery, account: Account, /) -> ProviderResponse:
    """Return `ok`, or the confirmation string: VK takes other texts as commands, so nothing is ever echoed.

    Raises:
        Malformed: where the account has no confirmation string.
    """
    if read_object(delivery.body).get("type") != "confirmation":
        return _bare("ok")
    confirmation = account.secret("confirmation")
    if not confirmation:
        raise Malformed("this community has no confirmation string here")
    return _bare(confirmation[0])


def _of_community(group_id: object, accounts: Sequence[Account]) -> list[Account]:
    if isinstance(group_id, bool) or not isinstance(group_id, int | str):
        raise Forbidden("the delivery names no community")
    return [account for account in accounts if str(group_id) in (account.secret("group_id") or (account.id,))]


def _field_name(key: str) -> str:
    if key == "phone_number":
        return "phone"
    return key if key in _OWN_KEYS else f"answers.{key}"


def _value(item: JsonObject) -> object:
    """The answer; several chosen options come as objects with a value each."""
    given = item.get("answer")
    if not isinstance(given, list):
        return given
    return [chosen.get("value") if isinstance(chosen, dict) else chosen for chosen in given]


def _bare(body: str) -> ProviderResponse:
    return ProviderResponse(status=200, body=body, content_type="text/plain; charset=utf-8")
