"""What moderators do in a rehearsal: correct, withdraw, approve and reject acts, and take an attack off the air."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from ops.rehearse.acts import PlannedAct, SentAct
from ops.rehearse.ledger import Ledger, plain
from ops.rehearse.requests import place
from ops.rehearse.sending import ActSender, TimedAnswer
from ops.rehearse.stage import Scene
from ops.rehearse.verdict import WrongFigure
from ops.rehearse.wire import JSON_TYPE, Wire, json_bytes
from ops.rehearse.words import ATTACK

What = Literal["withdrawal", "correction", "approval", "rejection"]

_WITHDRAWN, _CORRECTED = 0.03, 0.06
"""Which fates acts that count have: below the one they are withdrawn, below the other corrected."""

_APPROVED, _REJECTED, _CORRECTED_IN_REVIEW = 0.5, 0.75, 0.85
"""And those that wait; who promises more than anybody has is rejected, and others go on waiting."""

_PRANK = 10**11
_PAGE = 100
_FOUND_SECONDS, _PAUSE_SECONDS = 120.0, 1.0
"""How long a filter may take to find what was recorded."""

_DONE = ("participation-not-standing", "participation-not-in-review", "correction-changes-nothing")
"""What is answered to a decision whose first answer was lost."""


class Decision(msgspec.Struct, frozen=True):
    """What is decided on an act, `after` so many seconds; `act` is what a correction makes of it."""

    what: What
    after: float
    act: SentAct | None = None


class Moderators:
    """Two of them, since some acts take two; what they did is entered in the ledger when it is acknowledged."""

    def __init__(self, scene: Scene, sender: ActSender, ledger: Ledger, max_seconds: float) -> None:
        self.ledger = ledger
        self.decided = 0
        self._scene = scene
        self._sender = sender
        self._max_seconds = max_seconds

    def decision(self, submission: PlannedAct) -> Decision | None:
        """Return what becomes of an act, None where nobody decides on it."""
        entry, fate = self.ledger.entries[submission.key], submission.fate
        after = 1.0 + self._max_seconds * (fate * 997 % 1)
        if entry.status == "counted":
            if fate < _WITHDRAWN:
                return Decision("withdrawal", after)
            return Decision("correction", after, _corrected(submission)) if fate < _CORRECTED else None
        if entry.act.amount is not None and entry.act.amount.value > _PRANK:
            return Decision("rejection", after)
        if fate < _APPROVED:
            return Decision("approval", after)
        if fate < _REJECTED:
            return Decision("rejection", after)
        return Decision("correction", after, _corrected(submission)) if fate < _CORRECTED_IN_REVIEW else None

    async def decide(self, decision: Decision, key: str, act_id: str) -> TimedAnswer | None:
        """Decide on an act; return the answer where it is none that the contract has here."""
        self.decided += 1
        entry = self.ledger.entries[key]
        takes_two = decision.what == "approval" and self.ledger.takes_two(entry.act)
        body: dict[str, Any] = {"reason": "a rehearsal"}
        if decision.act is not None:
            body |= _changes(entry.act, decision.act)
        path, last = f"/v1/participations/{act_id}/{decision.what}", None
        for moderator in self._scene.moderators[: 2 if takes_two else 1]:
            last = await self._ask(path, body, moderator.text)
            if last is None or not _is_done(last):
                break
        if last is None:
            self.ledger.unknown[f"{key} {decision.what}"] = f"a {decision.what}"
            return None
        if not _is_done(last):
            return last
        self._enter(decision, key, last)
        return None

    async def _withdraw_attack(self) -> list[WrongFigure]:
        """Take back what the attack has sent, all at once; return what is found there otherwise than it was sent."""
        entries = self.ledger.entries.items()
        acts = [
            key for key, entry in entries if entry.submission.is_attack and entry.status in ("counted", "in_review")
        ]
        criteria = {"form": self._scene.hooks["standard"].id, "organisation": ATTACK.format("").strip()} if acts else {}
        return await self._decide_on_all("withdrawals", criteria, acts) if acts else []

    async def approve_checked(self) -> list[WrongFigure]:
        """Let everything count that came by the form whose acts all wait; what takes two goes on waiting for one."""
        entries = self.ledger.entries.items()
        acts = [key for key, entry in entries if entry.submission.channel == "checked" and entry.status == "in_review"]
        criteria = {"form": self._scene.hooks["checked"].id, "status": "in_review"} if acts else {}
        return await self._decide_on_all("approvals", criteria, acts) if acts else []

    async def show_names(self) -> None:
        """Show the names that wait, but for those of the attack."""
        await self._decide_on_names(hide=False)

    async def end_attack(self) -> list[WrongFigure]:
        """Withdraw what the attack has sent and hide its names; show the others that wait by now.

        By what they begin with, acts are found for as long as their names are not hidden.
        """
        found = await self._withdraw_attack()
        await self._decide_on_names(hide=True)
        return found

    async def _decide_on_names(self, *, hide: bool) -> None:
        async for names in self._waiting_names():
            states = {name["id"]: (name["text"], _state_of(name["text"])) for name in names}
            states = {one: told for one, told in states.items() if hide or told[1] == "shown"}
            decisions = [{"id": one, "state": state} for one, (_, state) in states.items()]
            if not decisions:
                continue
            path = f"/v1/campaigns/{self._scene.campaign}/name-decisions"
            answer = await self._ask(path, {"reason": "a rehearsal", "decisions": decisions})
            if answer is None or not answer.is_success:
                self.ledger.unknown["names"] = "decisions on names"
                return
            for text, state in states.values():
                self.ledger.decided_on_name(text, state)

    async def _waiting_names(self) -> AsyncIterator[list[dict[str, str]]]:
        """Yield names that wait, read again from the beginning each time: what was decided on waits no more."""
        first, seen = f"/v1/campaigns/{self._scene.campaign}/names?limit={_PAGE}", set[str]()
        path = first
        while True:
            answer = await self._sender.send(partial(self._wire, "GET", path))
            if answer is None or not answer.is_success:
                self.ledger.unknown["names"] = "a list of names"
                return
            page = [name for name in answer.body["names"] if name["id"] not in seen]
            seen |= {name["id"] for name in page}
            if page:
                yield page
            if answer.body["next"] is None:
                return
            path = f"{first}&cursor={answer.body['next']}"

    async def _decide_on_all(self, what: str, criteria: dict[str, str], keys: Sequence[str]) -> list[WrongFigure]:
        """Decide on all acts of a filter, once it finds as many as the ledger has."""
        path = f"/v1/campaigns/{self._scene.campaign}/acts/{what}"
        deadline, sent_at, found = time.time() + _FOUND_SECONDS, time.time(), 0
        while time.time() < deadline:
            found, told = await self._found(path, criteria)
            if found == len(keys):
                return await self._decide_on_found(path, what, told, keys, sent_at)
            await asyncio.sleep(_PAUSE_SECONDS)
        return [WrongFigure("acts", "found", f"a filter for {what}", len(keys), found)]

    async def _found(self, path: str, criteria: object) -> tuple[int, object]:
        """Return how many acts a filter finds, and the filter that finds just these."""
        body: dict[str, Any] = {"reason": "a rehearsal", "filter": criteria, "dry_run": True}
        found = 0
        while True:
            answer = await self._ask(path, body)
            if answer is None or not answer.is_success:
                return found, criteria
            found += answer.body["found"]
            body["filter"] = answer.body["filter"]
            if answer.body["next"] is None:
                return found, body["filter"]
            body["after"] = answer.body["next"]

    async def _decide_on_found(
        self, path: str, what: str, criteria: object, keys: Sequence[str], sent_at: float
    ) -> list[WrongFigure]:
        body: dict[str, Any] = {"reason": "a rehearsal", "filter": criteria, "expected": len(keys)}
        decided = 0
        while True:
            answer = await self._ask(path, body)
            if answer is None or not answer.is_success:
                self.ledger.unknown[what] = f"{what} of many acts"
                return []
            decided += answer.body["decided"] + answer.body["already"]
            if answer.body["next"] is None:
                break
            body["after"] = answer.body["next"]
        self.decided += len(keys)
        for key in keys:
            if what == "withdrawals":
                self.ledger.withdrawn(key, sent_at, answer.known_at)
            elif not self.ledger.takes_two(self.ledger.entries[key].act):
                self.ledger.approved(key, sent_at, answer.known_at)
        return [] if decided == len(keys) else [WrongFigure("acts", "decided", what, len(keys), decided)]

    def _enter(self, decision: Decision, key: str, answer: TimedAnswer) -> None:
        ledger, when = self.ledger, (answer.sent_at, answer.known_at)
        match decision.what:
            case "withdrawal":
                ledger.withdrawn(key, *when)
            case "approval":
                ledger.approved(key, *when)
            case "rejection":
                ledger.rejected(key, *when)
            case "correction" if decision.act is not None:
                ledger.corrected(key, decision.act, *when)

    async def _ask(self, path: str, body: object, token: str | None = None) -> TimedAnswer | None:
        return await self._sender.send(lambda: self._wire("POST", path, body, token))

    def _wire(self, method: str, path: str, body: object = None, token: str | None = None) -> Wire:
        headers = {"Authorization": f"Bearer {token or self._scene.moderators[0].text}", "Content-Type": JSON_TYPE}
        return Wire(method, path, headers, b"" if body is None else json_bytes(body))


def _corrected(submission: PlannedAct) -> SentAct:
    """Return an act as a moderator corrects it: one part of it, which depends on the submission alone."""
    act = submission.act
    match submission.number % 4:
        case 0:
            return replace(act, kind="volunteering" if act.kind != "volunteering" else "initiative")
        case 1 if act.amount is not None:
            return replace(act, amount=None)
        case 2 if submission.participant.is_person:
            return replace(act, place="KZ-62" if act.place != "KZ-62" else "KZ-33")
        case _:
            return replace(
                act, people=act.people // 2 + 1 if act.people > 2 else act.people + 1, minutes=act.minutes + 30
            )


def _changes(before: SentAct, after: SentAct) -> dict[str, Any]:
    """Return what a correction says: what differs and nothing else."""
    changes: dict[str, Any] = {}
    if after.kind != before.kind:
        changes["kind"] = after.kind
    if after.place != before.place:
        changes["place"] = place(after)
    if after.people != before.people:
        changes["people"] = after.people
    if after.minutes != before.minutes:
        changes["hours"] = after.minutes / 60
    if after.amount != before.amount:
        changes["amount"] = None
    return changes


def _state_of(name: str) -> Literal["shown", "hidden"]:
    return "hidden" if plain(name).startswith(plain(ATTACK.format(""))) else "shown"


def _is_done(answer: TimedAnswer) -> bool:
    """Whether a decision holds; where it was sent again, the first of its answers may be the one that was lost."""
    problem = answer.body if isinstance(answer.body, dict) else {}
    return answer.is_success or (answer.tries > 1 and str(problem.get("type", "")).rpartition("/")[2] in _DONE)
