"""What README and docs tell to type, to send and to paste: fenced blocks, and code within sentences."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from textwrap import dedent

import msgspec

from infra.local.local_settings import REPOSITORY

_FENCED = re.compile(
    r"^(?P<indent> *)```(?P<language>\S*)[^\n]*\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL
)
_INDENTED = re.compile(r" {4,}(?![-*|] |\d+\. )\S")
_ITEM = re.compile(r" *([-*]|\d+\.) ")
_GOES_ON = re.compile(r"(\\|\|)$|^for (?!.*\bdone$)", re.DOTALL)


class Snippet(msgspec.Struct, frozen=True):
    """A fenced block: the page and the line where it begins, its language, and what stands in it."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def pages() -> Iterator[Path]:
    """Return README and what it leads to, but for what has changed, which tells of commands as they were."""
    yield from (page for page in sorted(REPOSITORY.glob("*.md")) if page.name != "CHANGELOG.md")
    yield from sorted((REPOSITORY / "docs").rglob("*.md"))


def snippets(*languages: str) -> list[Snippet]:
    """Return the fenced blocks of all pages, or those in some languages alone."""
    found = [
        Snippet(
            str(page.relative_to(REPOSITORY)),
            text.count("\n", 0, match.start()) + 1,
            match["language"],
            dedent(match["text"]),
        )
        for page in pages()
        for text in [page.read_text(encoding="utf-8")]
        for match in _FENCED.finditer(text)
    ]
    return [each for each in found if not languages or each.language in languages]


def commands(shell: str) -> list[str]:
    """Return the commands of a block, each whole: with the lines that it goes on in."""
    found: list[str] = []
    goes_on = False
    for line in shell.splitlines():
        if goes_on:
            found[-1] += f"\n{line}"
        elif line.strip() and not line.startswith("#"):
            found.append(line)
        goes_on = bool(found) and _GOES_ON.search(found[-1]) is not None
    return found


def spans(page: Path) -> list[str]:
    """Return the code within the sentences of a page, each on one line."""
    sentences = _FENCED.sub("", page.read_text(encoding="utf-8"))
    return [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", sentences)]


def indented_blocks(page: Path) -> list[int]:
    """Return the lines at which code begins that is indented and not fenced, and so is of no language."""
    lines = _FENCED.sub(lambda match: "\n" * match[0].count("\n"), page.read_text(encoding="utf-8")).splitlines()
    found = []
    in_list = False
    for number, (before, line) in enumerate(pairwise(["", *lines]), 1):
        if line and not line.startswith(" "):
            in_list = _ITEM.match(line) is not None
        if not before.strip() and not in_list and _INDENTED.match(line):
            found.append(number)
    return found
