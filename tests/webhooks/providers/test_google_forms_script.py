import base64
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from chalicelib.webhooks.delivery import Account, Delivery, Submission
from chalicelib.webhooks.providers import google_forms
from tests.webhooks.deliveries import named

SCRIPT = Path(__file__).parents[3] / "integrations" / "google-forms" / "Code.gs"
HARNESS = Path(__file__).parent / "apps_script.cjs"
NODE = shutil.which("node") or ""
SECRET = "whsec_Z29vZ2xlLWZvcm1zLWJyaWRnZS1rZXkh"
PROPERTIES = {
    "ENDPOINT": "https://example.org/v1/hooks/google-forms",
    "SECRET": SECRET,
    "FIELDS": '{"phone": "Телефон"}',
}
NOW = 1760000000

pytestmark = pytest.mark.skipif(not NODE, reason="needs node")


def response(response_id: str = "2_ABaOnue", second: int = 20) -> dict[str, object]:
    items = [
        {"id": 11, "title": "Аты-жөніңіз", "response": "Мәди Үлгі"},
        {"id": 12, "title": "Облыс", "response": "Жетісу облысы"},
        {"id": 13, "title": "Телефон", "response": "+7 700 000 00 10"},
    ]
    return {"id": response_id, "timestamp": f"2025-10-09T08:53:{second:02}.000Z", "items": items}


def run(function: str, *responses: dict[str, object], statuses: tuple[int, ...] = (200,), **properties: str) -> Any:
    scenario = {
        "now": NOW,
        "properties": PROPERTIES | properties,
        "statuses": statuses,
        "responses": responses,
    }
    ran = subprocess.run(
        [NODE, str(HARNESS), str(SCRIPT), function],
        input=json.dumps(scenario).encode(),
        capture_output=True,
        check=True,
        timeout=30,
    )
    return json.loads(ran.stdout)


def received(request: Any) -> Submission:
    delivery = Delivery(method="POST", headers=request["headers"], query={}, body=base64.b64decode(request["body"]))
    account = google_forms.authenticate(delivery, [Account(id="forms", secrets={"whsec": (SECRET,)})], NOW)
    return google_forms.read(delivery, account)[0]


def test_a_response_arrives_signed_over_its_kazakh_letters() -> None:
    done = run("onSubmitted", response())

    (request,) = done["requests"]
    case = named("google_forms/ok_01_bridge")
    assert request["headers"]["webhook-signature"] == case.headers["webhook-signature"]
    assert base64.b64decode(request["body"]) == case.delivery.body
    assert received(request).fields == case.expected.fields


def test_what_is_not_taken_is_sent_again_under_the_same_id_after_longer_and_longer_pauses() -> None:
    done = run("onSubmitted", response(), statuses=(503, 0, 429, 200))

    assert done["pauses"] == [1000, 2000, 4000]
    assert {request["headers"]["webhook-id"] for request in done["requests"]} == {"gform_2_ABaOnue"}
    assert done["error"] is None


def test_what_nobody_takes_is_reported_and_left_to_the_night() -> None:
    done = run("onSubmitted", response(), statuses=(503,))

    assert len(done["requests"]) == 5
    assert done["error"] == "gform_2_ABaOnue was not taken: HTTP 503"


def test_what_is_refused_is_not_repeated() -> None:
    done = run("onSubmitted", response(), statuses=(400,))

    assert len(done["requests"]) == 1
    assert done["log"] == ["gform_2_ABaOnue was refused: HTTP 400"]


def test_every_night_what_came_since_the_last_one_is_sent_once_more_oldest_first() -> None:
    responses = [response("c", 30), response("a", 10), response("b", 20)]

    done = run("sendMissed", *responses, SENT_UNTIL="1760000000000")

    assert [received(request).submission_id for request in done["requests"]] == ["gform_b", "gform_c"]
    assert done["properties"]["SENT_UNTIL"] == "1760000010000"


def test_a_night_that_ends_early_goes_on_where_it_stopped() -> None:
    done = run("sendMissed", response("a", 10), response("b", 20), statuses=(200, 403))

    assert done["properties"]["SENT_UNTIL"] == "1759999990000"
    assert done["error"] == "gform_b was not taken: HTTP 403"


def test_answers_may_be_named_by_the_id_of_their_question() -> None:
    done = run("onSubmitted", response(), ANSWERS_BY="id", FIELDS='{"phone": 13, "name": 11}')

    fields = received(done["requests"][0]).fields

    assert fields["answers"] == {"12": "Жетісу облысы"}
    assert (fields["name"], fields["phone"]) == ("Мәди Үлгі", "+77000000010")


def test_connecting_installs_both_triggers_and_needs_its_settings() -> None:
    assert run("connect")["triggers"] == ["onSubmitted", "sendMissed"]
    assert run("connect", SECRET="")["error"] == "Script property SECRET is not set"


def test_nothing_that_was_answered_and_no_secret_is_logged() -> None:
    for statuses in ((200,), (400,), (0,)):
        done = run("onSubmitted", response(), statuses=statuses)

        said = json.dumps([done["log"], done["error"]], ensure_ascii=False)
        assert not any(word in said for word in ("Мәди", "Жетісу", "700", SECRET))
