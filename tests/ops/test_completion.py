"""Words that a shell completes: of the program's own word, as a shell knows no other."""

import pytest

from ops.__main__ import main


def test_a_shell_is_told_the_words_that_may_follow(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPS_PROGRAM", "qaiyrym")
    monkeypatch.setenv("_QAIYRYM_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "qaiyrym campaign fr")
    monkeypatch.setenv("COMP_CWORD", "2")

    assert main([]) == 0
    assert capsys.readouterr().out.split() == ["freeze"]


@pytest.mark.parametrize("option", ["--install-completion", "--show-completion"])
def test_completion_is_not_installed_for_what_is_no_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    monkeypatch.delenv("OPS_PROGRAM", raising=False)

    assert main([option]) == 2
    assert capsys.readouterr().err == f"a shell completes a word and not `python -m ops`: bin/qaiyrym {option}\n"
