"""From a moderator's request about what is shown to decisions, or a list of all that is wrong."""

from collections.abc import Iterator
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.domain.folding import clean
from chalicelib.domain.vocabulary import NameState, Visibility
from chalicelib.intake.faults import Fault, Rules, child, read
from chalicelib.intake.participation_requests import RULES
from chalicelib.intake.requests import Display, Request

MAX_DECISIONS = 100

NameIdText = Annotated[str, Meta(min_length=1, max_length=64, extra={"fault": "name_id"})]


class VisibilityRequest(Request, frozen=True):
    """Whether something is shown, and why."""

    state: Visibility
    reason: Display


class NameDecisionRequest(Request, frozen=True):
    """Whether a name is shown, and why; `text` stands in its place from now on.

    `expected` is the state that whoever decides saw: where it is another one by now, nothing is decided.
    """

    state: Visibility
    reason: Display
    text: Display | None = None
    expected: NameState | None = None


class ListedDecisionRequest(Request, frozen=True):
    """Whether one name of many is shown; `text` and `expected` are those of a decision on one."""

    id: NameIdText
    state: Visibility
    text: Display | None = None
    expected: NameState | None = None


class NameDecisionsRequest(Request, frozen=True):
    """Which of many names are shown, and why."""

    reason: Display
    decisions: Annotated[list[ListedDecisionRequest], Meta(max_length=MAX_DECISIONS)]


class NameChange(msgspec.Struct, frozen=True):
    """What a name shall be, with another text where one is given, and the state it is expected to be in."""

    id: str
    state: Visibility
    text: str | None = None
    expected: NameState | None = None


def read_visibility(raw: object) -> VisibilityRequest:
    """Return whether something shall be shown, and why.

    Raises:
        Invalid: naming every field that is wrong.
    """
    request = read(VisibilityRequest, raw, RULES)
    return msgspec.structs.replace(request, reason=clean(request.reason))


def read_name_change(name_id: str, raw: object) -> tuple[NameChange, str]:
    """Return what a name shall be, and why.

    Raises:
        Invalid: naming every field that is wrong.
    """
    request = read(NameDecisionRequest, raw, RULES)
    return NameChange(name_id, request.state, _cleaned(request.text), request.expected), clean(request.reason)


def read_name_changes(raw: object) -> tuple[list[NameChange], str]:
    """Return what names shall be, and why.

    Raises:
        Invalid: naming every field that is wrong, and each name that is there a second time.
    """
    request = read(NameDecisionsRequest, raw, _RULES)
    changes = [NameChange(one.id, one.state, _cleaned(one.text), one.expected) for one in request.decisions]
    return changes, clean(request.reason)


def _cleaned(text: str | None) -> str | None:
    return None if text is None else clean(text)


def _repetitions(request: NameDecisionsRequest, pointer: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, decision in enumerate(request.decisions):
        if decision.id in seen:
            yield Fault(f"{child(pointer, 'decisions')}/{index}/id", "duplicate")
        seen.add(decision.id)


_RULES = Rules(values=RULES.values, objects={**RULES.objects, NameDecisionsRequest: _repetitions})
