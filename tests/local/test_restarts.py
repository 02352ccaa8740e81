from infra.local.local_settings import LocalError
from infra.local.restarts import Restarts


class Process:
    """A process that ends when it is told, and starts unless it cannot."""

    name = "api"

    def __init__(self) -> None:
        self.status: int | None = None
        self.starts = 0
        self.broken = False

    def start(self) -> None:
        if self.broken:
            raise LocalError("api ended while it started")
        self.status = None
        self.starts += 1


class Stage:
    """A watched process and the time."""

    def __init__(self) -> None:
        self.now = 100.0
        self.process = Process()
        self.restarts = Restarts(self.process, self.process.start, clock=lambda: self.now)

    def pause(self) -> float:
        """Let the process end, and return after how long it was started again."""
        self.process.status, before, began = -9, self.process.starts, self.now
        while self.process.starts == before:
            self.restarts.look()
            self.now += 0.1
        return round(self.now - began, 1)


def test_nothing_is_said_of_a_process_that_runs() -> None:
    assert Stage().restarts.look() is None


def test_a_process_that_ended_is_named_and_started_again() -> None:
    stage = Stage()
    stage.process.status = -9

    assert stage.restarts.look() == "api ended (status -9): it is started again in 0.2 s"
    assert stage.process.starts == 0
    stage.now += 0.2
    assert stage.restarts.look() is None
    assert stage.process.starts == 1


def test_a_process_that_ends_soon_is_started_later_each_time() -> None:
    stage = Stage()

    pauses = [stage.pause() for _ in range(8)]

    assert pauses == sorted(pauses)
    assert 10 <= pauses[-1] <= 11


def test_a_process_that_ran_for_long_is_started_at_once_again() -> None:
    stage = Stage()
    for _ in range(8):
        stage.pause()

    stage.now += 60

    assert stage.pause() < 1


def test_a_process_that_does_not_start_is_tried_again() -> None:
    stage = Stage()
    stage.process.status, stage.process.broken = -9, True
    stage.restarts.look()
    stage.now += 1

    assert stage.restarts.look() == "api ended while it started: it is started again in 0.4 s"
    stage.process.broken = False
    stage.now += 1
    assert stage.restarts.look() is None
    assert stage.process.starts == 1
