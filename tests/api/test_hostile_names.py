"""A name that a request brings is shown as it is folded, or refused, whichever request brings it."""

from typing import Any

import pytest

from chalicelib.domain.folding import clean
from tests.api.conftest import Client, participation
from tests.names import SUITABLE, UNSUITABLE, Name

ACTS = "/v1/campaigns/2026/participations"
FORM = "/v1/forms/typeform/ours/f"
PHONE = "8 701 123 45 67"
each_unsuitable = pytest.mark.parametrize("name", UNSUITABLE, ids=lambda name: name.why)


def by_school(name: str, **members: object) -> dict[str, Any]:
    return participation(participant={"type": "school", "organisation": name}, **members)


def pointers(problem: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in problem["errors"]]


@each_unsuitable
def test_a_name_that_cannot_be_shown_is_refused(name: Name, api: Client) -> None:
    reply = api("POST", ACTS, by_school(name.name), idempotency_key="k")

    assert (reply.status, pointers(reply.json)) == (422, ["#/participant/organisation"])


@pytest.mark.parametrize("name", SUITABLE, ids=lambda name: name.why)
def test_a_name_is_shown_as_it_is_folded(name: Name, api: Client) -> None:
    recorded = api("POST", ACTS, by_school(name.name), idempotency_key="k")

    assert recorded.status == 201
    assert api("GET", f"/v1/participations/{recorded.json['id']}").json["organisation"] == clean(name.name)


def test_in_a_batch_each_name_has_its_own_outcome(api: Client) -> None:
    names = [*SUITABLE, *UNSUITABLE]
    entries = [{**by_school(name.name), "idempotency_key": str(number)} for number, name in enumerate(names)]

    results = api("POST", f"{ACTS}/batch", {"participations": entries}).json["results"]

    assert [result["status"] for result in results] == [201] * len(SUITABLE) + [422] * len(UNSUITABLE)
    assert [pointers(result["problem"]) for result in results[len(SUITABLE) :]] == [
        [f"#/participations/{number}/participant/organisation"] for number in range(len(SUITABLE), len(names))
    ]


@each_unsuitable
def test_no_correction_no_reason_and_no_form_brings_such_a_name(name: Name, api: Client) -> None:
    act = api("POST", ACTS, by_school("№5 мектеп"), idempotency_key="k").json["id"]
    correction = {"reason": name.name, "organisation": name.name}
    form = {"campaign": "2026", "state": "live"}
    said = ({"defaults": {"organisation": name.name}}, {"fallback": {"organisation": name.name}})
    chosen = {"answers": {"organisation": {"a": name.name}}}

    corrected = api("POST", f"/v1/participations/{act}/correction", correction)
    withdrawn = api("POST", f"/v1/participations/{act}/withdrawal", {"reason": name.name})
    registered = [api("PUT", FORM, {**form, **members}) for members in (*said, chosen)]

    assert (corrected.status, pointers(corrected.json)) == (422, ["#/reason", "#/organisation"])
    assert (withdrawn.status, pointers(withdrawn.json)) == (422, ["#/reason"])
    assert [(reply.status, pointers(reply.json)) for reply in registered] == [
        (422, ["#/defaults/organisation"]),
        (422, ["#/fallback/organisation"]),
        (422, ["#/answers/organisation/a"]),
    ]


def test_a_topic_is_one_of_the_campaigns(api: Client) -> None:
    campaign = api("GET", "/v1/campaigns").json["campaigns"][0]
    requested = {"names": campaign["names"], "state": "live", "topics": ["chess"]}
    assert "fundraising" in campaign["topics"]
    assert api("PUT", "/v1/campaigns/2030", requested).json["topics"] == ["chess"]

    chess, fundraising, phone = (
        api("POST", "/v1/campaigns/2030/participations", participation(topic=topic), idempotency_key=topic)
        for topic in ("chess", "fundraising", "call_8_701_123_45_67")
    )

    assert chess.status == 201
    assert [(reply.status, pointers(reply.json)) for reply in (fundraising, phone)] == [(422, ["#/topic"])] * 2
    assert fundraising.json["errors"][0]["detail"] == "Must be one of: chess."


def test_a_correction_gives_an_act_a_topic_of_its_campaign(api: Client) -> None:
    act = api("POST", ACTS, participation(), idempotency_key="k").json["id"]

    refused, corrected = (
        api("POST", f"/v1/participations/{act}/correction", {"reason": "a slip", "topic": topic})
        for topic in ("chess", "ecology")
    )

    assert (refused.status, pointers(refused.json)) == (422, ["#/topic"])
    assert (corrected.status, corrected.json["topic"]) == (200, "ecology")


def test_a_form_says_only_topics_of_its_campaign(api: Client) -> None:
    form = {"campaign": "2026", "state": "live"}
    chosen = {"answers": {"topic": {"chess": "chess", "Экология": "ecology"}}}

    refused = [
        api("PUT", FORM, {**form, **members})
        for members in ({"defaults": {"topic": "chess"}}, {"fallback": {"topic": "chess"}, **chosen})
    ]
    registered = api("PUT", FORM, {**form, "defaults": {"topic": "ecology"}})

    assert [(reply.status, pointers(reply.json)) for reply in refused] == [
        (422, ["#/defaults/topic"]),
        (422, ["#/fallback/topic", "#/answers/topic/chess"]),
    ]
    assert registered.status == 201


def test_what_a_campaign_is_called_is_folded(api: Client) -> None:
    names = {"kk": "\u2067Марафон\u2069", "ru": "Мара\u200bфон", "en": "Ｍａｒａｔｈｏｎ"}

    created = api("PUT", "/v1/campaigns/2030", {"names": names, "state": "test"})
    refused = api("PUT", "/v1/campaigns/2031", {"names": {**names, "en": "\u3164"}, "state": "test"})

    assert created.json["names"] == {"kk": "Марафон", "ru": "Марафон", "en": "Marathon"}
    assert (refused.status, pointers(refused.json)) == (422, ["#/names/en"])
