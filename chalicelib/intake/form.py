"""A provider's form: what its questions ask for, what its answers mean, and which campaign they are for."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from chalicelib.domain.folding import clean, fold_label
from chalicelib.domain.participation import Money
from chalicelib.domain.places import HOME_COUNTRY
from chalicelib.domain.vocabulary import Kind, NamesOnAir, ParticipantType
from chalicelib.intake.answers import (
    ABROAD,
    ASKED_FIELDS,
    MAX_ANSWERS,
    NOTHING,
    AskedField,
    Unmappable,
    agrees,
    each_answer,
    is_answered,
    joined,
    meaning,
)
from chalicelib.intake.details import are_same, is_usable, without_useless_details
from chalicelib.intake.fields import Fields

ANY_FORM = "*"
"""In place of a form's id: every form of an account that is not registered by itself."""

KEEPERS = frozenset({"meta", "google-ads", "google-forms", "typeform", "tally"})
"""Providers that keep the form that is filled in: whoever does can only answer what it asks."""

FormState = Literal["test", "live"]
AnswerValue = str | int | float | bool | None
"""What an answer stands for, None for nothing."""

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
    "currency": ("currency",),
    "occurred_at": ("occurred_at",),
    "note": ("note",),
}
"""Field names that need no configuration, ours and those that providers give their own questions."""
_ALL_KNOWN_NAMES = tuple(prefix + name for prefix in _PREFIXES for names in _KNOWN_NAMES.values() for name in names)

TARGETS: Mapping[str, frozenset[AskedField]] = {
    "kind": frozenset({"kind"}),
    "topic": frozenset({"topic"}),
    "participant_type": frozenset({"participant_type"}),
    "place": frozenset({"region", "country"}),
    "organisation": frozenset({"organisation"}),
    "people": frozenset({"people"}),
    "hours": frozenset({"hours"}),
    "amount": frozenset({"amount", "currency"}),
}
"""What a question asks for that each default stands in place of."""

_PLACE: frozenset[str] = frozenset({"region", "country"})
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
    consent under `consent`. What is `required` has to be answered. Where `review` is set, all of it waits for a
    moderator; `names` says what becomes of the names it brings.
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
    required: list[AskedField] = []
    consent: ConsentRule | None = None
    review: bool = False
    names: NamesOnAir = "after_approval"


class Filled(msgspec.Struct, frozen=True):
    """What a form makes of a submission: a request for a participation, as `read_participation` takes it.

    `absent` names the fields that the form maps and the submission does not have, `left_out` what was answered and
    cannot be used, and is not needed.
    """

    request: dict[str, object]
    absent: tuple[str, ...] = ()
    left_out: tuple[AskedField, ...] = ()


def has_answers(
    form: Form, fields: Mapping[str, object], provider_fields: Collection[str], context: Collection[str]
) -> bool:
    """Whether something is answered that a form asks for; any answer is where it names no question.

    What stands in `context` nobody filled in, and a box that was not ticked is no answer.
    """
    answers = {name: value for name, value in fields.items() if name not in context}
    given = Fields(answers)
    asked = {name: target for name, target in form.questions.items() if target is not None}
    if not asked:
        ignored = Fields(dict.fromkeys(form.questions))
        return any(_is_given(answer) and not ignored.has(name) for name, answer in _leaves(answers))
    # An organisation's name of which nothing is seen is one all the same, and judged as such.
    names = (name for name, target in asked.items() if target == "organisation")
    return (
        any(map(is_answered, given.find(*names)))
        or any(map(_is_given, given.find(*asked, *_consent_names(form))))
        or any(map(_is_given, given.only(provider_fields).find(*_ALL_KNOWN_NAMES)))
    )


def fill(
    form: Form,
    fields: Mapping[str, object],
    provider_fields: Collection[str],
    corrected: Mapping[AskedField, AnswerValue] = {},
    *,
    signed_in: bool = False,
) -> Filled:
    """Return what a form makes of a submission's fields.

    A question named in the form reaches any field, and goes before the field names known to all forms, which reach
    `provider_fields` alone: every other field was made by somebody's client, which may send anything. What a default is
    for, only a question reaches: one that the form names, or one of a form that the provider keeps. What nothing maps
    is left out. What a moderator `corrected` goes before all of it. `signed_in` says that the provider tells who it
    was.

    Raises:
        Unmappable: an answer has no meaning, or several, or one is missing that is required.
    """
    given = Fields(fields)
    said = _all_said(form, given, provider_fields, corrected)
    answered = {target: value for target, value in said.items() if value is not NOTHING}
    _check_currency(answered)
    for target in form.required:
        if not _is_said(target, answered):
            raise Unmappable("answer_missing", target)
    members: dict[str, object] = {**_members(form.fallback), **_members(form.defaults), **said}
    told = {name: value for name, value in members.items() if value is not NOTHING}
    useful, left_out = without_useless_details(told, form.required, signed_in=signed_in)
    request: dict[str, object] = {
        "participant": _without_nothing(
            {
                "type": useful.get("participant_type"),
                "name": useful.get("name") or _full_name(useful),
                **{name: useful.get(name) for name in ("organisation", "phone", "email", "bin")},
            }
        ),
        "place": _place(answered) or useful.get("place"),
        **{name: useful.get(name) for name in ("kind", "topic", "people", "hours", "amount", "occurred_at", "note")},
        "consent": _consent(form, given),
    }
    return Filled(_without_nothing(request), tuple(_absent(form, given, provider_fields)), left_out)


def absent(form: Form, fields: Mapping[str, object], provider_fields: Collection[str]) -> tuple[str, ...]:
    """Return the names of the fields that a form maps and a submission does not have."""
    return tuple(_absent(form, Fields(fields), provider_fields))


def unmapped(form: Form, fields: Mapping[str, object], provider_fields: Collection[str]) -> tuple[str, ...]:
    """Return the names of the fields that are answered and that nothing of the form asks for.

    What asks for a field asks for all within it.
    """
    asked = Fields(dict.fromkeys(form.questions))
    consents = Fields(dict.fromkeys(_consent_names(form)))
    known = Fields(dict.fromkeys(_ALL_KNOWN_NAMES))
    return tuple(
        name
        for name, answer in _leaves(fields)
        if is_answered(answer)
        and not any(asked.has(outer) or consents.has(outer) for outer in _and_outer(name))
        and not (
            any(map(known.has, _and_outer(name)))
            and any(name == told or name.startswith(f"{told}.") for told in provider_fields)
        )
    )


def _and_outer(name: str) -> Iterator[str]:
    """Yield a full name, and those of the fields that it may be within."""
    parts = name.split(".")
    yield from (".".join(parts[:count]) for count in range(len(parts), 0, -1))


def _leaves(fields: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Yield the fields by their full names, those within others one by one."""
    for name, value in fields.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _is_given(answer: object) -> bool:
    """Whether somebody answered: a table of which no row is, and a box that was left empty, say nothing."""
    if isinstance(answer, Mapping):
        return any(_is_given(item) for item in answer.values())
    if isinstance(answer, list):
        return any(_is_given(item) for item in answer)
    if isinstance(answer, str):
        return bool(clean(answer))
    return answer is not False and answer is not None


def _members(defaults: Defaults) -> dict[str, object]:
    members: dict[str, object] = msgspec.to_builtins(defaults)
    return members


def _all_said(
    form: Form, given: Fields, provider_fields: Collection[str], corrected: Mapping[AskedField, AnswerValue]
) -> dict[str, object]:
    """Return what a submission says by what is asked for, `NOTHING` where it says that there is nothing."""
    locked = frozenset[AskedField]().union(*(TARGETS[name] for name in _members(form.defaults)))
    known, nothing, named = given.only(provider_fields), Fields({}), Fields(dict.fromkeys(form.questions))

    def reached(target: AskedField) -> Fields:
        if target in _TELLS_NOTHING:
            return given
        return nothing if target in locked and form.provider not in KEEPERS else known

    # A place is a region or a country: who corrects the one, corrects the place.
    settled = {*corrected, *(_PLACE if _PLACE & corrected.keys() else ())}
    said: dict[str, object] = {}
    for target in ASKED_FIELDS:
        if target not in settled and (value := _said(form, named, given, reached(target), target)) is not None:
            said[target] = value
    for target, correction in corrected.items():
        said[target] = NOTHING if correction is None else meaning(correction, target)
    return said


def _said(form: Form, named: Fields, given: Fields, known: Fields, target: AskedField) -> object:
    """Return what a submission says about a target, None for nothing at all.

    What can be used goes before what cannot, and any answer before one that says that there is nothing.
    """
    second_best: object = None
    for names, among in _questions(form, named, given, known, target):
        values = _values(form, among.find(*names), target)
        if len(values) > 1:
            raise Unmappable("several_answers", target)
        if values and is_usable(target, values[0]):
            return values[0]
        second_best = second_best if second_best not in (None, NOTHING) or not values else values[0]
    return second_best


def _values(form: Form, answers: Iterable[object], target: AskedField) -> list[object]:
    """Return the different values of answers: those that can be used, else the others, else `NOTHING`.

    Raises:
        Unmappable: an answer has no meaning, or there are too many.
    """
    known = form.answers.get(target, {})
    items = [item for answer in answers for item in each_answer(joined(answer) if target == "note" else answer)]
    if len(items) > MAX_ANSWERS:
        raise Unmappable("several_answers", target)
    found: list[object] = []
    for item in items:
        value = _value(_translated(item, known), target)
        if value is not None and not any(are_same(target, value, other) for other in found):
            found.append(value)
    usable = [value for value in found if is_usable(target, value)]
    return usable or [value for value in found if value is not NOTHING] or found


def _questions(
    form: Form, named: Fields, given: Fields, known: Fields, target: AskedField
) -> Iterator[tuple[Sequence[str], Fields]]:
    """Yield the names of the fields that ask for a target and where they are, those to be asked first first."""
    yield [name for name, asked in form.questions.items() if asked == target], given
    for prefix in _PREFIXES:
        yield [name for suffix in _KNOWN_NAMES[target] if not named.has(name := prefix + suffix)], known


def _value(answer: object, target: AskedField) -> object:
    return NOTHING if answer is NOTHING else meaning(answer, target)


def _is_said(target: AskedField, said: Mapping[str, object]) -> bool:
    """Whether something is answered, in whatever way it may be."""
    if target in _PLACE:
        return _place(said) is not None
    return target in said or (target == "name" and _full_name(said) is not None)


def _absent(form: Form, given: Fields, provider_fields: Collection[str]) -> Iterator[str]:
    """Yield the names of questions that a submission does not have, nor another one that asks for the same."""
    known = given.only(provider_fields)
    for target in ASKED_FIELDS:
        names = [name for name, asked in form.questions.items() if asked == target]
        if not names or any(map(given.has, names)):
            continue
        if not any(known.has(prefix + name) for prefix in _PREFIXES for name in _KNOWN_NAMES[target]):
            yield from names
    if form.consent is not None and not any(map(given.has, _consent_names(form))):
        yield form.consent.field


def _full_name(said: Mapping[str, object]) -> str | None:
    parts: tuple[AskedField, ...] = ("first_name", "patronymic", "last_name")
    return " ".join(str(said[part]) for part in parts if part in said) or None


def _check_currency(said: Mapping[str, object]) -> None:
    """Let pass an amount that is of the currency that another question tells, or that a program told with it.

    People write whole units, of which other currencies than tenge have parts: none becomes another.

    Raises:
        Unmappable: it is of another.
    """
    amount, currency = said.get("amount"), said.get("currency")
    if isinstance(amount, Mapping) and currency is not None and amount.get("currency") != currency:
        raise Unmappable("currency_differs", "amount")


def _place(said: Mapping[str, object]) -> dict[str, str] | None:
    """Return the place that is answered, None where none is: that an act was in Kazakhstan does not say where.

    Raises:
        Unmappable: a region and a country of which one is not in the other, or an act abroad without a country.
    """
    region, country = _code(said, "region"), _code(said, "country")
    if region is None:
        return None if country in (None, HOME_COUNTRY) else {"country": country}
    if region == ABROAD:
        if country is None:
            raise Unmappable("country_missing", "country")
        if country == HOME_COUNTRY:
            raise Unmappable("several_answers", "country")
        return {"country": country}
    is_home = region.startswith("KZ-")
    if country not in (None, HOME_COUNTRY if is_home else region):
        raise Unmappable("several_answers", "country")
    return {"region": region} if is_home else {"country": region}


def _code(said: Mapping[str, object], target: AskedField) -> str | None:
    code = said.get(target)
    return None if code is None else str(code)


def _consent(form: Form, given: Fields) -> dict[str, str] | None:
    rule = form.consent
    if rule is None:
        return None
    answer = next(filter(is_answered, given.find(*_consent_names(form))), None)
    if agrees(_translated(answer, form.answers.get("consent", {})), rule.text):
        return {"text": rule.text, "version": rule.version}
    if rule.required:
        raise Unmappable("consent_missing", "consent")
    return None


def _consent_names(form: Form) -> tuple[str, ...]:
    """Return the names that the consent may be under, none where a form asks for none."""
    return () if form.consent is None else tuple(prefix + form.consent.field for prefix in _PREFIXES)


def _translated(answer: object, known: Mapping[str, AnswerValue]) -> object:
    """Return the value that an answer stands for, each of several, or the answer itself."""
    if not known:
        return answer
    if isinstance(answer, list):
        return [_translated(item, known) for item in answer]
    if not isinstance(answer, str):
        return answer
    folded = {fold_label(text): value for text, value in known.items()}
    value = folded.get(fold_label(answer), answer)
    return NOTHING if value is None else value


def _without_nothing(members: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in members.items() if value is not None}
