"""What a form would make of a sample delivery, before anything counts: nothing is authenticated, stored or told on."""

from base64 import b64decode
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal
from urllib.parse import urlencode

import msgspec

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.vocabulary import DEFAULT_TOPICS
from chalicelib.intake.answers import AskedField, Unmappable
from chalicelib.intake.faults import Invalid
from chalicelib.intake.form import ANY_FORM, Form, absent, has_answers, unmapped
from chalicelib.intake.participation_requests import Draft, check_topic
from chalicelib.webhooks.delivery import Account, Delivery, DeliveryError, Lead, Malformed, Submission
from chalicelib.webhooks.endpoints import HOOK_ENDPOINTS, META, MINI_APP_ENDPOINTS, Endpoint
from chalicelib.webhooks.parking import Reason
from chalicelib.webhooks.providers import meta
from chalicelib.webhooks.received import Origin, ReceivedSubmission
from chalicelib.webhooks.submission_reading import is_taken_by, read_submission, reason_of
from chalicelib.webhooks.untrusted_json import JsonObject, read_object

CheckOutcome = Literal["recorded", "parked", "ignored", "queued"]

_SAMPLE_ID = "sample"
_USER = '{"id": 1}'
_MINI_APPS: Mapping[str, Endpoint] = {endpoint.provider: endpoint for endpoint in MINI_APP_ENDPOINTS.values()}
# What the bodies of hooks always have, and those of the same provider's Mini Apps never.
_OF_HOOKS: Mapping[str, str] = {"telegram": "update_id", "vk": "group_id"}


class SampleDelivery(msgspec.Struct, frozen=True):
    """A delivery as it came over the wire, where that is more than its body.

    `path_hint` is the address it came to, `body_b64` its body in base64, `graph` the Graph API's answers for leads by
    their ids. A body as a provider sends it is a sample by itself.
    """

    body_b64: str
    method: str = "POST"
    path_hint: str = ""
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    graph: dict[str, dict[str, object]] = {}


class Checked(msgspec.Struct, frozen=True):
    """What would become of one submission of a sample.

    `account` and `form` are what the delivery says that it is of, `is_of_form` whether the form that is checked takes
    it. `unmapped` are answered fields that the form asks nothing of, `absent` fields that it maps and the delivery does
    not have, `left_out` details that cannot be used and are not needed. `draft` is what would be recorded, `reason` why
    it would be parked; of one that is `queued` the sample does not have the answers.
    """

    account: str
    form: str
    is_of_form: bool
    is_test: bool
    outcome: CheckOutcome
    reason: Reason | None = None
    draft: Draft | None = None
    unmapped: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    left_out: tuple[AskedField, ...] = ()


def check(form: Form, raw: object, campaign: Campaign | None, now: int) -> list[Checked]:
    """Return what a form would make of each submission in a sample at `now` (epoch ms).

    `campaign` is the form's, None where that is unknown.

    Raises:
        Malformed: the sample is no delivery of the form's provider.
    """
    topics = DEFAULT_TOPICS if campaign is None else campaign.topics
    body = _believed(raw)
    if form.provider == META.provider and "field_data" in body:
        submissions: list[Submission | Lead] = [_of_graph(_reference(body), body)]
        endpoint = META
    else:
        sample = _sample(body)
        endpoint, delivery = _wrapped(form, body, now) if sample is None else _as_it_came(form, sample)
        account = Account(form.account, {})
        graph = {} if sample is None else sample.graph
        submissions = [_fetched(found, graph) for found in _found(endpoint, delivery, account)]
    return [_checked(form, endpoint, found, topics, now) for found in submissions]


def _believed(raw: object) -> JsonObject:
    """Return the sample as an object that is nested no deeper than a delivery."""
    try:
        return read_object(msgspec.json.encode(raw), "the sample")
    except RecursionError:
        raise Malformed("the sample is nested too deeply") from None


def _found(endpoint: Endpoint, delivery: Delivery, account: Account) -> Sequence[Submission | Lead]:
    try:
        return endpoint.adapter.read(delivery, account)
    except DeliveryError as error:
        # What is not believed of a stranger is no better as a sample.
        raise Malformed(str(error)) from None


def _sample(body: JsonObject) -> SampleDelivery | None:
    """Return a delivery with all that came with it, None for a body by itself."""
    if "body_b64" not in body:
        return None
    try:
        return msgspec.convert(body, SampleDelivery)
    except msgspec.ValidationError:
        raise Malformed("the sample is not a delivery with method, headers, query and body_b64") from None


def _as_it_came(form: Form, sample: SampleDelivery) -> tuple[Endpoint, Delivery]:
    directory, _, name = sample.path_hint.rpartition("/")
    endpoints = MINI_APP_ENDPOINTS if directory.endswith("/submissions") else HOOK_ENDPOINTS
    endpoint = endpoints.get(name or form.provider)
    if endpoint is None or endpoint.provider != form.provider:
        raise Malformed("the sample is of another provider")
    try:
        body = b64decode(sample.body_b64, validate=True)
    except ValueError:
        raise Malformed("body_b64 is not base64") from None
    headers = {name.lower(): value for name, value in sample.headers.items()}
    return endpoint, Delivery(sample.method.upper(), headers, sample.query, body)


def _wrapped(form: Form, body: JsonObject, now: int) -> tuple[Endpoint, Delivery]:
    """Return a body as a delivery: with the headers that an adapter reads beside it."""
    hook = HOOK_ENDPOINTS[form.provider]
    is_of_hook = _OF_HOOKS.get(form.provider) in (None, *body)
    endpoint = hook if is_of_hook else _MINI_APPS[form.provider]
    return endpoint, Delivery("POST", dict(_headers(endpoint, body, now)), {}, msgspec.json.encode(body))


def _headers(endpoint: Endpoint, body: JsonObject, now: int) -> Iterator[tuple[str, str]]:
    match endpoint.name:
        case "standard":
            yield "webhook-id", _SAMPLE_ID
        case "google-forms":
            data = body.get("data")
            yield "webhook-id", f"gform_{(data.get('response_id') if isinstance(data, dict) else None) or _SAMPLE_ID}"
        case "telegram-miniapp":
            yield "authorization", f"tma {urlencode({'auth_date': now // 1000, 'user': _USER})}"
        case "vk-miniapp":
            yield "authorization", f"Bearer vk_user_id=1&vk_ts={now // 1000}"


def _fetched(found: Submission | Lead, graph: Mapping[str, JsonObject]) -> Submission | Lead:
    """Return a lead with its answers, where the sample has them."""
    if isinstance(found, Submission) or (told := graph.get(found.lead_id)) is None:
        return found
    return _of_graph(found, told)


def _reference(told: JsonObject) -> Lead:
    return Lead(str(told.get("id", _SAMPLE_ID)), "", None, None)


def _of_graph(lead: Lead, told: JsonObject) -> Submission:
    return meta.submission(lead, {"id": lead.lead_id, **told})


def _checked(form: Form, endpoint: Endpoint, found: Submission | Lead, topics: Collection[str], now: int) -> Checked:
    if isinstance(found, Lead):
        is_of_form = _is_of(form, found.account, found.form or "")
        return Checked(found.account, found.form or "", is_of_form, found.is_test, "queued")
    origin = ReceivedSubmission(endpoint.name, found, now, None).origin
    told = Checked(
        # The Graph API's answer alone does not say whose page it is.
        account=origin.account or form.account,
        form=origin.form,
        is_of_form=_is_of(form, origin.account or form.account, origin.form),
        is_test=found.is_test,
        outcome="recorded",
    )
    if found.unreadable is not None:
        return _parked(told, Reason("item_unreadable", (found.unreadable,)))
    if not is_taken_by(form, found):
        return msgspec.structs.replace(told, outcome="ignored")
    answered = {name: value for name, value in found.fields.items() if name not in found.context}
    told = msgspec.structs.replace(
        told,
        unmapped=unmapped(form, answered, found.provider_fields),
        absent=absent(form, found.fields, found.provider_fields),
    )
    if not has_answers(form, found.fields, found.provider_fields, found.context):
        return _parked(told, Reason("no_answers"))
    return _read(told, form, origin, found, topics, now)


def _read(told: Checked, form: Form, origin: Origin, found: Submission, topics: Collection[str], now: int) -> Checked:
    try:
        reading = read_submission(form, origin, found, now)
        check_topic(reading.draft.act.topic, topics)
    except (Unmappable, Invalid) as error:
        return _parked(told, reason_of(error))
    return msgspec.structs.replace(told, draft=reading.draft, left_out=reading.filled.left_out)


def _is_of(form: Form, account: str, name: str) -> bool:
    return account == form.account and form.form in (name, ANY_FORM)


def _parked(told: Checked, reason: Reason) -> Checked:
    return msgspec.structs.replace(told, outcome="parked", reason=reason)
