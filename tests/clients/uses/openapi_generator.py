"""What a partner does with the client in Python that openapi-generator makes; prints what became of it."""

import json
import os
import time

from qaiyrym_generated import (
    ApiClient,
    ApiException,
    BatchRequest,
    Configuration,
    DocumentsApi,
    ModerationApi,
    ParticipationRequest,
    ReasonRequest,
    RecordingApi,
)

campaign = os.environ["CAMPAIGN"]
client = ApiClient(Configuration(host=os.environ["ADDRESS"], access_token=os.environ["TOKEN"]))
recording, moderation, documents = RecordingApi(client), ModerationApi(client), DocumentsApi(client)
act = ParticipationRequest.from_json(os.environ["ACT"])
batch = BatchRequest.from_json(os.environ["BATCH"])


def tag_of(answer):
    return next(value for name, value in answer.headers.items() if name.lower() == "etag")


def status_of(ask):
    try:
        ask()
    except ApiException as refused:
        return refused
    return None


def wait_for(found):
    deadline = time.monotonic() + 60
    while not (answer := found()):
        assert time.monotonic() < deadline, "nothing came"
        time.sleep(0.2)
    return answer


def unchanged():
    newest = documents.live_document_with_http_info(campaign)
    known = status_of(lambda: documents.live_document(campaign, if_none_match=tag_of(newest)))
    return newest if known is not None and known.status == 304 else None


def changed():
    try:
        newest = documents.live_document(campaign, if_none_match=tag_of(before))
    except ApiException as known:
        assert known.status == 304
        return None
    return newest if newest.totals.participations == before.data.totals.participations + 2 else None


before = wait_for(unchanged)
first = recording.record_with_http_info(campaign, "generated-1", act)
again = recording.record(campaign, "generated-1", act)
many = recording.record_batch(campaign, batch)
after = wait_for(changed)
read = recording.show(first.data.id)
gone = moderation.withdraw(first.data.id, ReasonRequest(reason="Қате жіберілді"))
refused = status_of(lambda: moderation.withdraw(first.data.id, ReasonRequest(reason="Қате жіберілді")))


def own():
    return {one.id: one.status for one in recording.list_submissions(campaign).submissions}


wait_for(lambda: own().get(first.data.id) == "withdrawn")
print(
    json.dumps(
        {
            "recorded": [first.status_code, first.data.status, first.data.repeated, again.repeated],
            "batch": [one.status for one in many.results],
            "fault": many.results[1].problem.errors[0].pointer,
            "read": [read.kind, read.place.region, read.people],
            "withdrawn": gone.status,
            "refused": [refused.status, json.loads(refused.body)["type"]],
            "listed": sorted(own().values()),
            "document": [before.data.state, after.rev > before.data.rev],
        }
    )
)
