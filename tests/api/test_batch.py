import msgspec
import pytest

from chalicelib import bootstrap
from chalicelib.api.batch import MAX_BYTES
from chalicelib.aws import clients
from chalicelib.domain.vocabulary import Language
from tests.api.conftest import Client, participation
from tests.recording import recorded_calls

BATCH = "/v1/campaigns/2026/participations/batch"


def entry(key: str, **members: object) -> dict[str, object]:
    return participation(idempotency_key=key, **members)


def test_each_participation_has_its_result_in_its_place(api: Client) -> None:
    reply = api(
        "POST", BATCH, {"participations": [entry("a"), entry("b", people=5_000), entry("a"), entry("a", people=2)]}
    )

    first, second, repeat, differing = reply.json["results"]
    assert reply.status == 200
    assert (first["status"], first["participation"]["status"]) == (201, "counted")
    assert (second["status"], second["participation"]["status"]) == (201, "in_review")
    assert (repeat["status"], repeat["participation"]["repeated"]) == (200, True)
    assert repeat["participation"]["id"] == first["participation"]["id"]
    assert (differing["status"], differing["problem"]["type"]) == (422, "/problems/idempotency-key-reused")


def test_a_bad_participation_spoils_no_other(api: Client) -> None:
    reply = api("POST", BATCH, {"participations": [entry("a"), 5, entry("b", people=0, x=1), entry("c")]})

    results = reply.json["results"]
    assert [result["status"] for result in results] == [201, 422, 422, 201]
    assert [error["pointer"] for error in results[1]["problem"]["errors"]] == ["#/participations/1"]
    assert {error["pointer"] for error in results[2]["problem"]["errors"]} == {
        "#/participations/2/people",
        "#/participations/2/x",
    }


def test_a_key_in_a_batch_is_the_key_alone(api: Client) -> None:
    alone = api("POST", "/v1/campaigns/2026/participations", participation(), idempotency_key="k")

    batch = api("POST", BATCH, {"participations": [entry("k")]})

    assert batch.json["results"][0]["participation"] == {**alone.json, "repeated": True}


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("kk", "Бос орынсыз 1–128 көрінетін ASCII таңбасы болуы керек."),
        ("ru", "Нужны от 1 до 128 видимых символов ASCII без пробелов."),
        ("en", "Must be 1 to 128 visible ASCII characters without spaces."),
    ],
)
def test_a_bad_key_is_named_with_the_other_faults(api: Client, language: Language, says: str) -> None:
    bad = ["", "a b", "ключ", "a" * 129, 5, None, "a\n"]
    entries = [participation(idempotency_key=key, people=0) for key in bad]

    reply = api("POST", BATCH, {"participations": entries}, accept_language=language)

    assert reply.headers["content-language"] == language
    for number, result in enumerate(reply.json["results"]):
        place = f"#/participations/{number}"
        bad_key, bad_people = result["problem"]["errors"]
        assert bad_key == {"pointer": f"{place}/idempotency_key", "code": "idempotency_key", "detail": says}
        assert bad_people["pointer"] == f"{place}/people"


def test_a_missing_key_is_named(api: Client) -> None:
    errors = api("POST", BATCH, {"participations": [participation()]}).json["results"][0]["problem"]["errors"]

    assert [(e["pointer"], e["code"]) for e in errors] == [("#/participations/0/idempotency_key", "required")]


def test_a_hundred_participations_are_recorded(api: Client) -> None:
    reply = api("POST", BATCH, {"participations": [entry(str(n), participant={"type": "citizen"}) for n in range(100)]})

    assert {result["status"] for result in reply.json["results"]} == {201}
    assert len({result["participation"]["id"] for result in reply.json["results"]}) == 100


def test_what_is_no_batch_is_refused_whole(api: Client) -> None:
    for body, fault in (
        ([], ("#", "object")),
        ({}, ("#/participations", "required")),
        ({"participations": {}}, ("#/participations", "filled_list")),
        ({"participations": None}, ("#/participations", "filled_list")),
        ({"participations": []}, ("#/participations", "filled_list")),
        ({"participations": [{}] * 101}, ("#/participations", "filled_list")),
        ({"participations": [{}], "x": 1}, ("#/x", "unknown_field")),
    ):
        reply = api("POST", BATCH, body)

        assert reply.status == 422
        assert [(error["pointer"], error["code"]) for error in reply.json["errors"]] == [fault]


def test_a_batch_may_be_larger_than_one_request(api: Client) -> None:
    large = [entry(str(n), note="а" * 1_900, people=0 if n else 1) for n in range(90)]
    assert 256 * 1024 < len(msgspec.json.encode({"participations": large})) < MAX_BYTES

    reply = api("POST", BATCH, {"participations": large})

    assert [result["status"] for result in reply.json["results"]] == [201] + [422] * 89
    assert api("POST", BATCH, body=b" " * (MAX_BYTES + 1)).status == 413


def test_a_store_that_does_not_answer_is_asked_once(api: Client, services: bootstrap.Services) -> None:
    missing = msgspec.structs.replace(services.settings, contacts_table="missing")
    services.settings = missing
    entries = [entry("bad", people=0), *(entry(str(n)) for n in range(9))]

    with recorded_calls(clients.dynamodb()) as calls:
        reply = api("POST", BATCH, {"participations": entries})

    statuses = [result["status"] for result in reply.json["results"]]
    assert statuses == [422] + [503] * 9
    assert [call.operation for call in calls].count("TransactWriteItems") == 1
