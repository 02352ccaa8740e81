"""What waits for a moderator by what arrived together: of one form or token, for the same reasons, without a break."""

from collections.abc import Iterable

import msgspec

from chalicelib.domain.limits import ReviewReason
from chalicelib.domain.vocabulary import Source
from chalicelib.projections.acts import StoredAct

BREAK_MS = 60_000
"""What comes so much later did not arrive together."""


class ReviewGroup(msgspec.Struct, frozen=True):
    """Acts that arrived together, from the `first` to the `last` (epoch ms), and what they add up to."""

    source: Source
    form: str | None
    token: str | None
    reasons: frozenset[ReviewReason]
    first: int
    last: int
    acts: int = 0
    people: int = 0
    minutes: int = 0
    amounts: dict[str, int] = {}


_Way = tuple[Source, str | None, str | None, frozenset[ReviewReason]]


def group(acts: Iterable[StoredAct]) -> list[ReviewGroup]:
    """Return the groups of acts that come in the order of their record, the largest first."""
    over: list[ReviewGroup] = []
    open_groups: dict[_Way, ReviewGroup] = {}
    for found in acts:
        way = (found.act.source, found.act.form, found.act.token, frozenset(found.review_reasons))
        current = open_groups.get(way)
        if current is not None and found.recorded_at - current.last >= BREAK_MS:
            over.append(current)
            current = None
        begun = current or ReviewGroup(*way, first=found.recorded_at, last=found.recorded_at)
        open_groups[way] = _with(begun, found)
    return sorted([*over, *open_groups.values()], key=lambda one: (-one.acts, one.first))


def _with(current: ReviewGroup, found: StoredAct) -> ReviewGroup:
    act, amounts = found.act, current.amounts
    if act.amount is not None:
        total = amounts.get(act.amount.currency, 0) + act.amount.value
        amounts = {**amounts, act.amount.currency: total}
    return msgspec.structs.replace(
        current,
        last=found.recorded_at,
        acts=current.acts + 1,
        people=current.people + act.people,
        minutes=current.minutes + act.minutes,
        amounts=amounts,
    )
