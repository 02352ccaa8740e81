"""What a partner does with the client that openapi-python-client makes; prints what became of it."""

import json
import os
import time

from qaiyrym_client import AuthenticatedClient
from qaiyrym_client.api.documents import live_document
from qaiyrym_client.api.moderation import withdraw
from qaiyrym_client.api.recording import list_submissions, record, record_batch, show
from qaiyrym_client.models import BatchRequest, ParticipationRequest, ReasonRequest

campaign = os.environ["CAMPAIGN"]
client = AuthenticatedClient(os.environ["ADDRESS"], os.environ["TOKEN"])
act = ParticipationRequest.from_dict(json.loads(os.environ["ACT"]))
batch = BatchRequest.from_dict(json.loads(os.environ["BATCH"]))


def live(tag=None):
    return live_document.sync_detailed(campaign, client=client, **({} if tag is None else {"if_none_match": tag}))


def wait_for(found):
    deadline = time.monotonic() + 60
    while not (answer := found()):
        assert time.monotonic() < deadline, "nothing came"
        time.sleep(0.2)
    return answer


def unchanged():
    newest = live()
    return newest if live(newest.headers["ETag"]).status_code == 304 else None


before = wait_for(unchanged)
first = record.sync_detailed(campaign, client=client, body=act, idempotency_key="python-1")
again = record.sync(campaign, client=client, body=act, idempotency_key="python-1")
many = record_batch.sync(campaign, client=client, body=batch)
after = wait_for(
    lambda: (
        found
        if (found := live(before.headers["ETag"])).status_code == 200
        and found.parsed.totals.participations == before.parsed.totals.participations + 2
        else None
    )
)
read = show.sync(first.parsed.id, client=client)
gone = withdraw.sync(first.parsed.id, client=client, body=ReasonRequest(reason="Қате жіберілді"))
refused = withdraw.sync_detailed(first.parsed.id, client=client, body=ReasonRequest(reason="Қате жіберілді"))


def own():
    page = list_submissions.sync(campaign, client=client)
    return {one.id: one.status.value for one in page.submissions}


wait_for(lambda: own().get(first.parsed.id) == "withdrawn")
print(
    json.dumps(
        {
            "recorded": [first.status_code, first.parsed.status.value, first.parsed.repeated, again.repeated],
            "batch": [one.status for one in many.results],
            "fault": many.results[1].problem.errors[0].pointer,
            "read": [read.kind.value, read.place.region, read.people],
            "withdrawn": gone.status.value,
            "refused": [refused.status_code, refused.parsed.type_],
            "listed": sorted(own().values()),
            "document": [before.parsed.state.value, after.parsed.rev > before.parsed.rev],
        }
    )
)
