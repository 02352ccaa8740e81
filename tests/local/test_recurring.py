"""A process that ends by itself is started when it is due, one at a time, and told of only where it failed."""

from infra.local.recurring import Recurring


class Process:
    """A process that runs until it is told to end."""

    name = "audit"

    def __init__(self) -> None:
        self.status: int | None = None
        self.starts: list[float] = []


class Stage:
    """A recurring process and the time: first due after 300 s, then every 3,600 s."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.process = Process()
        self.recurring = Recurring(self.process, self.start, 3_600, 300, clock=lambda: self.now)

    def start(self) -> None:
        self.process.status = None
        self.process.starts.append(self.now - 1_000)

    def wait(self, seconds: float) -> list[str]:
        """Look each second; return what is said."""
        said = []
        for _ in range(round(seconds)):
            self.now += 1
            said.append(self.recurring.look())
        return [one for one in said if one is not None]


def test_it_is_started_when_it_is_due_and_again_each_time() -> None:
    stage = Stage()

    stage.wait(301)
    stage.process.status = 0
    said = stage.wait(7_300)

    assert stage.process.starts == [300, 3_900]
    assert said == []


def test_one_that_takes_longer_is_awaited_and_the_next_follows_at_once() -> None:
    stage = Stage()

    stage.wait(300 + 4_000)
    assert stage.process.starts == [300]
    stage.process.status = 0
    stage.wait(2)

    assert stage.process.starts == [300, 4_302]


def test_one_that_failed_is_told_of_once() -> None:
    stage = Stage()

    stage.wait(300)
    stage.process.status = -11
    said = stage.wait(100)

    assert said == ["audit ended (status -11): it is started again when it is due"]
