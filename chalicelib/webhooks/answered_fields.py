"""The fields that a provider's answers make, by name, where several answers come under one."""

from collections.abc import Callable, Iterable, Sequence

from chalicelib.intake.answers import is_answered
from chalicelib.webhooks.untrusted_json import JsonObject


class AnsweredFields:
    """Fields that are gathered answer by answer, those that go before others first."""

    def __init__(self, **known: object) -> None:
        self.by_name: JsonObject = dict(known)

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
        last = names[-1]
        taken = self.by_name[last]
        answers = taken if isinstance(taken, list) else [taken]
        if value not in answers:
            self.by_name[last] = [*answers, value]


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
