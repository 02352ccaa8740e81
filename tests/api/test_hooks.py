import pytest

from app import app
from chalicelib.bootstrap import bootstrap
from chalicelib.webhooks.endpoints import HOOK_ENDPOINTS, MINI_APP_ENDPOINTS
from chalicelib.webhooks.untrusted_json import MAX_BYTES
from tests.api.conftest import Client

SECRETS = '{"typeform": {"ours": {"secret": ["abc123"]}}, "meta": {"ours": {"verify_token": ["meatyhamhock"]}}}'
HANDSHAKE = "/v1/hooks/meta?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=meatyhamhock"
HOOKS = [f"/v1/hooks/{name}" for name in HOOK_ENDPOINTS]
MINI_APPS = [f"/v1/submissions/{name}" for name in MINI_APP_ENDPOINTS]


@pytest.fixture(autouse=True)
def _configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_SECRETS", SECRETS)
    monkeypatch.setattr(app, "services", bootstrap())


@pytest.mark.parametrize("endpoint", HOOKS + MINI_APPS)
def test_nothing_sent_to_a_provider_s_address_is_answered_as_if_it_were_gone(visitor: Client, endpoint: str) -> None:
    statuses = [
        visitor("POST", endpoint, body=b"{}").status,
        visitor("POST", endpoint, body=b"").status,
        visitor("POST", endpoint, body=b"{}", content_type="text/plain").status,
        visitor("POST", endpoint, body=b" " * (MAX_BYTES + 1)).status,
        visitor("PUT", endpoint, body=b"{}").status,
        visitor("GET", endpoint).status,
    ]

    assert statuses[0] in (400, 403)
    assert statuses[1] in (400, 403)
    assert statuses[2:5] == [415, 413, 405]
    assert statuses[5] == (403 if endpoint in ("/v1/hooks/meta", "/v1/hooks/whatsapp") else 405)


@pytest.mark.parametrize(
    "endpoint", ["/v1/hooks/myspace", "/v1/hooks/vk-miniapp", "/v1/submissions/meta", "/v1/submissions/%2e%2e"]
)
def test_an_unknown_provider_is_not_found(visitor: Client, endpoint: str) -> None:
    reply = visitor("POST", endpoint, {})

    assert (reply.status, reply.json["type"]) == (404, "/problems/not-found")


def test_a_handshake_is_answered_as_plain_text(visitor: Client) -> None:
    reply = visitor("GET", HANDSHAKE)

    assert (reply.status, reply.body) == (200, b"1158201444")
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    assert reply.headers["cache-control"] == "no-store"


def test_head_is_answered_as_get_without_the_body(visitor: Client) -> None:
    reply = visitor("HEAD", HANDSHAKE)

    assert (reply.status, reply.body) == (200, b"")


def test_a_refusal_names_the_fault_in_the_sender_s_language_and_repeats_nothing_of_it(visitor: Client) -> None:
    reply = visitor(
        "POST", "/v1/hooks/typeform", {"name": "Айгерім"}, typeform_signature="sha256=Айгерім", accept_language="ru"
    )

    assert reply.status == 403
    assert reply.json == {
        "type": "/problems/delivery-forbidden",
        "title": "Сообщение не подтверждено",
        "status": 403,
        "detail": "Не доказано, что сообщение пришло на этот адрес от провайдера, или оно слишком старое.",
        "request_id": reply.headers["x-request-id"],
    }


def test_a_method_that_a_provider_has_not_is_refused_with_the_one_it_has(visitor: Client) -> None:
    reply = visitor("GET", "/v1/hooks/vk")

    assert (reply.status, reply.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("endpoint", MINI_APPS)
def test_the_page_of_a_mini_app_may_submit_from_its_own_origin(visitor: Client, endpoint: str) -> None:
    asked = visitor("OPTIONS", endpoint, origin="https://mini.example", access_control_request_method="POST")
    answered = visitor("POST", endpoint, {}, origin="https://mini.example")

    assert asked.status == 200
    assert asked.headers["access-control-allow-origin"] == "*"
    assert "POST" in asked.headers["access-control-allow-methods"]
    for name in ("Authorization", "Content-Type", "Idempotency-Key"):
        assert name in asked.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in asked.headers
    assert (answered.status, answered.headers["access-control-allow-origin"]) == (403, "*")


def test_no_page_may_send_to_a_hook(visitor: Client) -> None:
    asked = visitor("OPTIONS", "/v1/hooks/standard", origin="https://mini.example")
    answered = visitor("POST", "/v1/hooks/standard", {}, origin="https://mini.example")

    assert "access-control-allow-origin" not in asked.headers
    assert "access-control-allow-origin" not in answered.headers
