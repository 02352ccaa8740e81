"""Which generations there are, and that what is shown is never removed."""

import io

import pytest

from chalicelib.projections.totals import TOTALS
from tests.ops.conftest import Installation


@pytest.fixture
def rebuilt(installation: Installation) -> Installation:
    installation.record("+77010000001")
    installation.project()
    installation.answer("rebuild", "2026")
    return installation


def test_a_campaign_that_was_never_rebuilt_has_one(installation: Installation) -> None:
    only = {"number": 1, "shown": True, "cut": None, "scan_began": None, "since": None, "void": None}

    assert installation.answer("generations", "2026") == [only]


def test_each_is_told_with_its_cut_and_whether_it_is_shown(rebuilt: Installation) -> None:
    rebuilt.services.voids.put("2026", 1, "e7 came after the scan had begun")

    first, second = rebuilt.answer("generations", "2026")
    _, out, _ = rebuilt.run("generations", "2026")

    assert (first["number"], first["shown"], first["cut"]) == (1, False, None)
    assert first["void"] == "e7 came after the scan had begun"
    assert (second["number"], second["shown"], second["void"]) == (2, True, None)
    assert second["cut"] <= second["scan_began"]
    assert second["cut"] in out


def test_what_is_shown_is_not_removed(rebuilt: Installation) -> None:
    code, _, err = rebuilt.run("remove-generation", "2026", "2", "--yes")

    assert (code, err) == (2, "generation 2 is what is shown of 2026: it cannot be removed\n")
    assert rebuilt.generations() == [1, 2]


def test_what_is_not_shown_is_removed_with_all_that_is_stored_of_it(rebuilt: Installation) -> None:
    assert rebuilt.run("remove-generation", "2026", "1", "--yes")[0] == 0

    assert rebuilt.generations() == [2]
    assert not list(rebuilt.services.states.read(TOTALS, "2026", 1))
    assert rebuilt.answer("audit", "2026")["drifted"] == 0


def test_a_removal_asks_first(rebuilt: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))

    code, _, err = rebuilt.run("remove-generation", "2026", "1")

    assert (code, "all of it is deleted" in err) == (1, True)
    assert rebuilt.generations() == [1, 2]


def test_what_came_to_be_shown_while_it_was_asked_is_not_removed(
    rebuilt: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.generations.confirm", lambda *_, **__: rebuilt.services.registry.point_at("2026", 1))

    code, _, err = rebuilt.run("remove-generation", "2026", "1")

    assert (code, err) == (2, "generation 1 is what is shown of 2026. Nothing was changed\n")
    assert rebuilt.generations() == [1, 2]
    assert list(rebuilt.services.states.read(TOTALS, "2026", 1))
    assert rebuilt.answer("audit", "2026")["drifted"] == 0


def test_what_never_was_is_not_removed(rebuilt: Installation) -> None:
    assert rebuilt.run("remove-generation", "2026", "3", "--yes") == (2, "", "there is no generation 3 of 2026\n")


def test_a_removal_can_be_repeated(rebuilt: Installation) -> None:
    assert [rebuilt.run("remove-generation", "2026", "1", "--yes")[0] for _ in range(2)] == [0, 0]
