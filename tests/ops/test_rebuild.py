"""A rebuild by an operator, on real tables: what is shown changes when it may, and only then."""

import io
from collections.abc import Iterator, Mapping
from threading import Event as Signal
from threading import Thread
from typing import Any

import msgspec
import pytest

from chalicelib.bootstrap import Services
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.generations import UNCHANGED, Generation
from chalicelib.projections.log_scan import Stopped
from chalicelib.projections.rebuild import Waits
from chalicelib.projections.totals import TOTALS
from infra.local.streams import Function
from ops.cells import CONTENT
from ops.installation import campaign_of
from ops.rebuild import MAX_ACCEPTED_MS
from tests.ops.conftest import PHONES, Installation, alter, spoil


def test_events_that_were_never_delivered_are_found_by_the_audit_and_mended(installation: Installation) -> None:
    for phone in PHONES[:3]:
        installation.record(phone)

    installation.project(without_the_first(installation, 2))
    assert installation.answer("audit", "2026", code=1)["drifted"] > 0

    found = installation.answer("rebuild", "2026", "--accept", "--yes")

    assert (found["events"], people(installation, 2), installation.campaign.generation) == (3, 3, 2)
    assert installation.answer("audit", "2026")["drifted"] == 0


def test_what_equals_what_is_shown_is_shown_from_then_on(projected: Installation) -> None:
    found = projected.answer("rebuild", "2026")

    assert (found["generation"], found["events"], found["cells"], found["pointed"]) == (2, 3, [], True)
    assert projected.campaign.generation == 2
    assert projected.generations() == [1, 2]


def test_the_rows_are_rebuilt_too_and_an_audit_of_them_finds_nothing(projected: Installation) -> None:
    projected.answer("rebuild", "2026")

    found = projected.answer("audit", "2026")

    assert (found["generation"], found["events"], found["drifted"]) == (2, 3, 0)


@pytest.mark.slow
def test_rows_that_differ_are_told_and_shown_only_once_that_is_accepted(projected: Installation) -> None:
    spoil(projected)

    code, out, err = projected.run("rebuild", "2026")
    told = projected.answer("rebuild", "2026", code=1)

    assert (code, out) == (1, "")
    assert "Rows of 2026 differ" in err
    assert "nobody's" in err
    assert told["cells"] == []
    assert {"model": "acts", "key": "nobody's", "shown": 9, "rebuilt": None} in told["rows"]
    assert len(told["rows"]) == 2
    assert projected.campaign.generation == 1
    assert projected.answer("rebuild", "2026", "--accept", "--yes")["pointed"]
    assert projected.answer("audit", "2026")["drifted"] == 0


@pytest.mark.parametrize(
    "item",
    [
        "1#totals#all#09",
        pytest.param("1#places#all", marks=pytest.mark.slow),
        pytest.param("1#timeline#2026-06-01T09#09", marks=pytest.mark.slow),
    ],
)
def test_a_state_that_is_none_is_told_and_left_behind(projected: Installation, item: str) -> None:
    key = {"campaign": {"S": "2026"}, "item": {"S": item}}
    projected.tables.clients.dynamodb.put_item(
        TableName=projected.tables["StateTable"], Item={**key, "state": {"B": b"garbage"}, "revision": {"N": "1"}}
    )

    (told,) = projected.answer("audit", "2026", code=1)["cells"]
    found = projected.answer("rebuild", "2026", "--accept", "--yes")

    assert told == {"state": f"{item.split('#')[1]}/{item}", "cell": "", "measure": CONTENT, "shown": None, "log": None}
    assert (found["pointed"], people(projected, 2)) == (True, 3)
    assert projected.answer("audit", "2026")["drifted"] == 0
    projected.publish()
    current = projected.services.documents.published("2026")
    assert current is not None
    assert current.epoch == 2


@pytest.mark.slow
def test_the_generation_before_goes_on_being_fed(projected: Installation) -> None:
    projected.answer("rebuild", "2026")

    projected.record(PHONES[3])
    projected.project()

    assert {generation: people(projected, generation) for generation in (1, 2)} == {1: 4, 2: 4}


def test_what_differs_is_told_by_cell_and_changes_nothing(projected: Installation) -> None:
    alter(projected.services)

    code, out, err = projected.run("rebuild", "2026")

    assert (code, out) == (1, "")
    (line,) = (line for line in err.splitlines() if "1,000" in line)
    assert [part.strip() for part in line.strip("│ ").split("│")] == ["totals/all", "all", "people", "1,000", "3"]
    assert "--accept" in err
    assert projected.campaign == msgspec.structs.replace(projected.campaign, generation=1)


@pytest.mark.slow
def test_what_was_told_and_is_accepted_is_shown_by_the_same_generation(projected: Installation) -> None:
    alter(projected.services)
    projected.answer("rebuild", "2026", code=1)

    found = projected.answer("rebuild", "2026", "--accept", "--yes")

    cell = {"state": "totals/all", "cell": "all", "measure": "people", "shown": 1_000, "log": 3}
    assert (found["generation"], found["events"], found["cells"], found["pointed"]) == (2, 0, [cell], True)
    assert projected.answer("audit", "2026")["drifted"] == 0


@pytest.mark.slow
def test_what_was_told_is_made_anew_by_a_run_that_does_not_accept_it(projected: Installation) -> None:
    alter(projected.services)
    projected.answer("rebuild", "2026", code=1)
    projected.services.rows.forget("2026", 2)

    found = projected.answer("rebuild", "2026", code=1)

    assert (found["generation"], found["events"], projected.generations()) == (3, 3, [1, 3])
    assert projected.answer("rebuild", "2026", "--accept", "--yes")["pointed"]
    assert projected.answer("audit", "2026")["drifted"] == 0


@pytest.mark.slow
def test_what_lost_a_batch_together_with_what_is_shown_is_not_called_good(projected: Installation) -> None:
    alter(projected.services)
    projected.answer("rebuild", "2026", code=1)
    for phone in PHONES[3:]:
        projected.record(phone)
    projected.project(without_the_first(projected))

    found = projected.answer("rebuild", "2026", code=1)

    assert (found["generation"], found["events"]) == (3, 5)
    assert people(projected, 3) == 5


@pytest.mark.slow
@pytest.mark.parametrize(("age_ms", "generation"), [(MAX_ACCEPTED_MS - 60_000, 2), (MAX_ACCEPTED_MS + 1, 3)])
def test_what_was_told_long_ago_is_made_anew_before_it_is_accepted(
    projected: Installation, age_ms: int, generation: int
) -> None:
    alter(projected.services)
    projected.answer("rebuild", "2026", code=1)
    began = projected.services.now() - age_ms
    told = msgspec.structs.replace(projected.services.registry.generations()["2026"].registered[-1], scan_began=began)
    projected.services.registry.change_generations("2026", lambda generations: generations.with_one(told))

    found = projected.answer("rebuild", "2026", "--accept", "--yes")

    assert (found["generation"], found["pointed"]) == (generation, True)


@pytest.mark.parametrize("said", ["n\n", ""])
def test_accepting_asks_first_and_no_answer_is_a_no(
    projected: Installation, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    alter(projected.services)
    monkeypatch.setattr("sys.stdin", io.StringIO(said))

    code, out, err = projected.run("rebuild", "2026", "--accept", "--json")

    assert (code, out) == (1, "")
    assert "Viewers of 2026 are shown" in err
    assert (projected.campaign.generation, projected.generations()) == (1, [1, 2])


def test_a_run_that_ended_in_the_middle_is_followed_by_one_that_goes_on(
    projected: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise Stopped

    with monkeypatch.context() as patched:
        patched.setattr("chalicelib.projections.log_scan.LogScan._add", killed)
        assert projected.run("rebuild", "2026")[0] == 2
    projected.record(PHONES[3])
    projected.project()

    found = projected.answer("rebuild", "2026")

    assert (found["generation"], found["cells"], found["pointed"]) == (2, [], True)
    assert people(projected, 2) == 4


def test_an_event_that_came_too_late_ends_it_aloud_and_leaves_nothing(
    projected: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    alter(projected.services)
    projected.answer("rebuild", "2026", code=1)
    projected.services.voids.put("2026", 2, "e7 came after the scan had begun")

    code, _, err = projected.run("rebuild", "2026", "--accept", "--yes")

    assert code == 3
    assert "e7 came after the scan had begun" in err
    assert "start it again" in err
    assert (projected.campaign.generation, projected.generations()) == (1, [1])
    assert not list(projected.services.states.read(TOTALS, "2026", 2))
    assert projected.answer("rebuild", "2026", "--accept", "--yes")["pointed"]


@pytest.mark.slow
def test_what_was_begun_can_be_abandoned(projected: Installation) -> None:
    alter(projected.services)
    projected.answer("rebuild", "2026", code=1)

    code, _, err = projected.run("rebuild", "2026", "--abandon")

    assert (code, "generation 2 of 2026" in err) == (0, True)
    assert (projected.campaign.generation, projected.generations()) == (1, [1])
    assert projected.run("rebuild", "2026", "--abandon") == (0, "", "")


@pytest.mark.slow
def test_a_generation_of_which_something_is_left_is_not_used(projected: Installation) -> None:
    key, stored = next(iter(projected.services.states.read(TOTALS, "2026", 1)))
    left = msgspec.structs.replace(stored, revision=1)
    projected.services.states.put(TOTALS, msgspec.structs.replace(key, generation=2), left)

    found = projected.answer("rebuild", "2026")

    assert (found["generation"], found["cells"]) == (3, [])
    assert not list(projected.services.states.read(TOTALS, "2026", 2))


@pytest.mark.slow
@pytest.mark.parametrize("table", ["ActsTable", "OrganisationsTable"])
def test_a_generation_of_which_a_row_is_there_already_is_not_used(projected: Installation, table: str) -> None:
    dynamodb, stray = projected.tables.clients.dynamodb, {"id": {"S": "2026#2#nobody's"}, "version": {"N": "9"}}
    dynamodb.put_item(TableName=projected.tables[table], Item=stray)

    found = projected.answer("rebuild", "2026")

    assert (found["generation"], found["rows"], projected.generations()) == (3, [], [1, 3])
    assert "Item" not in dynamodb.get_item(TableName=projected.tables[table], Key={"id": stray["id"]})
    assert projected.answer("audit", "2026")["drifted"] == 0


@pytest.mark.slow
def test_another_generation_that_was_shown_meanwhile_is_left_as_it_is(
    projected: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(_: object) -> list[object]:
        feed(projected, 9)
        projected.services.registry.point_at("2026", 9)
        return []

    monkeypatch.setattr("ops.rebuild.different_cells", meanwhile)

    code, _, err = projected.run("rebuild", "2026")

    assert (code, "another generation of 2026 is shown by now" in err) == (2, True)
    assert projected.campaign.generation == 9


@pytest.mark.slow
def test_what_becomes_void_while_it_is_looked_at_is_not_shown(
    projected: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(_: object) -> list[object]:
        projected.services.voids.put("2026", 2, "e7 came after the scan had begun")
        return []

    monkeypatch.setattr("ops.rebuild.different_cells", meanwhile)

    assert projected.run("rebuild", "2026")[0] == 3
    assert (projected.campaign.generation, projected.generations()) == (1, [1])


@pytest.mark.slow
def test_what_is_removed_while_it_is_looked_at_is_not_shown(
    projected: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def removed_before(services: Services, campaign_id: str) -> Campaign:
        for generation in services.registry.generations().get(campaign_id, UNCHANGED).registered:
            if generation.number == 2:
                services.rebuild.remove(campaign_id, 2)
        return campaign_of(services, campaign_id)

    monkeypatch.setattr("ops.rebuild.campaign_of", removed_before)

    code, _, err = projected.run("rebuild", "2026")

    assert (code, err.splitlines()[-1]) == (
        2,
        "generation 2 of 2026 is not fed (any more): it cannot be shown. Nothing was changed",
    )
    assert projected.campaign.generation == 1


@pytest.mark.slow
def test_what_was_begun_before_the_documents_went_past_it_is_not_gone_on_with(projected: Installation) -> None:
    alter(projected.services)
    projected.answer("rebuild", "2026", code=1)
    feed(projected, 5)
    projected.services.registry.point_at("2026", 5)
    projected.publish()
    projected.services.registry.point_at("2026", 1)

    found = projected.answer("rebuild", "2026", "--accept", "--yes")

    assert (found["generation"], found["events"]) == (6, 3)
    assert projected.generations() == [1, 5, 6]


@pytest.mark.slow
def test_what_is_shown_and_fed_no_longer_is_followed_by_what_is(projected: Installation) -> None:
    projected.answer("rebuild", "2026")
    # A registry that was restored item by item.
    key = {"kind": {"S": "generations"}, "id": {"S": "2026"}}
    projected.tables.clients.dynamodb.delete_item(TableName=projected.tables["RegistryTable"], Key=key)
    projected.record(PHONES[3])
    projected.project()

    found = projected.answer("rebuild", "2026", "--accept", "--yes")

    assert (found["generation"], found["pointed"], people(projected, 3)) == (3, True, 4)
    assert projected.answer("audit", "2026")["drifted"] == 0


def test_a_projector_that_stands_still_is_told(projected: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    projected.record(PHONES[3])
    monkeypatch.setattr("chalicelib.projections.rebuild.Waits", lambda *_: Waits(0, 0, max_ms=0))

    code, _, err = projected.run("rebuild", "2026")

    assert (code, "the projector stands still" in err) == (3, True)
    assert projected.campaign.generation == 1


@pytest.fixture
def published(projected: Installation, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """An installation that publishes what it shows all the time."""
    monkeypatch.setattr("ops.publication.MAX_WAIT_SECONDS", 60)
    projected.publish()
    stop = Signal()

    def publish() -> None:
        while not stop.wait(0.2):
            projected.publish()

    thread = Thread(target=publish)
    thread.start()
    yield projected
    stop.set()
    thread.join()


@pytest.mark.slow
def test_the_counter_is_waited_for(published: Installation) -> None:
    found = published.answer("rebuild", "2026")

    assert found["published"]
    current = published.services.documents.published("2026")
    assert current is not None
    assert current.epoch == 2


@pytest.mark.slow
def test_a_counter_that_does_not_move_is_told(projected: Installation) -> None:
    projected.publish()

    code, _, err = projected.run("rebuild", "2026")

    assert (code, "the counter does not show it yet" in err) == (0, True)


def people(installation: Installation, generation: int) -> int:
    found = (stored.state for key, stored in installation.services.states.read(TOTALS, "2026", generation))
    return sum(state.get("all", {}).get("people", 0) for state in found)


def without_the_first(installation: Installation, count: int = 1) -> Function:
    """Return what projects a batch as if some of it had never been delivered."""

    def handle(invocation: Mapping[str, Any]) -> object:
        return installation.services.projector.handle({**invocation, "Records": invocation["Records"][count:]})

    return handle


def feed(installation: Installation, number: int) -> None:
    """Register a generation of which nothing is stored."""
    registry = installation.services.registry
    registry.change_generations("2026", lambda generations: generations.with_one(Generation(number)))


class TestAfterARestore:
    """The log was restored to an earlier time; receipts, totals and documents are those of a later one."""

    @pytest.fixture
    def restored(self, projected: Installation) -> tuple[Installation, list[str]]:
        known = [projected.record(phone) for phone in PHONES[:3]]
        projected.answer("rebuild", "2026")
        projected.publish()
        lost = projected.record(PHONES[3])
        projected.project()
        lose(projected, lost)
        # A table that is restored says nothing of what it lost.
        projected.project()
        projected.tables.clients.dynamodb.delete_item(
            TableName=projected.tables["ReceiptsTable"], Key={"id": {"S": known[0]}}
        )
        return projected, [*known, lost]

    def test_receipts_are_those_of_the_log_and_the_counter_goes_on_in_an_epoch_behind(
        self, restored: tuple[Installation, list[str]]
    ) -> None:
        installation, (first, second, third, lost) = restored
        registry = installation.services.registry
        registry.point_at("2026", 1)
        registry.change_generations("2026", lambda generations: generations.without(2))

        found = installation.answer("rebuild", "2026", "--after-restore", "--yes")

        assert found["receipts"] == {"put": 1, "deleted": 1}
        assert (found["generation"], found["pointed"]) == (3, True)
        assert {"state": "totals/all", "cell": "all", "measure": "people", "shown": 4, "log": 3} in found["cells"]
        log = installation.services.log
        assert [log.receipt(one) is not None for one in (first, second, third, lost)] == [True, True, True, False]
        assert installation.answer("audit", "2026")["drifted"] == 0

    def test_it_asks_before_anything_is_changed(
        self, restored: tuple[Installation, list[str]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        installation, (first, *_, lost) = restored
        monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))

        code, _, err = installation.run("rebuild", "2026", "--after-restore")

        assert (code, "recorded anew when it is sent again" in err) == (1, True)
        assert installation.services.log.receipt(first) is None
        assert installation.services.log.receipt(lost) is not None

    @pytest.mark.slow
    def test_what_was_lost_is_recorded_when_it_is_sent_again(self, restored: tuple[Installation, list[str]]) -> None:
        installation, (_, _, _, lost) = restored
        installation.answer("rebuild", "2026", "--after-restore", "--yes")

        assert installation.record(PHONES[3]) == lost
        installation.project()

        assert people(installation, 3) == 4
        assert installation.answer("audit", "2026")["drifted"] == 0


def lose(installation: Installation, receipt_id: str) -> None:
    """Delete the event of a receipt, which is then as it is in a log of an earlier time."""
    stored = installation.services.log.receipt(receipt_id)
    assert stored is not None
    key: Any = {"stream": {"S": stored.stream}, "version": {"N": str(stored.version)}}
    installation.tables.clients.dynamodb.delete_item(TableName=installation.tables["EventsTable"], Key=key)


def test_a_campaign_that_is_not_there_is_named(installation: Installation) -> None:
    code, out, err = installation.run("rebuild", "2027")

    assert (code, out, err) == (2, "", "there is no campaign 2027\n")
