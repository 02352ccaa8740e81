"""WhatsApp Cloud API: the answers that a person completes a Flow with; handshake and signature are Meta's.

developers.facebook.com/docs/whatsapp/flows/guides/receiveflowresponse; senders without a phone as
/documentation/business-messaging/whatsapp/business-scoped-user-ids has them.
"""

import re
from collections.abc import Iterator, Sequence

from chalicelib.domain.phones import normalise_international
from chalicelib.domain.vocabulary import Source
from chalicelib.webhooks.delivery import Account, Delivery, Submission
from chalicelib.webhooks.providers import meta
from chalicelib.webhooks.several_submissions import Unread, as_submissions, each
from chalicelib.webhooks.signatures import utf8
from chalicelib.webhooks.untrusted_json import (
    JsonObject,
    as_object,
    identifier,
    is_identifier,
    milliseconds,
    objects_of,
    optional_identifier,
    read_object,
    text,
)

SOURCE: Source = "whatsapp"

_TEST_NUMBERS = ("1555", "16505551111")
"""How the numbers begin that Meta gives for testing, and the one of its samples; nobody in Kazakhstan has one."""
_DIGITS = re.compile(r"\+?[0-9]{7,15}")
"""A phone with its country code (E.164), which no business-scoped user id looks like."""

authenticate = meta.authenticate
respond = meta.respond


def read(delivery: Delivery, _account: Account, /) -> Sequence[Submission]:
    """Return every completed Flow of the batch; chat messages and delivery statuses share the endpoint and are skipped.

    The phone is the sender's own, verified by WhatsApp; one who hides it is known by a user id of this business. All
    fields beside these and the name of the sender's profile are the client's. `account` is the business account, `form`
    the id of the phone number that was written to.

    Raises:
        Malformed
    """
    if delivery.method == "GET":
        return ()
    body = read_object(delivery.body)
    if body.get("object") != "whatsapp_business_account":
        return ()

    def changes(entry: JsonObject) -> Iterator[Submission | Unread]:
        account = entry.get("id")
        return each(entry.get("changes"), "changes", lambda change: _submissions(change, account), account)

    return as_submissions(each(body.get("entry"), "entry", changes))


def _submissions(change: JsonObject, account: object) -> Iterator[Submission | Unread]:
    if change.get("field") != "messages":
        return iter(())
    value = as_object(change.get("value"), "value")

    def completed(message: JsonObject) -> Iterator[Submission]:
        reply = _reply(message)
        if reply is not None:
            yield _submission(identifier(account, "entry.id"), value, message, reply)

    return each(value.get("messages"), "messages", completed, account)


def _reply(message: JsonObject) -> JsonObject | None:
    """What a Flow was completed with: JSON within a JSON text."""
    if message.get("type") != "interactive":
        return None
    interactive = as_object(message.get("interactive"), "interactive")
    if interactive.get("type") != "nfm_reply":
        return None
    reply = as_object(interactive.get("nfm_reply"), "nfm_reply")
    return read_object(utf8(text(reply.get("response_json"))), "response_json")


def _submission(account: str, value: JsonObject, message: JsonObject, reply: JsonObject) -> Submission:
    metadata = as_object(value.get("metadata"), "metadata")
    contact = _contact(value, message)
    phone, user_id = _sender(message, contact)
    answers = dict(reply)
    answered_name = answers.pop("full_name", None) or answers.pop("name", None)
    if answered_name:
        answers["name"] = answered_name
    if "phone" in answers:
        answers["answers.phone"] = answers.pop("phone")
    told: JsonObject = {}
    if phone:
        told["phone"] = phone
    if user_id:
        told["whatsapp_user_id"] = user_id
    if not answered_name and (profile_name := _profile_name(contact)):
        told["name"] = profile_name
    return Submission(
        submission_id=identifier(message.get("id"), "messages.id"),
        account=account,
        form=identifier(metadata.get("phone_number_id"), "phone_number_id"),
        # iOS is known to leave the flow token out.
        fields={"flow_token": None, **answers, **told},
        provider_fields=frozenset(told),
        context=frozenset(told) | {"flow_token"},
        submitted_at=milliseconds(message.get("timestamp")),
        is_test=_digits(metadata.get("display_phone_number")).startswith(_TEST_NUMBERS),
        phone_verified=phone is not None,
        user=f"whatsapp {user_id}" if user_id else None,
    )


def _contact(value: JsonObject, message: JsonObject) -> JsonObject:
    """What the delivery tells of the sender of a message, nothing where it does not."""
    sender = {given for name in ("from", "from_user_id") if (given := _id(message, name))}
    contacts = objects_of(value.get("contacts"))
    return next((contact for contact in contacts if sender & {_id(contact, "wa_id"), _id(contact, "user_id")}), {})


def _sender(message: JsonObject, contact: JsonObject) -> tuple[str | None, str | None]:
    """Return the phone and the user id of a sender, as far as they are told.

    A user id may stand in place of the phone, but no phone in place of a user id.
    """
    # A sender that is no id at all makes the message malformed.
    optional_identifier(message.get("from"), "from")
    user_id = _id(message, "from_user_id") or _id(contact, "user_id")
    phone = None
    for given in filter(None, (_id(message, "from"), _id(contact, "wa_id"))):
        found = normalise_international(given) if given != user_id and _DIGITS.fullmatch(given) else None
        phone = phone or found
        user_id = user_id or (given if found is None else None)
    return phone, user_id


def _id(given: JsonObject, name: str) -> str | None:
    value = given.get(name)
    return str(value) if is_identifier(value) else None


def _digits(displayed: object) -> str:
    """Return the digits of a phone, which Meta writes with marks and without."""
    return "".join(filter(str.isdecimal, str(displayed)))


def _profile_name(contact: JsonObject) -> str:
    profile = contact.get("profile")
    return text(profile.get("name")) if isinstance(profile, dict) else ""
