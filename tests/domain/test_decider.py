import msgspec
import pytest

from chalicelib.domain.campaign import Limits
from chalicelib.domain.commands import (
    ApproveParticipation,
    Changes,
    Command,
    CorrectParticipation,
    EraseParticipant,
    RejectParticipation,
    WithdrawParticipation,
)
from chalicelib.domain.decider import CARRIED_SUBMISSIONS, RefusalCode, State, decide
from chalicelib.domain.events import (
    Event,
    ParticipantErased,
    ParticipationApproved,
    ParticipationCorrected,
    ParticipationRecorded,
    ParticipationRejected,
    ParticipationWithdrawn,
)
from chalicelib.domain.participation import Act, Money
from chalicelib.domain.vocabulary import CampaignState, Status
from tests.domain.specification import ACT, CAMPAIGN, fold, given, record, recorded, recorded_at

LARGE = msgspec.structs.replace(ACT, people=5_000)
WAITING = recorded(act=LARGE, status="in_review", review_reasons=("people",), first=False)
APPROVED = ParticipationApproved(1, recorded_at(1), LARGE, "called them", "t1", first=True)
REJECTED = ParticipationRejected(1, recorded_at(1), LARGE, "a prank", "t1")
WITHDRAWN = ParticipationWithdrawn(1, recorded_at(1), ACT, "counted", "asked to", "t1", counted_as="citizen", last=True)

APPROVE = ApproveParticipation(1, "called them", "t1")
REJECT = RejectParticipation(1, "a prank", "t1")
WITHDRAW = WithdrawParticipation(1, "asked to", "t1")
CORRECT = CorrectParticipation(1, Changes(people=3), "a slip", "t1")


def test_the_first_act_of_a_participant_counts_and_is_first() -> None:
    given().when(record()).then(recorded())


def test_another_act_of_the_same_participant_counts_and_is_not_first() -> None:
    given(recorded("s1")).when(record("s2")).then(recorded("s2", first=False))


def test_an_act_keeps_when_it_occurred() -> None:
    given().when(record(occurred_at=1_780_000_000_000)).then(recorded(occurred_at=1_780_000_000_000))


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (Act("good_deed", "citizen", "KZ-75", "api", people=1_001), "people"),
        (Act("good_deed", "citizen", "KZ-75", "api", hours=10_001), "hours"),
        (Act("donation", "citizen", "KZ-75", "api", amount=Money("KZT", 10_000_001)), "amount"),
        (Act("donation", "citizen", "KZ-75", "api", amount=Money("USD", 1)), "amount"),
    ],
)
def test_an_act_above_a_limit_waits_for_review(act: Act, reason: str) -> None:
    given().when(record(act=act)).then(recorded(act=act, status="in_review", review_reasons=(reason,), first=False))


def test_an_act_at_the_limits_counts() -> None:
    act = Act("donation", "citizen", "KZ-75", "api", people=1_000, hours=10_000, amount=Money("KZT", 10_000_000))

    given().when(record(act=act)).then(recorded(act=act))


def test_a_currency_counts_up_to_its_own_limit() -> None:
    campaign = msgspec.structs.replace(CAMPAIGN, limits=Limits(amount={"USD": 500}))
    act = Act("donation", "citizen", "KZ-75", "api", amount=Money("USD", 500))

    given().when(record(act=act, campaign=campaign)).then(recorded(act=act))


def test_an_unsigned_act_waits_whatever_its_size() -> None:
    given().when(record(signed=False)).then(recorded(status="in_review", review_reasons=("unsigned",), first=False))


@pytest.mark.parametrize("state", ["test", "live"])
def test_an_open_campaign_takes_acts(state: CampaignState) -> None:
    given().when(record(campaign=msgspec.structs.replace(CAMPAIGN, state=state))).then(recorded())


@pytest.mark.parametrize(("state", "code"), [("frozen", "campaign_frozen"), ("ended", "campaign_ended")])
def test_a_closed_campaign_takes_none(state: CampaignState, code: RefusalCode) -> None:
    given().when(record(campaign=msgspec.structs.replace(CAMPAIGN, state=state))).then_refused(code)


@pytest.mark.parametrize("state", ["test", "live", "frozen", "ended"])
def test_a_repeat_changes_nothing_in_any_campaign(state: CampaignState) -> None:
    given(recorded()).when(record(campaign=msgspec.structs.replace(CAMPAIGN, state=state))).then_nothing()


def test_a_repeat_of_what_was_withdrawn_changes_nothing() -> None:
    given(recorded(), WITHDRAWN).when(record()).then_nothing()


def test_the_same_submission_with_another_content_is_refused() -> None:
    given(recorded()).when(record(fingerprint="another")).then_refused("submission_differs", "counted")


def test_a_repeat_that_only_the_carry_remembers_changes_nothing() -> None:
    carried = State(version=1, carry=fold(recorded()).carry)

    assert decide(record(), carried) == ()


def test_a_carry_remembers_the_newest_submissions_and_no_more() -> None:
    events = [recorded(f"s{number}", first=number == 1) for number in range(1, CARRIED_SUBMISSIONS + 3)]

    carry = fold(*events).carry

    assert list(carry.recent) == [f"s{number}" for number in range(3, CARRIED_SUBMISSIONS + 3)]
    assert carry.submissions == CARRIED_SUBMISSIONS + 2


def test_an_approved_act_counts_from_then_on() -> None:
    given(WAITING).when(APPROVE).then(APPROVED)


def test_an_approved_act_of_one_who_counts_already_is_not_first() -> None:
    given(WAITING, recorded("s2")).when(APPROVE).then(msgspec.structs.replace(APPROVED, first=False))


def test_a_rejected_act_does_not_count() -> None:
    given(WAITING).when(REJECT).then(REJECTED)


@pytest.mark.parametrize("command", [APPROVE, REJECT])
@pytest.mark.parametrize(
    ("events", "status"),
    [
        ((recorded(),), "counted"),
        ((WAITING, APPROVED), "counted"),
        ((WAITING, REJECTED), "rejected"),
        ((recorded(), WITHDRAWN), "withdrawn"),
    ],
)
def test_only_what_is_in_review_is_approved_or_rejected(
    command: Command, events: tuple[Event, ...], status: Status
) -> None:
    given(*events).when(command).then_refused("participation_not_in_review", status)


def test_a_withdrawal_repeats_the_measures_it_takes_back() -> None:
    given(recorded()).when(WITHDRAW).then(WITHDRAWN)


def test_a_withdrawal_that_leaves_another_act_is_not_the_last() -> None:
    given(recorded("s1"), recorded("s2", first=False)).when(WITHDRAW).then(
        msgspec.structs.replace(WITHDRAWN, last=False)
    )


def test_a_withdrawal_names_the_type_the_participant_was_counted_as() -> None:
    school = msgspec.structs.replace(ACT, participant_type="school")

    given(recorded("s1", act=school), recorded("s2", first=False)).when(
        WithdrawParticipation(2, "asked to", "t1")
    ).then(ParticipationWithdrawn(2, recorded_at(2), ACT, "counted", "asked to", "t1", counted_as="school"))


def test_what_is_in_review_can_be_withdrawn_and_takes_nothing_back() -> None:
    given(WAITING).when(WITHDRAW).then(ParticipationWithdrawn(1, recorded_at(1), LARGE, "in_review", "asked to", "t1"))


def test_a_correction_carries_the_act_before_and_after() -> None:
    after = msgspec.structs.replace(ACT, people=3)

    given(recorded()).when(CORRECT).then(
        ParticipationCorrected(1, recorded_at(1), ACT, after, "counted", "a slip", "t1")
    )


def test_what_is_in_review_can_be_corrected_and_stays_there() -> None:
    after = msgspec.structs.replace(LARGE, people=3)

    given(WAITING).when(CORRECT).then(
        ParticipationCorrected(1, recorded_at(1), LARGE, after, "in_review", "a slip", "t1")
    )


def test_a_correction_starts_from_the_one_before() -> None:
    once = msgspec.structs.replace(ACT, people=3)
    twice = msgspec.structs.replace(once, hours=2)
    first = ParticipationCorrected(1, recorded_at(1), ACT, once, "counted", "a slip", "t1")

    given(recorded(), first).when(CorrectParticipation(1, Changes(hours=2), "and more", "t1")).then(
        ParticipationCorrected(1, recorded_at(1), once, twice, "counted", "and more", "t1")
    )


def test_a_withdrawal_after_a_correction_takes_back_the_corrected_measures() -> None:
    after = msgspec.structs.replace(ACT, people=3)
    corrected = ParticipationCorrected(1, recorded_at(1), ACT, after, "counted", "a slip", "t1")

    given(recorded(), corrected).when(WITHDRAW).then(msgspec.structs.replace(WITHDRAWN, act=after))


def test_a_correction_that_changes_nothing_is_refused() -> None:
    given(recorded()).when(CorrectParticipation(1, Changes(people=1), "a slip", "t1")).then_refused(
        "correction_changes_nothing", "counted"
    )


@pytest.mark.parametrize("command", [WITHDRAW, CORRECT])
@pytest.mark.parametrize(
    ("events", "status"), [((WAITING, REJECTED), "rejected"), ((recorded(), WITHDRAWN), "withdrawn")]
)
def test_what_no_longer_stands_is_not_changed(command: Command, events: tuple[Event, ...], status: Status) -> None:
    given(*events).when(command).then_refused("participation_not_standing", status)


@pytest.mark.parametrize("command", [APPROVE, REJECT, WITHDRAW, CORRECT])
def test_a_participation_that_is_not_there_is_not_moderated(command: Command) -> None:
    given().when(command).then_refused("participation_unknown")


def test_an_erasure_is_recorded_once() -> None:
    given(recorded()).when(EraseParticipant()).then(ParticipantErased())
    given(recorded(), ParticipantErased()).when(EraseParticipant()).then_nothing()


def test_what_was_counted_before_an_erasure_stands_and_can_be_moderated() -> None:
    given(recorded(), ParticipantErased()).when(WITHDRAW).then(WITHDRAWN)


def test_a_participant_who_counts_again_after_a_withdrawal_is_first_again() -> None:
    given(recorded(), WITHDRAWN).when(record("s2")).then(recorded("s2"))


def test_the_type_counted_as_is_the_one_of_the_first_act_that_counts() -> None:
    school = msgspec.structs.replace(ACT, participant_type="school")

    assert fold(recorded("s1", act=school), recorded("s2", first=False)).carry.counted_as == "school"
    assert fold(recorded(), WITHDRAWN).carry.counted_as is None
    assert fold(recorded(), WITHDRAWN, recorded("s2", act=school)).carry.counted_as == "school"


def test_an_event_about_an_act_that_was_not_read_leaves_what_is_known() -> None:
    state = fold(ParticipationRecorded(ACT, "counted", "s1", "f", first=True), REJECTED)

    assert fold(REJECTED).participations == {}
    assert state.participations[1].status == "rejected"
