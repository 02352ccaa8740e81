"""`campaigns.json`: what everybody may know of all campaigns, as it is now."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ConnectTimeoutError

from chalicelib.domain.campaign import Campaign
from chalicelib.publishing.campaign_list import PATH, CampaignListPublisher
from chalicelib.publishing.document_store import CACHED
from chalicelib.publishing.documents import JSON, Document, DocumentPosition
from chalicelib.publishing.publisher import Unpublished
from chalicelib.publishing.sweeper import Unswept
from tests.publishing.campaigns import campaign
from tests.publishing.stage import Stage, acts


def shown(stage: Stage) -> dict[str, Any]:
    answer = stage.s3.get_object(Key=PATH)
    return {**msgspec.json.decode(answer["Body"].read()), "etag": answer["Metadata"]["etag"]}


def states(stage: Stage) -> dict[str, str]:
    return {one["id"]: one["state"] for one in shown(stage)["campaigns"]}


def test_it_is_published_when_a_campaign_is_made_or_changed(stage: Stage) -> None:
    publisher = stage.publisher()

    publisher.publish([stage.set_up(campaign())])
    publisher.publish([stage.set_up(campaign("2027", state="test"))])
    publisher.publish([stage.set_up(campaign(state="frozen"))])

    assert states(stage) == {"2026": "frozen", "2027": "test"}
    assert (shown(stage)["v"], shown(stage)["rev"], shown(stage)["etag"]) == (1, 3, "1.3")
    assert stage.s3.get_object(Key=PATH)["CacheControl"] == CACHED


def test_it_tells_nobody_what_is_reviewed(stage: Stage) -> None:
    stage.publisher().publish([stage.set_up(campaign())])

    (told,) = shown(stage)["campaigns"]
    assert list(told) == "id names state opens closes goals milestones links topics".split()


def test_an_act_is_no_reason_to_look_at_it(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    publisher = stage.publisher()
    publisher.publish([stage.set_up(campaign())])
    get, read = stage.s3.get_object, []

    def noting(**given: Any) -> Any:
        read.append(given["Key"])
        return get(**given)

    monkeypatch.setattr(stage.s3, "get_object", noting)
    publisher.publish(stage.project(acts(1)))

    assert PATH not in read


def test_what_says_the_same_is_not_stored_again(stage: Stage) -> None:
    publisher = stage.publisher()
    publisher.publish([stage.set_up(campaign())])
    stage.s3.put_keys.clear()

    publisher.publish([stage.set_up(msgspec.structs.replace(campaign(), min_cell=3))])
    stage.sweeper().sweep()

    assert PATH not in stage.s3.put_keys


def test_what_was_lost_is_made_up_for_by_the_sweep(stage: Stage) -> None:
    sweeper = stage.sweeper()
    sweeper.sweep()
    assert states(stage) == {}

    stage.set_up(campaign())
    sweeper.sweep()

    assert states(stage) == {"2026": "live"}


def test_where_the_registry_was_put_back_the_list_goes_on_from_what_it_is_now(stage: Stage) -> None:
    publisher = stage.publisher()
    for state in ("test", "live", "frozen"):
        publisher.publish([stage.set_up(campaign(state=state))])
    stage.campaigns["2026"] = campaign(state="test")

    stage.sweeper().sweep()

    assert (states(stage), shown(stage)["rev"]) == ({"2026": "test"}, 4)


class Meanwhile:
    """Campaigns that are read once while something else happens."""

    def __init__(self, campaigns: Callable[[], Iterable[Campaign]], happens: Callable[[], None]) -> None:
        self._campaigns = campaigns
        self._happens: Callable[[], None] | None = happens

    def __call__(self) -> list[Campaign]:
        read = list(self._campaigns())
        happens, self._happens = self._happens, None
        if happens is not None:
            happens()
        return read


@pytest.mark.parametrize("before", [None, "test"])
def test_a_list_that_was_read_before_a_change_never_replaces_the_one_after_it(stage: Stage, before: Any) -> None:
    publisher = stage.publisher()
    if before:
        publisher.publish([stage.set_up(campaign(state=before))])
    stage.set_up(campaign(state="live"))

    def change_and_change_back() -> None:
        publisher.publish([stage.set_up(campaign(state="frozen"))])
        publisher.publish([stage.set_up(campaign(state=before or "ended"))])

    late = Meanwhile(stage.campaigns.values, change_and_change_back)
    CampaignListPublisher(stage.documents(), late).publish()

    assert states(stage) == {"2026": before or "ended"}


def test_a_list_that_cannot_be_stored_is_told_and_holds_no_campaign_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    records = [stage.set_up(campaign()), *stage.project(acts(1))]
    put = stage.s3.put_object

    def failing(**given: Any) -> Any:
        if given["Key"] == PATH:
            raise ConnectTimeoutError(endpoint_url="https://s3")
        return put(**given)

    monkeypatch.setattr(stage.s3, "put_object", failing)
    with caplog.at_level(logging.ERROR), pytest.raises(Unpublished, match=PATH):
        stage.publisher().publish(records)
    with pytest.raises(Unswept, match=PATH):
        stage.sweeper().sweep()

    assert len(stage.read("recent.json")["acts"]) == 1
    assert stage.reports[-1].unshown_since == stage.now


def test_a_list_of_another_release_is_replaced(stage: Stage) -> None:
    earlier = msgspec.json.encode({"v": 1, "rev": 7, "campaigns": [{"id": "2026", "name": "Marathon"}]})
    position = DocumentPosition(1, 7)
    stage.documents().advance(PATH, position, lambda _: Document(PATH, position, JSON, earlier))
    stage.set_up(campaign())

    stage.sweeper().sweep()

    assert (states(stage), shown(stage)["rev"]) == ({"2026": "live"}, 8)
