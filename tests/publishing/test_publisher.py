"""From recorded events to what viewers read."""

import logging
from random import Random
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError

from chalicelib.domain.campaign import Goal, Milestone
from chalicelib.domain.generations import UNCHANGED, Generation
from chalicelib.domain.participation import Act, Money
from chalicelib.domain.places import ABROAD, regions
from chalicelib.domain.vocabulary import LANGUAGES, METRICS
from chalicelib.publishing.pace import EVERY_MS, TIMELINE_EVERY_MS
from chalicelib.publishing.publisher import Publisher, Unpublished
from tests.histories import FIRST_MOMENT, random_history
from tests.publishing.campaigns import TITLE, campaign, recorded
from tests.publishing.stage import GOOD_DEED, Stage, acts, metrics, state_record, withdrawal

SCHOOL = Act("class_hour", "school", "KZ-75", "vk", name="n1", people=30)


def on_air(stage: Stage) -> Publisher:
    """Show an act of a school and one of a person; return who published them."""
    stage.set_up(campaign())
    stage.names.texts["n1"] = "Hostile Name"
    publisher = stage.publisher()
    publisher.publish(stage.project([recorded(SCHOOL), recorded(GOOD_DEED, stream="2026/p2")]))
    stage.sweeper().sweep()
    return publisher


def test_a_campaign_has_all_its_documents_before_it_is_known(stage: Stage) -> None:
    stage.publisher().prepare(campaign())

    pictures = {f"2026/badge/{metric}.{language}.svg" for metric in METRICS for language in LANGUAGES}
    pages = {f"{name}.json" for name in ("live", "places", "recent", "page", "organisations", "timeline/2026-06-01")}
    boards = {f"organisations/{place}.json" for place in (*regions(), ABROAD)}
    tables = {"totals.csv", "totals-excel.csv", "days.csv", "days/2026-06-01.csv"}
    assert stage.published() == pictures | {f"2026/{page}" for page in pages | boards | tables}
    assert stage.read("live.json")["totals"]["participations"] == 0
    assert set(stage.read("places.json")["places"]) == {*regions(), ABROAD}
    assert stage.read("timeline/2026-06-01.json")["minutes"] == []
    assert stage.read("recent.json")["acts"] == []
    assert stage.read("organisations.json")["organisations"] == []


def test_an_act_is_in_every_document_that_it_touches(stage: Stage) -> None:
    stage.set_up(campaign())
    act = Act("donation", "business", "KZ-75", "api", name="n1", people=3, minutes=90, pledged=Money("KZT", 5_000))
    stage.names.texts["n1"] = "Үміт қоры"

    stage.publisher().publish(stage.project([recorded(act)]))

    assert stage.read("live.json")["totals"]["amount"] == {"KZT": 5_000}
    assert stage.read("live.json")["rev"] == 1
    assert stage.read("places.json")["places"]["KZ-75"]["people"] == 3
    minute = {"at": "09:00", "participations": 1, "people": 3, "hours": 1.5, "amount": {"KZT": 5_000}}
    assert stage.read("timeline/2026-06-01.json")["minutes"] == [minute]
    assert stage.read("recent.json")["acts"][0]["organisation"] == "Үміт қоры"
    assert stage.read("organisations.json")["organisations"][0]["name"] == "Үміт қоры"
    assert "donation,KZ-75,Алматы,Алматы,Almaty,1,3,1,90,5000" in stage.body("totals.csv")
    assert "<title>1 " in stage.body("badge/participations.en.svg")


@pytest.mark.parametrize("seed", range(10))
def test_after_any_history_the_documents_agree_with_each_other(stage: Stage, seed: int) -> None:
    random = Random(seed)
    events = random_history(random, random.randint(1, 40))
    publisher = stage.publisher()
    publisher.publish([stage.set_up(campaign())])
    cut = random.randint(0, len(events))

    for batch in (events[:cut], events[cut:]):
        stage.now += EVERY_MS
        publisher.publish(stage.project(batch))

    totals, places = stage.read("live.json")["totals"], stage.read("places.json")["places"].values()
    minutes = stage.read("timeline/2026-06-01.json")["minutes"]
    assert stage.read("live.json")["rev"] == stage.read("places.json")["rev"] == len(events)
    for measure in ("participations", "people"):
        assert sum(place[measure] for place in places) == totals[measure]
        assert sum(minute[measure] for minute in minutes) == totals[measure]
    assert int(sum(minute["hours"] for minute in minutes)) == totals["hours"]
    for measure in ("volunteers", "good_deeds", "events_held"):
        assert sum(place[measure] for place in places) == totals[measure]
    assert sum(place["amount"]["KZT"] for place in places) == totals["amount"]["KZT"]
    written = f"{totals['participations']:,}"
    assert f"<title>{written} " in stage.body("badge/participations.en.svg")


def test_new_goals_and_a_freeze_reach_the_viewers_without_any_act(stage: Stage) -> None:
    publisher = stage.publisher()
    publisher.publish([stage.set_up(campaign())])
    publisher.publish(stage.project(acts(2)))

    publisher.publish([stage.set_up(campaign(state="frozen", goals=(Goal("people", 10, 10),)))])

    live = stage.read("live.json")
    assert (live["state"], live["next"], live["rev"]) == ("frozen", 60, 3)
    assert live["goals"] == [{"metric": "people", "target": 10, "original": 10}]
    assert stage.read("places.json")["next"] == 60


def test_a_badge_is_stored_only_when_its_text_changes(stage: Stage) -> None:
    publisher = stage.publisher()
    publisher.publish([stage.set_up(campaign())])
    stage.s3.put_keys.clear()

    stage.now += EVERY_MS
    publisher.publish(stage.project(acts(1)))
    stage.now += EVERY_MS
    publisher.publish([stage.set_up(campaign(goals=()))])

    badges = sorted(key.rpartition("/")[2] for key in stage.s3.put_keys if "/badge/" in key)
    changed = ("participants", "participations", "people", "good_deeds")
    assert badges == sorted(f"{metric}.{language}.svg" for metric in changed for language in LANGUAGES)


def test_the_counter_is_stored_first(stage: Stage) -> None:
    for name in ("2026", "2027"):
        stage.set_up(campaign(name))
    records = stage.project([*acts(1), *acts(1, stream="2027/p1")])
    stage.s3.put_keys.clear()

    stage.publisher().publish(records)

    assert {key.rpartition("/")[2] for key in stage.s3.put_keys[:2]} == {"live.json"}
    assert len(stage.s3.put_keys) > 2


def test_a_batch_that_comes_again_stores_nothing(stage: Stage) -> None:
    records = [stage.set_up(campaign()), *stage.project(acts(3))]
    stage.publisher().publish(records)
    before = {name: stage.read(name)["as_of"] for name in ("live.json", "places.json", "recent.json")}
    stage.now += 60_000

    stage.publisher().publish(records)

    assert {name: stage.read(name)["as_of"] for name in before} == before


def test_a_campaign_that_the_registry_does_not_know_holds_no_other_up(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.set_up(campaign())
    records = stage.project([*acts(1, stream="2025/p1"), *acts(1)])

    with caplog.at_level(logging.ERROR):
        stage.publisher().publish(records)

    (line,) = (record for record in caplog.records if "campaign_unknown" in record.message)
    assert (line.levelname, msgspec.json.decode(line.message)["campaign"]) == ("ERROR", "2025")
    assert stage.read("live.json")["totals"]["participations"] == 1
    assert not any(name.startswith("2025/") for name in stage.published())


def test_other_entries_of_the_registry_and_other_generations_publish_nothing(stage: Stage) -> None:
    stage.set_up(campaign())
    token = {"dynamodb": {"Keys": {"kind": {"S": "token"}, "id": {"S": "2026"}}}}
    reached = {"dynamodb": {"Keys": {"kind": {"S": "reached"}, "id": {"S": "2026"}}}}
    next_generation = {"dynamodb": {"Keys": {"campaign": {"S": "2026"}, "item": {"S": "2#totals#all#00"}}}}
    act_of_a_name = {"dynamodb": {"Keys": {"id": {"S": "2026/name-id"}}}}

    stage.publisher().publish([token, reached, next_generation, act_of_a_name])

    assert stage.published() == set()


def test_campaigns_are_not_read_for_names_that_come_with_acts(stage: Stage) -> None:
    publisher = stage.publisher()
    read: list[str] = []
    publisher._campaigns = lambda: read.append("campaigns") or []  # type: ignore[func-returns-value]

    publisher.publish([{"eventName": "INSERT", "dynamodb": {"Keys": {"id": {"S": "2026/name"}}}}])

    assert read == []


def test_reached_milestones_survive_a_fall_and_a_new_process(stage: Stage) -> None:
    stage.set_up(campaign(milestones=(Milestone("m1", "good_deeds", 2, TITLE),)))
    events = acts(2)
    stage.publisher().publish(stage.project(events))
    stage.now += 60_000

    stage.publisher().publish(stage.project([withdrawal(events[1], 3)]))

    live = stage.read("live.json")
    assert live["totals"]["good_deeds"] == 1
    assert live["milestones"][0]["reached_at"] == "2026-06-01T04:00:00.000Z"


def test_one_campaign_that_cannot_be_published_keeps_no_other_from_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("2026", "2027"):
        stage.set_up(campaign(name))
    records = stage.project([*acts(1), *acts(1, stream="2027/p1")])
    read = stage.states.read

    def failing(projection: Any, campaign_id: str, generation: int, prefix: str = "") -> Any:
        if campaign_id == "2026":
            raise TimeoutError
        return read(projection, campaign_id, generation, prefix)

    with monkeypatch.context() as patched:
        patched.setattr(stage.states, "read", failing)
        with pytest.raises(Unpublished, match="2026"):
            stage.publisher().publish(records)
    assert stage.read("places.json", "2027")["places"]["KZ-75"]["participations"] == 1

    stage.publisher().publish(records)
    assert stage.read("live.json")["totals"]["participations"] == 1


def test_a_campaign_that_can_never_be_published_holds_up_no_batch(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stage.set_up(campaign())
    records = stage.project(acts(1))

    def failing(*_: object) -> Any:
        raise ClientError({"Error": {"Code": "ValidationException", "Message": ""}}, "Query")

    monkeypatch.setattr(stage.states, "read", failing)
    stage.publisher().publish(records)

    assert "publication_failed" in caplog.text


@pytest.mark.parametrize("item", ["1#places#all", "1#places#all#one", "#", "1#timeline#no day#01"])
def test_a_state_of_a_key_that_is_none_holds_up_no_campaign(
    stage: Stage, caplog: pytest.LogCaptureFixture, item: str
) -> None:
    stage.set_up(campaign("2026"))

    stage.publisher().publish([state_record("2027", item), *stage.project(acts(1))])

    assert stage.read("live.json")["totals"]["participations"] == 1
    assert [record.levelname for record in caplog.records if "state_unknown" in record.message] == ["ERROR"]


def test_a_name_that_is_taken_away_is_gone_from_every_document_at_once(stage: Stage) -> None:
    publisher = on_air(stage)
    assert "Hostile Name" in stage.body("organisations/KZ-75.json")

    publisher.publish([stage.rename(n1=None)])

    for name in ("recent.json", "page.json", "organisations.json", "organisations/KZ-75.json"):
        assert "Hostile Name" not in stage.body(name)
    assert stage.read("live.json")["totals"]["people"] == 31
    assert stage.read("live.json")["rev"] == stage.read("page.json")["rev"] == 3


def test_a_name_that_is_taken_away_and_an_act_that_comes_with_it_are_both_followed(stage: Stage) -> None:
    publisher = on_air(stage)

    publisher.publish([stage.rename(n1=None), *stage.project([recorded(GOOD_DEED, stream="2026/p3")])])

    assert "Hostile Name" not in stage.body("recent.json")
    assert stage.read("live.json")["totals"]["participations"] == 3


def test_all_names_of_a_campaign_are_hidden_at_once_and_shown_again(stage: Stage) -> None:
    publisher = on_air(stage)

    publisher.publish([stage.change_shown(all_names="hidden")])

    for name in ("recent.json", "page.json", "organisations.json", "organisations/KZ-75.json"):
        assert "Hostile Name" not in stage.body(name)
    assert len(stage.read("recent.json")["acts"]) == 2
    publisher.publish([stage.change_shown(all_names="shown")])
    assert "Hostile Name" in stage.body("recent.json")
    assert "Hostile Name" in stage.body("organisations/KZ-75.json")


def test_an_act_that_is_hidden_is_gone_from_the_ticker_and_counts(stage: Stage) -> None:
    publisher = on_air(stage)
    before = stage.read("recent.json")["acts"]

    publisher.publish([stage.hide(recorded(SCHOOL))])

    assert stage.read("recent.json")["acts"] == [act for act in before if act["organisation"] is None]
    assert stage.read("page.json")["acts"] == stage.read("recent.json")["acts"]
    assert stage.read("live.json")["totals"]["people"] == 31
    stage.names.hidden.clear()
    publisher.publish([stage.change_shown()])
    assert stage.read("recent.json")["acts"] == before


def test_what_is_hidden_is_hidden_in_every_later_generation(stage: Stage) -> None:
    on_air(stage)
    stage.rename(n1=None)
    stage.hide(recorded(GOOD_DEED, stream="2026/p2"))
    stage.campaigns["2026"] = msgspec.structs.replace(stage.campaigns["2026"], generation=2)
    stage.generations["2026"] = UNCHANGED.with_one(Generation(2))
    stage.project([recorded(SCHOOL), recorded(GOOD_DEED, stream="2026/p2")], generation=2)

    stage.sweeper().sweep()

    (act,) = stage.read("recent.json")["acts"]
    assert (stage.read("recent.json")["epoch"], act["kind"], act["organisation"]) == (2, "class_hour", None)
    assert (stage.read("page.json")["epoch"], stage.read("page.json")["acts"]) == (2, [act])
    assert stage.read("organisations/KZ-75.json")["organisations"] == []


def test_caches_are_told_once_that_something_is_hidden_after_it_is_gone(stage: Stage) -> None:
    publisher = on_air(stage)
    publisher.publish([stage.set_up(campaign(goals=()))])
    assert stage.cloudfront.invalidations == {}

    publisher.publish([stage.rename(n1=None)])

    rev = stage.read("live.json")["rev"]
    assert stage.cloudfront.invalidations == {f"2026.1.{rev}": ["/v1/campaigns/2026/*"]}


def test_caches_that_take_no_word_hold_nothing_up(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    publisher = on_air(stage)
    stage.cloudfront.fault = "TooManyInvalidationsInProgress"

    publisher.publish([stage.rename(n1=None)])

    assert "Hostile Name" not in stage.body("recent.json")
    assert "invalidation_failed" in caplog.text


def test_names_and_acts_are_looked_up_once_as_long_as_nothing_of_them_changes(stage: Stage) -> None:
    stage.set_up(campaign())
    stage.names.texts |= {"n1": "Мектеп", "n2": None}
    waiting = msgspec.structs.replace(SCHOOL, name="n2")
    publisher = stage.publisher()
    publisher.publish(stage.project([recorded(SCHOOL)]))
    publisher.publish(stage.project([recorded(waiting, stream="2026/p2")]))
    stage.names.asked.clear()

    publisher.publish(stage.project([recorded(GOOD_DEED, stream="2026/p3")]))

    assert set().union(*stage.names.asked) == {("2026/p3", 1)}
    publisher.publish([stage.rename(n2="Қор")])
    assert {"n1", "n2", ("2026/p1", 1)} <= set().union(*stage.names.asked)


def test_small_cells_are_shown_without_their_place_and_totals_stay_exact(stage: Stage) -> None:
    stage.set_up(msgspec.structs.replace(campaign(), min_cell=2))
    events = [*acts(2), recorded(SCHOOL, stream="2026/p2")]

    stage.publisher().publish(stage.project(events))

    places = stage.read("places.json")["places"]
    assert (places["KZ-75"]["good_deeds"], places["KZ-75"]["events_held"], places["KZ-75"]["people"]) == (2, 0, 2)
    assert (places["other"]["events_held"], places["other"]["people"]) == (1, 30)
    assert stage.read("live.json")["totals"]["people"] == 32
    table = stage.body("totals.csv")
    assert "class_hour,KZ-75,Алматы,Алматы,Almaty,0,0,0,0,0" in table
    assert "class_hour,other,Өңірі көрсетілмеген,Без указания региона,Place not shown,1,30,0,0,0" in table


def test_how_small_a_number_may_be_shown_holds_at_once(stage: Stage) -> None:
    publisher = on_air(stage)
    publisher.publish(stage.project([recorded(SCHOOL, stream="2026/p3")]))
    assert "other" not in stage.body("totals.csv") + stage.body("places.json")

    publisher.publish([stage.set_up(msgspec.structs.replace(campaign(), min_cell=3))])

    assert "class_hour,KZ-75,Алматы,Алматы,Almaty,0,0,0,0,0" in stage.body("totals.csv")
    assert stage.read("places.json")["places"]["other"]["people"] == 61


def test_the_board_is_read_again_every_few_seconds_while_totals_change(stage: Stage) -> None:
    school = Act("class_hour", "school", "KZ-75", "vk", name="n1", people=30)
    stage.set_up(campaign())
    stage.names.texts["n1"] = "Мектеп"
    publisher = stage.publisher()
    people = []
    for version, later_ms in enumerate((0, EVERY_MS - 1, 1), start=1):
        stage.now += later_ms
        publisher.publish(stage.project([recorded(school, version)]))
        people.append(stage.read("organisations.json")["organisations"][0]["people"])

    assert people == [30, 30, 90]


def test_a_board_that_says_the_same_as_before_is_not_put(stage: Stage) -> None:
    school = Act("class_hour", "school", "KZ-75", "vk", name="n1", people=30)
    stage.set_up(campaign())
    stage.names.texts["n1"] = "Мектеп"
    publisher = stage.publisher()
    publisher.publish(stage.project([recorded(school)]))
    stage.now += EVERY_MS
    stage.s3.put_keys.clear()

    publisher.publish(stage.project(acts(1)))

    assert "v1/campaigns/2026/live.json" in stage.s3.put_keys
    assert "v1/campaigns/2026/organisations.json" not in stage.s3.put_keys


@pytest.mark.parametrize(
    ("name", "one", "three", "every_ms"),
    [
        ("badge/participations.en.svg", "<title>1 ", "<title>3 ", EVERY_MS),
        ("totals.csv", "Almaty,1,1,0,0", "Almaty,3,3,0,0", EVERY_MS),
        ("timeline/2026-06-01.json", '"participations":1,', '"participations":3,', TIMELINE_EVERY_MS),
    ],
)
def test_timelines_badges_and_csv_follow_more_rarely_and_are_made_up_for_by_the_sweep(
    stage: Stage, name: str, one: str, three: str, every_ms: int
) -> None:
    stage.set_up(campaign())
    publisher = stage.publisher()
    publisher.publish(stage.project(acts(1)))
    for version, later_ms in ((2, every_ms - 1), (3, 1)):
        assert one in stage.body(name)
        stage.now += later_ms
        publisher.publish(stage.project(acts(1, first=version)))
        assert stage.read("live.json")["totals"]["participations"] == version
    assert three in stage.body(name)

    publisher.publish(stage.project(acts(1, first=4)))
    assert three in stage.body(name)
    stage.sweeper().sweep()
    assert three not in stage.body(name)


def test_what_is_told_of_apart_is_due_apart(stage: Stage) -> None:
    stage.set_up(campaign())
    publisher = stage.publisher()

    for record in stage.project(acts(1)):
        publisher.publish([record])

    assert "<title>1 " in stage.body("badge/participations.en.svg")
    assert "Almaty,1,1,0,0" in stage.body("totals.csv")
    assert len(stage.read("timeline/2026-06-01.json")["minutes"]) == 1


def test_what_follows_more_rarely_is_due_in_each_campaign_by_itself(stage: Stage) -> None:
    for name in ("2026", "2027"):
        stage.set_up(campaign(name))

    stage.publisher().publish(stage.project([*acts(1), *acts(1, stream="2027/p1")]))

    for name in ("2026", "2027"):
        assert "<title>1 " in stage.body("badge/participations.en.svg", name)
        assert "Almaty,1,1,0,0" in stage.body("totals.csv", name)


def test_a_day_that_nothing_is_recorded_on_any_more_follows_the_campaign_into_its_next_generation(stage: Stage) -> None:
    record = stage.set_up(campaign())
    publisher = stage.publisher()
    publisher.publish(stage.project(acts(1)))
    stage.now += 24 * 3_600_000

    stage.campaigns["2026"] = msgspec.structs.replace(stage.campaigns["2026"], generation=2)
    publisher.publish([record])

    timeline = stage.read("timeline/2026-06-01.json")
    assert (timeline["epoch"], timeline["minutes"]) == (2, [])


def test_a_day_that_only_the_next_generation_has_comes_with_it(stage: Stage) -> None:
    stage.set_up(campaign())
    stage.publisher().publish(stage.project(acts(1)))
    stage.project(acts(1, at=FIRST_MOMENT - 24 * 3_600_000), generation=2)

    stage.publisher().publish_all(msgspec.structs.replace(stage.campaigns["2026"], generation=2), [])

    assert stage.read("timeline/2026-05-31.json")["minutes"][0]["participations"] == 1


def test_a_generation_of_which_the_former_is_damaged_is_published(stage: Stage) -> None:
    stage.set_up(campaign())
    stage.publisher().publish(stage.project(acts(1)))
    for key, item in stage.states.items.items():
        stage.states.items[key] = {**item, "state": {"B": b"garbage"}}

    stage.publisher().publish_all(msgspec.structs.replace(stage.campaigns["2026"], generation=2), [])

    assert stage.read("live.json")["epoch"] == 2


def test_what_an_act_took_to_be_on_show_is_measured_once(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.set_up(campaign())
    publisher = stage.publisher()
    publisher.publish(stage.project(acts(1)))
    records = stage.project(acts(1, first=2, at=FIRST_MOMENT + 1_000))
    stage.now += 3_000

    with caplog.at_level(logging.INFO):
        for _ in range(2):
            publisher.publish(records)

    assert metrics(caplog, "RecordedToPublished") == [2_000]


def test_a_launch_page_waits_for_no_counter(stage: Stage) -> None:
    stage.set_up(campaign())
    records = stage.project(acts(1))

    stage.publisher().publish([record for record in records if "#places#" in str(record)])

    assert "2026/live.json" not in stage.published()
    assert stage.read("page.json")["rev"] == 1


def test_a_change_of_what_is_shown_counts_in_the_file_of_a_day_as_in_the_counter(stage: Stage) -> None:
    on_air(stage)
    stage.rename(n1=None)

    stage.sweeper().sweep()

    assert stage.read("live.json")["rev"] == 3
    assert stage.body("days/2026-06-01.csv").endswith(",3\r\n")


def test_whether_anybody_has_taken_part_is_known_whatever_it_adds_up_to(stage: Stage) -> None:
    for name in ("2026", "2027"):
        stage.set_up(campaign(name))
    (deed,) = acts(1)
    for event in (deed, withdrawal(deed, 2)):
        stage.project([event])

        assert [stage.publisher().has_acts(stage.campaigns[name]) for name in ("2026", "2027")] == [True, False]


def test_a_document_is_as_of_before_its_states_were_read(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.set_up(campaign())
    records = stage.project(acts(1))
    read = stage.states.read

    def slowly(*asked: Any) -> Any:
        stage.now += 1_000
        return read(*asked)

    monkeypatch.setattr(stage.states, "read", slowly)
    stage.publisher().publish(records)

    assert stage.read("live.json")["as_of"] == "2026-06-01T04:00:00.000Z"
