"""A rehearsal as it goes on: acts and bad requests at their times, repeats, decisions, and the ledger of all of it."""

import asyncio
import signal
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from http import HTTPStatus
from random import Random
from typing import Any

from msgspec.structs import replace

from ops.rehearse.acts import PlannedAct
from ops.rehearse.bad import BadRequest, BadRequests
from ops.rehearse.moderators import Moderators
from ops.rehearse.plan import Item
from ops.rehearse.requests import batch, one
from ops.rehearse.sending import PATIENCE_SECONDS, ActSender, TimedAnswer
from ops.rehearse.stage import Scene
from ops.rehearse.verdict import WrongFigure
from ops.rehearse.wire import Wire

CONNECTIONS = 24
"""How many requests are under way at once."""

_WAYS_AT_ONCE = 2 * CONNECTIONS
_REUSED = 0.01
"""How many keys are used for another act, too."""

_BATCH_PAUSE_SECONDS = 0.5


class Performance:
    """Sends what is planned. One participant's requests go one after the other, so that their order is known."""

    def __init__(self, scene: Scene, sender: ActSender, moderators: Moderators, bad: BadRequests, draw: Random) -> None:
        self.ledger = moderators.ledger
        self.began = time.time()
        self.accepted = 0
        self.repeated = 0
        self.refused = 0
        self.behind = 0.0
        """By how many seconds acts were sent later than planned, at most."""

        self.sent_by: Counter[str] = Counter()
        self.surprises: dict[tuple[str, str], WrongFigure] = {}
        self._scene = scene
        self._sender = sender
        self._moderators = moderators
        self._bad = bad
        self._draw = draw
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._room = asyncio.Semaphore(_WAYS_AT_ONCE)
        self._under_way: set[asyncio.Task[None]] = set()
        self._faults: list[BaseException] = []

    async def run(self, items: Iterable[Item], stopped: asyncio.Event) -> None:
        """Send everything at its time, or what is planned until it is stopped."""
        self.began = time.time()
        for item in items:
            await _until(self.began + item.at, stopped)
            if stopped.is_set():
                break
            await self._room.acquire()
            self.behind = max(self.behind, time.time() - self.began - item.at)
            self._start(self._with_room(self._send(item)))

    async def finish(self) -> None:
        """Wait for what is under way and for all that follows from it: repeats and decisions."""
        while self._under_way:
            await asyncio.wait(self._under_way)
        if self._faults:
            raise self._faults[0]

    async def leave(self) -> None:
        """Let go of what is under way, whatever becomes of it."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _with_room(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        finally:
            self._room.release()

    async def _send(self, item: Item) -> None:
        if item.is_bad:
            await self._send_bad(self._bad.next())
            return
        async with AsyncExitStack() as stack:
            # Always in the same order, so that no two batches wait for each other.
            for key in sorted({submission.participant.key for submission in item.submissions}):
                await stack.enter_async_context(self._locks[key])
            if item.submissions[0].channel == "batch":
                await self._send_batch(item.submissions)
            else:
                await self._send_one(item.submissions[0])

    async def _send_one(self, submission: PlannedAct) -> None:
        began = time.time()
        if submission.impatient:
            await self._sender.give_up(lambda: self._wire(submission))
        times = 2 if submission.twice else 1
        answers = await asyncio.gather(*(self._sender.send(lambda: self._wire(submission)) for _ in range(times)))
        answered = [answer for answer in answers if answer is not None]
        first = min(answered, key=lambda answer: answer.known_at) if answered else None
        self._enter(submission, first and replace(first, sent_at=began))
        self.repeated += sum(answer.is_success for answer in answered[1:])
        if submission.channel == "api" and not submission.impatient and all(answer.tries == 1 for answer in answered):
            self._expect_once(answered)

    async def _send_batch(self, submissions: Sequence[PlannedAct]) -> None:
        """Send a batch, and those of it again that were not answered for good."""
        left, began = tuple(submissions), time.time()
        answer = await self._ask_batch(left)
        while answer is not None and answer.is_success and left:
            results = zip(left, answer.body["results"], strict=True)
            # Whatever was recorded, was so after the first of all requests was sent.
            told = replace(answer, sent_at=began)
            left = tuple([one for one, result in results if not self._enter_result(one, result, told)])
            if not left or time.time() - began > PATIENCE_SECONDS:
                answer = None
                break
            await asyncio.sleep(_BATCH_PAUSE_SECONDS)
            answer = await self._ask_batch(left)
        for submission in left:
            self._enter(submission, answer)

    async def _ask_batch(self, submissions: Sequence[PlannedAct]) -> TimedAnswer | None:
        return await self._sender.send(lambda: batch(self._scene.campaign, self._token, submissions))

    def _enter_result(self, submission: PlannedAct, result: Mapping[str, Any], answer: TimedAnswer) -> bool:
        """Enter what one act of a batch was answered; return whether that is for good."""
        status = result["status"]
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return False
        body = result.get("participation") or result.get("problem")
        self._enter(submission, replace(answer, status=status, body=body))
        return True

    def _enter(self, submission: PlannedAct, answer: TimedAnswer | None) -> None:
        """Enter an act that was acknowledged; an answer that the contract does not have here is a surprise."""
        self.sent_by[submission.channel] += 1
        if answer is None:
            self.ledger.unknown[submission.key] = f"an act by {submission.channel}"
            return
        if not answer.is_success:
            self._surprised(f"an act by {submission.channel}", (200, 201), answer)
            return
        self.accepted += 1
        expected = self.ledger.recorded(
            submission,
            answer.sent_at,
            answer.known_at,
            waits=submission.channel == "checked",
            vouched=submission.channel in ("api", "batch"),
        )
        if submission.channel in ("api", "batch") and answer.body["status"] != expected:
            told = WrongFigure(
                "answers", "status", f"{submission.key}, by {submission.channel}", expected, answer.body["status"]
            )
            self.surprises.setdefault(("status", expected), told)
        if submission.again_after is not None:
            self._start(self._send_again(submission, submission.again_after))
        if submission.channel in ("api", "batch"):
            if self._draw.random() < _REUSED:
                self._start(self._send_bad(self._bad.reused(submission)))
            self._start(self._decide(submission, answer.body["id"]))

    async def _decide(self, submission: PlannedAct, act_id: str) -> None:
        decision = self._moderators.decision(submission)
        if decision is None:
            return
        await asyncio.sleep(decision.after)
        async with self._locks[submission.participant.key]:
            unexpected = await self._moderators.decide(decision, submission.key, act_id)
        if unexpected is not None:
            self._surprised(f"a {decision.what}", (200,), unexpected)

    async def _send_again(self, submission: PlannedAct, after: float) -> None:
        """Send once more what was acknowledged long ago, as senders do whose answer was lost."""
        await asyncio.sleep(after)
        if submission.channel == "batch":
            answer = await self._ask_batch((submission,))
        else:
            answer = await self._sender.send(lambda: self._wire(submission))
        if answer is not None and answer.is_success:
            self.repeated += 1
            if submission.channel == "api":
                self._expect_repeat(answer)
        elif answer is not None:
            self._surprised(f"a repeat by {submission.channel}", (200,), answer)

    async def _send_bad(self, bad: BadRequest) -> None:
        answer = await self._sender.send(bad.make, also=bad.answered)
        if answer is None:
            return
        self.refused += 1
        if answer.status not in bad.answered:
            self._surprised(bad.why, tuple(bad.answered), answer)

    def _expect_once(self, answers: Sequence[TimedAnswer]) -> None:
        """Of one act that was sent at once two times, one is recorded and the other a repeat."""
        recorded = sum(answer.status == HTTPStatus.CREATED for answer in answers)
        if recorded != 1:
            self.surprises.setdefault(
                ("once", ""), WrongFigure("answers", "recorded", "one act sent at once two times", 1, recorded)
            )

    def _expect_repeat(self, answer: TimedAnswer) -> None:
        if not answer.body["repeated"]:
            self.surprises.setdefault(
                ("again", ""), WrongFigure("answers", "repeated", "an act sent again", True, False)
            )

    def _surprised(self, what: str, expected: tuple[int, ...], answer: TimedAnswer) -> None:
        detail = answer.body.get("detail", "") if isinstance(answer.body, dict) else ""
        told = WrongFigure(
            "answers", "status", what, " or ".join(map(str, expected)), f"{answer.status} {detail}".strip()
        )
        self.surprises.setdefault((what, str(answer.status)), told)

    def _wire(self, submission: PlannedAct) -> Wire:
        hook = self._scene.hooks.get(submission.channel)
        return one(self._scene.campaign, self._token, submission) if hook is None else hook.delivery(submission)

    @property
    def _token(self) -> str:
        return self._scene.sender.text

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        # An act that is not in the ledger because of a fault here must not pass for a difference there.
        if not task.cancelled() and (fault := task.exception()) is not None:
            self._faults.append(fault)


@contextmanager
def stopped_by(*numbers: signal.Signals) -> Iterator[asyncio.Event]:
    """Yield what the first of these signals sets; another one ends the program as usual."""
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()

    def release() -> None:
        for number in numbers:
            loop.remove_signal_handler(number)

    def stop() -> None:
        stopped.set()
        release()

    # Only the main thread may listen to signals: a rehearsal in another is ended by whoever began it.
    if threading.current_thread() is threading.main_thread():
        for number in numbers:
            loop.add_signal_handler(number, stop)
    try:
        yield stopped
    finally:
        release()


async def _until(at: float, stopped: asyncio.Event) -> None:
    """Wait for a time (epoch seconds), or to be stopped."""
    if (seconds := at - time.time()) > 0:
        try:
            await asyncio.wait_for(stopped.wait(), seconds)
        except TimeoutError:
            return
