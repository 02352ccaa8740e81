"""Everything that README and docs tell to type is there, and is run or says why it is not."""

import importlib.util
import re
import shlex
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from infra.local.local_settings import REPOSITORY
from ops.__main__ import commands as ops_commands
from tests.docs import not_run
from tests.docs.snippets import commands, indented_blocks, pages, snippets, spans
from tests.every_case import every

RUN = {"sh", "python", "http", "json", "yaml", "html"}
"""Languages of what `test_as_written.py` runs."""

OPS = ops_commands()
PROGRAM = "bin/qaiyrym "
TARGETS = set(re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
AWS_OPTIONS = {"--region", "--query", "--output"}
"""What the AWS CLI takes whatever the operation is."""

TYPED = [(str(each), command) for each in snippets("sh") for command in commands(each.text)]
SAID = [(str(page.relative_to(REPOSITORY)), span) for page in pages() for span in spans(page)]


def words(command: str) -> list[str]:
    """Return the words of a command without what a shell does with what it prints."""
    typed = re.split(r" [|>] ?|\)$", command.replace("\\\n", " ").replace(" --stage prod", ""))[0]
    return shlex.split(typed, comments=True)


def after(program: str, where: list[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Return where a program is told to be run, with the words behind its name."""
    return [
        (place, words(text[match.end() :]))
        for place, text in where
        for match in re.finditer(rf"(?:^|[ (=])(?<![\w/]){re.escape(program)}", text)
    ]


def ops_command(given: list[str]) -> tuple[str, list[str]] | None:
    """Return the operators' command that words begin with, and the words behind it."""
    for length in (2, 1):
        if " ".join(given[:length]) in OPS:
            return " ".join(given[:length]), given[length:]
    return None


def test_whatever_is_fenced_is_run_or_says_why_it_is_not() -> None:
    texts = [each for each in snippets("text") if not each.text.startswith(tuple(not_run.TEXTS))]
    others = [each for each in snippets() if each.language not in {*RUN, *not_run.ELSEWHERE, "text"}]

    assert [*map(str, texts), *map(str, others)] == []


def test_whatever_is_not_run_is_still_there() -> None:
    typed = [command for _, command in TYPED]

    assert [one for one in not_run.COMMANDS if not any(command.startswith(one) for command in typed)] == []
    assert [one for one in not_run.TEXTS if not any(each.text.startswith(one) for each in snippets("text"))] == []
    assert [one for one in not_run.ELSEWHERE if not snippets(one)] == []


def test_code_is_fenced_with_its_language() -> None:
    assert {str(page): found for page in pages() if (found := indented_blocks(page))} == {}


def test_commands_run_where_the_environment_is_not_active() -> None:
    assert [one for one in TYPED + SAID if re.match(r"(\w+=\S+ )*(python|pytest|ruff|mypy)\b", one[1])] == []


@every(told=after("make ", TYPED + SAID))
def test_a_target_of_make_is_there(told: tuple[str, list[str]]) -> None:
    assert set(told[1][:1]) <= TARGETS


@every(told=after(".venv/bin/python -m ", TYPED + SAID))
def test_a_module_is_there(told: tuple[str, list[str]]) -> None:
    assert importlib.util.find_spec(told[1][0]) is not None


@every(told=after(PROGRAM, TYPED))
def test_an_operators_command_can_be_typed(told: tuple[str, list[str]]) -> None:
    found = ops_command(told[1])
    assert found is not None
    name, given = found
    # A file that is named there need not be in the repository.
    given = [__file__ if word.endswith(".yaml") else word for word in given]

    assert not OPS[name].make_context(name, given).args


@every(told=after(PROGRAM, SAID))
def test_an_operators_command_of_a_sentence_is_there_with_its_options(told: tuple[str, list[str]]) -> None:
    given = [word for word in told[1] if word not in ("COMMAND", "…", "--help", "--install-completion")]
    found = ops_command(given)
    groups = {name.split()[0] for name in OPS}
    assert found is not None or set(given) <= groups
    name, rest = found or ("", [])
    known = {option for parameter in OPS[name].params for option in parameter.opts} if name else set()

    assert {word for word in rest if word.startswith("--")} <= known


def of_aws(where: list[tuple[str, str]]) -> list[tuple[str, str, str, set[str]]]:
    """Return which operations of AWS are told to be asked, where, and by which options."""
    found = []
    for place, text in where:
        for asked in re.split(r"\baws (?=[a-z0-9-]+\s)", text.replace("\\\n", " "))[1:]:
            service, operation, *_ = asked.split()
            found.append((place, service, operation, set(re.findall(r"--[a-z][a-z-]+", asked))))
    return found


@pytest.fixture(scope="module")
def models() -> Any:
    return botocore.session.get_session().get_service_model


@every(told=of_aws(TYPED + SAID))
def test_an_operation_of_aws_is_there_with_its_options(models: Any, told: tuple[str, str, str, set[str]]) -> None:
    _, service, operation, given = told
    model = models(service)
    named = {xform_name(name, "-"): name for name in model.operation_names}
    taken = model.operation_model(named[operation]).input_shape.members

    assert given <= {f"--{xform_name(name, '-')}" for name in taken} | AWS_OPTIONS


def test_a_command_goes_on_in_the_next_line() -> None:
    shell = "a \\\n  b |\n  c\n# d\nfor e in f; do\n  g\ndone\nh"

    assert commands(shell) == ["a \\\n  b |\n  c", "for e in f; do\n  g\ndone", "h"]


def test_a_block_within_a_list_is_a_block_too() -> None:
    within = [each for each in snippets("sh") if "list-recovery-points" in each.text]

    assert [(one.page, one.text[:4]) for one in within] == [("docs/runbook.md", "aws ")]


def test_a_page_that_is_new_is_looked_at() -> None:
    assert {"README.md", "CONTRIBUTING.md", "docs/api.md", "docs/providers/standard.md"} <= {
        str(page.relative_to(REPOSITORY)) for page in pages()
    }
