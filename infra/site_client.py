"""Requests to an installation over HTTP, and deliveries signed as providers sign them."""

import hmac
import json
import time
import urllib.error
import urllib.request
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Protocol

import msgspec

_TIMEOUT_SECONDS = 30


class Reply(msgspec.Struct, frozen=True):
    """Status, headers in lower case, and body of an answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """What the body says."""
        return json.loads(self.body) if self.body else None


class Site(Protocol):
    """An installation as the world reaches it."""

    def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Send a request to the API."""

    def view(self, path: str) -> Reply:
        """Read a file as a script on somebody's page does."""


class DeployedSite(msgspec.Struct, frozen=True):
    """An installation behind its distribution, by the address of that."""

    url: str

    def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Send a request to the API."""
        return fetch(method, f"{self.url}{path}", body, headers)

    def view(self, path: str) -> Reply:
        """Read a file as a script on somebody's page does."""
        return fetch("GET", f"{self.url}{path}", b"", {"Origin": "https://page.example"})


class HookRequest(msgspec.Struct, frozen=True):
    """What a provider sends to its hook."""

    provider: str
    body: bytes
    headers: Mapping[str, str]


def standard_delivery(message: str, content: Mapping[str, Any], secret: str) -> HookRequest:
    """Return a delivery by Standard Webhooks; `secret` as it is told, with its prefix."""
    body, moment = json.dumps(content, ensure_ascii=False).encode(), str(int(time.time()))
    signed = b".".join((message.encode(), moment.encode(), body))
    signature = hmac.digest(b64decode(secret.removeprefix("whsec_")), signed, sha256)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{b64encode(signature).decode()}",
    }
    return HookRequest("standard", body, headers)


def tally_delivery(message: str, form: str, phone: str, secret: str) -> HookRequest:
    """Return a delivery of Tally."""
    fields = [{"key": "phone", "label": "Phone", "type": "INPUT_PHONE_NUMBER", "value": phone}]
    content = {"eventType": "FORM_RESPONSE", "data": {"submissionId": message, "formId": form, "fields": fields}}
    body = json.dumps(content).encode()
    signature = b64encode(hmac.digest(secret.encode(), body, sha256)).decode()
    return HookRequest("tally", body, {"Content-Type": "application/json", "Tally-Signature": signature})


def google_ads_delivery(message: str, form: int, phone: str, secret: str) -> HookRequest:
    """Return a delivery of Google Ads, whose secret stands in it."""
    columns = [{"column_id": "PHONE_NUMBER", "string_value": phone}]
    content = {"lead_id": message, "form_id": form, "google_key": secret, "user_column_data": columns}
    return HookRequest("google-ads", json.dumps(content).encode(), {"Content-Type": "application/json"})


def fetch(method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
    """Send a request and return the answer, whatever its status."""
    request = urllib.request.Request(url, method=method, data=body or None, headers=dict(headers))  # noqa: S310  ours
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310
            return Reply(answer.status, _lower(answer.headers), answer.read())
    except urllib.error.HTTPError as refused:
        return Reply(refused.code, _lower(refused.headers), refused.read())


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): text for name, text in headers.items()}
