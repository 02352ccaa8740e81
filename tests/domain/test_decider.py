from typing import Any

import msgspec
import pytest

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
    ParticipationEndorsed,
    ParticipationRejected,
    ParticipationWithdrawn,
)
from chalicelib.domain.limits import ActLimits, Limits, ReviewReason, SumLimits
from chalicelib.domain.participation import Act, Money
from chalicelib.domain.receipts import Receipt
from chalicelib.domain.vocabulary import CampaignState, ParticipantType, Status
from tests.domain.specification import ACT, CAMPAIGN, fold, given, record, recorded, recorded_at

LIMITS = Limits()
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
CORRECT = CorrectParticipation("r1", Changes(people=3), "a slip", "t1", LIMITS)


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
    out_of_it = CorrectParticipation("r1", Changes(place="KZ-71"), "a slip", "t1", LIMITS, region=ACT.place)
    into_it = CorrectParticipation("r1", Changes(place="KZ-71"), "a slip", "t1", LIMITS, region="KZ-71")

    given(recorded()).when(out_of_it).then_refused("act_of_another_region")
    given(recorded()).when(into_it).then_refused("act_of_another_region")


SENT = msgspec.structs.replace(ACT, token="t1", people=10, minutes=60, pledged=Money("KZT", 1_000))
OWN_WITHDRAWAL = msgspec.structs.replace(WITHDRAW, of_own=True)


def own_correction(**changes: Any) -> CorrectParticipation:
    return CorrectParticipation("r1", Changes(**changes), "a slip", "t1", LIMITS, of_own=True)


@pytest.mark.parametrize("command", [OWN_WITHDRAWAL, own_correction(people=3)])
def test_a_partner_changes_what_its_own_token_recorded_alone(
    command: WithdrawParticipation | CorrectParticipation,
) -> None:
    own, moderated = recorded(act=SENT), msgspec.structs.replace(command, of_own=False)

    assert given(own).when(command).outcome == given(own).when(moderated).outcome
    for token in ("t2", None):
        of_others = recorded(act=msgspec.structs.replace(SENT, token=token))
        given(of_others).when(command).then_refused("act_of_another_token")


@pytest.mark.parametrize(
    ("within", "above"),
    [
        (Changes(people=1_000), Changes(people=1_001)),
        (Changes(minutes=600_000), Changes(minutes=600_001)),
        (Changes(pledged=Money("KZT", 10_000_000)), Changes(pledged=Money("KZT", 10_000_001))),
        (Changes(kind="donation"), Changes(pledged=Money("USD", 1))),
    ],
)
def test_a_partner_makes_no_act_so_large_that_it_would_have_waited(within: Changes, above: Changes) -> None:
    smaller, larger = (msgspec.structs.replace(own_correction(), changes=changes) for changes in (within, above))

    assert not isinstance(given(recorded(act=SENT)).when(smaller).outcome, Refusal)
    given(recorded(act=SENT)).when(larger).then_refused("correction_above_limits", "counted")
    assert not isinstance(
        given(recorded(act=SENT)).when(msgspec.structs.replace(larger, of_own=False)).outcome, Refusal
    )


def test_what_a_partner_makes_larger_is_within_what_its_participant_may_sum_up_to() -> None:
    of_many = [recorded(f"r{number}", act=msgspec.structs.replace(SENT, people=950)) for number in (2, 3)]

    assert not isinstance(given(recorded(act=SENT), *of_many).when(own_correction(people=100)).outcome, Refusal)
    given(recorded(act=SENT), *of_many).when(own_correction(people=101)).then_refused(
        "correction_above_limits", "counted"
    )


def test_a_partner_corrects_an_act_of_one_who_has_as_many_as_count() -> None:
    history = [recorded(f"r{number}", act=SENT, first=number == 1) for number in range(1, LIMITS.person.acts + 1)]

    assert not isinstance(given(*history).when(own_correction(people=11)).outcome, Refusal)


def test_a_partner_makes_smaller_what_a_moderator_let_count() -> None:
    large = msgspec.structs.replace(SENT, people=5_000)
    history = (
        recorded(act=large, status="in_review", review_reasons=("people",), first=False),
        ParticipationApproved("r1", 1, recorded_at(1), large, "called them", "t9", first=True),
    )

    assert not isinstance(given(*history).when(own_correction(people=4_000)).outcome, Refusal)
    given(*history).when(own_correction(people=5_001)).then_refused("correction_above_limits", "counted")


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


def test_a_withdrawal_of_what_waits_leaves_the_only_act_that_counts() -> None:
    waiting = msgspec.structs.replace(WAITING, receipt="r2")

    given(recorded("r1"), waiting).when(WithdrawParticipation("r2", "asked to", "t1")).then(
        ParticipationWithdrawn("r2", 2, recorded_at(2), LARGE, "in_review", "asked to", "t1")
    )


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

    given(recorded(), first).when(CorrectParticipation("r1", Changes(minutes=120), "and more", "t1", LIMITS)).then(
        ParticipationCorrected("r1", 1, recorded_at(1), once, twice, "counted", "and more", "t1")
    )


def test_a_withdrawal_after_a_correction_takes_back_the_corrected_measures() -> None:
    after = msgspec.structs.replace(ACT, people=3)
    corrected = ParticipationCorrected("r1", 1, recorded_at(1), ACT, after, "counted", "a slip", "t1")

    given(recorded(), corrected).when(WITHDRAW).then(msgspec.structs.replace(WITHDRAWN, act=after))


def test_a_correction_takes_away_what_is_nothing_from_then_on() -> None:
    act = msgspec.structs.replace(ACT, topic="fundraising", name="a-name", pledged=Money("KZT", 5))
    changes = Changes(topic=None, name=None, pledged=None)

    given(recorded(act=act)).when(CorrectParticipation("r1", changes, "a slip", "t1", LIMITS)).then(
        ParticipationCorrected("r1", 1, recorded_at(1), act, ACT, "counted", "a slip", "t1")
    )


def test_a_participant_without_the_name_that_was_taken_away_stands_on_no_board_by_it() -> None:
    named, other = (msgspec.structs.replace(ACT, name=name) for name in ("a-name", "another"))
    cleared = ParticipationCorrected("r1", 1, recorded_at(1), named, ACT, "counted", "a slip", "t1")

    assert fold(recorded("r1", named), cleared).carry.name is None
    assert fold(recorded("r1", named), recorded("r2", other, first=False), cleared).carry.name == "another"


def test_a_correction_that_changes_nothing_is_refused() -> None:
    given(recorded()).when(CorrectParticipation("r1", Changes(people=1), "a slip", "t1", LIMITS)).then_refused(
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


FEW = SumLimits(acts=3, people=10, hours=10, amount={"KZT": 10})
NARROW = msgspec.structs.replace(CAMPAIGN, limits=Limits(person=FEW, organisation=FEW))


@pytest.mark.parametrize("participant_type", ["citizen", "school"])
@pytest.mark.parametrize(
    ("before", "act", "reasons"),
    [
        ({}, {}, ()),
        ({"people": 9}, {}, ()),
        ({"people": 10}, {}, ("participant_people",)),
        ({"minutes": 570}, {"minutes": 30}, ()),
        ({"minutes": 571}, {"minutes": 30}, ("participant_hours",)),
        ({"minutes": 6_000}, {}, ()),
        ({"pledged": Money("KZT", 9)}, {"pledged": Money("KZT", 1)}, ()),
        ({"pledged": Money("KZT", 9)}, {"pledged": Money("KZT", 2)}, ("participant_amount",)),
        ({"pledged": Money("KZT", 99)}, {}, ()),
        ({"pledged": Money("KZT", 9)}, {"confirmed": Money("USD", 99), "pledged": Money("KZT", 2)}, ()),
    ],
)
def test_an_act_waits_that_takes_its_participant_above_a_limit_by_what_it_adds(
    before: dict[str, object],
    act: dict[str, object],
    reasons: tuple[ReviewReason, ...],
    participant_type: ParticipantType,
) -> None:
    plain = msgspec.structs.replace(ACT, participant_type=participant_type)
    more = msgspec.structs.replace(plain, **act)
    campaign = msgspec.structs.replace(
        NARROW, limits=msgspec.structs.replace(NARROW.limits, amount={"KZT": 99, "USD": 99})
    )

    given(recorded("r1", msgspec.structs.replace(plain, **before))).when(
        record("r2", act=more, campaign=campaign)
    ).then(recorded("r2", act=more, status="in_review" if reasons else "counted", review_reasons=reasons, first=False))


def test_a_participant_s_acts_wait_from_the_first_one_above_their_number() -> None:
    before = (recorded("r1"), recorded("r2", first=False))

    given(*before).when(record("r3", campaign=NARROW)).then(recorded("r3", first=False))
    given(*before, recorded("r3", first=False)).when(record("r4", campaign=NARROW)).then(
        recorded("r4", status="in_review", review_reasons=("participant_acts",), first=False)
    )


def test_what_waits_or_was_taken_back_takes_nobody_nearer_to_their_limit() -> None:
    large = recorded("r2", act=LARGE, status="in_review", review_reasons=("people",), first=False)

    given(recorded("r1", msgspec.structs.replace(ACT, people=9)), large).when(record("r3", campaign=NARROW)).then(
        recorded("r3", first=False)
    )
    given(recorded(), WITHDRAWN).when(record("r2", act=msgspec.structs.replace(ACT, people=10), campaign=NARROW)).then(
        recorded("r2", act=msgspec.structs.replace(ACT, people=10))
    )


def test_a_person_and_an_organisation_have_limits_of_their_own() -> None:
    organisations = msgspec.structs.replace(CAMPAIGN, limits=Limits(organisation=msgspec.structs.replace(FEW, acts=0)))
    firm = msgspec.structs.replace(ACT, participant_type="business")

    given().when(record(campaign=organisations)).then(recorded())
    given().when(record(act=firm, campaign=organisations)).then(
        recorded(act=firm, status="in_review", review_reasons=("participant_acts",), first=False)
    )


def test_what_no_stream_tells_of_is_told_with_the_command() -> None:
    given().when(record(above=("user", "form_rate"), signed=False)).then(
        recorded(status="in_review", review_reasons=("user", "form_rate", "unsigned"), first=False)
    )


HUGE = msgspec.structs.replace(ACT, people=10_001)
WAITING_FOR_TWO = recorded(act=HUGE, status="in_review", review_reasons=("people", "two_moderators"), first=False)
ENDORSED = ParticipationEndorsed(
    "r1", 1, recorded_at(1), HUGE, "called them", "t1", review_reasons=("people", "two_moderators")
)
BY_ANOTHER = ApproveParticipation("r1", "saw the report", "t2")


@pytest.mark.parametrize(
    ("act", "reasons"),
    [
        ({"people": 10_000}, ("people",)),
        ({"people": 10_001}, ("people", "two_moderators")),
        ({"minutes": 6_000_000}, ("hours",)),
        ({"minutes": 6_000_001}, ("hours", "two_moderators")),
        ({"pledged": Money("KZT", 100_000_000)}, ("amount",)),
        ({"pledged": Money("KZT", 100_000_001)}, ("amount", "two_moderators")),
        ({"pledged": Money("USD", 100_000_000)}, ("amount",)),
        ({"pledged": Money("USD", 100_000_001)}, ("amount", "two_moderators")),
    ],
)
def test_an_act_above_the_higher_limits_waits_for_two_moderators(
    act: dict[str, object], reasons: tuple[ReviewReason, ...]
) -> None:
    endless = SumLimits(acts=9, people=10**9, hours=10**9, amount={})
    campaign = msgspec.structs.replace(CAMPAIGN, limits=Limits(person=endless))
    much = msgspec.structs.replace(ACT, **act)

    given().when(record(act=much, campaign=campaign)).then(
        recorded(act=much, status="in_review", review_reasons=reasons, first=False)
    )


def test_the_first_of_two_approvals_is_kept_and_the_act_waits_on() -> None:
    given(WAITING_FOR_TWO).when(APPROVE).then(ENDORSED)
    assert fold(WAITING_FOR_TWO).acts["r1"].approvals_missing == 2
    assert fold(WAITING_FOR_TWO, ENDORSED).acts["r1"].approvals_missing == 1
    assert fold(WAITING_FOR_TWO, ENDORSED).carry == Carry()


def test_the_second_approval_is_another_moderator_s() -> None:
    given(WAITING_FOR_TWO, ENDORSED).when(APPROVE).then_refused("second_moderator_wanted", "in_review")
    given(WAITING_FOR_TWO, ENDORSED).when(BY_ANOTHER).then(
        ParticipationApproved("r1", 1, recorded_at(1), HUGE, "saw the report", "t2", first=True)
    )


@pytest.mark.parametrize("command", [REJECT, msgspec.structs.replace(REJECT, by="t2")])
def test_one_rejection_suffices_before_and_after_an_approval(command: RejectParticipation) -> None:
    rejected = msgspec.structs.replace(REJECTED, act=HUGE, by=command.by)

    given(WAITING_FOR_TWO).when(command).then(rejected)
    given(WAITING_FOR_TWO, ENDORSED).when(command).then(rejected)


def test_a_correction_takes_the_first_approval_back() -> None:
    larger = msgspec.structs.replace(HUGE, people=20_000)
    correction = CorrectParticipation("r1", Changes(people=20_000), "a slip", "t3", LIMITS)
    corrected = ParticipationCorrected(
        *("r1", 1, recorded_at(1), HUGE, larger, "in_review", "a slip", "t3"),
        review_reasons=("people", "two_moderators"),
    )

    given(WAITING_FOR_TWO, ENDORSED).when(correction).then(corrected)
    given(WAITING_FOR_TWO, ENDORSED, corrected).when(APPROVE).then(msgspec.structs.replace(ENDORSED, act=larger))


def test_how_many_moderators_it_takes_follows_from_what_an_act_is_corrected_to() -> None:
    small = ParticipationCorrected(
        *("r1", 1, recorded_at(1), HUGE, msgspec.structs.replace(HUGE, people=3), "in_review", "a slip", "t1"),
        review_reasons=("people",),
    )
    huge = ParticipationCorrected(
        *("r1", 1, recorded_at(1), LARGE, HUGE, "in_review", "a slip", "t1"),
        review_reasons=("people", "two_moderators"),
    )

    given(WAITING_FOR_TWO).when(CORRECT).then(small)
    given(WAITING).when(msgspec.structs.replace(CORRECT, changes=Changes(people=10_001))).then(huge)


@pytest.mark.parametrize(
    "changes", [Changes(people=10_001), Changes(minutes=6_000_001), Changes(pledged=Money("KZT", 100_000_001))]
)
def test_what_counts_is_not_raised_above_the_higher_limits_by_one_moderator(changes: Changes) -> None:
    given(recorded()).when(msgspec.structs.replace(CORRECT, changes=changes)).then_refused(
        "correction_above_limits", "counted"
    )


@pytest.mark.parametrize(
    "changes",
    [
        Changes(people=10_000, minutes=6_000_000, pledged=Money("KZT", 100_000_000)),
        Changes(people=1_000_000, topic="fundraising"),
        Changes(people=999_999),
        Changes(minutes=6_999_999),
        Changes(pledged=Money("KZT", 500_000_000)),
    ],
)
def test_what_two_moderators_let_count_is_lowered_and_described_by_one(changes: Changes) -> None:
    much = msgspec.structs.replace(ACT, people=1_000_000, minutes=7_000_000, pledged=Money("KZT", 500_000_001))
    after = changes.applied_to(much)

    given(recorded(act=much)).when(msgspec.structs.replace(CORRECT, changes=changes)).then(
        ParticipationCorrected("r1", 1, recorded_at(1), much, after, "counted", "a slip", "t1")
    )


def test_another_currency_above_the_higher_limits_is_more_than_before() -> None:
    much = msgspec.structs.replace(ACT, pledged=Money("KZT", 500_000_000))
    exchanged = msgspec.structs.replace(CORRECT, changes=Changes(pledged=Money("USD", 400_000_000)))

    given(recorded(act=much)).when(exchanged).then_refused("correction_above_limits", "counted")
    with_own_limit = Limits(two_moderators=ActLimits(people=1, hours=1, amount={"USD": 400_000_000}))
    given(recorded(act=much)).when(msgspec.structs.replace(exchanged, limits=with_own_limit)).then(
        ParticipationCorrected(
            "r1", 1, recorded_at(1), much, exchanged.changes.applied_to(much), "counted", "a slip", "t1"
        )
    )
