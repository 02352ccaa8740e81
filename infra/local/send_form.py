"""Sends the running local system a test delivery of a form, signed as a partner's site signs it.

`python -m infra.local.send_form` after `make run`; DATA_DIR as there. Each call is one more participant.
"""

import json
import os
import secrets
import sys
import time
import urllib.error
import urllib.request
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from hmac import digest
from http import HTTPStatus
from typing import Any

from infra.local.first_start import TEST_FORM
from infra.local.local_settings import LocalError, load


def main() -> int:
    """Send the delivery; return the exit code."""
    try:
        run = _run()
        status, answer = send(run)
    except LocalError as error:
        print(f"qaiyrym: {error}", file=sys.stderr)
        return 1
    if status != HTTPStatus.OK:
        print(f"qaiyrym: it answered {status}: {answer}", file=sys.stderr)
        return 1
    print(f"200: the counter moves within two seconds, {run['url']}/v1/campaigns/{run['campaign']}/live.json")
    return 0


def send(run: Mapping[str, Any]) -> tuple[int, str]:
    """Send the delivery to the system that told this of itself in `run.json`; return status and body of its answer.

    Raises:
        LocalError: the system does not answer.
    """
    url, body = f"{run['url']}/v1/hooks/standard", json.dumps(_filled_in()).encode()
    signed = _signed(f"test-{secrets.token_hex(8)}", body, run["hooks"]["standard"]["whsec"])
    request = urllib.request.Request(url, body, {"Content-Type": "application/json", **signed})  # noqa: S310 - our own
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()
    except OSError as fault:
        raise LocalError(f"{url} does not answer ({fault}): is the system running?") from None


def _run() -> dict[str, Any]:
    file = load(os.environ).data_dir / "run.json"
    try:
        run: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except OSError:
        raise LocalError(f"there is no {file}: start the system with `make run` first") from None
    return run


def _filled_in() -> dict[str, Any]:
    data = {"form_id": TEST_FORM, "name": "Test", "phone": f"+7701{secrets.randbelow(10**7):07}", "region": "KZ-10"}
    return {"type": "participation.submitted", "timestamp": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "data": data}


def _signed(delivery_id: str, body: bytes, secret: str) -> dict[str, str]:
    """Return the headers of Standard Webhooks 1.0.0."""
    timestamp = str(int(time.time()))
    key = b64decode(secret.removeprefix("whsec_"))
    signature = digest(key, b".".join((delivery_id.encode(), timestamp.encode(), body)), sha256)
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{b64encode(signature).decode()}",
    }


if __name__ == "__main__":
    sys.exit(main())
