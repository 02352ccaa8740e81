"""From a request to a form, or a list of all that is wrong."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.domain.folding import fold_label
from chalicelib.domain.vocabulary import Kind, NamesOnAir, ParticipantType
from chalicelib.intake.answers import ASKED_FIELDS, AskedField, Unmappable, meaning
from chalicelib.intake.faults import Fault, Invalid, Rules, child, read, rule_faults
from chalicelib.intake.form import KEEPERS, TARGETS, AnswerValue, Form, FormState
from chalicelib.intake.participation_requests import RULES
from chalicelib.intake.requests import (
    Amount,
    AmountRequest,
    Bin,
    CampaignId,
    Display,
    Email,
    Hours,
    Line,
    People,
    Phone,
    PlaceRequest,
    Request,
    Slug,
    Text,
)

FieldName = Annotated[str, Meta(min_length=1, max_length=500, extra={"fault": "field_name"})]
YesOrNo = Annotated[bool, Meta(extra={"fault": "yes_or_no"})]
_Asked = Annotated[str, Meta(extra_json_schema={"pattern": f"^({'|'.join(ASKED_FIELDS)})$"})]
Questions = Annotated[dict[str, _Asked | None], Meta(extra={"fault": "questions"})]
Answers = Annotated[
    dict[str, dict[str, str | int | float | bool | None]],
    Meta(extra={"fault": "answers"}, extra_json_schema={"propertyNames": {"enum": [*ASKED_FIELDS, "consent"]}}),
]
CorrectionTable = Annotated[
    dict[str, str | int | float | bool | None],
    Meta(extra={"fault": "corrections"}, extra_json_schema={"propertyNames": {"enum": [*ASKED_FIELDS]}}),
]
Required = Annotated[list[AskedField], Meta(max_length=len(ASKED_FIELDS), extra={"fault": "required_fields"})]


class DefaultsRequest(Request, frozen=True):
    """What the form says of every participation, or of those whose submission does not say it."""

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

    `defaults`: what holds whatever is submitted, of what a question asks for where it is not answered. `fallback`: what
    holds where a submission says nothing. `questions`: field name → what it asks for, null for nothing. `answers`: what
    is asked for → answer → value, null where it says nothing. `required`: what has to be answered.
    """

    campaign: CampaignId
    state: FormState
    defaults: DefaultsRequest = DefaultsRequest()
    fallback: DefaultsRequest = DefaultsRequest()
    questions: Questions = msgspec.field(default_factory=dict)
    answers: Answers = msgspec.field(default_factory=dict)
    required: Required = msgspec.field(default_factory=list)
    consent: ConsentRuleRequest | None = None
    review: YesOrNo = False
    names: NamesOnAir = "after_approval"


class CorrectionsRequest(Request, frozen=True):
    """What to take in place of what was answered, by what is asked for: a value, or null for nothing."""

    answers: CorrectionTable


def read_corrections(raw: object) -> dict[AskedField, AnswerValue]:
    """Return what a moderator corrects in a submission, by what is asked for.

    Raises:
        Invalid: naming every field that is wrong.
    """
    corrected = read(CorrectionsRequest, raw, _RULES).answers
    return {target: corrected[target] for target in ASKED_FIELDS if target in corrected}


def read_form(provider: str, account: str, form: str, raw: object) -> Form:
    """Return the form that a request asks for.

    A default of what a question of the form asks for locks nothing, and is a fallback.

    Raises:
        Invalid: naming every field that is wrong.
    """
    contradictions = tuple(_contradictions(provider, raw))
    try:
        request = read(FormRequest, raw, _RULES)
    except Invalid as invalid:
        raise Invalid((*invalid.faults, *contradictions)) from None
    if contradictions:
        raise Invalid(contradictions)
    asked = frozenset(request.questions.values())
    members: dict[str, object] = msgspec.to_builtins(request)
    defaults, fallback = (msgspec.to_builtins(given) for given in (request.defaults, request.fallback))
    fallback |= {name: value for name, value in defaults.items() if TARGETS[name] & asked}
    members["defaults"] = {name: value for name, value in defaults.items() if name not in fallback}
    members["fallback"] = fallback
    return msgspec.convert({**members, "provider": provider, "account": account, "form": form}, Form)


def _contradictions(provider: str, raw: object) -> Iterator[Fault]:
    """Yield where a form says two things of one."""
    asked = [*_members(raw, "questions").values()]
    answers, fallback = _members(raw, "answers"), _members(raw, "fallback")
    defaults = _members(raw, "defaults")
    for name, targets in TARGETS.items():
        if name not in defaults:
            continue
        if name in fallback:
            yield Fault(child("#/fallback", name), "default_and_fallback")
        if provider not in KEEPERS and not any(target in asked for target in targets):
            yield from (Fault(child("#/answers", target), "answers_locked") for target in answers if target in targets)
            yield from (
                Fault(f"#/required/{number}", "required_locked")
                for number, target in enumerate(_items(raw, "required"))
                if target in targets
            )


def _members(raw: object, name: str) -> Mapping[str, object]:
    """Return the members that an object within a request has; none where it is misshapen, which others tell."""
    given = raw.get(name) if isinstance(raw, Mapping) else None
    return {key: value for key, value in given.items() if value is not None} if isinstance(given, Mapping) else {}


def _items(raw: object, name: str) -> Sequence[object]:
    given = raw.get(name) if isinstance(raw, Mapping) else None
    return given if isinstance(given, list) else ()


def check_topics(form: Form, topics: Collection[str]) -> None:
    """Let pass a form of which every topic is one of its campaign's.

    Raises:
        Invalid: naming each that is not.
    """
    said = {
        "#/defaults/topic": form.defaults.topic,
        "#/fallback/topic": form.fallback.topic,
        **{child("#/answers/topic", answer): topic for answer, topic in form.answers.get("topic", {}).items()},
    }
    values = {"choices": ", ".join(topics)}
    faults = [Fault(pointer, "choice", values) for pointer, topic in said.items() if topic and topic not in topics]
    if faults:
        raise Invalid(tuple(faults))


def _question_faults(questions: Mapping[str, str | None], pointer: str) -> Iterator[Fault]:
    for name, target in questions.items():
        if target is not None and target not in ASKED_FIELDS:
            yield Fault(child(pointer, name), "choice", {"choices": ", ".join(ASKED_FIELDS)})


def _answer_faults(answers: Mapping[str, Mapping[str, AnswerValue]], pointer: str) -> Iterator[Fault]:
    for target, values in answers.items():
        fits = CHOSEN.get(target)
        if fits is None:
            yield Fault(child(pointer, target), "choice", {"choices": ", ".join(CHOSEN)})
            continue
        told = child(pointer, target)
        yield from (Fault(child(told, answer), "answer_value") for answer in _unfit(values, fits))
        yield from (Fault(child(told, answer), "answer_twice") for answer in _said_again(values))


def _unfit(values: Mapping[str, AnswerValue], fits: Callable[[AnswerValue], bool]) -> Iterator[str]:
    return (answer for answer, value in values.items() if value is not None and not fits(value))


def _said_again(values: Mapping[str, AnswerValue]) -> Iterator[str]:
    """Yield answers that are compared as one before them is, and mean something else."""
    meanings: dict[str, AnswerValue] = {}
    return (answer for answer, value in values.items() if meanings.setdefault(fold_label(answer), value) != value)


def _correction_faults(corrected: Mapping[str, AnswerValue], pointer: str) -> Iterator[Fault]:
    for target, value in corrected.items():
        if target not in ASKED_FIELDS:
            yield Fault(child(pointer, target), "choice", {"choices": ", ".join(ASKED_FIELDS)})
        elif value is not None and not CHOSEN[target](value):
            yield Fault(child(pointer, target), "answer_value")


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
    return _chosen("organisation", Display)(value) and not any(rule_faults(RULES.values["display"], value, "#"))


def _fits_shape(shape: object, fault: str) -> Callable[[AnswerValue], bool]:
    """Return the test of a value that is a detail: of the shape, and as the API takes it."""
    rule = RULES.values.get(fault)

    def fits(value: AnswerValue) -> bool:
        try:
            msgspec.convert(value, shape)
        except msgspec.ValidationError:
            return False
        return rule is None or not any(rule_faults(rule, value, "#"))

    return fits


CHOSEN: Mapping[str, Callable[[AnswerValue], bool]] = {
    "kind": _chosen("kind", str),
    "participant_type": _chosen("participant_type", str),
    "region": _chosen("region", str),
    "country": _chosen("country", str),
    "currency": _chosen("currency", str),
    "topic": _chosen("topic", Slug),
    "organisation": _is_display,
    "people": _chosen("people", People),
    "hours": _chosen("hours", Hours),
    "amount": _chosen("amount", Amount),
    **dict.fromkeys(("name", "first_name", "patronymic", "last_name"), _fits_shape(Line, "line")),
    "phone": _fits_shape(Phone, "phone"),
    "email": _fits_shape(Email, "email"),
    "bin": _fits_shape(Bin, "bin"),
    "occurred_at": _chosen("occurred_at", str),
    "note": _fits_shape(Text, "text"),
    "consent": lambda value: isinstance(value, bool),
}
"""By what is asked for, whether a value can be what an answer stands for."""

_RULES = Rules(
    values={
        **RULES.values,
        "questions": _question_faults,
        "answers": _answer_faults,
        "corrections": _correction_faults,
    },
    objects=RULES.objects,
)
