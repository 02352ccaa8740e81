"""Acts, ledgers and documents to compare, written by hand."""

from typing import Any

from chalicelib.domain.vocabulary import KINDS, Kind, ParticipantType
from ops.rehearse.acts import ABROAD, LIMITS, Act, Amount, Channel, Participant, Submission
from ops.rehearse.ledger import Ledger, Status
from ops.rehearse.verdict import Documents
from ops.rehearse.words import REGIONS

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
        act = Act(kind, place, people=people, minutes=minutes, amount=amount)
        submission = Submission(len(self.ledger.entries), key, channel, participant, act)
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
) -> Documents:
    """Return documents that tell just this; `cells` are acts, people and minutes of a kind at a place."""
    shown = {**{code: place() for code in (*REGIONS, ABROAD)}, **places}
    live = {"totals": totals, "in_review": in_review}
    rows = ["kind,place,participations,people,hours,minutes,amount_KZT"]
    for kind in KINDS:
        for code in (*REGIONS, ABROAD):
            count, people, spent = cells.get((kind, code), (0, 0, 0))
            rows.append(f"{kind},{code},{count},{people},{spent // 60},{spent},0")
    return Documents(
        live=live,
        page={**live, "places": shown},
        places={"places": shown},
        recent={"acts": acts},
        organisations={"organisations": organisations},
        csv="\ufeff" + "\r\n".join(rows) + "\r\n",
        timelines={"2026-06-01": {"minutes": minutes}},
    )
