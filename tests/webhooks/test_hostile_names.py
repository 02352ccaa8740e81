"""A name that an answer brings is shown as it is folded, or parked, whichever provider the answer comes by."""

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from chalicelib.domain.folding import clean, fold
from chalicelib.webhooks.delivery import Delivery
from chalicelib.webhooks.dispatcher import Dispatcher, Disposition
from chalicelib.webhooks.received import ReceivedContent, ReceivedSubmission
from chalicelib.webhooks.receiving import receive
from tests.names import SUITABLE, UNSUITABLE, Name
from tests.webhooks.conftest import SystemOf
from tests.webhooks.deliveries import Case, named, resigned
from tests.webhooks.mini_apps import TELEGRAM_MINI_APP, VK_MINI_APP, opened_by, opened_in_vk_by
from tests.webhooks.system import System, account_of, endpoint_of

WEB_APP_DATA = named("telegram/ok_02_web_app_data")
LEAD = named("meta/ok_08_leadgen_with_graph_fetch")
LEAD_ID = next(iter(LEAD.graph))
NAME_OF_LEAD = "Айгерім Үлгіқызы"

Sent = Callable[[str], Delivery]


def with_text(value: Any, old: str, new: str) -> Any:
    """Return JSON with one text in place of another, also in JSON that is a text itself."""
    if isinstance(value, str):
        inner = value.startswith("{") and old in value
        return (
            msgspec.json.encode(with_text(msgspec.json.decode(value), old, new)).decode()
            if inner
            else (new if value == old else value)
        )
    if isinstance(value, list):
        return [with_text(item, old, new) for item in value]
    return {key: with_text(item, old, new) for key, item in value.items()} if isinstance(value, dict) else value


def answering(case: Case, old: str) -> Sent:
    """Return what makes a case's delivery with a name in place of what somebody answered."""
    body = msgspec.json.decode(case.delivery.body)
    return lambda name: resigned(case, msgspec.json.encode(with_text(body, old, name)))


def in_web_app_data(name: str) -> Delivery:
    body = msgspec.json.decode(WEB_APP_DATA.delivery.body)
    body["message"]["web_app_data"]["data"] = msgspec.json.encode({"organisation": name}).decode()
    return resigned(WEB_APP_DATA, msgspec.json.encode(body))


def recorded_with(case_name: str, old: str, field: str) -> tuple[Case, Sent, str]:
    case = named(case_name)
    return case, answering(case, old), field


CHANNELS: Mapping[str, tuple[Case, Sent, str]] = {
    "Typeform": recorded_with("typeform/ok_01_form_response", "Жанар Үлгі", "name"),
    "Tally": recorded_with("tally/ok_01_form_response", "Самал", "Аты"),
    "Google Ads": recorded_with("google_ads/ok_02_real_lead_unknown_fields", "Гүлнар Үлгі", "name"),
    "Google Forms": recorded_with("google_forms/ok_01_bridge", "Мәди Үлгі", "answers.Аты-жөніңіз"),
    "lead forms of VK": recorded_with("vk/ok_04_custom_questions_and_ad", "Дана", "first_name"),
    "Standard Webhooks": recorded_with("standard_webhooks/ok_02_full_payload", "Дәурен Үлгі", "name"),
    "Flow reply": recorded_with("whatsapp/ok_01_nfm_reply", "KZ-62", "region"),
    "web_app_data": (WEB_APP_DATA, in_web_app_data, "data.organisation"),
    "Mini App of Telegram": (TELEGRAM_MINI_APP, lambda name: opened_by(5, "s", organisation=name), "organisation"),
    "Mini App of VK": (VK_MINI_APP, lambda name: opened_in_vk_by(5, "s", organisation=name), "organisation"),
}
"""Each channel with what makes a delivery of a name, and the field in which the name is."""


def ask_for_a_name(system: System, case: Case, field: str) -> None:
    defaults = {"kind": "good_deed", "participant_type": "ngo", "place": {"region": "KZ-75"}}
    system.register(*account_of(case), defaults=defaults, fallback={}, questions={field: "organisation"})


def take(system: System, case: Case, delivery: Delivery, number: int) -> None:
    """Take a delivery as if its submission were another one each time."""
    contents: list[ReceivedContent] = []

    def collect(some: Sequence[ReceivedContent]) -> list[Disposition]:
        contents.extend(some)
        return [Disposition("recorded") for _ in some]

    collecting = cast(Dispatcher, SimpleNamespace(dispatch=collect))
    receive(endpoint_of(case), delivery, system.services.accounts, lambda: collecting, system.services.now())
    (content,) = contents
    assert isinstance(content, ReceivedSubmission)
    submission = msgspec.structs.replace(content.submission, submission_id=str(number))
    system.services.dispatcher.dispatch([msgspec.structs.replace(content, submission=submission)])


def assert_right_outcomes(system: System, names: Sequence[Name]) -> None:
    suitable = [name for name in names if name.is_suitable]
    expected: dict[str, str] = {}
    for name in suitable:
        expected.setdefault(fold(name.same_as or name.name), clean(name.name))

    texts = {item["text"] for item in system.items("NamesTable") if "text" in item}
    participants = {item["stream"] for item in system.items("EventsTable")}
    assert system.reasons() == ["name_unsuitable"] * (len(names) - len(suitable))
    assert len(system.acts()) == len(suitable)
    assert texts == set(expected.values())
    assert len(participants) == len(expected)


some_and_all_names = pytest.mark.parametrize(
    "names",
    [
        pytest.param([*SUITABLE[::8], *UNSUITABLE[::8]], id="some"),
        pytest.param([*SUITABLE, *UNSUITABLE], id="all", marks=pytest.mark.slow),
    ],
)


@some_and_all_names
@pytest.mark.parametrize("channel", CHANNELS)
def test_every_name_has_the_right_outcome(channel: str, names: list[Name], system_of: SystemOf) -> None:
    case, sent, field = CHANNELS[channel]
    system = system_of(case)
    ask_for_a_name(system, case, field)

    for number, name in enumerate(names):
        take(system, case, sent(name.name), number)

    assert_right_outcomes(system, names)


@some_and_all_names
def test_every_name_of_a_lead_has_the_right_outcome(names: list[Name], system_of: SystemOf) -> None:
    system = system_of(LEAD)
    ask_for_a_name(system, LEAD, "name")

    for number, name in enumerate(names):
        lead = with_text(LEAD.graph[LEAD_ID], NAME_OF_LEAD, name.name)
        system.graph.leads[str(number)] = {**lead, "id": str(number)}
        system.post(LEAD, LEAD.delivery.body.replace(LEAD_ID.encode(), str(number).encode()))
    while system.work():
        pass

    assert_right_outcomes(system, names)


def test_what_is_parked_says_which_field_is_wrong_and_not_what_was_answered(system_of: SystemOf) -> None:
    case, sent, field = CHANNELS["Typeform"]
    system = system_of(case)
    ask_for_a_name(system, case, field)

    take(system, case, sent("8 701 123 45 67"), 1)

    ((entry, _),) = system.parked()
    assert entry.reason.about == ("#/participant/organisation contact_details",)


def test_a_person_counts_whatever_they_call_where_they_work(system_of: SystemOf) -> None:
    case, sent, field = CHANNELS["Typeform"]
    system = system_of(case)
    system.register(*account_of(case), questions={field: "organisation"})

    take(system, case, sent("evil.kz 8 701 123 45 67"), 1)

    assert (system.reasons(), len(system.acts())) == ([], 1)
    assert "evil" not in str(system.everything())


@pytest.mark.parametrize("topic", ["8 701 123 45 67", "call_8_701_123_45_67", "chess"])
def test_a_topic_that_the_campaign_has_not_is_parked(topic: str, system_of: SystemOf) -> None:
    case, sent, field = CHANNELS["Typeform"]
    system = system_of(case)
    system.register(*account_of(case), questions={field: "topic"})

    take(system, case, sent(topic), 1)
    take(system, case, sent("ecology"), 2)

    assert system.reasons() == ["topic_unknown"]
    assert [act["act"]["topic"] for act in system.acts()] == ["ecology"]
