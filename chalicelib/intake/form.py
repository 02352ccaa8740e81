"""A provider's form: what its questions ask for, what its answers mean, and which campaign they are for."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from chalicelib.domain.folding import fold_label
from chalicelib.domain.participation import Money
from chalicelib.domain.vocabulary import Kind, ParticipantType
from chalicelib.intake.answers import ABROAD, ASKED_FIELDS, AskedField, Unmappable, agrees, is_answered, meaning, single

ANY_FORM = "*"
"""In place of a form's id: every form of an account that is not registered by itself."""

FormState = Literal["test", "live"]
AnswerValue = str | int | float | bool

# Adapters keep the form's own questions apart from the provider's.
_PREFIXES = ("", "answers.", "data.")
_KNOWN_NAMES: Mapping[AskedField, tuple[str, ...]] = {
    "kind": ("kind",),
    "topic": ("topic",),
    "participant_type": ("participant_type", "participant.type"),
    "name": ("name", "full_name", "participant.name"),
    "first_name": ("first_name",),
    "patronymic": ("patronymic", "patronymic_name"),
    "last_name": ("last_name",),
    "phone": ("phone", "phone_number", "participant.phone"),
    "email": ("email", "participant.email"),
    "organisation": ("organisation", "company_name", "participant.organisation"),
    "bin": ("bin", "participant.bin"),
    "region": ("region", "place.region"),
    "country": ("country", "place.country"),
    "people": ("people",),
    "hours": ("hours",),
    "amount": ("amount",),
    "occurred_at": ("occurred_at",),
    "note": ("note",),
}
"""Field names that need no configuration, ours and those that providers give their own questions."""


class DefaultPlace(msgspec.Struct, frozen=True, omit_defaults=True):
    """A region or a country by its code."""

    region: str | None = None
    country: str | None = None


class Defaults(msgspec.Struct, frozen=True, omit_defaults=True):
    """What holds where a submission does not say otherwise."""

    kind: Kind | None = None
    topic: str | None = None
    participant_type: ParticipantType | None = None
    place: DefaultPlace | None = None
    organisation: str | None = None
    people: int | None = None
    hours: float | None = None
    amount: Money | None = None


class ConsentRule(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which field is the consent, and to what text; where it is required nobody counts without."""

    text: str
    version: str
    field: str = "consent"
    required: bool = False


class Form(msgspec.Struct, frozen=True, omit_defaults=True):
    """A form as the registry keeps it.

    `questions` maps field names to what they ask for, None to nothing at all. `answers` maps, for what is asked for,
    answers to values, those of the consent under `consent`. Where `review` is set, all of it waits for a moderator.
    """

    provider: str
    account: str
    form: str
    campaign: str
    state: FormState
    defaults: Defaults = Defaults()
    questions: Mapping[str, AskedField | None] = {}
    answers: Mapping[str, Mapping[str, AnswerValue]] = {}
    consent: ConsentRule | None = None
    review: bool = False


def fill(form: Form, fields: Mapping[str, object]) -> dict[str, object]:
    """Return the request for a participation that a submission's fields are, as `read_participation` takes it.

    What nothing maps is left out. A question named in the form goes before the field names known to all forms.

    Raises:
        Unmappable: an answer has no meaning, or several.
    """
    said = {target: value for target in ASKED_FIELDS if (value := _said(form, fields, target)) is not None}
    defaults: dict[str, object] = msgspec.to_builtins(form.defaults)
    request: dict[str, object] = {
        "participant": _without_nothing(
            {
                "type": said.get("participant_type", defaults.get("participant_type")),
                "name": said.get("name") or _full_name(said),
                "organisation": said.get("organisation", defaults.get("organisation")),
                **{name: said.get(name) for name in ("phone", "email", "bin")},
            }
        ),
        "place": _place(said) or defaults.get("place"),
        **{name: said.get(name, defaults.get(name)) for name in ("kind", "topic", "people", "hours", "amount")},
        "occurred_at": said.get("occurred_at"),
        "consent": _consent(form, fields),
        "note": said.get("note"),
    }
    return _without_nothing(request)


def _said(form: Form, fields: Mapping[str, object], target: AskedField) -> object:
    """Return what a submission says about a target, None for nothing."""
    for names in _names(form, target):
        given: list[object] = []
        for name in names:
            answer = _find(fields, name)
            if is_answered(answer):
                value = _value(form, single(answer, target), target)
                given += [] if value is None or value in given else [value]
        if len(given) > 1:
            raise Unmappable("several_answers", target)
        if given:
            return given[0]
    return None


def _names(form: Form, target: AskedField) -> Iterator[list[str]]:
    """Yield the names of the fields that ask for a target, those to be asked first before the others."""
    yield [name for name, asked in form.questions.items() if asked == target]
    for prefix in _PREFIXES:
        yield [name for known in _KNOWN_NAMES[target] if (name := prefix + known) not in form.questions]


def _find(fields: Mapping[str, object], name: str) -> object:
    """Return the field of a name, also one that lies within another: `answers.region` is `region` of `answers`."""
    if name in fields:
        return fields[name]
    head, dot, rest = name.partition(".")
    inner = fields.get(head)
    return _find(inner, rest) if dot and isinstance(inner, Mapping) else None


def _value(form: Form, answer: object, target: AskedField) -> object:
    return meaning(_translated(answer, form.answers.get(target, {})), target)


def _full_name(said: Mapping[AskedField, Any]) -> str | None:
    parts: tuple[AskedField, ...] = ("first_name", "patronymic", "last_name")
    return " ".join(said[part] for part in parts if part in said) or None


def _place(said: Mapping[AskedField, Any]) -> dict[str, str] | None:
    region, country = said.get("region"), said.get("country")
    if region == ABROAD and country is None:
        raise Unmappable("country_missing", "country")
    place = country if region in (None, ABROAD) else region
    if place is None:
        return None
    return {"region": place} if place.startswith("KZ-") else {"country": place}


def _consent(form: Form, fields: Mapping[str, object]) -> dict[str, str] | None:
    rule = form.consent
    if rule is None:
        return None
    answers = (_find(fields, prefix + rule.field) for prefix in _PREFIXES)
    answer = next((answer for answer in answers if is_answered(answer)), None)
    if agrees(_translated(answer, form.answers.get("consent", {}))):
        return {"text": rule.text, "version": rule.version}
    if rule.required:
        raise Unmappable("consent_missing", "consent")
    return None


def _translated(answer: object, known: Mapping[str, AnswerValue]) -> object:
    """Return the value that an answer stands for, each of several, or the answer itself."""
    if not known:
        return answer
    if isinstance(answer, list):
        return [_translated(item, known) for item in answer]
    folded = {fold_label(text): value for text, value in known.items()}
    return folded.get(fold_label(answer), answer) if isinstance(answer, str) else answer


def _without_nothing(members: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in members.items() if value is not None}
