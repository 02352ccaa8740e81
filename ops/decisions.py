"""What moderators decide on acts, by their ids or by what they have in common: counted first, asked, then decided."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
import typer

from ops.act_filters import Filter, takes_filter
from ops.api_client import ApiClient, RefusedByApi, api_path, connect_api
from ops.changes import flat
from ops.console import answer, confirm, note, progress, show
from ops.errors import CannotRun
from ops.option_groups import Command
from ops.options import AsJson, CampaignId, Reason, Stage, Yes

Path = Literal["withdrawals", "approvals", "rejections"]

MAX_IDS = 500
"""Ids that one request takes."""

Ids = Annotated[
    list[str] | None, typer.Argument(metavar="[ID]...", help="Acts by their ids; - reads ids from stdin, one a line.")
]
All = Annotated[bool, typer.Option("--all", help="All acts that can be, without a filter.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only tell how many acts there are, and what it changes.")]

_CONSEQUENCES: Mapping[Path, str] = {
    "withdrawals": "They are withdrawn for ever: the totals fall on every screen within seconds.",
    "approvals": "They count from now on: the totals rise on every screen within seconds.",
    "rejections": "They are refused for ever, and never count.",
}


class DecisionOutcome(msgspec.Struct, frozen=True):
    """What became of acts, or would: as the API tells it, added up over its answers."""

    found: int = 0
    decided: int = 0
    endorsed: int = 0
    already: int = 0
    refused: int = 0
    refusals: tuple[Mapping[str, str], ...] = ()
    change: Mapping[str, float] = {}

    def plus(self, told: Mapping[str, Any]) -> "DecisionOutcome":
        """Return the sum with one more answer; of ids for which there was no time the next answer tells."""
        change = {**self.change}
        for name, value in flat(told["change"]).items():
            change[name] = change.get(name, 0) + value
        return DecisionOutcome(
            found=self.found + told["found"] - len(told["left"]),
            decided=self.decided + told["decided"],
            endorsed=self.endorsed + told["endorsed"],
            already=self.already + told["already"],
            refused=self.refused + told["refused"],
            refusals=(*self.refusals, *told["refusals"]),
            change=change,
        )


class DecisionOnMany(msgspec.Struct, frozen=True):
    """A decision on acts of a campaign, by ids or by a filter."""

    api: ApiClient
    campaign: str
    path: Path
    reason: str
    ids: Sequence[str]
    criteria: Filter

    def dry_run(self) -> tuple[DecisionOutcome, Filter]:
        """Return what it would do, and the filter that finds just the acts that were counted."""
        outcome, criteria = DecisionOutcome(), self.criteria
        for told in self._answers({"dry_run": True}, criteria):
            outcome = outcome.plus(told)
            criteria = told["filter"] or criteria
        return outcome, criteria

    def carry_out(self, expected: int, criteria: Filter, tell: Callable[[int], None]) -> DecisionOutcome:
        """Decide on what a dry run has counted, until nothing is left."""
        outcome = DecisionOutcome()
        more = {} if self.ids else {"expected": expected}
        for told in self._answers(more, criteria):
            outcome = outcome.plus(told)
            tell(told["decided"] + told["already"] + told["refused"])
        return outcome

    def _answers(self, more: Mapping[str, Any], criteria: Filter) -> Iterator[Any]:
        return self._of_ids(more) if self.ids else self._of_filter(more, criteria)

    def _of_ids(self, more: Mapping[str, Any]) -> Iterator[Any]:
        left = list(dict.fromkeys(self.ids))
        while left:
            told = self._ask({**more, "ids": left[:MAX_IDS]})
            yield told
            left = [*told["left"], *left[MAX_IDS:]]

    def _of_filter(self, more: Mapping[str, Any], criteria: Filter) -> Iterator[Any]:
        request = {**more, "filter": criteria}
        while True:
            told = self._ask(request)
            yield told
            if told["next"] is None:
                return
            # A dry run tells the filter with an end, which the pages after it keep to.
            request = {**request, "filter": told["filter"] or request["filter"], "after": told["next"]}

    def _ask(self, request: Mapping[str, Any]) -> Any:
        path = f"{api_path('campaigns', self.campaign, 'acts')}/{self.path}"
        return self.api.post(path, {"reason": self.reason, **request})


def _command(path: Path, told: str) -> Command:
    """Return the command that decides on acts; `told` is its help."""

    @takes_filter
    def run(
        campaign_id: CampaignId,
        ids: Ids = None,
        *,
        reason: Reason,
        every: All = False,
        dry_run: DryRun = False,
        stage: Stage = None,
        yes: Yes = False,
        as_json: AsJson = False,
        criteria: Filter,
    ) -> None:
        named = _ids(ids or ())
        if sum(map(bool, (named, criteria, every))) != 1:
            raise CannotRun(
                "name acts by their ids, or narrow them by options as --form, or say --all: one of the three"
            )
        if named and ids == ["-"] and not (yes or dry_run):
            raise CannotRun("ids are read from stdin, where nobody can be asked: say --yes or --dry-run")
        decision = DecisionOnMany(connect_api(stage), campaign_id, path, reason, named, criteria)
        _decide(decision, dry_run=dry_run, yes=yes, as_json=as_json)

    run.__doc__ = told
    return run


withdraw = _command(
    "withdrawals",
    """Take acts back for ever, whether they count or wait, by their ids or by what they have in common.

    Example: `bin/qaiyrym acts withdraw 2026 --token 3fa94c01b2d7 --from 2026-06-01T12:00:00+05:00 --reason flood`

    First it counts: how many acts are found, and how the totals change. It asks, and decides on those and no others;
    what came since then is left for another time. Done again, it does nothing more. Ends with 1 where an act was not
    decided on.
    """,
)
approve = _command(
    "approvals",
    """Let acts that wait count, by their ids or by what they have in common.

    Example: `bin/qaiyrym acts approve 2026 --reasons form_rate --form tally/ours/XxA4WO --reason 'guests'`

    First it counts: how many acts are found, and how the totals change. It asks, and decides on those and no others.
    Acts above the higher limits wait on for a second moderator with another token. Ends with 1 where an act was not
    decided on.
    """,
)
reject = _command(
    "rejections",
    """Refuse acts that wait for ever, by their ids or by what they have in common.

    Example: `bin/qaiyrym acts reject 2026 --reasons form_rate --form tally/ours/XxA4WO --reason 'a flood'`

    First it counts how many acts are found. It asks, and decides on those and no others; what came since then is left
    for another time. Ends with 1 where an act was not decided on.
    """,
)


def _decide(decision: DecisionOnMany, *, dry_run: bool, yes: bool, as_json: bool) -> None:
    counted, bounded = decision.dry_run()
    if dry_run:
        _tell(counted, as_json, dry_run=True)
        return
    if not counted.decided:
        _tell(counted, as_json, dry_run=False)
        _end(counted)
        return
    if not as_json:
        _tell(counted, as_json, dry_run=True, to_stderr=True)
    confirm(f"{counted.decided:,} acts. {_CONSEQUENCES[decision.path]}", yes=yes)
    with progress("acts", counted.found, quiet=as_json) as tell:
        try:
            done = decision.carry_out(counted.found, bounded, tell)
        except RefusedByApi as refused:
            if refused.name != "more-acts-than-expected":
                raise
            note(f"{refused}\nMore acts are there than were counted. Start it again: what is decided stays decided")
            raise typer.Exit(3) from None
    _tell(done, as_json, dry_run=False)
    _end(done)


def _ids(given: Sequence[str]) -> Sequence[str]:
    if list(given) != ["-"]:
        return given
    return [line.strip() for line in sys.stdin if line.strip()]


def _tell(outcome: DecisionOutcome, as_json: bool, *, dry_run: bool, to_stderr: bool = False) -> None:
    if as_json:
        answer({"dry_run": dry_run, **msgspec.structs.asdict(outcome)})
        return
    counts = [(name, getattr(outcome, name)) for name in ("found", "decided", "endorsed", "already", "refused")]
    counts = [(name, count) for name, count in counts if count or name in ("found", "decided")]
    numbers = [(f"{name} by", change) for name, change in outcome.change.items() if change]
    title = "What it would do" if dry_run else "What was done"
    show(title, ("", ""), [*counts, *numbers], to_stderr=to_stderr)
    if outcome.refusals:
        rows = [(one["id"], one["problem"], one.get("participation_status")) for one in outcome.refusals]
        show("Acts that are not decided on", ("act", "why", "it is"), rows, to_stderr=to_stderr)


def _end(outcome: DecisionOutcome) -> None:
    if outcome.refused:
        raise typer.Exit(1)
