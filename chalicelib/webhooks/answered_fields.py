"""The fields that a provider's answers make, by name, where several answers come under one."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeGuard

from chalicelib.intake.answers import is_answered
from chalicelib.webhooks.untrusted_json import JsonObject


class AnsweredFields:
    """Fields that are gathered answer by answer, those that go before others first."""

    def __init__(self, **known: object) -> None:
        self.by_name: JsonObject = dict(known)
        self._asked: dict[str, list[tuple[str, object]]] = {}

    def add(self, value: object, *names: str) -> None:
        """Add an answer under the first of its names that is free: what is not answered gives way to what is.

        Where none is free, both stand under the last in a list, since nobody can tell which of them is meant.
        """
        if names[0] in self.by_name and not is_answered(value):
            return
        for name in names:
            if name not in self.by_name or (is_answered(value) and not is_answered(self.by_name[name])):
                self.by_name[name] = value
                return
        self._add_beside(value, names[-1])

    def add_question(self, value: object, name: str, key: str) -> None:
        """Add the answer to a question of a form by its name, by its key where the name is another field's.

        Several questions of one name are each under their key as well, and what they are answered differently is a list
        under the name: nobody can tell which of them a form means by it.
        """
        if not key or not name or (name in self.by_name and name not in self._asked):
            self.add(value, *([name] if name and not key else [key]))
            return
        questions = self._asked.setdefault(name, [])
        questions.append((key, value))
        self.add(value, name)
        if len(questions) > 1:
            for other, answer in questions:
                self.by_name.setdefault(other, answer)

    def _add_beside(self, value: object, last: str) -> None:
        self.by_name[last] = _together(self.by_name[last], value)


def _together(taken: object, value: object) -> object:
    """Return both of two answers, of tables row by row; one where they are the same."""
    if _is_table(taken) and _is_table(value):
        return {**value, **{row: _together(cell, value[row]) if row in value else cell for row, cell in taken.items()}}
    answers = taken if isinstance(taken, list) else [taken]
    return taken if value == taken or value in answers else [*answers, value]


def _is_table(answer: object) -> TypeGuard[JsonObject]:
    """Whether an answer has rows, which an amount with its currency has none of."""
    return isinstance(answer, dict) and "currency" not in answer


def typed_first(
    items: Sequence[JsonObject], typed_name: Callable[[JsonObject], str | None], value: Callable[[JsonObject], object]
) -> Iterable[tuple[JsonObject, str | None]]:
    """Yield the first answered question of each type that names its field, with that name, and then all the others."""
    first: dict[str, JsonObject] = {}
    for item in items:
        name = typed_name(item)
        if name and (name not in first or not is_answered(value(first[name]))):
            first[name] = item
    taken = {id(item) for item in first.values()}
    yield from ((item, name) for name, item in first.items())
    yield from ((item, None) for item in items if id(item) not in taken)
