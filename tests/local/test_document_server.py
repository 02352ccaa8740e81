import gzip

import boto3
import pytest

from chalicelib.api.problems import Problem
from infra.local.document_server import DocumentServer, document_route
from infra.local.emulator import Emulator
from infra.local.http_response import HttpResponse

LIVE = "/v1/campaigns/2026/live.json"
CACHE = "public, max-age=0, s-maxage=1, stale-while-revalidate=2, stale-if-error=600"
BODY = b'{"v":1,"totals":' + b" " * 300 + b"{}}"


@pytest.fixture(scope="module")
def documents(storage: Emulator) -> DocumentServer:
    s3, bucket = boto3.client("s3", endpoint_url=storage.url), "served-documents"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_object(
        Bucket=bucket,
        Key="v1/campaigns/2026/live.json",
        Body=BODY,
        ContentType="application/json",
        CacheControl=CACHE,
        Metadata={"etag": "1.12"},
    )
    return DocumentServer(s3, bucket)


def ask(documents: DocumentServer, path: str = LIVE, method: str = "GET", **headers: str) -> HttpResponse:
    answer = documents.answer(method, path, {name.replace("_", "-"): value for name, value in headers.items()})
    assert answer is not None
    return answer


def test_a_document_comes_with_the_headers_it_was_stored_with(documents: DocumentServer) -> None:
    answer = ask(documents)

    assert (answer.status, answer.body) == (200, BODY)
    assert answer.headers == {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "ETag, Retry-After, Date, Age",
        "Cache-Control": CACHE,
        "Content-Type": "application/json",
        "ETag": '"1.12"',
        "Vary": "Accept-Encoding",
    }


@pytest.mark.parametrize("tags", ['"1.12"', 'W/"1.12"', '"1.11", "1.12"', "*"])
def test_who_has_the_document_already_is_told_so(documents: DocumentServer, tags: str) -> None:
    answer = ask(documents, if_none_match=tags)

    assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", '"1.12"')


def test_who_has_an_older_document_gets_the_new_one(documents: DocumentServer) -> None:
    assert ask(documents, if_none_match='"1.11"').status == 200


def test_a_document_is_compressed_for_who_takes_it(documents: DocumentServer) -> None:
    answer = ask(documents, accept_encoding="br, gzip")

    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["ETag"] == 'W/"1.12"'
    assert gzip.decompress(answer.body) == BODY


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "gzip; q=0.0, br"])
def test_a_document_is_not_compressed_for_others(documents: DocumentServer, accepted: str) -> None:
    assert "Content-Encoding" not in ask(documents, accept_encoding=accepted).headers


@pytest.mark.parametrize(
    "name",
    [
        "live.json",
        "page.json",
        "places.json",
        "recent.json",
        "organisations.json",
        "organisations/KZ-75.json",
        "organisations/abroad.json",
        "timeline/2026-06-01.json",
        "badge/good_deeds.kk.svg",
    ],
)
def test_a_document_not_published_yet_is_not_found_and_any_page_may_know(documents: DocumentServer, name: str) -> None:
    with pytest.raises(Problem) as refused:
        documents.answer("GET", f"/v1/campaigns/2027/{name}", {})

    assert refused.value.name == "not-found"
    assert refused.value.headers["Access-Control-Allow-Origin"] == "*"


def test_documents_cannot_be_written(documents: DocumentServer) -> None:
    with pytest.raises(Problem) as refused:
        documents.answer("PUT", LIVE, {})

    assert (refused.value.name, refused.value.headers["Allow"]) == ("method-not-allowed", "GET, HEAD, OPTIONS")


def test_while_the_bucket_cannot_be_read_the_reader_may_ask_again(documents: DocumentServer) -> None:
    with pytest.raises(Problem, match="storage-unavailable"):
        DocumentServer(documents.s3, "no-such-bucket").answer("GET", LIVE, {})


@pytest.mark.parametrize("path", ["/", "/v1/campaigns/2026", "/v1/campaigns/2026/review", "/v1/campaigns/../live.json"])
def test_other_paths_are_no_documents(documents: DocumentServer, path: str) -> None:
    assert documents.answer("GET", path, {}) is None
    assert document_route(path) is None


def test_a_documents_kind_can_be_told_without_its_campaign() -> None:
    assert document_route(LIVE) == "/v1/campaigns/{campaign}/live.json"


def test_the_list_of_all_campaigns_is_a_document_too(documents: DocumentServer) -> None:
    with pytest.raises(Problem, match="not-found"):
        ask(documents, path="/v1/campaigns.json")

    assert document_route("/v1/campaigns.json") == "/v1/campaigns.json"
    assert document_route("/v1/campaigns.html") is None


def test_any_page_may_ask_and_say_which_document_it_has(documents: DocumentServer) -> None:
    answer = ask(documents, method="OPTIONS")

    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert answer.headers["Access-Control-Allow-Headers"] == "*"
