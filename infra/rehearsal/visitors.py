"""Those who use the system: partners at the API, providers at the hooks, viewers at the CDN."""

import hmac
import json
import time
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec

from infra.site_client import Reply, fetch, standard_delivery

WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # pragma: allowlist secret
APP_SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105  made up  # pragma: allowlist secret
"""What providers sign with."""


class Visitors(msgspec.Struct, frozen=True):
    """Requests to one stack: to its API Gateway, and to its distribution."""

    emulator: str
    api: str
    distribution: str
    token: str

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Reply:
        """Ask the API with the token."""
        content = b"" if body is None else json.dumps(body).encode()
        given = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        return self.send(
            method, path, content, given | {name.replace("_", "-"): text for name, text in headers.items()}
        )

    @property
    def url(self) -> str:
        """Where the API is."""
        return f"{self.emulator}/_aws/execute-api/{self.api}/api"

    def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Send a request to the API."""
        return fetch(method, f"{self.url}{path}", body, headers)

    def view(self, path: str) -> Reply:
        """Read a file as a script on somebody's page does."""
        headers = {"Host": self.distribution, "X-Forwarded-Proto": "https", "Origin": "https://page.example"}
        return fetch("GET", f"{self.emulator}{path}", b"", headers)

    def record(self, key: str, phone: str, **act: Any) -> Reply:
        """Record an act of a person."""
        return self.participate(key, {"type": "citizen", "name": "Айгүл Үлгі", "phone": phone}, **act)

    def participate(self, key: str, participant: Mapping[str, str], **act: Any) -> Reply:
        """Record an act of anybody."""
        body = {"kind": "good_deed", "participant": participant, "place": {"region": "KZ-75"}, **act}
        return self.ask("POST", "/v1/campaigns/2026/participations", body, Idempotency_Key=key)

    def deliver_standard(
        self, message: str, phone: str, form: str = "participation.submitted", signed_with: str = WHSEC
    ) -> Reply:
        """Deliver a submission of a form by Standard Webhooks."""
        content = {
            "type": form,
            "data": {"name": "Дәурен Үлгі", "phone": phone, "region": "KZ-10"},
        }
        delivery = standard_delivery(message, content, signed_with)
        return self.send("POST", "/v1/hooks/standard", delivery.body, delivery.headers)

    def deliver_lead(self, lead_id: str, form: str) -> Reply:
        """Tell of a lead of a form as Meta does."""
        value = {"form_id": form, "leadgen_id": lead_id, "page_id": "13", "created_time": int(time.time())}
        content = {"object": "page", "entry": [{"id": "13", "changes": [{"field": "leadgen", "value": value}]}]}
        body = json.dumps(content).encode()
        signature = hmac.digest(APP_SECRET.encode(), body, sha256).hex()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"}
        return self.send("POST", "/v1/hooks/meta", body, headers)
