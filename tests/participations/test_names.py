"""The texts of names, by the ids that events hold."""

from typing import get_args

import pytest

from chalicelib.participations.names import Names, NameState
from tests.conftest import Tables
from tests.participations.subject import FIRM, Subject, draft
from tests.recording import recorded_calls


@pytest.fixture
def subject(tables: Tables) -> Subject:
    return Subject(tables)


def names_of(subject: Subject) -> Names:
    return subject.services.names


def name_id(subject: Subject, text: str) -> str:
    return subject.services.keys.name("2026", text)


def test_a_name_is_stored_with_the_act_that_names_it(subject: Subject) -> None:
    subject.record("1", draft(FIRM))

    (event,) = subject.events()
    stored = name_id(subject, "ТОО «Ромашка»")
    assert stored in event["data"]["S"]
    assert "Ромашка" not in event["data"]["S"]
    assert names_of(subject).shown("2026", [stored, "another"]) == {stored: "ТОО «Ромашка»"}


def test_a_name_stays_as_it_was_first_written(subject: Subject) -> None:
    subject.record("1", draft(FIRM))
    services = subject.new_process()
    subject.record("2", draft({**FIRM, "organisation": "тоо  «РОМАШКА»"}), services=services)

    stored = name_id(subject, "ТОО «Ромашка»")
    assert names_of(subject).texts("2026", [stored]) == {stored: "ТОО «Ромашка»"}


def test_a_process_writes_a_name_once(subject: Subject) -> None:
    subject.record("1", draft(FIRM))

    with recorded_calls(subject.client) as calls:
        subject.record("2", draft({**FIRM, "bin": None, "phone": "+77011234567"}))

    assert not any(subject.tables["NamesTable"] in call.units for call in calls)


def test_a_process_that_lost_its_write_of_a_name_writes_it_again(subject: Subject) -> None:
    append = subject.services.log.append

    def cut_short(*_: object) -> None:
        subject.services.log.append = append  # type: ignore[method-assign]
        raise TimeoutError

    subject.services.log.append = cut_short  # type: ignore[method-assign, assignment]
    with pytest.raises(TimeoutError):
        subject.record("1", draft(FIRM))
    subject.record("1", draft(FIRM))

    stored = name_id(subject, "ТОО «Ромашка»")
    assert names_of(subject).texts("2026", [stored]) == {stored: "ТОО «Ромашка»"}


def test_erased_names_are_nowhere_and_counted_as_changes(subject: Subject) -> None:
    trader = {"type": "business", "organisation": "ИП Иванова", "phone": "+77011234567"}
    subject.record("1", draft(trader))
    subject.record("2", draft(FIRM))
    before = names_of(subject).changes("2026")

    names_of(subject).erase("2026", [name_id(subject, "ИП Иванова")])

    assert names_of(subject).changes("2026") == before + 1
    assert names_of(subject).changes("2027") == 0
    (left,) = [item for item in subject.items("NamesTable") if "text" in item and "S" in item["text"]]
    assert left["text"]["S"] == "ТОО «Ромашка»"


def test_a_name_is_shown_once_it_may_be_and_told_unless_it_is_hidden(subject: Subject) -> None:
    names = names_of(subject)
    for state in get_args(NameState):
        subject.services.transactions.write(names.given("2026", state, f"ЖШС {state}", state), token=state)

    asked = [*get_args(NameState), "unknown"]

    assert names.shown("2026", asked) == {"shown": "ЖШС shown"}
    assert names.texts("2026", asked) == {"shown": "ЖШС shown", "waiting": "ЖШС waiting"}
    assert names.texts("2026", []) == {}
