from collections.abc import Mapping

import boto3
import msgspec
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError, ParamValidationError
from pynamodb.exceptions import PutError, TableError

from chalicelib import bootstrap
from chalicelib.api.problems import MAX_FAULTS, Problem, problem_document, problem_of, problem_response
from chalicelib.domain.vocabulary import LANGUAGES, Language
from chalicelib.eventlog.transactions import Congested
from chalicelib.intake.faults import Fault, Invalid
from chalicelib.participations.appending import Busy
from chalicelib.publishing.document_store import DocumentContended
from chalicelib.registry import RegistryConflict
from infra.local.emulator import free_port
from tests.api.conftest import Client, participation

ACTS = "/v1/campaigns/2026/participations"


def client_error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, "PutItem")


ERRORS: Mapping[str, Exception] = {
    "busy": Busy("secret"),
    "storage-unavailable": client_error("InternalServerError"),
    "campaign-changed": RegistryConflict("secret"),
    "internal-error": ValueError("secret"),
}


@pytest.mark.parametrize(
    ("name", "status", "says"),
    [
        (
            "busy",
            503,
            {
                "kk": "Бір нәрсеге қатысты бір мезгілде тым көп сұрау келді. Дәл осы сұрауды қайталаңыз.",
                "ru": "Слишком много одновременных запросов об одном и том же. Повторите этот же запрос.",
                "en": "Too many requests about the same thing at once. Send the same request again.",
            },
        ),
        (
            "storage-unavailable",
            503,
            {
                "kk": "Деректер қоймасы жауап бермейді. Дәл осы сұрауды сәлден кейін қайталаңыз.",
                "ru": "Хранилище данных не отвечает. Повторите этот же запрос немного позже.",
                "en": "The data store does not answer. Send the same request again a little later.",
            },
        ),
        (
            "campaign-changed",
            409,
            {
                "kk": "Басқа өзгеріс дәл осы сәтте жасалды. Қазіргі мәндерді оқып, қайталап көріңіз.",
                "ru": "Другое изменение сделано в тот же момент. Прочитайте нынешние значения и повторите.",
                "en": "Another change was made at the same moment. Read the present values and try again.",
            },
        ),
        (
            "internal-error",
            500,
            {
                "kk": "Біздің тарапта күтпеген қате болды. Хабарласқанда X-Request-Id нөмірін айтыңыз.",
                "ru": "Непредвиденная ошибка на нашей стороне. Обращаясь к нам, назовите номер из X-Request-Id.",
                "en": "An unexpected error on our side. When you write to us, name the number in X-Request-Id.",
            },
        ),
    ],
)
def test_what_is_not_the_senders_fault_is_told_in_their_language(
    name: str, status: int, says: Mapping[Language, str]
) -> None:
    problem = problem_of(ERRORS[name])

    assert (problem.name, problem.status) == (name, status)
    for language in LANGUAGES:
        assert problem_document(problem, language).detail == says[language]
        assert "secret" not in problem_response(problem, language).body


@pytest.mark.parametrize("name", ["busy", "storage-unavailable"])
def test_who_may_come_again_is_told_when(name: str) -> None:
    assert problem_response(problem_of(ERRORS[name]), "en").headers["Retry-After"] == "2"


@pytest.mark.parametrize(
    "code", ["InternalServerError", "ThrottlingException", "AccessDeniedException", "ResourceNotFoundException"]
)
def test_a_fault_of_dynamodb_is_a_reason_to_come_again(code: str) -> None:
    assert problem_of(client_error(code)).name == "storage-unavailable"
    assert problem_of(PutError("", client_error(code))).name == "storage-unavailable"


@pytest.mark.parametrize("error", [Busy("2026/x"), Congested(), DocumentContended("live.json")], ids=repr)
def test_others_who_are_at_the_same_thing_are_a_reason_to_come_again(error: Exception) -> None:
    assert problem_of(error).name == "busy"


def test_parts_of_a_batch_that_a_table_did_not_take_are_a_reason_to_come_again() -> None:
    assert problem_of(PutError("Failed to batch write items")).name == "storage-unavailable"


def test_an_endpoint_that_is_not_there_is_a_reason_to_come_again() -> None:
    config = Config(retries={"total_max_attempts": 1})
    client = boto3.client("dynamodb", endpoint_url=f"http://127.0.0.1:{free_port()}", config=config)

    with pytest.raises(EndpointConnectionError) as raised:
        client.list_tables()

    assert problem_of(raised.value).name == "storage-unavailable"


@pytest.mark.parametrize(
    "error",
    [
        client_error("ValidationException"),
        PutError("", client_error("ValidationException")),
        ParamValidationError(report=""),
        TableError(""),
        KeyError("x"),
        RecursionError(),
    ],
)
def test_our_own_mistake_is_an_internal_error(error: Exception) -> None:
    assert problem_of(error).name == "internal-error"


@pytest.mark.parametrize("missing", ["registry_table", "events_table", "receipts_table", "contacts_table"])
def test_a_table_that_does_not_answer_is_told_without_details(
    api: Client, services: bootstrap.Services, missing: str
) -> None:
    services.settings = msgspec.structs.replace(services.settings, **{missing: "missing"})
    vars(services).pop("registry", None)

    reply = api("POST", ACTS, participation(), idempotency_key="k")

    assert (reply.status, reply.json["type"]) == (503, "/problems/storage-unavailable")
    assert reply.headers["retry-after"] == "2"
    assert b"missing" not in reply.body


def test_an_answer_names_so_many_faults_and_counts_them_all() -> None:
    invalid = Invalid(tuple(Fault(f"#/{n}", "unknown_field") for n in range(MAX_FAULTS + 1)))

    document = problem_document(problem_of(invalid), "en")

    assert isinstance(document.errors, list)
    assert len(document.errors) == MAX_FAULTS
    assert document.detail == "Errors found: 101. Nothing was written."


def test_a_problem_is_itself() -> None:
    problem = Problem("not-found")

    assert problem_of(problem) is problem


def test_what_is_longer_than_any_key_is_no_fault_of_ours(api: Client) -> None:
    for path in (
        "/v1/parked?provider=",
        f"/v1/parked?provider={'a' * 3000}",
        f"/v1/parked?cursor=tally/{'a' * 3000}",
        f"/v1/parked/tally/{'a' * 3000}",
        f"/v1/parked/{'a' * 3000}/x",
        f"/v1/participations/{'a' * 3000}",
        f"/v1/campaigns/{'a' * 3000}/review",
        f"/v1/campaigns/2026/review?cursor={'1' * 3000}.x",
        f"/oembed?url={'a' * 3000}",
    ):
        assert api("GET", path).status < 500
