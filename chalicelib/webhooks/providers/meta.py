"""Meta Lead Ads: handshake and references to leads of Facebook and Instagram forms, fetched later from the Graph API.

developers.facebook.com/docs/graph-api/webhooks/getting-started and /docs/marketing-api/guides/lead-ads/retrieving.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

import msgspec

from chalicelib.domain.vocabulary import Source
from chalicelib.webhooks.delivery import (
    ACKNOWLEDGED,
    Account,
    Delivery,
    Forbidden,
    Lead,
    Malformed,
    ProviderResponse,
    Submission,
)
from chalicelib.webhooks.phone_answers import phone
from chalicelib.webhooks.signatures import account_whose, hmac_sha256, same
from chalicelib.webhooks.untrusted_json import (
    JsonObject,
    as_object,
    as_objects,
    identifier,
    instant,
    milliseconds,
    optional_identifier,
    read_object,
    require_json_post,
    text,
)

SOURCE: Source = "meta"
GRAPH_VERSION = "v25.0"
GRAPH_FIELDS = "created_time,id,ad_id,form_id,platform,is_organic,field_data,custom_disclaimer_responses"

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{1,128}")
_RENAMED = {"full_name": "name", "phone_number": "phone", "phone": "phone", "email": "email"}
_PREFILLED = frozenset(
    {
        "first_name",
        "last_name",
        "city",
        "state",
        "province",
        "country",
        "post_code",
        "zip_code",
        "street_address",
        "date_of_birth",
        "gender",
        "marital_status",
        "relationship_status",
        "military_status",
        "job_title",
        "company_name",
        "work_email",
        "work_phone_number",
    }
)
"""Questions that Meta words and fills in itself; every other one is the form's own."""
_DUMMY = "<test lead: dummy data for"
"""How every text answer of Meta's Lead Ads Testing Tool begins; leads carry no other mark of a test."""


class GraphRequest(msgspec.Struct, frozen=True):
    """A GET of the Graph API; the token travels in a header, where no access log writes it down."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


def authenticate(delivery: Delivery, accounts: Sequence[Account], _now: int, /) -> Account:
    """Return the account whose app signed the body, or whose verify token the handshake carries.

    Only `X-Hub-Signature-256` counts. No time is signed, so age proves nothing: retries come for 36 h.

    Raises:
        Forbidden, WrongMethod, WrongType, TooLarge
    """
    if delivery.method == "GET":
        return _subscriber(delivery, accounts)
    require_json_post(delivery)
    given = delivery.headers.get("x-hub-signature-256")
    return account_whose(
        "app_secret",
        accounts,
        lambda secret: same(given, f"sha256={hmac_sha256(secret, delivery.body).hex()}"),
    )


def read(delivery: Delivery, account: Account, /) -> Sequence[Lead]:
    """Return every lead of the batch whose page is ours; `page_ids` names ours, and without it all are.

    Raises:
        Malformed
    """
    if delivery.method == "GET":
        return ()
    body = read_object(delivery.body)
    if body.get("object") != "page":
        return ()
    return tuple(_leads(body, account.secret("page_ids")))


def respond(delivery: Delivery, _account: Account, /) -> ProviderResponse:
    """Return the bare challenge of a handshake, an empty object for everything else.

    Raises:
        Malformed: for a challenge that a browser could take for markup.
    """
    if delivery.method != "GET":
        return ACKNOWLEDGED
    challenge = delivery.query.get("hub.challenge", "")
    if _CHALLENGE.fullmatch(challenge) is None:
        raise Malformed("hub.challenge is not 1 to 128 letters, digits, _ or -")
    return ProviderResponse(status=200, body=challenge, content_type="text/plain; charset=utf-8")


def graph_request(lead_id: str, access_token: str, app_secret: str) -> GraphRequest:
    """Return the request for a lead's answers, proven to come from the app itself by `appsecret_proof`."""
    return GraphRequest(
        path=f"/{GRAPH_VERSION}/{quote(lead_id, safe='')}",
        query={"fields": GRAPH_FIELDS, "appsecret_proof": hmac_sha256(app_secret, access_token.encode()).hex()},
        headers={"Authorization": f"Bearer {access_token}"},
    )


def submission(lead: Lead, graph: Mapping[str, object]) -> Submission:
    """Return what was answered in a lead, from the Graph API's answer for it.

    The optional consent checkboxes are no answers but `custom_disclaimer_responses`: field `consent`, by checkbox key.

    Raises:
        Malformed: where the answer is not that lead's.
    """
    if identifier(graph.get("id"), "id") != lead.lead_id:
        raise Malformed("the Graph API answered with another lead")
    fields: dict[str, object] = {}
    for item in as_objects(graph.get("field_data"), "field_data"):
        name = _field_name(text(item.get("name")))
        fields[name] = phone(_value(item)) if name == "phone" else _value(item)
    if checkboxes := as_objects(graph.get("custom_disclaimer_responses"), "custom_disclaimer_responses"):
        fields["consent"] = {text(box.get("checkbox_key")): box.get("is_checked") == "1" for box in checkboxes}
    if platform := text(graph.get("platform")):
        fields["platform"] = platform
    return Submission(
        submission_id=lead.lead_id,
        account=lead.account,
        form=optional_identifier(graph.get("form_id"), "form_id") or lead.form or "",
        fields=fields,
        provider_fields=frozenset(fields),
        submitted_at=instant(graph.get("created_time")) or lead.created_at,
        is_test=any(text(value).startswith(_DUMMY) for value in fields.values()),
    )


def _subscriber(delivery: Delivery, accounts: Sequence[Account]) -> Account:
    if delivery.query.get("hub.mode") != "subscribe":
        raise Forbidden("hub.mode is not subscribe")
    given = delivery.query.get("hub.verify_token")
    return account_whose("verify_token", accounts, lambda token: same(given, token))


def _leads(body: JsonObject, pages: tuple[str, ...]) -> Iterator[Lead]:
    for entry in as_objects(body.get("entry"), "entry"):
        for change in as_objects(entry.get("changes"), "changes"):
            if change.get("field") != "leadgen":
                continue
            value = as_object(change.get("value"), "value")
            lead_id = identifier(value.get("leadgen_id"), "leadgen_id")
            page = identifier(value.get("page_id", entry.get("id")), "page_id")
            if pages and page not in pages:
                continue
            yield Lead(
                lead_id=lead_id,
                account=page,
                form=optional_identifier(value.get("form_id"), "form_id"),
                created_at=milliseconds(value.get("created_time")),
            )


def _field_name(name: str) -> str:
    known = name.lower()
    if known in _RENAMED:
        return _RENAMED[known]
    return known if known in _PREFILLED else f"answers.{name}"


def _value(item: JsonObject) -> object:
    values = item.get("values")
    return values[0] if isinstance(values, list) and len(values) == 1 else values
