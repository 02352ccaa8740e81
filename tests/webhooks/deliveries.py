"""Recorded deliveries as values: one JSON file each, with what the receiver is configured with and what must follow.

`WEBHOOK_CASES` names another directory of the same format.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from chalicelib.webhooks.delivery import Account, Delivery
from chalicelib.webhooks.endpoints import HOOK_ENDPOINTS, MINI_APP_ENDPOINTS
from chalicelib.webhooks.providers.provider import Provider

OWN_DIRECTORY = Path(__file__).parent / "cases"
DIRECTORY = Path(os.environ.get("WEBHOOK_CASES") or OWN_DIRECTORY)

_PATHS: Mapping[str, Provider] = {
    **{f"/v1/hooks/{name}": endpoint.adapter for name, endpoint in HOOK_ENDPOINTS.items()},
    **{f"/v1/submissions/{name}": endpoint.adapter for name, endpoint in MINI_APP_ENDPOINTS.items()},
}


class Expected(msgspec.Struct, frozen=True):
    """What must come of a delivery; `submissions` only where it holds several."""

    status: int
    accepted: bool
    submission_id: str | None
    fields: dict[str, object]
    reason: str | None = None
    ignored: bool = False
    duplicate: bool = False
    response_body: str | None = None
    submissions: list[dict[str, object]] | None = None


class Outcome(msgspec.Struct, frozen=True):
    """What comes of a delivery by the form of its case: what is counted, why something is parked, or nothing at all.

    `counted` has the members of the act that matter, `identity` and `verified` of its participant, `consent` and `note`
    beside it.
    """

    counted: dict[str, object] | None = None
    parked: str | None = None
    ignored: bool = False


class Case(msgspec.Struct, frozen=True):
    """One recorded delivery; `secrets` as in the file, `graph` the Graph API's answers by lead.

    `form` is the request for the form that is registered for it, `outcome` what comes of it then, or that in words.
    """

    id: str
    provider: str
    method: str
    path_hint: str
    headers: dict[str, str]
    query: dict[str, str]
    body_b64: str
    secrets: dict[str, object]
    now: int
    expected: Expected
    prior_submissions: tuple[str, ...] = ()
    graph: dict[str, dict[str, object]] = {}
    form: dict[str, object] | None = None
    outcome: Outcome | str | None = None

    @property
    def name(self) -> str:
        return f"{self.provider}/{self.id}"

    @property
    def adapter(self) -> Provider:
        return _PATHS[self.path_hint]

    @property
    def delivery(self) -> Delivery:
        return Delivery(
            method=self.method,
            headers={name.lower(): value for name, value in self.headers.items()},
            query=self.query,
            body=base64.b64decode(self.body_b64),
        )

    @property
    def account(self) -> Account:
        return Account(
            id="ours",
            secrets={
                name: tuple(str(item) for item in (value if isinstance(value, list) else [value]))
                for name, value in self.secrets.items()
                if value is not None
            },
        )


def recorded(directory: Path = DIRECTORY) -> list[Case]:
    """Return every case that is for a path of ours."""
    cases = [msgspec.json.decode(file.read_bytes(), type=Case) for file in sorted(directory.rglob("*.json"))]
    return [case for case in cases if case.path_hint in _PATHS]


def named(name: str) -> Case:
    """Return one of the project's own cases, `meta/ok_02_leadgen_single` say."""
    return msgspec.json.decode((OWN_DIRECTORY / f"{name}.json").read_bytes(), type=Case)


def resigned(case: Case, body: bytes) -> Delivery:
    """Return a case's delivery with another body, signed as its provider would have signed it."""
    delivery = case.delivery
    return msgspec.structs.replace(delivery, body=body, headers={**delivery.headers, **_signature(case, body)})


def _signature(case: Case, body: bytes) -> dict[str, str]:
    match case.path_hint.rpartition("/")[2]:
        case "meta" | "whatsapp":
            return {"x-hub-signature-256": f"sha256={_hmac(case.account.secret('app_secret')[0].encode(), body).hex()}"}
        case "typeform":
            return {"typeform-signature": f"sha256={_base64(_hmac(case.account.secret('secret')[0].encode(), body))}"}
        case "tally":
            return {"tally-signature": _base64(_hmac(case.account.secret("secret")[0].encode(), body))}
        case "standard" | "google-forms":
            key = base64.b64decode(case.account.secret("whsec")[0].rpartition("whsec_")[2])
            signed = f"{case.headers['webhook-id']}.{case.headers['webhook-timestamp']}.".encode() + body
            return {"webhook-signature": f"v1,{_base64(_hmac(key, signed))}"}
    return {}


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()
