"""Meta Lead Ads: handshake and references to leads of Facebook and Instagram forms, fetched later from the Graph API.

developers.facebook.com/docs/graph-api/webhooks/getting-started and /docs/marketing-api/guides/lead-ads/retrieving;
what fields of a test lead hold and what the dashboard's button sends, as received.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

import msgspec

from chalicelib.domain.vocabulary import Source
from chalicelib.webhooks.answered_fields import AnsweredFields
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
from chalicelib.webhooks.several_submissions import Unread, as_submissions, each
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
LEADS_AT_ONCE = 100
"""Leads of a page: its answer stays well below the size that is read."""
FORMS_AT_ONCE = 100

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{1,128}")
_RENAMED = {"full_name": "name", "phone_number": "phone", "phone": "phone", "email": "email"}
_TYPED = frozenset({"full_name", "phone_number", "email"})
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
_DUMMY = re.compile(r"<?test lead: dummy data for", re.IGNORECASE)
"""How the text answers of a test lead of Meta's begin; leads carry no other mark of a test."""
_DUMMY_EMAILS = frozenset({"test@fb.com", "test@meta.com"})
_SAMPLE = re.compile(r"4{9,}")
"""The ids that the dashboard's button sends: those of a page and a lead that do not exist."""


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


def read(delivery: Delivery, account: Account, /) -> Sequence[Lead | Submission]:
    """Return every lead of the batch whose page is ours; `page_ids` names ours, and without it all are.

    A sample that the dashboard's button sends is one too, marked as a test.

    Raises:
        Malformed
    """
    if delivery.method == "GET":
        return ()
    body = read_object(delivery.body)
    if body.get("object") != "page":
        return ()
    pages = account.secret("page_ids")

    def changes(entry: JsonObject) -> Iterator[Lead | Unread]:
        page = entry.get("id")
        return each(entry.get("changes"), "changes", lambda change: _leads(change, page, pages), page)

    return as_submissions(each(body.get("entry"), "entry", changes))


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
    return _request(quote(lead_id, safe=""), GRAPH_FIELDS, {}, access_token, app_secret)


def leads_request(form_id: str, since: int, after: str | None, access_token: str, app_secret: str) -> GraphRequest:
    """Return the request for a page of the leads of a form since a time (epoch seconds), behind a cursor of Meta's."""
    created = {"field": "time_created", "operator": "GREATER_THAN", "value": since}
    query = {
        "filtering": msgspec.json.encode([created]).decode(),
        "limit": str(LEADS_AT_ONCE),
        **({} if after is None else {"after": after}),
    }
    return _request(f"{quote(form_id, safe='')}/leads", GRAPH_FIELDS, query, access_token, app_secret)


def forms_request(page_id: str, after: str | None, access_token: str, app_secret: str) -> GraphRequest:
    """Return the request for some of the forms of a page, behind a cursor of Meta's."""
    query = {"limit": str(FORMS_AT_ONCE), **({} if after is None else {"after": after})}
    return _request(f"{quote(page_id, safe='')}/leadgen_forms", "id", query, access_token, app_secret)


def is_withheld(graph: Mapping[str, object]) -> bool:
    """Whether the Graph API gives a lead without its answers, as it does to an app that may not read them."""
    return not graph.get("field_data")


def submission(lead: Lead, graph: Mapping[str, object]) -> Submission:
    """Return what was answered in a lead, from the Graph API's answer for it.

    The optional consent checkboxes are no answers but `custom_disclaimer_responses`: field `consent`, by checkbox key.

    Raises:
        Malformed: where the answer is not that lead's.
    """
    if identifier(graph.get("id"), "id") != lead.lead_id:
        raise Malformed("the Graph API answered with another lead")
    gathered = AnsweredFields()
    for item in sorted(as_objects(graph.get("field_data"), "field_data"), key=_order):
        name = text(item.get("name"))
        gathered.add(_answer(item), _field_name(name), f"answers.{name}")
    fields = gathered.by_name
    if checkboxes := as_objects(graph.get("custom_disclaimer_responses"), "custom_disclaimer_responses"):
        fields["consent"] = {text(box.get("checkbox_key")): box.get("is_checked") == "1" for box in checkboxes}
    platform = text(graph.get("platform"))
    if platform:
        fields["platform"] = platform
    return Submission(
        submission_id=lead.lead_id,
        account=lead.account,
        form=optional_identifier(graph.get("form_id"), "form_id") or lead.form or "",
        fields=fields,
        provider_fields=frozenset(fields),
        context=frozenset({"platform"} if platform else ()),
        submitted_at=instant(graph.get("created_time")) or lead.created_at,
        is_test=any(map(_is_dummy, fields.values())),
    )


def _subscriber(delivery: Delivery, accounts: Sequence[Account]) -> Account:
    if delivery.query.get("hub.mode") != "subscribe":
        raise Forbidden("hub.mode is not subscribe")
    given = delivery.query.get("hub.verify_token")
    return account_whose("verify_token", accounts, lambda token: same(given, token))


def _leads(change: JsonObject, page: object, pages: tuple[str, ...]) -> Iterator[Lead]:
    if change.get("field") != "leadgen":
        return
    value = as_object(change.get("value"), "value")
    lead_id = identifier(value.get("leadgen_id"), "leadgen_id")
    account = identifier(value.get("page_id", page), "page_id")
    is_test = _SAMPLE.fullmatch(lead_id) is not None
    if pages and account not in pages and not is_test:
        return
    yield Lead(
        lead_id=lead_id,
        account=account,
        form=optional_identifier(value.get("form_id"), "form_id"),
        created_at=milliseconds(value.get("created_time")),
        is_test=is_test,
    )


def _request(path: str, fields: str, query: Mapping[str, str], access_token: str, app_secret: str) -> GraphRequest:
    proof = hmac_sha256(app_secret, access_token.encode()).hex()
    return GraphRequest(
        path=f"/{GRAPH_VERSION}/{path}",
        query={"fields": fields, "appsecret_proof": proof, **query},
        headers={"Authorization": f"Bearer {access_token}"},
    )


def _order(item: JsonObject) -> int:
    """Meta's own questions, then those of the form: a phone that Meta asks for goes before one that anybody does."""
    name = text(item.get("name")).lower()
    return 0 if name in _TYPED else 1 if name in _RENAMED or name in _PREFILLED else 2


def _is_dummy(value: object) -> bool:
    if isinstance(value, list):
        return any(map(_is_dummy, value))
    return _DUMMY.match(text(value)) is not None or text(value).lower() in _DUMMY_EMAILS


def _field_name(name: str) -> str:
    known = name.lower()
    if known in _RENAMED:
        return _RENAMED[known]
    return known if known in _PREFILLED else f"answers.{name}"


def _answer(item: JsonObject) -> object:
    values = item.get("values")
    answer = values[0] if isinstance(values, list) and len(values) == 1 else values
    return phone(answer) if _field_name(text(item.get("name"))) == "phone" else answer
