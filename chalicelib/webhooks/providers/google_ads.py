"""Google Ads lead forms: the key travels in the body, nothing is signed.

developers.google.com/google-ads/webhook/docs/implementation.
"""

from collections.abc import Sequence

from chalicelib.domain.vocabulary import Source
from chalicelib.webhooks.answered_fields import AnsweredFields
from chalicelib.webhooks.delivery import ACKNOWLEDGED, Account, Delivery, ProviderResponse, Submission
from chalicelib.webhooks.phone_answers import phone
from chalicelib.webhooks.signatures import account_whose, same
from chalicelib.webhooks.untrusted_json import (
    JsonObject,
    as_objects,
    identifier,
    instant,
    optional_identifier,
    read_object,
    require_json_post,
    text,
)

SOURCE: Source = "google_ads"

_OWN_COLUMNS = {
    "FULL_NAME": "name",
    "FIRST_NAME": "first_name",
    "LAST_NAME": "last_name",
    "PHONE_NUMBER": "phone",
    "EMAIL": "email",
    "WORK_PHONE": "work_phone",
    "WORK_EMAIL": "work_email",
    "POSTAL_CODE": "postal_code",
    "STREET_ADDRESS": "street_address",
    "CITY": "city",
    "REGION": "region",
    "COUNTRY": "country",
    "COMPANY_NAME": "company_name",
    "JOB_TITLE": "job_title",
}
"""Questions that Google words itself; every other column is the form's own."""
_NO_TEST = frozenset({"false", "0", "none", ""})
"""What `is_test` may be of a lead; one of which it says anything else is kept as a test, and not counted."""
_SAMPLE = "TeSter-"
"""How the ids begin of what "Send test data" sends."""


def authenticate(delivery: Delivery, accounts: Sequence[Account], _now: int, /) -> Account:
    """Return the account whose `google_key` the body carries.

    Raises:
        Malformed, Forbidden, WrongMethod, WrongType, TooLarge
    """
    require_json_post(delivery)
    given = read_object(delivery.body).get("google_key")
    return account_whose("google_key", accounts, lambda key: same(given, key))


def read(delivery: Delivery, account: Account, /) -> Sequence[Submission]:
    """Return the lead of the delivery; what "Send test data" sends is marked as a test.

    Raises:
        Malformed
    """
    body = read_object(delivery.body)
    is_test = str(body.get("is_test")).strip().lower() not in _NO_TEST
    lead_id = identifier(body.get("lead_id"), "lead_id")
    known: JsonObject = {"is_test": is_test}
    for name in ("form_id", "campaign_id"):
        if (named := optional_identifier(body.get(name), name)) is not None:
            known[name] = named
    gathered = AnsweredFields(**known)
    for column in as_objects(body.get("user_column_data"), "user_column_data"):
        name = _field_name(column)
        value = column.get("string_value")
        gathered.add(phone(value) if name == "phone" else value, name)
    return (
        Submission(
            submission_id=lead_id,
            account=account.id,
            form=text(known.get("form_id")),
            fields=gathered.by_name,
            provider_fields=frozenset(gathered.by_name),
            context=frozenset(known),
            submitted_at=instant(body.get("lead_submit_time")),
            is_test=is_test or lead_id.startswith(_SAMPLE),
        ),
    )


def respond(_delivery: Delivery, _account: Account, /) -> ProviderResponse:
    """Return an empty object."""
    return ACKNOWLEDGED


def _field_name(column: JsonObject) -> str:
    column_id = text(column.get("column_id")) or text(column.get("column_name"))
    return _OWN_COLUMNS.get(column_id, f"answers.{column_id}")
