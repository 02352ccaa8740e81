"""What commands print: of what strangers wrote nothing steers a terminal, and nothing is read as markup."""

import json

import pytest

from ops.console import answer, note, printable, show

HOSTILE = ["\x1b[2Jgone", "\x9b31mred", "\u202eabc\u2066", "a\rb", "\x07", "[red]x[/red]", "[link=https://x]y[/link]"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_printed_as_it_is_read(capsys: pytest.CaptureFixture[str], text: str) -> None:
    show(text, ("name",), [[text], [[text]]])
    note(text)
    answer({"name": text})

    printed = capsys.readouterr()
    assert all(one.isprintable() for one in (printed.out + printed.err).replace("\n", ""))
    assert json.loads(printed.out[printed.out.rindex("\n{") :]) == {"name": text}
    assert printable(text) in printed.out
    assert printed.err == f"{printable(text)}\n"


def test_cells_say_truths_lists_and_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    show("t", ("a", "b", "c", "d"), [[True, ["x", 1], None, 1234]])

    (row,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("│"))
    assert [cell.strip() for cell in row.strip("│").split("│")] == ["yes", "x, 1", "", "1,234"]
