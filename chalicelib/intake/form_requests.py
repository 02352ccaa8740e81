"""From a request to a form, or a list of all that is wrong."""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.domain.vocabulary import Kind, ParticipantType
from chalicelib.intake.answers import ASKED_FIELDS, AskedField, Unmappable, meaning
from chalicelib.intake.faults import Fault, Rules, child, read
from chalicelib.intake.form import AnswerValue, Form, FormState
from chalicelib.intake.participation_requests import RULES
from chalicelib.intake.requests import (
    Amount,
    AmountRequest,
    CampaignId,
    Display,
    Hours,
    Line,
    People,
    PlaceRequest,
    Request,
    Slug,
    Text,
)

FieldName = Annotated[str, Meta(min_length=1, max_length=500, extra={"fault": "field_name"})]
YesOrNo = Annotated[bool, Meta(extra={"fault": "yes_or_no"})]
Questions = Annotated[dict[str, str | None], Meta(extra={"fault": "questions"})]
Answers = Annotated[dict[str, dict[str, str | int | float | bool]], Meta(extra={"fault": "answers"})]


class DefaultsRequest(Request, frozen=True):
    """What holds where a submission does not say otherwise."""

    kind: Kind | None = None
    topic: Slug | None = None
    participant_type: ParticipantType | None = None
    place: PlaceRequest | None = None
    organisation: Display | None = None
    people: People | None = None
    hours: Hours | None = None
    amount: AmountRequest | None = None


class ConsentRuleRequest(Request, frozen=True):
    """Which field is the consent, and to what text; where it is required nobody counts without."""

    text: Text
    version: Line
    field: FieldName = "consent"
    required: YesOrNo = False


class FormRequest(Request, frozen=True):
    """A form as it shall be.

    `questions`: field name → what it asks for, null for nothing. `answers`: what is asked for → answer → value.
    """

    campaign: CampaignId
    state: FormState
    defaults: DefaultsRequest = DefaultsRequest()
    questions: Questions = msgspec.field(default_factory=dict)
    answers: Answers = msgspec.field(default_factory=dict)
    consent: ConsentRuleRequest | None = None
    review: YesOrNo = False


def read_form(provider: str, account: str, form: str, raw: object) -> Form:
    """Return the form that a request asks for.

    Raises:
        Invalid: naming every field that is wrong.
    """
    request = read(FormRequest, raw, _RULES)
    return msgspec.convert(
        {**msgspec.to_builtins(request), "provider": provider, "account": account, "form": form}, Form
    )


def _question_faults(questions: Mapping[str, str | None], pointer: str) -> Iterator[Fault]:
    for name, target in questions.items():
        if target is not None and target not in ASKED_FIELDS:
            yield Fault(child(pointer, name), "choice", {"choices": ", ".join(ASKED_FIELDS)})


def _answer_faults(answers: Mapping[str, Mapping[str, AnswerValue]], pointer: str) -> Iterator[Fault]:
    for target, values in answers.items():
        fits = _CHOSEN.get(target)
        if fits is None:
            yield Fault(child(pointer, target), "choice", {"choices": ", ".join(_CHOSEN)})
            continue
        for answer, value in values.items():
            if not fits(value):
                yield Fault(child(child(pointer, target), answer), "answer_value")


def _chosen(target: AskedField, shape: object) -> Callable[[AnswerValue], bool]:
    """Return the test of a value that an answer stands for: of the shape, and of a meaning."""

    def fits(value: AnswerValue) -> bool:
        try:
            meaning(msgspec.convert(value, shape), target)
        except (msgspec.ValidationError, Unmappable):
            return False
        return True

    return fits


def _is_display(value: AnswerValue) -> bool:
    return _chosen("organisation", Display)(value) and not any(RULES.values["display"](value, "#"))


_CHOSEN: Mapping[str, Callable[[AnswerValue], bool]] = {
    "kind": _chosen("kind", str),
    "participant_type": _chosen("participant_type", str),
    "region": _chosen("region", str),
    "country": _chosen("country", str),
    "topic": _chosen("topic", Slug),
    "organisation": _is_display,
    "people": _chosen("people", People),
    "hours": _chosen("hours", Hours),
    "amount": _chosen("amount", Amount),
    "consent": lambda value: isinstance(value, bool),
}
"""What is chosen from a list, and so has values by answer."""

_RULES = Rules(
    values={**RULES.values, "questions": _question_faults, "answers": _answer_faults},
    objects=RULES.objects,
)
