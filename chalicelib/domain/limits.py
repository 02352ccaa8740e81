"""What counts without a second look: the most that one act, one participant and one sender may bring.

A sender is a form or a token. What is above a limit waits for a moderator, with its reasons.
"""

from collections.abc import Collection, Mapping
from typing import Literal

import msgspec

from chalicelib.domain.currencies import TENGE
from chalicelib.domain.participation import MINUTES_PER_HOUR, Act, Money
from chalicelib.domain.vocabulary import PERSON, Status

ReviewReason = Literal[
    # The act by itself.
    "people",
    "hours",
    "amount",
    # With all that counts of its participant.
    "participant_acts",
    "participant_people",
    "participant_hours",
    "participant_amount",
    # The signed-in user of a provider has let too many participants count for the first time.
    "user",
    # What the form or the token brings within a span of time.
    "form_rate",
    "token_rate",
    "unsigned",
    # Not why it waits, but until when.
    "two_moderators",
]
Measure = Literal["acts", "people", "hours", "amount"]

SPAN_MINUTES = 5
"""How long what a sender brings is added up."""


class ActLimits(msgspec.Struct, frozen=True):
    """The most that one act may add; `amount` is by currency, in the units of `Money`."""

    people: int
    hours: int
    amount: Mapping[str, int]

    def exceeded(self, act: Act, other_currencies: int = 0) -> tuple[Measure, ...]:
        """Return by which measures an act is above; amounts in a currency that is missing have one limit for all."""
        found: list[Measure] = []
        if act.people > self.people:
            found.append("people")
        if act.minutes > self.hours * MINUTES_PER_HOUR:
            found.append("hours")
        if act.amount is not None and act.amount.value > self.amount.get(act.amount.currency, other_currencies):
            found.append("amount")
        return tuple(found)


class Sum(msgspec.Struct, frozen=True):
    """What some acts add up to; `amounts` by currency."""

    acts: int = 0
    people: int = 0
    minutes: int = 0
    amounts: Mapping[str, int] = {}

    def plus(self, other: "Sum") -> "Sum":
        """Return the sum of both."""
        currencies = self.amounts.keys() | other.amounts.keys()
        amounts = {one: self.amounts.get(one, 0) + other.amounts.get(one, 0) for one in currencies}
        return Sum(self.acts + other.acts, self.people + other.people, self.minutes + other.minutes, amounts)


class SumLimits(msgspec.Struct, frozen=True):
    """The most that several acts may add up to; amounts in a currency that is missing are not added up."""

    acts: int
    people: int
    hours: int
    amount: Mapping[str, int]

    def exceeded(self, before: Sum, act: Act) -> tuple[Measure, ...]:
        """Return by which measures one more act is above, of those that it adds to."""
        found: list[Measure] = []
        if before.acts >= self.acts:
            found.append("acts")
        if before.people + act.people > self.people:
            found.append("people")
        if act.minutes and before.minutes + act.minutes > self.hours * MINUTES_PER_HOUR:
            found.append("hours")
        amount = act.amount
        if amount is not None and amount.currency in self.amount:
            after = before.amounts.get(amount.currency, 0) + amount.value
            if after > self.amount[amount.currency]:
                found.append("amount")
        return tuple(found)


class Limits(ActLimits, frozen=True):
    """All limits of a campaign; those of one act stand first.

    `person` and `organisation` are of one participant over all acts, `form` and `token` of one sender in `SPAN_MINUTES`
    minutes, `user_participants` of a signed-in user of a provider: how many participants begin to count by them.
    What is above `two_moderators` counts when two have approved it: amounts in a currency that is missing there are
    as the same number of tenge is.
    """

    people: int = 1_000
    hours: int = 10_000
    amount: Mapping[str, int] = msgspec.field(default_factory=lambda: {TENGE: 10_000_000})
    person: SumLimits = SumLimits(acts=50, people=2_000, hours=20_000, amount={TENGE: 20_000_000})
    organisation: SumLimits = SumLimits(acts=1_000, people=50_000, hours=200_000, amount={TENGE: 500_000_000})
    user_participants: int = 3
    form: SumLimits = SumLimits(acts=20_000, people=100_000, hours=200_000, amount={TENGE: 500_000_000})
    token: SumLimits = SumLimits(acts=100_000, people=500_000, hours=1_000_000, amount={TENGE: 1_000_000_000})
    two_moderators: ActLimits = ActLimits(people=10_000, hours=100_000, amount={TENGE: 100_000_000})


def act_reasons(act: Act, limits: Limits) -> tuple[ReviewReason, ...]:
    """Return why an act waits by itself."""
    of_measure: Mapping[Measure, ReviewReason] = {"people": "people", "hours": "hours", "amount": "amount"}
    return tuple(of_measure[measure] for measure in limits.exceeded(act))


def participant_reasons(act: Act, limits: Limits, counted: Sum) -> tuple[ReviewReason, ...]:
    """Return why an act waits together with what counts of its participant already."""
    of_measure: Mapping[Measure, ReviewReason] = {
        "acts": "participant_acts",
        "people": "participant_people",
        "hours": "participant_hours",
        "amount": "participant_amount",
    }
    of_participant = limits.person if act.participant_type == PERSON else limits.organisation
    return tuple(of_measure[measure] for measure in of_participant.exceeded(counted, act))


def sender_reasons(act: Act, limits: Limits, brought: Sum) -> tuple[ReviewReason, ...]:
    """Return why an act waits together with what its form or its token has brought within the span."""
    if act.form is not None and limits.form.exceeded(brought, act):
        return ("form_rate",)
    if act.token is not None and limits.token.exceeded(brought, act):
        return ("token_rate",)
    return ()


def moderator_reasons(act: Act, limits: Limits) -> tuple[ReviewReason, ...]:
    """Return whether an act waits for two moderators."""
    return ("two_moderators",) if _above_one_moderator(act, limits) else ()


def approvals_missing(status: Status, reasons: Collection[ReviewReason], *, endorsed: bool) -> int:
    """Return how many moderators have to approve an act before it counts; `endorsed` says that one of two has."""
    if status != "in_review":
        return 0
    return 2 if "two_moderators" in reasons and not endorsed else 1


def takes_two_moderators(before: Act, after: Act, limits: Limits) -> bool:
    """Whether a change of an act is for two moderators: by a measure that is for two it brings more than before."""
    above = _above_one_moderator(after, limits)
    return (
        ("people" in above and after.people > before.people)
        or ("hours" in above and after.minutes > before.minutes)
        or ("amount" in above and _is_more(before.amount, after.amount))
    )


def brings_more(before: Act, after: Act) -> bool:
    """Whether a change of an act makes it larger by any measure."""
    return after.people > before.people or after.minutes > before.minutes or _is_more(before.amount, after.amount)


def sum_of(act: Act) -> Sum:
    """Return what an act adds to a sum."""
    amounts = {} if act.amount is None else {act.amount.currency: act.amount.value}
    return Sum(1, act.people, act.minutes, amounts)


def _above_one_moderator(act: Act, limits: Limits) -> tuple[Measure, ...]:
    higher = limits.two_moderators
    return higher.exceeded(act, other_currencies=higher.amount.get(TENGE, 0))


def _is_more(before: Money | None, after: Money | None) -> bool:
    return after is not None and (before is None or before.currency != after.currency or before.value < after.value)
