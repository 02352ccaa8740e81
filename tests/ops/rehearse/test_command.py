import pytest

from ops.rehearse.command import tell
from ops.rehearse.rehearsal import RehearsalOutcome
from ops.rehearse.verdict import WrongFigure


def outcome(*found: WrongFigure) -> RehearsalOutcome:
    return RehearsalOutcome(
        campaign="rehearsal-1",
        seed=1,
        verdict="different",
        accepted=20,
        repeated=0,
        refused=0,
        decided=0,
        statuses={},
        sent_by={},
        totals={},
        unknown={},
        differences=found,
        latency=None,
        seconds=1.0,
        seconds_behind=0.0,
        asked_to_wait=0,
        epochs=[1],
    )


@pytest.mark.parametrize(("count", "told"), [(100, None), (102, "2 more, of organisations/KZ-75.json, page.json")])
def test_documents_whose_differences_are_too_many_to_show_are_named(
    capsys: pytest.CaptureFixture[str], count: int, told: str | None
) -> None:
    last = (WrongFigure("page.json", "acts", "all", 1, 0), WrongFigure("organisations/KZ-75.json", "rows", "all", 1, 3))

    tell(outcome(*[WrongFigure("live.json", "people", "all", 1, 2)] * (count - 2), *last))

    notes = " ".join(capsys.readouterr().err.split())
    assert (" more, of " in notes) == (told is not None)
    assert told is None or f"{told}: --json tells them all" in notes
