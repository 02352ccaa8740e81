"""What a form or a token brings within a few minutes, as one process among many sees it."""

from collections.abc import Mapping

import msgspec
import pytest
from botocore.exceptions import ClientError

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.limits import SPAN_MINUTES, Limits, Sum, SumLimits
from chalicelib.domain.participation import Act, Money
from chalicelib.participations.rates import MAX_AGE_SECONDS, UNASKED_ACTS, Rates, nothing

LIMITS = Limits(
    form=SumLimits(acts=100, people=1_000, hours=1_000, amount={"KZT": 1_000}),
    token=SumLimits(acts=20, people=1_000, hours=1_000, amount={"KZT": 1_000}),
)
CAMPAIGN = Campaign(id="2026", names={"kk": "а", "ru": "б", "en": "c"}, state="live", limits=LIMITS)
FORM = Act("good_deed", "citizen", "KZ-75", "vk", form="vk/1/7")
TOKEN = Act("good_deed", "citizen", "KZ-75", "api", token="7f")
NOW = 1_780_286_400_000
MINUTE_MS = 60_000


class Others:
    """What the projector has added up, and how often it was asked."""

    def __init__(self, brought: Mapping[str, Sum]) -> None:
        self.brought = brought
        self.asked: list[int] = []
        self.fails = False
        self.seconds = 0.0
        self.rates = Rates(self._arrivals, lambda: self.seconds)

    def _arrivals(self, campaign: Campaign, since: int) -> Mapping[str, Sum]:
        self.asked.append(since)
        if self.fails:
            raise ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "Query")
        return self.brought


def alone() -> Rates:
    return Rates(nothing, lambda: 0.0)


def count(rates: Rates, act: Act, times: int, at: int = NOW, campaign: Campaign = CAMPAIGN) -> None:
    for _ in range(times):
        rates.count(campaign, act, at)


@pytest.mark.parametrize(("act", "limit", "reason"), [(FORM, 100, "form_rate"), (TOKEN, 20, "token_rate")])
def test_what_is_above_the_limit_of_its_form_or_its_token_waits(act: Act, limit: int, reason: str) -> None:
    rates = alone()
    count(rates, act, limit - 1)

    assert rates.above(CAMPAIGN, act, NOW) == ()
    count(rates, act, 1)
    assert rates.above(CAMPAIGN, act, NOW) == (reason,)


@pytest.mark.parametrize(
    "act",
    [
        msgspec.structs.replace(FORM, people=501),
        msgspec.structs.replace(FORM, minutes=30_001),
        msgspec.structs.replace(FORM, pledged=Money("KZT", 501)),
    ],
    ids=["people", "hours", "amount"],
)
def test_few_acts_that_bring_much_wait_as_well(act: Act) -> None:
    rates = alone()

    assert rates.above(CAMPAIGN, act, NOW) == ()
    count(rates, act, 1)
    assert rates.above(CAMPAIGN, act, NOW) == ("form_rate",)


def test_senders_campaigns_and_generations_have_sums_of_their_own() -> None:
    rates = alone()
    count(rates, TOKEN, 20)
    another = msgspec.structs.replace(TOKEN, token="8e")

    assert rates.above(CAMPAIGN, another, NOW) == ()
    assert rates.above(msgspec.structs.replace(CAMPAIGN, id="2027"), TOKEN, NOW) == ()
    assert rates.above(msgspec.structs.replace(CAMPAIGN, generation=2), TOKEN, NOW) == ()


def test_what_nobody_is_known_to_have_sent_is_held_to_no_rate() -> None:
    unknown = msgspec.structs.replace(TOKEN, token=None)
    others = Others({})
    count(others.rates, unknown, 1_000)

    assert others.rates.above(CAMPAIGN, unknown, NOW) == ()
    assert others.asked == []


def test_after_the_span_as_much_counts_again() -> None:
    rates = alone()
    count(rates, TOKEN, 20)
    last = NOW + SPAN_MINUTES * MINUTE_MS - 1

    assert rates.above(CAMPAIGN, TOKEN, last) == ("token_rate",)
    assert rates.above(CAMPAIGN, TOKEN, last + 1) == ()
    count(rates, TOKEN, 1, last + 1)
    assert rates.above(CAMPAIGN, TOKEN, last + 1) == ()


def test_what_comes_minute_by_minute_is_added_up() -> None:
    rates = alone()
    for minute in range(SPAN_MINUTES):
        assert rates.above(CAMPAIGN, TOKEN, NOW + minute * MINUTE_MS) == ()
        count(rates, TOKEN, 20 // SPAN_MINUTES, NOW + minute * MINUTE_MS)

    assert rates.above(CAMPAIGN, TOKEN, NOW + (SPAN_MINUTES - 1) * MINUTE_MS) == ("token_rate",)


def test_no_more_minutes_are_remembered_than_the_span_has() -> None:
    rates = alone()
    for minute in range(100):
        count(rates, TOKEN, 1, NOW + minute * MINUTE_MS)

    assert [len(minutes) for minutes in rates._own.values()] == [SPAN_MINUTES]


def test_a_quiet_sender_costs_no_request() -> None:
    others = Others({"7f": Sum(acts=20)})
    count(others.rates, TOKEN, UNASKED_ACTS - 1)

    assert others.rates.above(CAMPAIGN, TOKEN, NOW) == ()
    assert others.asked == []


def test_of_a_busy_sender_a_process_asks_once_a_second_what_the_others_let_count() -> None:
    others = Others({"7f": Sum(acts=19)})
    count(others.rates, TOKEN, UNASKED_ACTS)

    assert [others.rates.above(CAMPAIGN, TOKEN, NOW) for _ in range(50)] == [()] * 50
    others.brought = {"7f": Sum(acts=20)}
    assert others.rates.above(CAMPAIGN, TOKEN, NOW) == ()
    others.seconds += MAX_AGE_SECONDS
    assert [others.rates.above(CAMPAIGN, TOKEN, NOW) for _ in range(50)] == [("token_rate",)] * 50
    assert others.asked == [NOW // MINUTE_MS - SPAN_MINUTES + 1] * 2


def test_where_nobody_answers_what_was_known_stays_so_and_nobody_waits_for_it() -> None:
    others = Others({"7f": Sum(acts=20)})
    count(others.rates, TOKEN, UNASKED_ACTS)
    others.rates.above(CAMPAIGN, TOKEN, NOW)
    others.fails = True
    others.seconds += MAX_AGE_SECONDS

    assert others.rates.above(CAMPAIGN, TOKEN, NOW) == ("token_rate",)
    assert others.rates.above(CAMPAIGN, TOKEN, NOW) == ("token_rate",)
    assert len(others.asked) == 2
