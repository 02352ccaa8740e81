"""Acts, ledgers and documents to compare, written by hand."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.vocabulary import KINDS, Kind, ParticipantType
from ops.rehearse.acts import ABROAD, LIMITS, Amount, Channel, Participant, PlannedAct, SentAct
from ops.rehearse.badges import badge_names
from ops.rehearse.campaign import GOALS, LINKS, MILESTONES, NAMES, listed
from ops.rehearse.ledger import Ledger, Status
from ops.rehearse.verdict import Documents
from ops.rehearse.words import REGIONS

CAMPAIGN = "rehearsal-1"

NOW = 1_780_286_400.0
"""2026-06-01T09:00:00+05:00."""


class Sent:
    """A ledger into which acts are entered one a second, each acknowledged half a second later."""

    def __init__(self) -> None:
        self.ledger = Ledger(LIMITS)
        self.now = NOW

    def act(
        self,
        who: str,
        kind: Kind = "good_deed",
        *,
        place: str = "KZ-75",
        people: int = 1,
        minutes: int = 0,
        amount: Amount | None = None,
        of: ParticipantType = "citizen",
        organisation: str | None = None,
        channel: Channel = "api",
    ) -> str:
        """Enter an act and return its key."""
        key = f"key-{len(self.ledger.entries)}"
        participant = Participant(who, of, place, organisation=organisation)
        act = SentAct(kind, place, people=people, minutes=minutes, amount=amount)
        submission = PlannedAct(len(self.ledger.entries), key, channel, participant, act)
        vouched, waits = channel in ("api", "batch"), channel == "checked"
        self.ledger.recorded(submission, *self.times(), waits=waits, vouched=vouched)
        return key

    def status(self, key: str) -> Status:
        return self.ledger.entries[key].status

    def times(self) -> tuple[float, float]:
        self.now += 1
        return self.now, self.now + 0.5


def amounts(**values: int) -> dict[str, int]:
    return {"KZT": 0, **values}


def place(**members: Any) -> dict[str, Any]:
    """What `places.json` tells of a place."""
    empty = {"participations": 0, "people": 0, "hours": 0, "amount": amounts()}
    return {**empty, "volunteers": 0, "good_deeds": 0, "events_held": 0, **members}


def documents(
    totals: dict[str, Any],
    places: dict[str, dict[str, Any]],
    cells: dict[tuple[str, str], tuple[int, int, int]],
    minutes: list[dict[str, Any]],
    acts: list[dict[str, Any]],
    organisations: list[dict[str, Any]],
    in_review: int = 0,
    boards: Mapping[str, list[dict[str, Any]]] = {},
) -> Documents:
    """Return documents that tell just this; `cells` are acts, people and minutes of a kind at a place."""
    head = {"campaign": CAMPAIGN, "state": "test"}
    milestones = [{**one, "reached_at": None} for one in MILESTONES]
    shown = {**{code: place() for code in (*REGIONS, ABROAD)}, **places}
    live = {**head, "totals": totals, "in_review": in_review, "goals": list(GOALS), "milestones": milestones}
    told = {**totals, "amount": totals["amount"]["KZT"]}
    rows = ["kind,place,participations,people,hours,minutes,amount_KZT"]
    for kind in KINDS:
        for code in (*REGIONS, ABROAD):
            count, people, spent = cells.get((kind, code), (0, 0, 0))
            rows.append(f"{kind},{code},{count},{people},{spent // 60},{spent},0")
    entries = [
        f"2026-06-01,9,{kind},{code},recorded,2026-06-01,9,{count},{people},{spent},0"
        for (kind, code), (count, people, spent) in cells.items()
    ]
    measures = "participations,people,minutes,amount_KZT"
    added = [sum(numbers) for numbers in zip(*cells.values(), strict=True)] or [0, 0, 0]
    return Documents(
        campaign=CAMPAIGN,
        live=live,
        page={**live, "places": shown, "acts": acts[:20], "names": NAMES, "links": list(LINKS)},
        places={**head, "places": shown},
        recent={**head, "acts": acts},
        organisations={**head, "organisations": organisations},
        boards={code: {**head, "organisations": boards.get(code, [])} for code in (*REGIONS, ABROAD)},
        csv=lines(rows),
        spreadsheet="\ufeff" + lines(rows).replace(",", ";"),
        days=lines([f"date,entry,{measures}", ",".join(map(str, ("2026-06-01", "recorded", *added, 0)))]),
        hours={"2026-06-01": lines([f"date,hour,kind,place,entry,made_on,made_hour,{measures}", *entries])},
        badges={name: badge(told[metric]) for metric, name in badge_names()},
        timelines={"2026-06-01": {**head, "minutes": minutes}},
        campaigns={"v": 1, "rev": 3, "campaigns": [{"id": "2026"}, listed(CAMPAIGN)]},
    )


def lines(rows: Sequence[str]) -> str:
    return "\r\n".join(rows) + "\r\n"


def badge(number: int, *, text: str | None = None, title: str | None = None, label: str | None = None) -> str:
    """Return a badge of a number, in which one text may say another."""
    usual = f"{number:,}".replace(",", "\u00a0")
    return (
        f'<svg width="99" aria-label="{label or usual} іс-шара"><title>{title or usual} іс-шара</title>'
        f'<g><text x="9" textLength="40">{text or usual}</text><text x="60">іс-шара</text></g></svg>'
    )
