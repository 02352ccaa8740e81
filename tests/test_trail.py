"""The trail's store: what is added to it, and what is read back."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib import trail
from chalicelib.trail import EndedEntry, Trail, TrailEntry, TrailFilter, TrailPage, entry_id
from tests.api.storage import items
from tests.conftest import Tables

NOON = 1_780_315_200_000
"""2026-06-01T12:00:00Z."""
HOUR, DAY = 3_600_000, 24 * 3_600_000


@pytest.fixture
def store(tables: Tables) -> Trail:
    return Trail(tables.clients.dynamodb, tables["TrailTable"])


def entry(at: int = NOON, **members: Any) -> TrailEntry:
    return TrailEntry(entry_id(at), **{"by": "t1", "action": "act_withdrawn", **members})


def begun(store: Trail, *entries: TrailEntry, campaign: str = "2026") -> list[TrailEntry]:
    for one in entries:
        store.begin(campaign, one)
    return [*entries]


def page(
    store: Trail, before: str | None = None, limit: int = 100, campaign: str = "2026", **criteria: Any
) -> TrailPage:
    return store.page(campaign, TrailFilter(**criteria), before, limit)


def listed(store: Trail, campaign: str = "2026", **criteria: Any) -> list[TrailEntry]:
    return [one.entry for one in page(store, campaign=campaign, **criteria).entries]


def test_what_is_begun_has_no_end_until_that_is_known(store: Trail) -> None:
    (one,) = begun(store, entry(target="a1", reason="checked", region="KZ-75", changes={"state": ("test", "live")}))

    before = page(store).entries
    store.end("2026", one, 200)

    assert before == [EndedEntry(one, None)]
    assert page(store) == TrailPage([EndedEntry(one, 200)], None)


def test_entries_come_the_newest_first_over_all_days_that_there_are(store: Trail) -> None:
    moments = [NOON - 400 * DAY, NOON - DAY, NOON - 12 * HOUR - 1, NOON - 12 * HOUR, NOON]
    entries = begun(store, *map(entry, moments))
    for one in entries[1:4]:
        store.end("2026", one, 200)

    assert listed(store) == entries[::-1]
    assert [one.status for one in page(store).entries] == [None, 200, 200, 200, None]


def test_between_times_that_have_nothing_between_them_there_is_nothing(store: Trail) -> None:
    one, newest = begun(store, entry(NOON - DAY), entry(NOON))

    assert store.page("2026", TrailFilter(since=NOON + DAY), newest.id, 10) == TrailPage([], None)
    assert store.page("2026", TrailFilter(since=NOON, until=NOON - DAY), None, 10) == TrailPage([], None)
    # Later than 2286, and before 1970.
    assert store.page("2026", TrailFilter(since=10**14), None, 10) == TrailPage([], None)
    assert store.page("2026", TrailFilter(since=-1, until=10**14), None, 10).entries == [
        EndedEntry(newest, None),
        EndedEntry(one, None),
    ]


def test_pages_follow_one_another_without_a_gap(store: Trail) -> None:
    entries = begun(store, *(entry(NOON - number * 9 * HOUR) for number in range(7)))
    for one in entries:
        store.end("2026", one, 200)
    found, before = [], None
    for _ in range(4):
        current = page(store, before, limit=2)
        found.append([one.entry for one in current.entries])
        assert all(one.status == 200 for one in current.entries)
        before = current.following

    assert found == [entries[0:2], entries[2:4], entries[4:6], entries[6:]]
    assert before is None


def test_a_page_that_holds_just_all_is_the_last_one(store: Trail) -> None:
    begun(store, entry(), entry(NOON + 1))

    assert page(store, limit=2).following is None


def test_entries_of_a_span_begin_with_its_first_moment_and_end_before_its_last(store: Trail) -> None:
    before, first, last, after = begun(store, *(entry(at) for at in (NOON - DAY - 1, NOON - DAY, NOON - 1, NOON)))
    store.end("2026", last, 200)

    span = page(store, since=NOON - DAY, until=NOON)

    assert span.entries == [EndedEntry(last, 200), EndedEntry(first, None)]
    assert listed(store, since=NOON) == [after]
    assert listed(store, until=NOON - DAY) == [before]


def test_a_page_goes_on_within_its_span(store: Trail) -> None:
    entries = begun(store, *(entry(NOON - number * HOUR) for number in range(4)))

    first = page(store, limit=1, until=NOON)
    second = page(store, first.following, since=NOON - 2 * HOUR, until=NOON)

    assert [one.entry for one in first.entries] == [entries[1]]
    assert [one.entry for one in second.entries] == [entries[2]]


@pytest.mark.parametrize(
    ("criteria", "numbers"),
    [
        ({"by": "t1"}, [3, 2, 0]),
        ({"action": "form_saved"}, [1]),
        ({"region": "KZ-75"}, [2]),
        ({"by": "t1", "action": "acts_rejected"}, [3]),
        ({"by": "t3"}, []),
    ],
    ids=str,
)
def test_entries_are_those_that_are_all_of_what_is_wanted(
    store: Trail, criteria: dict[str, str], numbers: list[int]
) -> None:
    entries = begun(
        store,
        entry(NOON),
        entry(NOON + 1, by="t2", action="form_saved"),
        entry(NOON + 2, region="KZ-75"),
        entry(NOON + 3, action="acts_rejected", region="KZ-71"),
    )

    assert listed(store, **criteria) == [entries[number] for number in numbers]


def test_a_request_looks_at_so_many_entries_and_goes_on_behind_them(
    store: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail, "MAX_EXAMINED", 3)
    rare = begun(store, entry(NOON - 5, by="t2"))
    begun(store, *(entry(NOON - number) for number in range(5)))

    first = page(store, by="t2")
    second = page(store, first.following, by="t2")

    assert first.entries == []
    assert [one.entry for one in second.entries] == rare
    assert second.following is None


def test_what_is_of_another_campaign_or_of_none_is_not_among_them(store: Trail) -> None:
    own = begun(store, entry())
    others = begun(store, entry(), campaign="2026-2")
    of_none = begun(store, entry(), campaign=trail.OF_NO_CAMPAIGN)

    found = listed(store), listed(store, "2026-2"), listed(store, trail.OF_NO_CAMPAIGN), listed(store, "2030")

    assert found == (own, others, of_none, [])


def test_a_partition_is_a_day_of_a_campaign(store: Trail, tables: Tables) -> None:
    for at in (NOON, NOON + DAY):
        (one,) = begun(store, entry(at))
        store.end("2026", one, 200)

    assert {item["partition"]["S"] for item in items(tables, "TrailTable")} == {
        "2026",
        "2026#2026-06-01",
        "2026#2026-06-02",
    }


def test_an_entry_whose_answer_was_lost_and_that_is_sent_again_is_there_once(store: Trail, tables: Tables) -> None:
    (one,) = begun(store, entry())

    begun(Trail(tables.clients.dynamodb, tables["TrailTable"]), one)

    assert listed(store) == [one]


def test_nothing_that_is_there_is_ever_written_over(store: Trail) -> None:
    (one,) = begun(store, entry(reason="checked"))
    store.end("2026", one, 200)

    begun(store, TrailEntry(one.id, "t2", "form_saved"))
    store.end("2026", one, 500)

    assert page(store).entries == [EndedEntry(one, 200)]


def test_a_day_that_could_not_be_noted_is_noted_with_the_next_entry(
    store: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = store._client.put_item
    answers: list[Any] = [ClientError({"Error": {"Code": "InternalServerError", "Message": ""}}, "PutItem")]

    def fails_once(**request: Any) -> Any:
        if answers:
            raise answers.pop()
        return put(**request)

    monkeypatch.setattr(store._client, "put_item", fails_once)
    with pytest.raises(ClientError):
        store.begin("2026", entry())
    (one,) = begun(store, entry())

    assert listed(store) == [one]


def test_ids_follow_their_times_and_none_is_made_twice() -> None:
    ids = [entry_id(at) for at in (NOON, NOON, NOON + 1)]

    assert len(set(ids)) == 3
    assert max(ids[:2]) < ids[2]
    assert TrailEntry(ids[0], "t1", "form_saved").at == NOON
