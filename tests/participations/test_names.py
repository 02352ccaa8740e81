"""The texts of names, by the ids that events hold."""

from collections.abc import Callable, Iterable, Mapping
from uuid import uuid4

import pytest

from chalicelib.aws.items import Write
from chalicelib.bootstrap import bootstrap
from chalicelib.domain.commands import Changes
from chalicelib.domain.vocabulary import NamesOnAir, NameState, Visibility
from chalicelib.intake.name_requests import NameChange
from chalicelib.intake.participation_requests import Correction, Draft
from chalicelib.participations.name_queue import NameQueue
from chalicelib.participations.names import (
    Decided,
    DecidedOtherwise,
    Names,
    NamesStatus,
    StoredName,
    TextsOfOthers,
    UnknownNames,
    partitions,
)
from tests.conftest import Tables
from tests.participations.subject import CAMPAIGN, FIRM, NOW, Subject, draft
from tests.recording import recorded_calls

WAITING: NameState = "waiting"
ABUSE, MISTAKE = Decided("an insult", "t1", 1_000), Decided("a mistake", "t2", 2_000)


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
    before = names_of(subject).status("2026").changes

    names_of(subject).erase("2026", [name_id(subject, "ИП Иванова")])

    assert names_of(subject).status("2026").changes == before + 1
    assert names_of(subject).status("2027").changes == 0
    (left,) = [item for item in subject.items("NamesTable") if "text" in item and "S" in item["text"]]
    assert left["text"]["S"] == "ТОО «Ромашка»"


def stored(subject: Subject, *states: NameState) -> None:
    """Store a name in each state, a second apart, under the id that its state and place are."""
    for place, state in enumerate(states):
        writes = names_of(subject).given("2026", f"n{place}", f"ЖШС {place}", state, NOW + 1_000 * place)
        subject.services.transactions.write(writes, token=str(uuid4()))


def decide(subject: Subject, state: Visibility, *ids: str, text: str | None = None) -> list[StoredName]:
    return names_of(subject).decide("2026", [NameChange(name_id, state, text) for name_id in ids], ABUSE)


def test_a_name_is_shown_once_it_may_be_and_told_unless_it_is_hidden(subject: Subject) -> None:
    stored(subject, "waiting", "shown", "hidden")

    assert names_of(subject).shown("2026", ["n0", "n1", "n2", "unknown"]) == {"n0": None, "n1": "ЖШС 1", "n2": None}
    assert names_of(subject).texts("2026", ["n0", "n1", "n2", "unknown"]) == {"n0": "ЖШС 0", "n1": "ЖШС 1"}
    assert names_of(subject).texts("2026", []) == {}


def test_a_decision_holds_for_the_name_and_tells_who_took_it(subject: Subject) -> None:
    stored(subject, "waiting")

    (decided,) = decide(subject, "shown", "n0")

    assert decided == StoredName("n0", "ЖШС 0", "shown", NOW, ABUSE)
    assert names_of(subject).read("2026", ["n0"]) == {"n0": decided}
    assert names_of(subject).status("2026").changes == 1


def test_the_same_decision_again_changes_and_counts_nothing(subject: Subject) -> None:
    stored(subject, "waiting", "hidden")
    before = decide(subject, "hidden", "n0")

    again = names_of(subject).decide("2026", [NameChange("n0", "hidden"), NameChange("n1", "hidden")], MISTAKE)

    assert again == [*before, StoredName("n1", "ЖШС 1", "hidden", NOW + 1_000)]
    assert names_of(subject).status("2026").changes == 1


def test_a_name_that_was_hidden_stays_so_whoever_gives_it_and_however_it_is_written(subject: Subject) -> None:
    subject.record("1", draft(FIRM))
    hostile = name_id(subject, "ТОО «Ромашка»")
    decide(subject, "hidden", hostile)
    subject.now += 60_000

    for number, text in enumerate(("ТОО «Ромашка»", "тоо «РОМАШКА»", "ТОО  «Рoмашка»\u200b")):
        other = {"type": "business", "organisation": text, "phone": f"+7701123456{number}"}
        subject.record(f"other {number}", draft(other), services=subject.new_process())

    assert names_of(subject).shown("2026", [hostile]) == {hostile: None}
    assert (pages(subject, "hidden", 9), pages(subject, "shown", 9)) == ([[hostile]], [[]])
    assert {item["id"]["S"] for item in subject.items("NamesTable")} == {f"2026/{hostile}", "2026/"}


def test_a_name_is_corrected_for_every_act_that_names_it(subject: Subject) -> None:
    stored(subject, "waiting", "shown")

    decide(subject, "shown", "n0", text="Ромашка ЖШС")

    assert names_of(subject).shown("2026", ["n0", "n1"]) == {"n0": "Ромашка ЖШС", "n1": "ЖШС 1"}
    assert decide(subject, "shown", "n0", text="Ромашка ЖШС")[0].text == "Ромашка ЖШС"
    decide(subject, "hidden", "n0")
    decide(subject, "shown", "n0")
    assert names_of(subject).shown("2026", ["n0"]) == {"n0": "Ромашка ЖШС"}


@pytest.mark.parametrize("state", ["waiting", "shown", "hidden"])
def test_a_name_gets_no_text_that_another_is_known_by(subject: Subject, state: NameState) -> None:
    stored(subject, "waiting")
    other = name_id(subject, "Ромашка ЖШС")
    subject.services.transactions.write(
        names_of(subject).given("2026", other, "Ромашка ЖШС", state, NOW), token=str(uuid4())
    )

    with pytest.raises(TextsOfOthers) as refused:
        decide(subject, "shown", "n0", text="«Ромашка» ЖШС!")

    assert refused.value.ids == {"n0"}
    assert names_of(subject).texts("2026", ["n0"]) == {"n0": "ЖШС 0"}
    assert decide(subject, "shown", other, text="«Ромашка» ЖШС")[0].text == "«Ромашка» ЖШС"


def test_two_names_get_no_text_together(subject: Subject) -> None:
    stored(subject, "waiting", "waiting", "waiting")
    changes = [
        NameChange("n0", "shown", "Асар"),
        NameChange("n1", "shown", "«Асар»"),
        NameChange("n2", "shown", "Үміт"),
    ]

    with pytest.raises(TextsOfOthers) as refused:
        names_of(subject).decide("2026", changes, ABUSE)

    assert refused.value.ids == {"n0", "n1"}
    assert names_of(subject).shown("2026", ["n2"]) == {"n2": None}


def test_of_many_decisions_none_holds_where_one_is_about_no_name(subject: Subject) -> None:
    stored(subject, "waiting")

    with pytest.raises(UnknownNames) as unknown:
        decide(subject, "shown", "n0", "n8", "n9")

    assert unknown.value.ids == {"n8", "n9"}
    assert names_of(subject).shown("2026", ["n0"]) == {"n0": None}
    assert names_of(subject).status("2026").changes == 0


def test_more_names_than_a_transaction_takes_are_decided_on_together(subject: Subject) -> None:
    stored(subject, *[WAITING] * 95)

    decided = decide(subject, "shown", *(f"n{number}" for number in range(95)))

    assert {name.state for name in decided} == {"shown"}
    assert len(names_of(subject).texts("2026", [f"n{number}" for number in range(95)])) == 95
    assert names_of(subject).status("2026").changes == 2


def overtaken(subject: Subject, monkeypatch: pytest.MonkeyPatch, others: Callable[[], object]) -> Names:
    """Return the names of a process in which others do something once it has read."""
    slower = subject.new_process().names
    read = slower.read

    def read_before(campaign: str, ids: Iterable[str]) -> Mapping[str, StoredName]:
        monkeypatch.setattr(slower, "read", read)
        before = read(campaign, ids)
        others()
        return before

    monkeypatch.setattr(slower, "read", read_before)
    return slower


def test_whoever_decides_in_between_is_heard_and_the_decision_holds(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(subject, "waiting")
    slower = overtaken(subject, monkeypatch, lambda: decide(subject, "shown", "n0", text="Other"))

    (decided,) = slower.decide("2026", [NameChange("n0", "hidden")], MISTAKE)

    assert decided == StoredName("n0", "Other", "hidden", NOW, MISTAKE)
    assert names_of(subject).shown("2026", ["n0"]) == {"n0": None}


def test_whoever_expects_another_state_than_there_is_by_then_decides_nothing(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(subject, "waiting", "waiting")
    slower = overtaken(subject, monkeypatch, lambda: decide(subject, "hidden", "n0"))

    changes = [NameChange(name_id, "shown", expected="waiting") for name_id in ("n0", "n1")]
    with pytest.raises(DecidedOtherwise) as raised:
        slower.decide("2026", changes, MISTAKE)

    assert raised.value.names == [StoredName("n0", "ЖШС 0", "hidden", NOW, ABUSE)]
    assert slower.shown("2026", ["n0", "n1"]) == {"n0": None, "n1": None}


def test_a_name_that_is_as_it_shall_be_is_so_whatever_was_expected(subject: Subject) -> None:
    stored(subject, "waiting")
    first = decide(subject, "hidden", "n0")

    assert names_of(subject).decide("2026", [NameChange("n0", "hidden", expected="waiting")], MISTAKE) == first


def test_a_name_that_is_erased_in_between_is_not_brought_back(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(subject, "waiting")
    slower = overtaken(subject, monkeypatch, lambda: names_of(subject).erase("2026", ["n0"]))

    with pytest.raises(UnknownNames):
        slower.decide("2026", [NameChange("n0", "shown")], ABUSE)

    assert [item["id"]["S"] for item in subject.items("NamesTable")] == ["2026/"]


def test_all_names_are_hidden_by_one_switch_that_leaves_each_as_it_is(subject: Subject) -> None:
    stored(subject, "waiting", "shown")
    names = names_of(subject)
    assert names.status("2026") == NamesStatus(0, "shown")

    assert names.decide_on_all("2026", "hidden", ABUSE) == NamesStatus(1, "hidden", ABUSE)
    assert names.decide_on_all("2026", "hidden", MISTAKE) == NamesStatus(1, "hidden", ABUSE)
    assert names.status("2027") == NamesStatus(0, "shown")
    assert names.decide_on_all("2026", "shown", MISTAKE) == NamesStatus(2, "shown", MISTAKE)
    assert names.shown("2026", ["n0", "n1"]) == {"n0": None, "n1": "ЖШС 1"}


@pytest.mark.parametrize(("names", "state"), [("shown", "shown"), ("after_approval", "waiting")])
def test_a_name_is_stored_as_its_sender_may_show_it_and_its_act_counts(
    subject: Subject, names: NamesOnAir, state: NameState
) -> None:
    recorded = subject.record("1", draft(FIRM), names=names)

    stored_names = names_of(subject).read("2026", [name_id(subject, "ТОО «Ромашка»")])
    assert [name.state for name in stored_names.values()] == [state]
    assert recorded.receipt.status == "counted"


def state_of(subject: Subject, text: str) -> NameState:
    return names_of(subject).read("2026", [name_id(subject, text)])[name_id(subject, text)].state


ANOTHER = draft({**FIRM, "bin": None, "phone": "+77011234567"})
TRADER = draft({"type": "business", "organisation": "ТОО «Ромашка»"})


@pytest.mark.parametrize("given", [draft(FIRM), ANOTHER, TRADER], ids=["returning", "newcomer", "unknown"])
@pytest.mark.parametrize("is_same_process", [True, False])
def test_a_name_that_waits_is_shown_once_a_sender_vouches_for_it(
    subject: Subject, given: Draft, is_same_process: bool
) -> None:
    subject.record("1", draft(FIRM), names="after_approval")
    before = names_of(subject).status("2026").changes
    subject.now += 60_000

    services = subject.services if is_same_process else subject.new_process()
    subject.record("2", given, names="shown", services=services)

    shown = name_id(subject, "ТОО «Ромашка»")
    assert names_of(subject).read("2026", [shown]) == {shown: StoredName(shown, "ТОО «Ромашка»", "shown", NOW)}
    assert names_of(subject).status("2026").changes == before + 1
    assert (pages(subject, "waiting", 9), pages(subject, "shown", 9)) == ([[]], [[shown]])
    assert len(subject.events()) == 2


def test_a_name_that_is_shown_waits_for_nobody_who_gives_it_later(subject: Subject) -> None:
    subject.record("1", draft(FIRM))
    subject.record("2", draft(FIRM), names="after_approval")
    subject.record("3", draft(FIRM), names="after_approval", services=subject.new_process())

    assert state_of(subject, "ТОО «Ромашка»") == "shown"
    assert names_of(subject).status("2026").changes == 0


def test_whoever_hides_a_name_while_a_sender_vouches_for_it_is_heard(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject.record("1", draft(FIRM), names="after_approval")
    slower = subject.new_process()
    vouched = slower.names.vouched

    def overtaken(campaign: str, name: str, text: str, at: int) -> list[Write]:
        monkeypatch.setattr(slower.names, "vouched", vouched)
        decide(subject, "hidden", name)
        return vouched(campaign, name, text, at)

    monkeypatch.setattr(slower.names, "vouched", overtaken)

    assert subject.record("2", ANOTHER, services=slower).receipt.status == "counted"

    assert state_of(subject, "ТОО «Ромашка»") == "hidden"
    assert names_of(subject).status("2026").changes == 1


@pytest.mark.parametrize(("before", "after"), [("waiting", "shown"), ("shown", "shown"), ("hidden", "hidden")])
def test_a_moderator_who_corrects_an_organisation_vouches_for_its_name(
    subject: Subject, before: NameState, after: NameState
) -> None:
    subject.record("1", draft(FIRM))
    name = name_id(subject, "ЖШС Үміт")
    subject.services.transactions.write(
        names_of(subject).given("2026", name, "ЖШС Үміт", before, NOW), token=str(uuid4())
    )
    correction = Correction("a slip", Changes(), "ЖШС Үміт")

    subject.services.participations.correct(CAMPAIGN, subject.source_receipt("1"), correction, "t")

    assert state_of(subject, "ЖШС Үміт") == after


def test_a_name_that_is_never_shown_is_in_no_event_and_not_stored(subject: Subject) -> None:
    recorded = subject.record("1", draft(FIRM), names="never")

    assert recorded.receipt.status == "counted"
    assert subject.items("NamesTable") == []
    (event,) = subject.events()
    assert name_id(subject, "ТОО «Ромашка»") not in event["data"]["S"]


def pages(subject: Subject, state: NameState, limit: int) -> list[list[str]]:
    """Return the ids of all pages of the queue."""
    found, after = [], None
    while True:
        page = subject.services.name_queue.page("2026", state, after, limit)
        found.append([name.id for name in page.names])
        if (after := page.following) is None:
            return found


def test_a_name_keeps_its_place_in_the_queue_whoever_gives_it_again(subject: Subject) -> None:
    subject.record("1", draft(FIRM), names="after_approval")
    stored(subject, "waiting")
    subject.now += 60_000

    subject.record("2", draft(FIRM), names="after_approval", services=subject.new_process())

    queue = subject.services.name_queue.page("2026", "waiting", None, 9)
    assert {(name.text, name.given_at) for name in queue.names} == {("ТОО «Ромашка»", NOW), ("ЖШС 0", NOW)}


def test_the_queue_has_the_name_that_waited_longest_before_all_others(subject: Subject) -> None:
    stored(subject, *[WAITING] * 7, "shown", "hidden")

    assert pages(subject, "waiting", 3) == [["n0", "n1", "n2"], ["n3", "n4", "n5"], ["n6"]]
    assert pages(subject, "waiting", 7) == [[f"n{number}" for number in range(7)]]
    assert (pages(subject, "shown", 5), pages(subject, "hidden", 5)) == ([["n7"]], [["n8"]])


def test_all_names_of_a_state_are_read_page_by_page(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    stored(subject, *[WAITING] * 7, "shown")
    monkeypatch.setattr("chalicelib.participations.name_queue._ALL", 3)

    assert [name.id for name in subject.services.name_queue.all("2026", "waiting")] == [f"n{n}" for n in range(7)]
    assert list(subject.services.name_queue.all("2026", "hidden")) == []


def test_a_decision_takes_a_name_from_one_list_to_another_in_its_place(subject: Subject) -> None:
    stored(subject, "waiting", "shown", "waiting", "shown")

    decide(subject, "shown", "n2")
    decide(subject, "hidden", "n1")

    assert pages(subject, "waiting", 9) == [["n0"]]
    assert pages(subject, "shown", 9) == [["n2", "n3"]]
    assert pages(subject, "hidden", 9) == [["n1"]]


def test_a_queue_tells_names_as_they_are_where_its_index_is_behind(subject: Subject) -> None:
    stored(subject, "waiting", "waiting", "waiting")
    behind = list(subject.services.name_queue._query(partitions("2026", "waiting"), None, 9))
    decide(subject, "shown", "n1")
    names_of(subject).erase("2026", ["n2"])

    page = NameQueue(names_of(subject), lambda *_, **__: iter(behind)).page("2026", "waiting", None, 2)

    assert ([name.id for name in page.names], page.following) == (["n0"], f"{NOW + 1_000}.n1")


def test_names_are_spread_over_all_partitions_of_their_index(subject: Subject) -> None:
    ids = [subject.services.keys.name("2026", f"ЖШС {number}") for number in range(400)]
    writes = [names_of(subject).given("2026", name_id, "ЖШС", "waiting", NOW)[0]["Update"] for name_id in ids]

    used = {value["S"] for write in writes for value in write["ExpressionAttributeValues"].values()}
    assert set(partitions("2026", "waiting")) <= used
    assert len(set(partitions("2026", "waiting"))) == 16


def test_who_only_reads_names_has_no_pepper(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PEPPER")

    assert bootstrap().names.shown("2026", ["some"]) == {}
