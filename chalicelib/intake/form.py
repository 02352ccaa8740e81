"""A provider's form: what its questions ask for, what its answers mean, and which campaign they are for."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal

import msgspec

from chalicelib.domain.folding import fold_label
from chalicelib.domain.participation import Money
from chalicelib.domain.vocabulary import PERSON, Kind, NamesOnAir, ParticipantType
from chalicelib.intake.answers import ABROAD, ASKED_FIELDS, AskedField, Unmappable, agrees, is_answered, meaning, single

ANY_FORM = "*"
"""In place of a form's id: every form of an account that is not registered by itself."""

KEEPERS = frozenset({"meta", "google-ads", "google-forms", "typeform", "tally"})
"""Providers that keep the form that is filled in: whoever does can only answer what it asks."""

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

TARGETS: Mapping[str, frozenset[AskedField]] = {
    "kind": frozenset({"kind"}),
    "topic": frozenset({"topic"}),
    "participant_type": frozenset({"participant_type"}),
    "place": frozenset({"region", "country"}),
    "organisation": frozenset({"organisation"}),
    "people": frozenset({"people"}),
    "hours": frozenset({"hours"}),
    "amount": frozenset({"amount"}),
}
"""What a question asks for that each default stands in place of."""

_TELLS_NOTHING: frozenset[AskedField] = frozenset({"occurred_at"})
"""What is neither counted nor shown: a client may say it without being asked."""


class DefaultPlace(msgspec.Struct, frozen=True, omit_defaults=True):
    """A region or a country by its code."""

    region: str | None = None
    country: str | None = None


class Defaults(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a form says of every participation, or of those whose submission does not say it."""

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

    `defaults` hold whatever a client sends, `fallback` where a submission says nothing. `questions` maps field names to
    what they ask for, None to nothing at all. `answers` maps, for what is asked for, answers to values, those of the
    consent under `consent`. Where `review` is set, all of it waits for a moderator; `names` says what becomes of the
    names it brings.
    """

    provider: str
    account: str
    form: str
    campaign: str
    state: FormState
    defaults: Defaults = Defaults()
    fallback: Defaults = Defaults()
    questions: Mapping[str, AskedField | None] = {}
    answers: Mapping[str, Mapping[str, AnswerValue]] = {}
    consent: ConsentRule | None = None
    review: bool = False
    names: NamesOnAir = "after_approval"


def has_answers(
    form: Form, fields: Mapping[str, object], provider_fields: Collection[str], context: Collection[str]
) -> bool:
    """Whether something is answered that a form asks for; any answer is where it names no question.

    What stands in `context` nobody filled in, and a box that was not ticked is no answer.
    """
    answers = {name: value for name, value in fields.items() if name not in context and _is_given(value)}
    asked = [name for name, target in form.questions.items() if target is not None]
    if not asked:
        return bool(answers.keys() - form.questions.keys())
    asked += [prefix + form.consent.field for prefix in _PREFIXES] if form.consent else []
    return any(_is_given(_find(answers, name)) for name in asked) or _has_known(answers, provider_fields)


def fill(form: Form, fields: Mapping[str, object], provider_fields: Collection[str]) -> dict[str, object]:
    """Return the request for a participation that a submission's fields are, as `read_participation` takes it.

    A question named in the form reaches any field, and goes before the field names known to all forms, which reach
    `provider_fields` alone: every other field was made by somebody's client, which may send anything. What a default is
    for, only a question reaches: one that the form names, or one of a form that the provider keeps. What nothing maps
    is left out.

    Raises:
        Unmappable: an answer has no meaning, or several.
    """
    defaults, fallback = _members(form.defaults), _members(form.fallback)
    locked = frozenset[AskedField]().union(*(TARGETS[name] for name in defaults))
    known = {name: fields[name] for name in provider_fields if name in fields}

    def reached(target: AskedField) -> Mapping[str, object]:
        if target in _TELLS_NOTHING:
            return fields
        return {} if target in locked and form.provider not in KEEPERS else known

    said: dict[str, Any] = {
        target: value for target in ASKED_FIELDS if (value := _said(form, fields, reached(target), target)) is not None
    }
    given: dict[str, object] = {**fallback, **defaults, **said}
    if given.get("participant_type") == PERSON:
        # Where somebody works is kept nowhere: whatever they call it, their own act counts.
        given.pop("organisation", None)
    request: dict[str, object] = {
        "participant": _without_nothing(
            {
                "type": given.get("participant_type"),
                "name": said.get("name") or _full_name(said),
                **{name: given.get(name) for name in ("organisation", "phone", "email", "bin")},
            }
        ),
        "place": _place(said) or given.get("place"),
        **{name: given.get(name) for name in ("kind", "topic", "people", "hours", "amount", "occurred_at", "note")},
        "consent": _consent(form, fields),
    }
    return _without_nothing(request)


def _is_given(answer: object) -> bool:
    """Whether somebody answered: a table of which no row is, and a box that was left empty, say nothing."""
    if isinstance(answer, Mapping):
        return any(_is_given(item) for item in answer.values())
    if isinstance(answer, list):
        return any(_is_given(item) for item in answer)
    return answer is not False and is_answered(answer)


def _has_known(answers: Mapping[str, object], provider_fields: Collection[str]) -> bool:
    """Whether a question of the provider's form under a name known to all forms is answered."""
    known = {name: answers[name] for name in provider_fields if name in answers}
    names = (prefix + name for prefix in _PREFIXES for names in _KNOWN_NAMES.values() for name in names)
    return any(_is_given(_find(known, name)) for name in names)


def _members(defaults: Defaults) -> dict[str, object]:
    members: dict[str, object] = msgspec.to_builtins(defaults)
    return members


def _said(form: Form, fields: Mapping[str, object], known: Mapping[str, object], target: AskedField) -> object:
    """Return what a submission says about a target, None for nothing."""
    for names, among in _questions(form, fields, known, target):
        given: list[object] = []
        for name in names:
            answer = _find(among, name)
            if is_answered(answer):
                value = _value(form, single(answer, target), target)
                given += [] if value is None or value in given else [value]
        if len(given) > 1:
            raise Unmappable("several_answers", target)
        if given:
            return given[0]
    return None


def _questions(
    form: Form, fields: Mapping[str, object], known: Mapping[str, object], target: AskedField
) -> Iterator[tuple[list[str], Mapping[str, object]]]:
    """Yield the names of the fields that ask for a target and where they are, those to be asked first first."""
    yield [name for name, asked in form.questions.items() if asked == target], fields
    for prefix in _PREFIXES:
        yield [name for suffix in _KNOWN_NAMES[target] if (name := prefix + suffix) not in form.questions], known


def _find(fields: Mapping[str, object], name: str) -> object:
    """Return the field of a name, also one that lies within another: `answers.region` is `region` of `answers`."""
    if name in fields:
        return fields[name]
    head, dot, rest = name.partition(".")
    inner = fields.get(head)
    return _find(inner, rest) if dot and isinstance(inner, Mapping) else None


def _value(form: Form, answer: object, target: AskedField) -> object:
    return meaning(_translated(answer, form.answers.get(target, {})), target)


def _full_name(said: Mapping[str, Any]) -> str | None:
    parts: tuple[AskedField, ...] = ("first_name", "patronymic", "last_name")
    return " ".join(said[part] for part in parts if part in said) or None


def _place(said: Mapping[str, Any]) -> dict[str, str] | None:
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
