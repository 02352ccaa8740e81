"""A report, read from the documents that viewers see and from the API."""

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from chalicelib.domain.vocabulary import KINDS
from chalicelib.publishing.documents import Live, Organisations, Timeline
from ops.api_client import ApiClient, RefusedByApi
from ops.errors import CannotRun
from ops.report.figures import (
    BusiestMinute,
    CampaignReport,
    Changed,
    Day,
    LaterDecisions,
    Part,
    TypePart,
    added,
    sum_of_amounts,
)

NOT_FOUND = 404
_AMOUNT = "amount_"

Tell = Callable[[int], None]


class Unsettled(Exception):
    """Documents and the API are of different moments; the message names what does not add up."""


def read_report(api: ApiClient, campaign: str, tell: Tell) -> CampaignReport:
    """Read a campaign's numbers as they are now; `tell` is told of the acts that were looked at.

    Raises:
        CannotRun: there is no such campaign.
        Unsettled: a document is missing yet.
        Refused: the token is not allowed to.
    """
    names = _names(api, campaign)
    changes = _changes(api, campaign, tell)
    of_campaign = f"/v1/campaigns/{quote(campaign, safe='')}"
    parts = api.get(f"{of_campaign}/breakdown")
    live = _document(api, f"{of_campaign}/live.json", Live)
    cells = tuple(_csv_rows(_text(api, f"{of_campaign}/totals.csv")))
    board = _document(api, f"{of_campaign}/organisations.json", Organisations)
    if live.epoch != parts["epoch"]:
        raise Unsettled("live.json")
    days = (_document(api, f"{of_campaign}/timeline/{day}.json", Timeline) for day in parts["days"])
    return CampaignReport(
        campaign=campaign,
        names=names,
        state=live.state,
        epoch=live.epoch,
        rev=live.rev,
        as_of=live.as_of,
        totals=live.totals,
        in_review=live.in_review,
        goals=live.goals,
        milestones=live.milestones,
        regions=_grouped(cells, "place"),
        kinds=tuple(sorted(_grouped(cells, "kind"), key=lambda part: KINDS.index(part.key))),
        participant_types=tuple(
            TypePart(key, **share) for key, share in parts["participant_types"].items() if _is_any(share)
        ),
        channels=tuple(Part(key, **share) for key, share in parts["sources"].items() if _is_any(share)),
        days=tuple(map(_day, days)),
        organisations=board.organisations,
        changes=changes,
    )


def _names(api: ApiClient, campaign: str) -> Mapping[Any, str]:
    for known in api.get("/v1/campaigns")["campaigns"]:
        if known["id"] == campaign:
            names: Mapping[Any, str] = known["names"]
            return names
    raise CannotRun(f"there is no campaign {campaign}")


def _changes(api: ApiClient, campaign: str, tell: Tell) -> LaterDecisions:
    acts, rejected = 0, 0
    corrected, withdrawn = _UNCHANGED, _UNCHANGED
    for page in api.pages(f"/v1/campaigns/{quote(campaign, safe='')}/acts/changes"):
        tell(page["acts"])
        acts += page["acts"]
        rejected += page["rejected"]
        corrected = _and(corrected, page["corrected"])
        withdrawn = _and(withdrawn, page["withdrawn"])
    return LaterDecisions(acts, corrected, withdrawn, rejected)


_UNCHANGED = Changed(0, 0, 0, 0, sum_of_amounts())


def _and(changed: Changed, more: Mapping[str, Any]) -> Changed:
    change = more["change"]
    return Changed(
        changed.acts + more["acts"],
        changed.participations + change["participations"],
        changed.people + change["people"],
        changed.hours + change["hours"],
        sum_of_amounts(changed.amount, change["amount"]),
    )


def _text(api: ApiClient, path: str) -> Any:
    try:
        return api.get(path)
    except RefusedByApi as refused:
        if refused.status == NOT_FOUND:
            raise Unsettled(path.rpartition("/")[2]) from None
        raise


def _document(api: ApiClient, path: str, shape: Any) -> Any:
    return msgspec.convert(_text(api, path), shape)


def _csv_rows(text: str) -> Iterator[tuple[Mapping[str, str], Part]]:
    """Yield the rows of `totals.csv` in which anything is, and what each adds up to."""
    for row in csv.DictReader(io.StringIO(text, newline="")):
        amount = {name.removeprefix(_AMOUNT): int(value) for name, value in row.items() if name.startswith(_AMOUNT)}
        part = Part(
            "", int(row["participations"]), int(row["people"]), int(row["minutes"]) / 60, sum_of_amounts(amount)
        )
        if part.participations:
            yield row, part


def _grouped(cells: Iterable[tuple[Mapping[str, str], Part]], column: str) -> tuple[Part, ...]:
    groups: defaultdict[str, list[Part]] = defaultdict(list)
    for row, part in cells:
        groups[row[column]].append(part)
    return tuple(added(parts, key) for key, parts in groups.items())


def _is_any(share: Mapping[str, Any]) -> bool:
    return bool(share["participations"])


def _day(timeline: Timeline) -> Day:
    hourly = [0] * 24
    for minute in timeline.minutes:
        hourly[int(minute.at[:2])] += minute.participations
    busiest = max(timeline.minutes, key=lambda minute: minute.participations, default=None)
    total = added(Part("", one.participations, one.people, one.hours, one.amount) for one in timeline.minutes)
    return Day(
        key=timeline.date,
        participations=total.participations,
        people=total.people,
        hours=total.hours,
        amount=total.amount,
        hourly=tuple(hourly),
        busiest=None if busiest is None else BusiestMinute(busiest.at, busiest.participations),
    )
