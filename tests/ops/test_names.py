"""`names`: those that wait, and what is decided on them."""

from chalicelib.intake.participation_requests import Sender, read_participation
from chalicelib.participations.service import SubmittedParticipation
from tests.ops.conftest import CAMPAIGN, Operator

BECAUSE = ("--reason", "looked at")


def give(operator: Operator, organisation: str) -> str:
    """Record an act of an organisation; return the id of its name."""
    body = {
        "kind": "good_deed",
        "participant": {"type": "business", "phone": "+77010000001", "organisation": organisation},
        "place": {"region": "KZ-75"},
    }
    draft = read_participation(body, Sender(source="api"), operator.services.now())
    operator.services.participations.record(
        CAMPAIGN, SubmittedParticipation(organisation, b"{}", draft, names="after_approval")
    )
    return str(operator.answer("names", "list", "2026", "--state", "waiting")[-1]["id"])


def test_names_that_wait_are_shown_and_hidden(operator: Operator) -> None:
    first, second = give(operator, "Қайрат"), give(operator, "Жетісу")

    assert ["Қайрат", "waiting"] in [row[1:3] for row in operator.shows("names", "list", "2026")]
    assert operator.answer("names", "show", "2026", first, second, first, *BECAUSE)[0]["state"] == "shown"
    assert operator.answer("names", "hide", "2026", second, *BECAUSE)[0]["state"] == "hidden"
    assert [one["text"] for one in operator.answer("names", "list", "2026", "--state", "shown")] == ["Қайрат"]
    assert operator.answer("names", "list", "2026") == []


def test_a_name_that_is_not_there_changes_nothing(operator: Operator) -> None:
    first = give(operator, "Қайрат")

    said = operator.says("names", "hide", "2026", first, "x" * 22, *BECAUSE, code=2)

    assert "decisions/1/id: " in said
    assert operator.answer("names", "list", "2026")[0]["state"] == "waiting"


def test_a_name_is_given_another_text_by_who_says_yes(operator: Operator) -> None:
    name = give(operator, "Қайратт")
    operator.types("n")
    assert operator.run("names", "rename", "2026", name, "Қайрат", *BECAUSE)[0] == 1
    operator.types("y")

    said = operator.says("names", "rename", "2026", name, "Қайрат", *BECAUSE)

    assert said.endswith(f"{name} is Қайрат, shown\n")
    assert "The text that it had is kept nowhere." in said


def test_all_names_are_hidden_and_shown_again(operator: Operator) -> None:
    give(operator, "Қайрат")

    assert operator.says("names", "hide-all", "2026", "--yes", *BECAUSE) == "all names of 2026 are hidden\n"
    assert "all names of the campaign are hidden by now" in operator.says("names", "list", "2026")
    assert operator.answer("names", "show-all", "2026", "--yes", *BECAUSE)["state"] == "shown"


def test_names_are_decided_on_by_moderators_alone(operator: Operator) -> None:
    operator.become("admin")

    assert operator.says("names", "hide-all", "2026", "--yes", *BECAUSE, code=2).startswith("403: ")
