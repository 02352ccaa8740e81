"""What a crowd tries that wants on air: one phone, one signed-in user, one form, many of each."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest

from chalicelib.domain.commands import ApproveParticipation, RejectParticipation, WithdrawParticipation
from chalicelib.domain.limits import SumLimits
from chalicelib.intake.participation_requests import Draft, Person, Sender, read_person
from chalicelib.participations.service import Recorded, Refused
from tests.conftest import Tables
from tests.participations.subject import CAMPAIGN, FIRM, PERSON, PHONE, Subject, draft

USER = Sender(source="telegram", form="telegram/ours/*", user="telegram 7")
ANOTHER_USER = Sender(source="telegram", form="telegram/ours/*", user="telegram 8")


@pytest.fixture
def subject(tables: Tables) -> Subject:
    return Subject(tables)


def business(number: int, sender: Sender = USER, **act: Any) -> Draft:
    return draft({"type": "business", "organisation": f"ТОО «Ромашка» {number}"}, sender, **act)


def read_user(user: str) -> Person:
    return read_person({"participant": {"user": user}})


def statuses(recorded: list[Recorded]) -> list[str]:
    return [one.receipt.status for one in recorded]


def reasons(subject: Subject) -> list[list[str]]:
    """Return why acts wait, in the order of their streams and versions."""
    data = [json.loads(event["data"]["S"]) for event in subject.events()]
    return [event["review_reasons"] for event in data if event.get("status") == "in_review"]


def approve(subject: Subject, receipt: Any, by: str = "t") -> str:
    command = ApproveParticipation(receipt.id, "checked", by)
    return subject.services.participations.moderate(receipt, command).receipt.status


def test_of_sixty_acts_of_one_phone_the_last_ten_wait(subject: Subject) -> None:
    recorded = [subject.record(f"{number}", services=subject.new_process()) for number in range(60)]

    assert statuses(recorded) == ["counted"] * 50 + ["in_review"] * 10
    assert reasons(subject) == [["participant_acts"]] * 10
    assert json.loads(subject.events()[-1]["carry"]["S"])["counted"] == 50


def test_of_what_one_phone_adds_up_to_no_more_counts_than_may(subject: Subject) -> None:
    recorded = [subject.record(f"{number}", draft(people=900)) for number in range(6)]

    assert statuses(recorded) == ["counted"] * 2 + ["in_review"] * 4
    assert subject.record("small", draft(people=200)).receipt.status == "counted"
    assert subject.record("one more", draft()).receipt.status == "in_review"


def test_what_is_sent_again_stays_what_it_was(subject: Subject) -> None:
    narrow = msgspec.structs.replace(CAMPAIGN.limits, person=msgspec.structs.replace(CAMPAIGN.limits.person, acts=1))
    campaign = msgspec.structs.replace(CAMPAIGN, limits=narrow)
    first, second = subject.record("1", campaign=campaign), subject.record("2", campaign=campaign)

    assert statuses([first, second]) == ["counted", "in_review"]
    assert statuses([subject.record("1", campaign=campaign), subject.record("2")]) == ["counted", "in_review"]
    assert approve(subject, second.receipt) == "counted"
    assert subject.record("2", campaign=campaign).receipt.status == "counted"


def test_one_user_lets_three_participants_count_and_the_others_wait_with_all_they_send(subject: Subject) -> None:
    first = [subject.record(f"a{n}", business(n, people=1_000)) for n in range(20)]
    second = [subject.record(f"b{n}", business(n), services=subject.new_process()) for n in range(20)]

    assert statuses(first) == statuses(second) == ["counted"] * 3 + ["in_review"] * 17
    assert reasons(subject) == [["user"]] * 34
    assert len({one.receipt.stream for one in first + second}) == 20


def test_one_user_has_as_many_phones_as_may_count(subject: Subject) -> None:
    phones = [draft({"type": "citizen", "phone": f"+770112345{n:02d}"}, USER) for n in range(5)]

    assert (
        statuses([subject.record(f"{n}", phone) for n, phone in enumerate(phones)])
        == ["counted"] * 3 + ["in_review"] * 2
    )


def test_whom_a_moderator_lets_count_counts_on(subject: Subject) -> None:
    recorded = [subject.record(f"{n}", business(n)) for n in range(4)]
    approve(subject, recorded[3].receipt)

    assert subject.record("more", business(3)).receipt.status == "counted"
    assert subject.record("the next", business(4)).receipt.status == "in_review"


def test_who_is_rejected_waits_again(subject: Subject) -> None:
    receipt = [subject.record(f"{n}", business(n)) for n in range(4)][3].receipt
    subject.services.participations.moderate(receipt, RejectParticipation(receipt.id, "a prank", "t"))

    assert subject.record("more", business(3)).receipt.status == "in_review"


def test_whom_one_user_may_not_let_count_another_may(subject: Subject) -> None:
    for number in range(4):
        subject.record(f"{number}", business(number))

    assert subject.record("of another", business(3, ANOTHER_USER)).receipt.status == "counted"
    assert subject.record("and again", business(3)).receipt.status == "counted"


def test_what_waits_for_another_reason_takes_nothing_of_what_a_user_may(subject: Subject) -> None:
    waiting = [subject.record(f"{n}", business(n, people=5_000)) for n in range(5)]

    assert set(statuses(waiting)) == {"in_review"}
    assert statuses([subject.record(f"b{n}", business(n)) for n in range(4)]) == ["counted"] * 3 + ["in_review"]


def test_whom_many_let_count_at_once_is_nobody_too_many(subject: Subject) -> None:
    def send(number: int) -> Recorded:
        return subject.record(f"{number}", business(number), services=subject.new_process())

    with ThreadPoolExecutor(12) as pool:
        recorded = list(pool.map(send, range(12)))

    assert Counter(statuses(recorded)) == {"counted": 3, "in_review": 9}


def test_one_business_sent_many_times_at_once_is_one_participant_of_its_user(subject: Subject) -> None:
    def send(number: int) -> Recorded:
        return subject.record(f"{number}", business(0), services=subject.new_process())

    with ThreadPoolExecutor(8) as pool:
        recorded = list(pool.map(send, range(8)))

    assert statuses(recorded) == ["counted"] * 8
    assert statuses([subject.record(f"b{n}", business(n)) for n in (1, 2, 3)]) == ["counted"] * 2 + ["in_review"]


def test_how_many_participants_a_user_has_may_be_changed_at_any_time(subject: Subject) -> None:
    def limited_to(limit: int) -> Any:
        return msgspec.structs.replace(
            CAMPAIGN, limits=msgspec.structs.replace(CAMPAIGN.limits, user_participants=limit)
        )

    sent = [(1, 1), (2, 1), (3, 2), (4, 2)]
    recorded = [subject.record(f"{n}", business(n), campaign=limited_to(limit)) for n, limit in sent]

    assert statuses(recorded) == ["counted", "in_review", "counted", "in_review"]


def test_nothing_of_the_user_is_in_what_counts_for_them(subject: Subject) -> None:
    subject.record("1", draft({"type": "citizen"}, USER))
    (count,) = [item for item in subject.items("ContactsTable") if item["part"]["S"] == "count"]

    assert {name: next(iter(value.values())) for name, value in count.items() if name != "key"} == {
        "part": "count",
        "campaign": CAMPAIGN.id,
        "participants": "1",
        "expires_at": next(item["expires_at"]["N"] for item in subject.contacts()),
    }
    assert "telegram" not in repr(count["key"])


@pytest.mark.parametrize("given", [draft({"type": "citizen", "phone": PHONE}, USER), draft(FIRM, USER)])
def test_an_erasure_takes_with_it_how_many_counted_by_the_person(subject: Subject, given: Draft) -> None:
    subject.record("1", given)
    subject.services.personal_data.erase(CAMPAIGN.id, read_user("telegram 7"))

    assert "count" not in [item["part"]["S"] for item in subject.items("ContactsTable")]
    assert statuses([subject.record(f"b{n}", business(n)) for n in range(4)]) == ["counted"] * 3 + ["in_review"]


def test_rehearsals_take_nothing_of_what_users_may(subject: Subject) -> None:
    first = subject.record("1", draft({"type": "citizen", "phone": PHONE}, USER)).receipt
    subject.services.participations.moderate(first, WithdrawParticipation(first.id, "asked to", "t"))
    subject.record("2", draft({"type": "citizen", "phone": PHONE}, ANOTHER_USER))
    assert [item["part"]["S"] for item in subject.items("ContactsTable")].count("count") == 2
    subject.services.personal_data.erase_all(CAMPAIGN.id)

    assert subject.items("ContactsTable") == []


def test_a_flood_of_one_form_waits_from_its_limit_on_and_other_forms_go_on(subject: Subject) -> None:
    few = SumLimits(acts=5, people=1_000, hours=1_000, amount={})
    campaign = msgspec.structs.replace(CAMPAIGN, limits=msgspec.structs.replace(CAMPAIGN.limits, form=few))

    def sent(number: int, form: str) -> Draft:
        sender = Sender(source="vk", form=form)
        return draft({**PERSON, "phone": f"+7701{number:07d}"}, sender)

    flood = [subject.record(f"{n}", sent(n, "vk/1/7"), campaign=campaign) for n in range(12)]

    assert statuses(flood) == ["counted"] * 5 + ["in_review"] * 7
    assert {tuple(found) for found in reasons(subject)} == {("form_rate",)}
    assert subject.record("another form", sent(50, "vk/1/8"), campaign=campaign).receipt.status == "counted"
    assert subject.record("3", sent(3, "vk/1/7"), campaign=campaign).receipt.status == "counted"
    subject.now += 5 * 60_000
    assert subject.record("later", sent(60, "vk/1/7"), campaign=campaign).receipt.status == "counted"


def test_what_waits_takes_nothing_of_what_a_form_may_bring(subject: Subject) -> None:
    few = SumLimits(acts=2, people=10_000, hours=1_000, amount={})
    campaign = msgspec.structs.replace(CAMPAIGN, limits=msgspec.structs.replace(CAMPAIGN.limits, form=few))

    waiting = [subject.record(f"{n}", business(n, people=5_000), campaign=campaign) for n in range(3)]
    sent = [subject.record(f"b{n}", business(n), campaign=campaign) for n in range(4)]

    assert statuses(waiting) == ["in_review"] * 3
    assert statuses(sent) == ["counted"] * 2 + ["in_review"] * 2


def test_an_act_above_several_limits_waits_for_each(subject: Subject) -> None:
    few = SumLimits(acts=3, people=10_000, hours=1_000, amount={})
    campaign = msgspec.structs.replace(CAMPAIGN, limits=msgspec.structs.replace(CAMPAIGN.limits, form=few))
    for number in range(3):
        subject.record(f"{number}", business(number), campaign=campaign)

    subject.record("above all", business(3, people=1_001), campaign=campaign)

    assert reasons(subject) == [["people", "form_rate"]]


def test_what_waits_anyway_is_not_held_to_the_limit_of_its_user(subject: Subject) -> None:
    few = SumLimits(acts=3, people=10_000, hours=1_000, amount={})
    campaign = msgspec.structs.replace(CAMPAIGN, limits=msgspec.structs.replace(CAMPAIGN.limits, form=few))
    for number in range(3):
        subject.record(f"{number}", business(number), campaign=campaign)

    subject.record("above both", business(3), campaign=campaign)
    subject.record("of another form", business(4, msgspec.structs.replace(USER, form="telegram/ours/2")))

    assert sorted(reasons(subject)) == [["form_rate"], ["user"]]


def test_what_two_moderators_have_to_approve_counts_after_the_second(subject: Subject) -> None:
    receipt = subject.record("1", draft(people=20_000)).receipt
    service = subject.services.participations
    first = service.moderate(receipt, ApproveParticipation(receipt.id, "called them", "t1"))

    assert (first.receipt.status, first.approvals_missing) == ("in_review", 1)
    with pytest.raises(Refused) as refused:
        service.moderate(first.receipt, ApproveParticipation(receipt.id, "once more", "t1"))
    assert refused.value.refusal.code == "second_moderator_wanted"
    assert service.find(subject.source_receipt("1")).approvals_missing == 1

    second = service.moderate(first.receipt, ApproveParticipation(receipt.id, "saw the report", "t2"))
    assert (second.receipt.status, second.approvals_missing) == ("counted", 0)
    assert [event["type"]["S"] for event in subject.events()] == [
        "ParticipationRecorded",
        "ParticipationEndorsed",
        "ParticipationApproved",
    ]


def test_a_first_approval_is_known_by_whatever_came_after_it_in_the_stream(subject: Subject) -> None:
    receipt = subject.record("1", draft(people=20_000)).receipt
    service = subject.services.participations
    service.moderate(receipt, ApproveParticipation(receipt.id, "called them", "t1"))
    subject.record("2")

    current = subject.source_receipt("1")
    assert service.moderate(current, ApproveParticipation(receipt.id, "saw it", "t2")).receipt.status == "counted"
