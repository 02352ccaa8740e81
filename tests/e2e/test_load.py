"""Many writers at once, over HTTP, on the whole system: what was acknowledged is counted once, and nothing else is."""

import json
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

import pytest

from tests.local.system import LocalSystem

WRITERS = 8
EACH = 500
PATH = "/v1/campaigns/2026/participations"


def write(system: LocalSystem, writer: int, count: int) -> Counter[tuple[int, bool]]:
    """Send participations, each tenth a repeat of an earlier one; return how often which answer came."""
    draw = random.Random(writer)
    connection = HTTPConnection("localhost", system.port, timeout=60)
    sent: list[tuple[str, str]] = []
    answers: Counter[tuple[int, bool]] = Counter()
    for number in range(count):
        if number % 10 == 9:
            key, body = draw.choice(sent)
        else:
            key = f"{writer}-{number}"
            # Few enough phones that writers meet at the same participants.
            participant = {"type": "citizen", "phone": f"+770112{draw.randrange(1_000):05}"}
            body = json.dumps({"kind": "good_deed", "participant": participant, "place": {"region": "KZ-75"}})
            sent.append((key, body))
        headers = {
            "Authorization": f"Bearer {system.run['token']}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        connection.request("POST", PATH, body, headers)
        answer = connection.getresponse()
        answers[answer.status, json.loads(answer.read())["repeated"]] += 1
    connection.close()
    return answers


@pytest.mark.slow
def test_every_acknowledged_participation_is_counted_once(system: LocalSystem) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        answers = sum(pool.map(lambda writer: write(system, writer, EACH), range(WRITERS)), Counter())

    repeats = WRITERS * EACH // 10
    assert answers == {(201, False): WRITERS * EACH - repeats, (200, True): repeats}
    system.wait_for("participations", WRITERS * EACH - repeats)
    assert system.totals()["people"] == WRITERS * EACH - repeats
    assert system.totals()["good_deeds"] == WRITERS * EACH - repeats
    assert system.stop() == 0
    system.start()
    assert system.totals()["participations"] == WRITERS * EACH - repeats
