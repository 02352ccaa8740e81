"""The forms of providers, and what their questions and answers mean."""

import re

import msgspec
from chalice.app import Response

from chalicelib.api.calls import Call
from chalicelib.api.problems import Problem
from chalicelib.api.routes import NO_STORE, Operation, Routes, json_response
from chalicelib.intake.faults import Fault, Invalid
from chalicelib.intake.form import ANY_FORM, Form
from chalicelib.intake.form_requests import FormRequest, check_topics, read_form

# As `identifier` of the adapters takes ids.
_ID = re.compile(r"[A-Za-z0-9._:=+/-]{1,128}")

routes = Routes(__name__)


class Forms(msgspec.Struct, frozen=True):
    """All forms that the token may see."""

    forms: list[Form]


@routes.on(
    "GET",
    "/v1/forms",
    Operation(summary="List the forms.", scope="admin", cache=NO_STORE, gives={200: Forms}),
)
def list_forms(call: Call) -> Response:
    """List the forms."""
    token, now = call.token, call.services.now()
    return json_response(Forms([f for f in call.services.registry.forms() if token.allows("admin", f.campaign, now)]))


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
        cache=NO_STORE,
        takes=FormRequest,
        gives={201: Form, 200: Form},
        refuses=("form-not-found", "account-shared"),
    ),
)
def put_form(call: Call, provider: str, account: str, form: str) -> Response:
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
    registry.put_form(given)
    return json_response(given, status=201 if current is None else 200)


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
