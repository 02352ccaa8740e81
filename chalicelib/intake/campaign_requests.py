"""From a request to a campaign, or a list of all that is wrong."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypeVar

import msgspec

from chalicelib.domain.campaign import Campaign, Goal, Link, Milestone, Translations
from chalicelib.domain.folding import clean
from chalicelib.domain.limits import Limits
from chalicelib.domain.places import resolve_region
from chalicelib.domain.vocabulary import PLACE_METRICS
from chalicelib.intake.faults import Fault, Invalid, Rules, child, read
from chalicelib.intake.merge_patch import merged
from chalicelib.intake.participation_requests import RULES, line_faults
from chalicelib.intake.requests import CampaignRequest, GoalRequest, NamesRequest, Request

_Value = TypeVar("_Value", bound=msgspec.Struct)


def read_campaign(campaign_id: str, raw: object) -> Campaign:
    """Return the campaign that a request asks for: what is told of one may be sent back as it is.

    Raises:
        Invalid: naming every field that is wrong.
    """
    request = read(CampaignRequest, raw, _RULES)
    if request.id not in (None, campaign_id):
        raise Invalid((Fault("#/id", "choice", {"choices": campaign_id}),))
    return Campaign(
        id=campaign_id,
        names=_names(request.names),
        state=request.state,
        opens=_moment(request.opens),
        closes=_moment(request.closes),
        goals=tuple(Goal(goal.metric, goal.target, goal.target, _region(goal.region)) for goal in request.goals),
        milestones=tuple(Milestone(m.id, m.metric, m.at, _names(m.title)) for m in request.milestones),
        links=tuple(Link(link.url, _names(link.title)) for link in request.links),
        topics=tuple(request.topics),
        limits=_replaced(Limits(), request.limits),
        min_cell=request.min_cell,
        poll_seconds=request.poll_seconds,
    )


def read_campaign_patch(campaign_id: str, told: Mapping[str, object], patch: object) -> Campaign:
    """Return the campaign that a merge patch (RFC 7396) makes of what is told of one.

    Raises:
        Invalid: naming every field that would be wrong, and every one in the patch that no campaign has.
    """
    patched = merged(told, patch)
    return read_campaign(campaign_id, _with_slips(patched, told, patch))


def _with_slips(patched: object, told: object, patch: object) -> object:
    """Return what a patch makes, with what it takes away that no campaign has: that is a slip, too."""
    if not (isinstance(patched, Mapping) and isinstance(told, Mapping) and isinstance(patch, Mapping)):
        return patched
    slips = {name: None for name, value in patch.items() if value is None and name not in told}
    # Which currencies there are limits of is as the campaign says.
    inner = {
        name: _with_slips(patched[name], told[name], value)
        for name, value in patch.items()
        if name in told and name in patched and name != "amount"
    }
    return {**patched, **slips, **inner}


def _names(given: NamesRequest) -> Translations:
    return {"kk": clean(given.kk), "ru": clean(given.ru), "en": clean(given.en)}


def _region(given: str | None) -> str | None:
    found = None if given is None else resolve_region(given)
    return found if isinstance(found, str) else None


def _moment(given: datetime | None) -> str | None:
    return None if given is None else given.isoformat().replace("+00:00", "Z")


def _replaced(usual: _Value, given: Request) -> _Value:
    """Return a value with what is given in place of its parts."""
    parts: dict[str, object] = {}
    for name in given.__struct_fields__:
        part = getattr(given, name)
        if part is not None:
            parts[name] = _replaced(getattr(usual, name), part) if isinstance(part, Request) else part
    return msgspec.structs.replace(usual, **parts)


def _campaign_faults(campaign: CampaignRequest, pointer: str) -> Iterator[Fault]:
    if campaign.opens and campaign.closes and campaign.closes <= campaign.opens:
        yield Fault(child(pointer, "closes"), "closes_before_opens")
    goals = (f"{goal.metric} {_region(goal.region)}" for goal in campaign.goals)
    yield from _repetitions(goals, child(pointer, "goals"), "metric")
    yield from _repetitions((milestone.id for milestone in campaign.milestones), child(pointer, "milestones"), "id")


def _goal_faults(goal: GoalRequest, pointer: str) -> Iterator[Fault]:
    if goal.region is not None and goal.metric not in PLACE_METRICS:
        yield Fault(child(pointer, "metric"), "choice", {"choices": ", ".join(PLACE_METRICS)})


def _repetitions(values: Iterable[str], pointer: str, member: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value in seen:
            yield Fault(f"{pointer}/{index}/{member}", "duplicate")
        seen.add(value)


def _topic_faults(topics: list[str], pointer: str) -> Iterator[Fault]:
    if len(set(topics)) < len(topics):
        yield Fault(pointer, "topics")


_RULES = Rules(
    values={**RULES.values, "line": line_faults, "topics": _topic_faults},
    objects={**RULES.objects, CampaignRequest: _campaign_faults, GoalRequest: _goal_faults},
)
