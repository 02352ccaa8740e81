"""Every command of `ops`, against the deployed stack: in a campaign of its own, so that the totals of others stay."""

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from infra.rehearsal.deployment import Deployment, RehearsalError, eventually, expect

_ID = "drill"
_CAMPAIGN = f"/v1/campaigns/{_ID}"
_FORM = ("standard", "partner", "drill.submitted")
_FORM_FILE = f"""
provider: {_FORM[0]}
account: {_FORM[1]}
form: {_FORM[2]}
campaign: {_ID}
state: live
defaults: {{kind: volunteering, participant_type: citizen}}
"""
_DELIVERY = {"type": _FORM[2], "data": {"name": "Дәурен Үлгі", "phone": "+77010000039", "region": "KZ-10"}}
_REASON = ("--reason", "rehearsed")
_ABOVE_ALL_LIMITS: Mapping[str, Any] = {"kind": "donation", "amount": {"currency": "KZT", "value": 10**12}}
_CACHE_SECONDS = 6.0


class Commands:
    """Runs commands, and raises a `RehearsalError` where one fails, or does not do what it says."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._ran = set[str]()
        self._keys = 0

    def rehearse(self) -> str:
        """Run every command there is."""
        self._make_a_campaign()
        self._run("campaign go-live", _ID, "--yes")
        moderator = self._issue_tokens()
        self._take_a_form()
        self._review(moderator)
        self._correct()
        self._decide_on_names()
        self._tell_and_erase()
        self._count()
        self._change_states()
        self._run("rehearse", f"{_ID}-launch", "--participations", "30", "--minutes", "0.1")
        return f"{len(self._ran)} commands"

    def _make_a_campaign(self) -> None:
        names = [part for language in ("kk", "ru", "en") for part in ("--name", f"{language}=Drill")]
        self._run("campaign create", _ID, *names)
        self._run("campaign set", _ID, "--goal", "participations=10", *_REASON, "--yes")
        (goal,) = self._told("campaign show", _ID)["goals"]
        if (goal["metric"], goal["target"]) != ("participations", 10):
            raise RehearsalError(f"the goal that was set is {goal}")
        if _ID not in self._run("campaign list"):
            raise RehearsalError("a campaign is not listed")

    def _issue_tokens(self) -> str:
        """Issue a token for a second moderator, and return it; another one is revoked."""
        issued = self._told("token issue", _ID, "record", "moderate", "--label", "a moderator")
        unwanted = self._told("token issue", _ID, "record", "--label", "a partner")["id"]
        self._run("token revoke", unwanted, *_REASON, "--yes")
        self._run("token first", "--label", "the organisers", "--yes")
        (revoked,) = [token for token in self._told("token list") if token["id"] == unwanted]
        if revoked["revoked_at"] is None:
            raise RehearsalError("a token that was revoked is valid")
        token: str = issued["token"]
        return token

    def _take_a_form(self) -> None:
        """Deliveries wait until their form is registered: one is discarded, one is answered anew, one is replayed."""
        for number in range(3):
            expect(self._deployment.visitors.deliver_standard(f"drill{number}", f"+7701000003{number}", _FORM[2]), 200)
        eventually(lambda: len(self._waiting()) == 3, "three deliveries wait")
        first, second, _ = self._waiting()
        self._run("parked show", "standard", first)
        self._run("parked discard", "standard", first, *_REASON, "--yes")
        with TemporaryDirectory() as directory:
            form, sample = Path(directory) / "form.yaml", Path(directory) / "sample.json"
            form.write_text(_FORM_FILE, encoding="utf-8")
            sample.write_text(json.dumps(_DELIVERY), encoding="utf-8")
            self._run("form register", str(form), "--yes")
            self._run("form check", *_FORM, str(sample))
        self._run("form show", *_FORM)
        self._run("form list")
        time.sleep(_CACHE_SECONDS)
        self._run("parked replay", "standard", second, "--answer", "people=2")
        self._run("parked replay-all", "standard", "--form", _FORM[2], "--yes")
        if self._waiting():
            raise RehearsalError("deliveries wait though they were replayed")

    def _waiting(self) -> list[str]:
        return [one["id"] for one in self._told("parked list", "--provider", "standard") if one["form"] == _FORM[2]]

    def _review(self, moderator: str) -> None:
        """What is above the limits is approved by two moderators, or rejected, in the review and among all acts."""
        acts = [self._record(**_ABOVE_ALL_LIMITS) for _ in range(4)]
        eventually(lambda: len(self._told("review list", _ID)) == len(acts), "acts wait in the review")
        self._run("review groups", _ID)
        for command, act in zip(("review approve", "acts approve"), acts[:2], strict=True):
            self._run(command, _ID, act, *_REASON, "--yes")
            self._run(command, _ID, act, *_REASON, "--yes", token=moderator)
        for command, act in zip(("review reject", "acts reject"), acts[2:], strict=True):
            self._run(command, _ID, act, *_REASON, "--yes")
        eventually(lambda: not self._told("review list", _ID), "nothing waits in the review")
        statuses = [self._told("participation show", act)["status"] for act in acts]
        if statuses != ["counted", "counted", "rejected", "rejected"]:
            raise RehearsalError(f"what was decided on is {statuses}")

    def _correct(self) -> None:
        """An act is corrected, hidden, shown and withdrawn."""
        act = self._record()
        self._run("acts correct", act, "--people", "3", *_REASON)
        self._run("acts hide", _ID, act, *_REASON)
        self._run("acts show", _ID, act, *_REASON)
        eventually(lambda: act in [one["id"] for one in self._told("acts list", _ID)], "an act is listed")
        self._run("acts withdraw", _ID, act, *_REASON, "--yes")
        history = [entry["what"] for entry in self._told("participation history", act)["history"]]
        if history != ["recorded", "corrected", "withdrawn"]:
            raise RehearsalError(f"the history of an act is {history}")

    def _decide_on_names(self) -> None:
        """A name waits for a moderator, who renames it, hides it and shows it, alone and with all others."""
        sender = self._told("token issue", _ID, "record", "--label", "a firm", "--names", "after_approval")["token"]
        self._record({"type": "business", "organisation": "Тілек ЖШС", "phone": "+77010000038"}, token=sender)
        eventually(lambda: len(self._told("names list", _ID)) == 1, "a name waits")
        (waiting,) = self._told("names list", _ID)
        self._run("names rename", _ID, waiting["id"], "Тілек серіктестігі", *_REASON, "--yes")
        self._run("names hide", _ID, waiting["id"], *_REASON)
        self._run("names show", _ID, waiting["id"], *_REASON)
        self._run("names hide-all", _ID, *_REASON, "--yes")
        self._run("names show-all", _ID, *_REASON, "--yes")
        (shown,) = self._told("names list", _ID, "--state", "shown")
        if shown["text"] != "Тілек серіктестігі":
            raise RehearsalError(f"a name that was put right is {shown}")

    def _tell_and_erase(self) -> None:
        """How a campaign stands, what was done, what came of it; a person is erased by what comes by stdin."""
        # Records were set aside, which somebody has to see to.
        self._run("status", _ID, code=1)
        self._run("report", _ID, "--language", "ru")
        erased = json.loads(self._run("erase", _ID, "--by", "phone", "--yes", "--json", given=f"{_phone(1)}\n"))
        if erased["participants"] != 1:
            raise RehearsalError(f"erased are {erased}")
        actions = {entry["action"] for entry in self._told("trail", _ID)}
        if "person_erased" not in actions:
            raise RehearsalError(f"the trail tells of {', '.join(sorted(actions))}")

    def _count(self) -> None:
        """What reads and makes the log's read models."""
        self._run("audit", _ID)
        self._run("totals", _ID, "--at", datetime.now(UTC).isoformat(timespec="seconds"))
        self._run("export", _ID)
        self._run("contacts", _ID)
        self._run("rebuild", _ID, "--yes")
        older = [one["number"] for one in self._told("generations", _ID) if not one["shown"] and one["number"] > 0]
        self._run("remove-generation", _ID, str(older[0]), "--yes")
        self._run("leads reconcile")
        self._run("secret check")

    def _change_states(self) -> None:
        self._run("campaign freeze", _ID, *_REASON, "--yes")
        self._run("campaign open", _ID, "--yes")
        self._run("campaign end", _ID, "--yes")
        trail = self._told("trail", _ID, "--action", "campaign_changed")
        told = [(entry["reason"], entry["status"]) for entry in trail[:3]]
        if told != [(None, 200), (None, 200), ("rehearsed", 200)]:
            raise RehearsalError(f"the trail tells {told}")

    def _record(self, participant: Mapping[str, str] | None = None, token: str | None = None, **act: Any) -> str:
        """Record an act of somebody new; return its id."""
        self._keys += 1
        citizen = {"type": "citizen", "name": "Айгүл Үлгі", "phone": _phone(self._keys)}
        body = {"kind": "good_deed", "place": {"region": "KZ-75"}, **act, "participant": participant or citizen}
        headers = {"Idempotency-Key": f"{_ID}-{self._keys}"} | ({"Authorization": f"Bearer {token}"} if token else {})
        recorded = expect(self._deployment.visitors.ask("POST", f"{_CAMPAIGN}/participations", body, **headers), 201)
        identity: str = recorded["id"]
        return identity

    def _run(self, command: str, *arguments: str, token: str | None = None, given: str = "", code: int = 0) -> str:
        self._ran.add(command)
        return self._deployment.operate(*command.split(), *arguments, token=token, given=given, code=code)

    def _told(self, command: str, *arguments: str) -> Any:
        return json.loads(self._run(command, *arguments, "--json"))


def _phone(number: int) -> str:
    return f"+770100001{number:02}"
