"""What counts by the contract, in numbers that are written by hand: docs/api.md has the rules."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

import ops.rehearse
from ops.rehearse.acts import LIMITS, Amount
from ops.rehearse.verdict import totals
from tests.ops.rehearse.ledgers import Sent


@pytest.fixture
def sent() -> Sent:
    return Sent()


def test_each_metric_counts_what_it_says(sent: Sent) -> None:
    sent.act("aigul", "volunteering", people=3, minutes=90)
    sent.act("aigul", "good_deed", minutes=30)
    sent.act("yerlan", "donation", amount=Amount("KZT", 5_000))
    sent.act("school", "class_hour", of="school", people=25, minutes=45 * 2)
    sent.act("firm", "master_class", of="business", people=10)
    sent.act("firm", "online_training", of="business", amount=Amount("USD", 700))

    assert totals(sent.ledger) == {
        "participants": 4,
        "participations": 6,
        "people": 3 + 1 + 1 + 25 + 10 + 1,
        "hours": 3,
        "amount": {"KZT": 5_000, "USD": 700},
        "volunteers": 3,
        "good_deeds": 1,
        "events_held": 3,
        "organisations": 2,
    }


def test_hours_are_the_full_ones_of_all_minutes_together(sent: Sent) -> None:
    for who in ("a", "b", "c"):
        sent.act(who, minutes=30)

    assert totals(sent.ledger)["hours"] == 1


def test_a_participant_is_one_over_all_acts_and_ways(sent: Sent) -> None:
    for channel in ("api", "typeform", "whatsapp", "vk"):
        sent.act("aigul", channel=channel)

    assert (totals(sent.ledger)["participants"], totals(sent.ledger)["participations"]) == (1, 4)


def test_what_waits_was_rejected_or_withdrawn_is_in_no_total(sent: Sent) -> None:
    sent.act("counts")
    withdrawn = sent.act("takes back")
    rejected = sent.act("promises too much", amount=Amount("KZT", 10**12))
    sent.act("waits", people=1_001)
    sent.ledger.withdrawn(withdrawn, *sent.times())
    sent.ledger.rejected(rejected, *sent.times())

    assert (totals(sent.ledger)["participants"], totals(sent.ledger)["people"]) == (1, 1)
    assert sent.ledger.statuses == {"counted": 1, "withdrawn": 1, "rejected": 1, "in_review": 1}
    assert sent.ledger.shown == 2


@pytest.mark.parametrize(
    ("at_limit", "one_more"),
    [
        ({"people": 1_000}, {"people": 1_001}),
        ({"minutes": 60_000}, {"minutes": 60_030}),
        ({"amount": Amount("KZT", 10_000_000)}, {"amount": Amount("KZT", 10_000_001)}),
        ({"amount": Amount("USD", 1_000_000)}, {"amount": Amount("USD", 1_000_001)}),
    ],
)
def test_an_act_above_a_limit_waits(sent: Sent, at_limit: dict[str, object], one_more: dict[str, object]) -> None:
    act: Callable[..., str] = sent.act

    assert sent.status(act("at the limit", **at_limit)) == "counted"
    assert sent.status(act("above it", **one_more)) == "in_review"


def test_an_act_in_a_currency_without_a_limit_waits(sent: Sent) -> None:
    assert sent.status(sent.act("aigul", amount=Amount("EUR", 1))) == "in_review"


def test_all_acts_of_a_participant_have_a_limit_and_what_is_taken_back_makes_room(sent: Sent) -> None:
    keys = [sent.act("aigul") for _ in range(LIMITS.person.acts + 1)]
    sent.ledger.withdrawn(keys[0], *sent.times())

    assert [sent.status(key) for key in keys[-2:]] == ["counted", "in_review"]
    assert sent.status(sent.act("aigul")) == "counted"
    assert sent.status(sent.act("aigul")) == "in_review"


def test_an_organisation_has_a_limit_of_its_own(sent: Sent) -> None:
    keys = [sent.act("school", of="school") for _ in range(LIMITS.person.acts + 1)]

    assert {sent.status(key) for key in keys} == {"counted"}


def test_what_a_moderator_lets_through_is_in_what_its_participant_has(sent: Sent) -> None:
    waiting = sent.act("aigul", people=1_500)
    sent.ledger.approved(waiting, *sent.times())

    assert sent.status(sent.act("aigul", people=500)) == "counted"
    assert sent.status(sent.act("aigul", people=1)) == "in_review"


def test_what_is_above_the_higher_limits_takes_two_and_dollars_are_as_many_tenge(sent: Sent) -> None:
    act = sent.ledger.entries[sent.act("aigul")].act

    assert not sent.ledger.takes_two(replace(act, people=10_000))
    assert sent.ledger.takes_two(replace(act, people=10_001))
    assert not sent.ledger.takes_two(replace(act, amount=Amount("USD", 100_000_000)))
    assert sent.ledger.takes_two(replace(act, amount=Amount("USD", 100_000_001)))


def test_a_correction_replaces_what_counts_and_changes_nothing_of_what_waits(sent: Sent) -> None:
    counted, waiting = sent.act("aigul", people=7), sent.act("yerlan", people=2_000)
    for key in (counted, waiting):
        act = sent.ledger.entries[key].act
        sent.ledger.corrected(key, replace(act, people=3, kind="volunteering"), *sent.times())

    assert (totals(sent.ledger)["people"], totals(sent.ledger)["volunteers"]) == (3, 3)
    assert sent.status(waiting) == "in_review"


def test_everything_of_a_form_that_is_checked_waits(sent: Sent) -> None:
    assert sent.status(sent.act("aigul", channel="checked")) == "in_review"


def test_a_name_waits_where_anybody_may_give_it_until_one_vouches_for_it_or_it_is_decided_on(sent: Sent) -> None:
    names = sent.ledger.names
    sent.act("school", of="school", organisation="№ 1 мектеп", channel="typeform")
    assert names == {"№ 1 мектеп": "waiting"}

    sent.act("school", of="school", organisation="  № 1  МЕКТЕП ", channel="api")
    assert names == {"№ 1 мектеп": "shown"}

    sent.ledger.decided_on_name("№ 1 мектеп", "hidden")
    sent.act("school", of="school", organisation="№ 1 мектеп", channel="api")
    assert names == {"№ 1 мектеп": "hidden"}


def test_nothing_that_counts_for_viewers_has_a_part_in_the_ledger() -> None:
    allowed = ("chalicelib.domain.vocabulary", "chalicelib.domain.places")
    package = Path(ops.rehearse.__file__).parent

    imported = {
        (file.name, node.module)
        for file in package.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("chalicelib")
    }

    assert {module for _, module in imported} <= set(allowed)
