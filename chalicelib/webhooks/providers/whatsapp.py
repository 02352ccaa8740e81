"""WhatsApp Cloud API: the answers that a person completes a Flow with; handshake and signature are Meta's.

developers.facebook.com/docs/whatsapp/flows/guides/receiveflowresponse.
"""

from collections.abc import Iterator, Sequence

from chalicelib.domain.vocabulary import Source
from chalicelib.webhooks.delivery import Account, Delivery, Submission
from chalicelib.webhooks.phone_answers import international
from chalicelib.webhooks.providers import meta
from chalicelib.webhooks.signatures import utf8
from chalicelib.webhooks.untrusted_json import (
    JsonObject,
    as_object,
    as_objects,
    identifier,
    milliseconds,
    optional_identifier,
    read_object,
    text,
)

SOURCE: Source = "whatsapp"

_TEST_NUMBERS = "1555"
"""Country and area code of the numbers that Meta gives for testing; nobody in Kazakhstan has one."""

authenticate = meta.authenticate
respond = meta.respond


def read(delivery: Delivery, _account: Account, /) -> Sequence[Submission]:
    """Return every completed Flow of the batch; chat messages and delivery statuses share the endpoint and are skipped.

    The phone is the sender's own, verified by WhatsApp. All fields beside it and the name of the sender's profile are
    the client's. `account` is the business account, `form` the id of the phone number that was written to.

    Raises:
        Malformed
    """
    if delivery.method == "GET":
        return ()
    body = read_object(delivery.body)
    if body.get("object") != "whatsapp_business_account":
        return ()
    return tuple(_submissions(body))


def _submissions(body: JsonObject) -> Iterator[Submission]:
    for entry in as_objects(body.get("entry"), "entry"):
        for change in as_objects(entry.get("changes"), "changes"):
            if change.get("field") != "messages":
                continue
            value = as_object(change.get("value"), "value")
            for message in as_objects(value.get("messages"), "messages"):
                reply = _reply(message)
                if reply is not None:
                    yield _submission(identifier(entry.get("id"), "entry.id"), value, message, reply)


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
    sender = optional_identifier(message.get("from"), "from")
    answers = dict(reply)
    answered_name = answers.pop("full_name", None) or answers.pop("name", None)
    if answered_name:
        answers["name"] = answered_name
    if "phone" in answers:
        answers["answers.phone"] = answers.pop("phone")
    told: JsonObject = {}
    if sender:
        told["phone"] = international(sender)
    if not answered_name and (profile_name := _profile_name(value, sender)):
        told["name"] = profile_name
    return Submission(
        submission_id=identifier(message.get("id"), "messages.id"),
        account=account,
        form=identifier(metadata.get("phone_number_id"), "phone_number_id"),
        # iOS is known to leave the flow token out.
        fields={"flow_token": None, **answers, **told},
        provider_fields=frozenset(told),
        submitted_at=milliseconds(message.get("timestamp")),
        is_test=text(metadata.get("display_phone_number")).lstrip("+").startswith(_TEST_NUMBERS),
        phone_verified=sender is not None,
    )


def _profile_name(value: JsonObject, sender: str | None) -> str:
    for contact in as_objects(value.get("contacts"), "contacts"):
        if contact.get("wa_id") == sender:
            return text(as_object(contact.get("profile"), "profile").get("name"))
    return ""
