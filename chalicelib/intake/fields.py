"""The fields of a submission by name, also where a name is written with differences that nobody sees."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import islice

from chalicelib.domain.folding import fold_label
from chalicelib.intake.answers import is_answered

MAX_FOLDED = 2000
"""Fields of which names are folded; no form has as many, and a client may send any number."""

_DOT = re.compile(r"\s*\.\s*")


class Fields:
    """Fields by name; `answers.region` is `region` within `answers` too.

    Labels are typed by people and carried along by editors: line breaks, spaces at their ends, other spaces and dashes
    and another case make no other name. A field that has the very name goes before those that only fold to it, unless
    it is empty.
    """

    def __init__(self, by_name: Mapping[str, object]) -> None:
        self._by_name = by_name

    def find(self, *names: str) -> Iterator[object]:
        """Yield what stands in each field of these names."""
        for name in names:
            yield from self._find(name)

    def has(self, name: str) -> bool:
        """Whether there is a field of a name, answered or not."""
        return any(True for _ in self._find(name))

    def only(self, names: Collection[str]) -> "Fields":
        """Return those of the fields that have one of these very names."""
        return Fields({name: self._by_name[name] for name in names if name in self._by_name})

    def _find(self, name: str) -> Iterator[object]:
        if name in self._by_name:
            yield self._by_name[name]
            if is_answered(self._by_name[name]):
                return
        for written in self._written.get(_sought(name), ()):
            if written != name:
                yield self._by_name[written]
        head, dot, rest = name.partition(".")
        if not dot:
            return
        for inner in self._inner.get(_sought(head), ()):
            yield from inner.find(rest)

    @cached_property
    def _written(self) -> Mapping[str, list[str]]:
        """The names as they are written, by what they fold to."""
        found: dict[str, list[str]] = {}
        for name in islice(self._by_name, MAX_FOLDED):
            found.setdefault(_folded(name), []).append(name)
        return found

    @cached_property
    def _inner(self) -> Mapping[str, list["Fields"]]:
        """The fields within others, by what the name of the outer one folds to."""
        return {
            folded: inner
            for folded, names in self._written.items()
            if (inner := [Fields(value) for name in names if isinstance(value := self._by_name[name], Mapping)])
        }


def _folded(name: str) -> str:
    """Return what a name is compared by; spaces beside the dot are those at the ends of a label."""
    return _DOT.sub(".", fold_label(name))


@lru_cache(maxsize=2048)
def _sought(name: str) -> str:
    """Return what a name is compared by that forms have, of which there are few: folding takes its time."""
    return _folded(name)
