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
from chalicelib.domain.decider import Carry, KnownAct, Refusal, RefusalCode, State, decide
from chalicelib.domain.events import (
    Event,
    ParticipantErased,
    ParticipationApproved,
    ParticipationCorrected,
    ParticipationRejected,
    ParticipationWithdrawn,
)
from chalicelib.domain.participation import Act, Money
from chalicelib.domain.receipts import Receipt
from chalicelib.domain.vocabulary import CampaignState, Status
from tests.domain.specification import ACT, CAMPAIGN, fold, given, record, recorded, recorded_at

LARGE = msgspec.structs.replace(ACT, people=5_000)
WAITING = recorded(act=LARGE, status="in_review", review_reasons=("people",), first=False)
APPROVED = ParticipationApproved("r1", 1, recorded_at(1), LARGE, "called them", "t1", first=True)
REJECTED = ParticipationRejected("r1", 1, recorded_at(1), LARGE, "a prank", "t1")
WITHDRAWN = ParticipationWithdrawn(
    "r1", 1, recorded_at(1), ACT, "counted", "asked to", "t1", counted_as="citizen", last=True
)
WITHDRAWN_WAITING = ParticipationWithdrawn("r1", 1, recorded_at(1), LARGE, "in_review", "asked to", "t1")

APPROVE = ApproveParticipation("r1", "called them", "t1")
REJECT = RejectParticipation("r1", "a prank", "t1")
WITHDRAW = WithdrawParticipation("r1", "asked to", "t1")
CORRECT = CorrectParticipation("r1", Changes(people=3), "a slip", "t1")


def test_the_first_act_of_a_participant_counts_and_is_first() -> None:
    given().when(record()).then(recorded())


def test_another_act_of_the_same_participant_counts_and_is_not_first() -> None:
    given(recorded("r1")).when(record("r2")).then(recorded("r2", first=False))


def test_an_act_keeps_when_it_occurred() -> None:
    given().when(record(occurred_at=1_780_000_000_000)).then(recorded(occurred_at=1_780_000_000_000))


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (Act("good_deed", "citizen", "KZ-75", "api", people=1_001), "people"),
        (Act("good_deed", "citizen", "KZ-75", "api", minutes=600_001), "hours"),
        (Act("donation", "citizen", "KZ-75", "api", pledged=Money("KZT", 10_000_001)), "amount"),
        (Act("donation", "citizen", "KZ-75", "api", pledged=Money("USD", 1)), "amount"),
    ],
)
def test_an_act_above_a_limit_waits_for_review(act: Act, reason: str) -> None:
    given().when(record(act=act)).then(recorded(act=act, status="in_review", review_reasons=(reason,), first=False))


def test_an_act_at_the_limits_counts() -> None:
    act = Act("donation", "citizen", "KZ-75", "api", people=1_000, minutes=600_000, pledged=Money("KZT", 10_000_000))

    given().when(record(act=act)).then(recorded(act=act))


def test_a_currency_counts_up_to_its_own_limit() -> None:
    campaign = msgspec.structs.replace(CAMPAIGN, limits=Limits(amount={"USD": 500}))
    act = Act("donation", "citizen", "KZ-75", "api", pledged=Money("USD", 500))

    given().when(record(act=act, campaign=campaign)).then(recorded(act=act))


def test_an_unsigned_act_waits_whatever_its_size() -> None:
    given().when(record(signed=False)).then(recorded(status="in_review", review_reasons=("unsigned",), first=False))


@pytest.mark.parametrize("state", ["test", "live"])
def test_an_open_campaign_takes_acts(state: CampaignState) -> None:
    given().when(record(campaign=msgspec.structs.replace(CAMPAIGN, state=state))).then(recorded())


@pytest.mark.parametrize(("state", "code"), [("frozen", "campaign_frozen"), ("ended", "campaign_ended")])
def test_a_closed_campaign_takes_none(state: CampaignState, code: RefusalCode) -> None:
    given().when(record(campaign=msgspec.structs.replace(CAMPAIGN, state=state))).then_refused(code)


OPENS, CLOSES = "2026-06-01T09:00:00+05:00", "2026-06-30T19:00:00Z"
OPENS_AT, CLOSES_AT = 1_780_286_400_000, 1_782_846_000_000


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (OPENS_AT - 1, "campaign_not_open"),
        (OPENS_AT, None),
        (CLOSES_AT - 1, None),
        (CLOSES_AT, "campaign_closed"),
    ],
)
def test_a_live_campaign_takes_acts_from_when_it_opens_until_it_closes(at: int, code: RefusalCode | None) -> None:
    campaign = msgspec.structs.replace(CAMPAIGN, state="live", opens=OPENS, closes=CLOSES)
    decision = given().when(record(campaign=campaign, at=at))

    if code is None:
        decision.then(recorded())
    else:
        decision.then_refused(code)


@pytest.mark.parametrize("at", [OPENS_AT - 1, CLOSES_AT])
def test_rehearsals_are_held_before_a_campaign_opens_and_after_it_closes(at: int) -> None:
    campaign = msgspec.structs.replace(CAMPAIGN, state="test", opens=OPENS, closes=CLOSES)

    given().when(record(campaign=campaign, at=at)).then(recorded())


@pytest.mark.parametrize(("state", "code"), [("frozen", "campaign_frozen"), ("ended", "campaign_ended")])
def test_of_a_closed_campaign_its_state_is_told_before_its_times(state: CampaignState, code: RefusalCode) -> None:
    campaign = msgspec.structs.replace(CAMPAIGN, state=state, opens=OPENS, closes=CLOSES)

    given().when(record(campaign=campaign, at=OPENS_AT - 1)).then_refused(code)


def test_a_repeat_changes_nothing_after_the_end() -> None:
    campaign = msgspec.structs.replace(CAMPAIGN, state="live", closes=CLOSES)

    given(recorded()).when(record(campaign=campaign, at=CLOSES_AT)).then_nothing()


@pytest.mark.parametrize("command", [APPROVE, REJECT])
def test_a_moderator_of_a_region_decides_there_alone(command: ApproveParticipation | RejectParticipation) -> None:
    here = msgspec.structs.replace(command, region=LARGE.place)
    elsewhere = msgspec.structs.replace(command, region="KZ-71")

    assert given(WAITING).when(here).outcome == given(WAITING).when(command).outcome
    given(WAITING).when(elsewhere).then_refused("act_of_another_region")


@pytest.mark.parametrize("command", [WITHDRAW, CORRECT])
def test_a_moderator_of_a_region_changes_what_stands_there_alone(
    command: WithdrawParticipation | CorrectParticipation,
) -> None:
    here = msgspec.structs.replace(command, region=ACT.place)
    elsewhere = msgspec.structs.replace(command, region="KZ-71")

    assert given(recorded()).when(here).outcome == given(recorded()).when(command).outcome
    given(recorded()).when(elsewhere).then_refused("act_of_another_region")


def test_a_moderator_of_a_region_moves_no_act_out_of_it_and_none_into_it() -> None:
    out_of_it = CorrectParticipation("r1", Changes(place="KZ-71"), "a slip", "t1", region=ACT.place)
    into_it = CorrectParticipation("r1", Changes(place="KZ-71"), "a slip", "t1", region="KZ-71")

    given(recorded()).when(out_of_it).then_refused("act_of_another_region")
    given(recorded()).when(into_it).then_refused("act_of_another_region")


def test_of_an_act_of_another_region_nothing_is_told() -> None:
    for command in (APPROVE, REJECT, WITHDRAW, CORRECT):
        elsewhere = msgspec.structs.replace(command, region="KZ-71")

        given(recorded(), WITHDRAWN).when(elsewhere).then_refused("act_of_another_region")


@pytest.mark.parametrize("state", ["test", "live", "frozen", "ended"])
def test_a_repeat_changes_nothing_in_any_campaign(state: CampaignState) -> None:
    given(recorded()).when(record(campaign=msgspec.structs.replace(CAMPAIGN, state=state))).then_nothing()


def test_a_repeat_of_what_was_withdrawn_changes_nothing() -> None:
    given(recorded(), WITHDRAWN).when(record()).then_nothing()


def test_the_same_submission_with_another_content_is_refused() -> None:
    given(recorded()).when(record(fingerprint="another")).then_refused("submission_differs", "counted")


def test_a_repeat_is_known_by_its_receipt_alone() -> None:
    newest = fold(recorded()).acts["r1"].receipt
    state = State(acts={"r1": KnownAct(newest)})

    assert decide(record(), state) == ()
    assert decide(record(fingerprint="another"), state) == Refusal("submission_differs", "counted")


def test_a_receipt_is_the_head_of_its_act() -> None:
    acts = fold(recorded("r1"), recorded("r2", first=False), WITHDRAWN).acts

    assert acts["r1"].receipt == Receipt(
        "r1", f"fingerprint of {ACT}", "2026/p", 1, recorded_at(1), status="withdrawn", newest=3
    )
    assert acts["r2"].receipt.newest == 2


def test_an_approved_act_counts_from_then_on() -> None:
    given(WAITING).when(APPROVE).then(APPROVED)


def test_an_approved_act_of_one_who_counts_already_is_not_first() -> None:
    given(WAITING, recorded("r2")).when(APPROVE).then(msgspec.structs.replace(APPROVED, first=False))


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
    given(recorded("r1"), recorded("r2", first=False)).when(WITHDRAW).then(
        msgspec.structs.replace(WITHDRAWN, last=False)
    )


def test_a_withdrawal_names_the_type_the_participant_was_counted_as() -> None:
    school = msgspec.structs.replace(ACT, participant_type="school")

    given(recorded("r1", act=school), recorded("r2", first=False)).when(
        WithdrawParticipation("r2", "asked to", "t1")
    ).then(ParticipationWithdrawn("r2", 2, recorded_at(2), ACT, "counted", "asked to", "t1", counted_as="school"))


def test_what_is_in_review_can_be_withdrawn_and_takes_nothing_back() -> None:
    given(WAITING).when(WITHDRAW).then(WITHDRAWN_WAITING)


def test_a_correction_carries_the_act_before_and_after() -> None:
    after = msgspec.structs.replace(ACT, people=3)

    given(recorded()).when(CORRECT).then(
        ParticipationCorrected("r1", 1, recorded_at(1), ACT, after, "counted", "a slip", "t1")
    )


def test_what_is_in_review_can_be_corrected_and_stays_there() -> None:
    after = msgspec.structs.replace(LARGE, people=3)

    given(WAITING).when(CORRECT).then(
        ParticipationCorrected("r1", 1, recorded_at(1), LARGE, after, "in_review", "a slip", "t1", ("people",))
    )


def test_a_correction_starts_from_the_one_before() -> None:
    once = msgspec.structs.replace(ACT, people=3)
    twice = msgspec.structs.replace(once, minutes=120)
    first = ParticipationCorrected("r1", 1, recorded_at(1), ACT, once, "counted", "a slip", "t1")

    given(recorded(), first).when(CorrectParticipation("r1", Changes(minutes=120), "and more", "t1")).then(
        ParticipationCorrected("r1", 1, recorded_at(1), once, twice, "counted", "and more", "t1")
    )


def test_a_withdrawal_after_a_correction_takes_back_the_corrected_measures() -> None:
    after = msgspec.structs.replace(ACT, people=3)
    corrected = ParticipationCorrected("r1", 1, recorded_at(1), ACT, after, "counted", "a slip", "t1")

    given(recorded(), corrected).when(WITHDRAW).then(msgspec.structs.replace(WITHDRAWN, act=after))


def test_a_correction_that_changes_nothing_is_refused() -> None:
    given(recorded()).when(CorrectParticipation("r1", Changes(people=1), "a slip", "t1")).then_refused(
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
    given(recorded(), WITHDRAWN).when(record("r2")).then(recorded("r2"))


def test_the_type_counted_as_is_the_one_of_the_first_act_that_counts() -> None:
    school = msgspec.structs.replace(ACT, participant_type="school")

    assert fold(recorded("r1", act=school), recorded("r2", first=False)).carry.counted_as == "school"
    assert fold(recorded(), WITHDRAWN).carry.counted_as is None
    assert fold(recorded(), WITHDRAWN, recorded("r2", act=school)).carry.counted_as == "school"


def test_an_event_about_an_act_that_was_not_read_tells_all_of_it_but_its_fingerprint() -> None:
    known = fold(REJECTED).acts["r1"]

    assert (known.act, known.receipt.status, known.receipt.fingerprint) == (LARGE, "rejected", "")


PLEDGE = Act("donation", "business", "KZ-10", "api", name="firm", people=20, minutes=90, pledged=Money("KZT", 5_000))


def test_a_carry_sums_up_what_counts() -> None:
    paid = Act("donation", "business", "KZ-71", "api", people=2, pledged=Money("KZT", 9), confirmed=Money("USD", 7))

    assert fold(recorded("r1", PLEDGE), recorded("r2", paid, first=False)).carry == Carry(
        counted=2,
        counted_as="business",
        people=22,
        minutes=90,
        amounts={"KZT": 5_000, "USD": 7},
        place="KZ-71",
        name="firm",
    )


def test_what_waits_is_in_no_carry_before_it_is_approved() -> None:
    assert fold(WAITING).carry == fold(WAITING, REJECTED).carry == Carry()
    assert fold(WAITING, APPROVED).carry.people == 5_000


def test_what_is_withdrawn_is_taken_out_of_the_carry() -> None:
    withdrawn = ParticipationWithdrawn("r1", 1, recorded_at(1), PLEDGE, "counted", "asked to", "t1")

    carry = fold(recorded("r1", PLEDGE), withdrawn).carry

    assert (carry.counted, carry.people, carry.minutes, carry.amounts) == (0, 0, 0, {})


def test_a_correction_changes_the_carry_by_the_difference() -> None:
    after = msgspec.structs.replace(PLEDGE, people=3, name="another", place="KZ-75", pledged=Money("EUR", 1))
    corrected = ParticipationCorrected("r1", 1, recorded_at(1), PLEDGE, after, "counted", "a slip", "t1")

    assert fold(recorded("r1", PLEDGE), corrected).carry == Carry(
        1, "business", 3, 90, {"EUR": 1}, place="KZ-75", name="another"
    )


def test_an_erasure_leaves_what_counted_in_the_carry() -> None:
    carry = fold(recorded("r1", PLEDGE), ParticipantErased()).carry

    assert carry.erased
    assert carry.people == 20
