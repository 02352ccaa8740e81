"""Contacts go when it is time, also when a campaign's end is moved."""

import msgspec
import pytest

from chalicelib.participations import retention
from chalicelib.participations.retention import AFTER_CAMPAIGN_SECONDS, MIN_LIFE_SECONDS, Retention
from tests.conftest import Tables
from tests.participations.subject import CAMPAIGN, NOW, PERSON, Subject, draft

DAY_SECONDS = 24 * 3600
END = NOW // 1000 + 30 * DAY_SECONDS
CLOSES = "2026-10-21T14:13:20+00:00"
"""`END`, 30 days from now."""


@pytest.fixture
def subject(tables: Tables) -> Subject:
    return Subject(tables)


def follow(subject: Subject, closes: str | None) -> None:
    campaigns = [msgspec.structs.replace(CAMPAIGN, closes=closes)]
    table = subject.tables["ContactsTable"]
    Retention(table, subject.services.contacts, lambda: campaigns, lambda: subject.now).follow()


def expiries(subject: Subject, campaign: str = "2026") -> set[int]:
    """Return when what is stored of a campaign's participants goes (epoch seconds)."""
    found = (item for item in subject.items("ContactsTable") if item.get("campaign", {}).get("S") == campaign)
    return {int(item["expires_at"]["N"]) for item in found}


def record_some(subject: Subject, count: int = 3) -> None:
    for number in range(count):
        person = {**PERSON, "phone": f"+7701000{number:04d}", "email": f"a{number}@example.kz"}
        subject.record(f"{number}", draft(person, note="Кешке"))


def test_everything_of_a_campaign_follows_its_end(subject: Subject) -> None:
    record_some(subject)
    subject.record("next", campaign=msgspec.structs.replace(CAMPAIGN, id="2027"))
    follow(subject, CLOSES)

    assert expiries(subject) == {END + AFTER_CAMPAIGN_SECONDS}
    assert expiries(subject, "2027") == {NOW // 1000 + AFTER_CAMPAIGN_SECONDS}


def test_an_end_that_is_moved_again_is_followed_again(subject: Subject) -> None:
    record_some(subject)
    follow(subject, CLOSES)
    follow(subject, "2026-10-22T14:13:20+00:00")

    assert expiries(subject) == {END + DAY_SECONDS + AFTER_CAMPAIGN_SECONDS}


def test_an_end_that_is_taken_away_and_set_again_is_followed_again(subject: Subject) -> None:
    record_some(subject, 1)
    follow(subject, CLOSES)
    follow(subject, None)
    subject.record("later", draft({**PERSON, "phone": "+77019999999"}))
    assert len(expiries(subject)) == 2

    follow(subject, CLOSES)

    assert expiries(subject) == {END + AFTER_CAMPAIGN_SECONDS}


def test_an_end_that_stays_costs_nothing(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    record_some(subject)
    follow(subject, CLOSES)

    monkeypatch.setattr(subject.services.contacts, "expire", lambda *_: pytest.fail("went through all contacts"))
    subject.now += 3_600_000
    follow(subject, CLOSES)


def test_an_end_moved_far_back_by_mistake_can_be_moved_forth_again(subject: Subject) -> None:
    record_some(subject)
    follow(subject, "2019-01-01T00:00:00+00:00")

    assert expiries(subject) == {NOW // 1000 + MIN_LIFE_SECONDS}


def test_a_run_that_is_out_of_time_is_gone_on_with_by_the_next(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_some(subject)
    monkeypatch.setattr(retention, "PAGE", 2)
    contacts = subject.services.contacts
    expire = contacts.expire

    def slowly(*arguments: object) -> object:
        subject.now += 7 * retention.MAX_RUN_MS // 10
        return expire(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(contacts, "expire", slowly)
    follow(subject, CLOSES)
    half = expiries(subject)
    for _ in range(4):
        follow(subject, CLOSES)

    assert len(half) == 2
    assert expiries(subject) == {END + AFTER_CAMPAIGN_SECONDS}


def test_who_is_erased_meanwhile_is_not_brought_back(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    record_some(subject, 1)
    contacts = subject.services.contacts
    change = contacts._change

    def erased_first(*arguments: object) -> bool:
        subject.erase(phone="+77010000000")
        return change(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(contacts, "_change", erased_first)
    follow(subject, CLOSES)

    left = [item for item in subject.items("ContactsTable") if item["key"] != {"S": "retention"}]
    assert left == []


def test_a_campaign_without_an_end_is_left_alone(subject: Subject) -> None:
    record_some(subject)
    before = expiries(subject)

    follow(subject, None)

    assert expiries(subject) == before
