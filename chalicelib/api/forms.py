"""The forms of providers, and what their questions and answers mean."""

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import msgspec
from chalice.app import Response

from chalicelib.api.calls import Call
from chalicelib.api.form_checks import CheckedSubmission, checked_submission
from chalicelib.api.intents import Intent
from chalicelib.api.problems import Problem
from chalicelib.api.responses import AnyJson, MomentText, moment
from chalicelib.api.routes import NO_STORE, WHY, Operation, Routes, json_response
from chalicelib.intake.faults import Fault, Invalid
from chalicelib.intake.form import ANY_FORM, Form
from chalicelib.intake.form_requests import FormRequest, check_topics, read_form

if TYPE_CHECKING:
    from chalicelib.webhooks.form_gaps import GapCount

# As `identifier` of the adapters takes ids.
_ID = re.compile(r"[A-Za-z0-9._:=+/-]{1,128}")

routes = Routes(__name__)


class Times(msgspec.Struct, frozen=True):
    """In how many recorded submissions something was so, and when the newest of them came."""

    count: int
    newest: MomentText


class ListedForm(Form, frozen=True):
    """A form with what it and its submissions do not have in common.

    `absent`: fields that the form maps, by name, and submissions did not have. `left_out`: details that were answered
    and could not be used, by what was asked for.
    """

    absent: Mapping[str, Times] = msgspec.field(default_factory=dict)
    left_out: Mapping[str, Times] = msgspec.field(default_factory=dict)


class Forms(msgspec.Struct, frozen=True):
    """All forms that the token may see."""

    forms: list[ListedForm]


class SampleRequest(msgspec.Struct, frozen=True):
    """A body as the provider sends it, of whatever members; or a delivery with its `headers` and `body_b64`.

    `graph` holds the Graph API's answers for leads by their ids; such an answer alone is a sample of Meta's, too.
    """

    method: str = "POST"
    path_hint: str = ""
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    body_b64: str = ""
    graph: dict[str, dict[str, AnyJson]] = {}


class Check(msgspec.Struct, frozen=True):
    """What would become of each submission in a sample."""

    submissions: list[CheckedSubmission]


@routes.on(
    "GET",
    "/v1/forms",
    Operation(summary="List the forms.", scope="admin", cache=NO_STORE, gives={200: Forms}),
)
def list_forms(call: Call) -> Response:
    """List the forms."""
    token, services = call.token, call.services
    gaps = list(services.form_gaps.read())
    forms = (form for form in services.registry.forms() if token.allows("admin", form.campaign, services.now()))
    return json_response(Forms([listed(form, gaps) for form in forms]))


@routes.on(
    "GET",
    "/v1/forms/{provider}/{account}/{form}",
    Operation(summary="Show a form.", scope="admin", cache=NO_STORE, gives={200: Form}, refuses=("form-not-found",)),
)
def show_form(call: Call, provider: str, account: str, form: str) -> Response:
    """Show one form."""
    _check_name(provider, account, form)
    current = call.services.registry.registered_form(provider, account, form)
    if current is None:
        raise Problem("form-not-found")
    call.demand("admin", current.campaign)
    return json_response(current)


@routes.on(
    "PUT",
    "/v1/forms/{provider}/{account}/{form}",
    Operation(
        summary="Register a form, or replace it; `*` for the form stands for all of the account that are not "
        "registered by themselves.",
        scope="admin",
        trail="form_saved",
        cache=NO_STORE,
        parameters=(WHY,),
        takes=FormRequest,
        gives={201: Form, 200: Form},
        refuses=("form-not-found", "account-shared"),
    ),
)
def put_form(call: Call, provider: str, account: str, form: str) -> Intent:
    """Register or replace a form."""
    _check_name(provider, account, form)
    registry = call.services.registry
    given = read_form(provider, account, form, call.json())
    current = registry.registered_form(provider, account, form)
    for campaign in {given.campaign, given.campaign if current is None else current.campaign}:
        call.demand("admin", campaign)
    if current is None:
        _demand_account(call, given)
    if (known := registry.campaign(given.campaign)) is None:
        raise Invalid((Fault("#/campaign", "campaign_unknown"),))
    check_topics(given, known.topics)

    def save() -> Response:
        registry.put_form(given)
        return json_response(given, status=201 if current is None else 200)

    return Intent(campaign=given.campaign, target=f"{provider}/{account}/{form}", carry_out=save)


@routes.on(
    "POST",
    "/v1/forms/{provider}/{account}/{form}/check",
    Operation(
        summary="Tell what a form would make of a sample delivery, and record nothing.",
        description="The sample is a body as the provider sends it, or a delivery with its headers and `body_b64`. Its "
        "signature and the states of form and campaign are not looked at.",
        scope="admin",
        only_tells=True,
        cache=NO_STORE,
        takes=SampleRequest,
        gives={200: Check},
        refuses=("form-not-found", "delivery-malformed"),
    ),
)
def check_form(call: Call, provider: str, account: str, form: str) -> Response:
    """Check a form with a sample."""
    from chalicelib.webhooks.checking import check

    _check_name(provider, account, form)
    registry = call.services.registry
    current = registry.registered_form(provider, account, form)
    if current is None:
        raise Problem("form-not-found")
    call.demand("admin", current.campaign)
    checked = check(current, call.json(), registry.campaign(current.campaign), call.services.now())
    return json_response(Check([checked_submission(one) for one in checked]))


def listed(form: Form, gaps: "Iterable[GapCount]") -> ListedForm:
    """Return a form with the gaps that it still has: a question that it does not map any more is none."""
    mapped = {*form.questions, *(() if form.consent is None else (form.consent.field,))}
    names = form.provider, form.account, form.form
    counted = [one for one in gaps if (one.gap.provider, one.gap.account, one.gap.form) == names]
    told = {
        kind: {
            one.gap.name: Times(one.count, moment(one.newest))
            for one in counted
            if one.gap.kind == kind and (kind == "left_out" or one.gap.name in mapped)
        }
        for kind in ("absent", "left_out")
    }
    return ListedForm(**{**msgspec.structs.asdict(form), **told})


def _demand_account(call: Call, new: Form) -> None:
    """Let the caller pass whose form takes no deliveries that are another campaign's so far, or would be.

    Raises:
        Problem: another campaign has forms of the account, and the caller's token is not for that.
    """
    now = call.services.now()
    for form in call.services.registry.forms():
        takes = ANY_FORM in (form.form, new.form)
        same_account = (form.provider, form.account) == (new.provider, new.account)
        if takes and same_account and not call.token.allows("admin", form.campaign, now):
            raise Problem("account-shared")


def _check_name(provider: str, account: str, form: str) -> None:
    """Let pass what can be the name of a form.

    Raises:
        Problem: no delivery is ever of this provider, account or form.
    """
    from chalicelib.webhooks.endpoints import PROVIDERS

    if provider not in PROVIDERS or not _ID.fullmatch(account) or not (form == ANY_FORM or _ID.fullmatch(form)):
        raise Problem("form-not-found")
