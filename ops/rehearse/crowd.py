"""Who comes and what they do: drawn by chance, and the same for the same seed."""

from collections.abc import Collection
from random import Random

from msgspec.structs import replace

from chalicelib.domain.vocabulary import DEFAULT_TOPICS, PERSON, Kind, ParticipantType
from ops.rehearse.acts import MINUTES_PER_HOUR, Amount, Channel, Participant, PlannedAct, SentAct
from ops.rehearse.words import ATTACK, ATTACK_REGION, COUNTRIES, FIRST_NAMES, LAST_NAMES, ORGANISATIONS, REGIONS

_WEIGHTS: dict[Channel, int] = {
    "api": 24,
    "batch": 16,
    "whatsapp": 12,
    "telegram": 8,
    "telegram-miniapp": 6,
    "vk": 6,
    "vk-miniapp": 3,
    "typeform": 6,
    "tally": 6,
    "google-forms": 5,
    "google-ads": 4,
    "standard": 6,
    "checked": 2,
}
_OF_ORGANISATIONS: frozenset[Channel] = frozenset({"api", "batch", "standard", "typeform", "tally", "google-forms"})
_WITH_EMAIL: frozenset[Channel] = frozenset({"api", "batch", "standard", "typeform", "tally", "google-ads"})
_OF_USERS: frozenset[Channel] = frozenset({"telegram-miniapp"})
_NAMELESS: frozenset[Channel] = frozenset({"api", "batch"})

_PERSON_KINDS: dict[Kind, int] = {
    "good_deed": 42,
    "volunteering": 30,
    "donation": 18,
    "initiative": 4,
    "online_training": 4,
    "master_class": 2,
}
_TYPES: dict[ParticipantType, int] = {
    "school": 34,
    "business": 26,
    "ngo": 14,
    "college": 8,
    "state_body": 7,
    "university": 6,
    "media": 5,
}
_TYPE_KINDS: dict[ParticipantType, tuple[Kind, ...]] = {
    "school": ("class_hour", "good_deed", "volunteering"),
    "college": ("class_hour", "master_class", "volunteering"),
    "university": ("volunteering", "online_training", "initiative"),
    "business": ("donation", "volunteering", "good_deed"),
    "ngo": ("good_deed", "volunteering", "donation"),
    "state_body": ("volunteering", "initiative"),
    "media": ("media_coverage",),
}

_ORGANISATION, _RETURNING, _REGULAR = 0.22, 0.25, 0.1
_ABROAD, _IN_DOLLARS = 0.04, 0.1
_ABOVE_LIMITS, _PRANK = 0.012, 0.002
_TWICE, _IMPATIENT, _LATE = 0.02, 0.01, 0.03
_REGULARS = 12
_BIN_WEIGHTS = ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2))


class Crowd:
    """Draws submissions one after the other, by the channels that there are.

    `name` begins their keys; who gives a phone has one above that of number `after`.
    """

    def __init__(
        self, name: str, draw: Random, channels: Collection[Channel], *, late_seconds: float = 30.0, after: int = 0
    ) -> None:
        self._name = name
        self._draw = draw
        self._channels = [channel for channel in _WEIGHTS if channel in channels]
        self._late_seconds = late_seconds
        self._persons: list[Participant] = []
        self._organisations: list[Participant] = []
        self._count = after

    def submission(self) -> PlannedAct:
        """Return somebody's next act."""
        draw, number = self._draw, self._next()
        participant = self._organisation() if draw.random() < _ORGANISATION else self._person(number)
        channel = self._channel(participant)
        return PlannedAct(
            number=number,
            key=f"{self._name}-{number}",
            channel=channel,
            participant=participant,
            act=self._act(participant, channel),
            fate=draw.random(),
            twice=draw.random() < _TWICE,
            impatient=draw.random() < _IMPATIENT,
            again_after=draw.uniform(0.1, 1) * self._late_seconds if draw.random() < _LATE else None,
        )

    def attack(self) -> PlannedAct:
        """Return an act whose organisation's name is what somebody wants to be seen on air."""
        number = self._next()
        participant = Participant(
            f"attack {number}", "ngo", ATTACK_REGION, phone=_phone(number), organisation=ATTACK.format(number)
        )
        act = SentAct("good_deed", ATTACK_REGION, people=self._draw.randint(1, 900))
        return PlannedAct(number, f"{self._name}-{number}", "standard", participant, act, is_attack=True)

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _channel(self, participant: Participant) -> Channel:
        able = [channel for channel in self._channels if channel in _fitting(participant)]
        return self._draw.choices(able, [_WEIGHTS[channel] for channel in able])[0]

    def _person(self, number: int) -> Participant:
        draw = self._draw
        if self._persons and draw.random() < _RETURNING:
            known = self._persons[:_REGULARS] if draw.random() < _REGULAR else self._persons
            return draw.choice(known)
        person = self._new_person(number, draw.random())
        if person.phone or person.email or person.user:
            self._persons.append(person)
        return person

    def _new_person(self, number: int, which: float) -> Participant:
        """Return a person: most have a phone, some an e-mail address alone, a few are signed in, or tell nothing."""
        draw, key = self._draw, f"person {number}"
        name = f"{draw.choice(FIRST_NAMES)} {draw.choice(LAST_NAMES)}"
        place = draw.choice(COUNTRIES) if draw.random() < _ABROAD else self._region()
        if which < 0.88:
            phone, email = _phone(number), f"p{number}@example.com" if draw.random() < 0.2 else None
            return Participant(key, PERSON, place, name, phone=phone, email=email, user=10**9 + number)
        if which < 0.95:
            return Participant(key, PERSON, place, name, email=f"e{number}@example.com")
        if which < 0.98 and _OF_USERS & set(self._channels):
            return Participant(key, PERSON, place, name, user=2 * 10**9 + number)
        return Participant(f"nobody {number}", PERSON, place)

    def _organisation(self) -> Participant:
        draw = self._draw
        if self._organisations and draw.random() < 2 * _RETURNING:
            known = self._organisations[:_REGULARS] if draw.random() < _REGULAR else self._organisations
            return draw.choice(known)
        number = len(self._organisations) + 1
        kind = draw.choices(list(_TYPES), list(_TYPES.values()))[0]
        made = Participant(
            f"organisation {number}",
            kind,
            self._region(),
            organisation=draw.choice(ORGANISATIONS[kind]).format(number),
            bin=_bin(number) if draw.random() < 0.5 else None,
        )
        self._organisations.append(made)
        return made

    def _region(self) -> str:
        return self._draw.choices(list(REGIONS), list(REGIONS.values()))[0]

    def _act(self, participant: Participant, channel: Channel) -> SentAct:
        draw = self._draw
        act = self._of_person(participant) if participant.is_person else self._of_organisation(participant)
        if act.amount is not None and channel in _NAMELESS and draw.random() < _IN_DOLLARS:
            act = replace(act, amount=Amount("USD", draw.randint(500, 50_000)))
        if (chance := draw.random()) < _PRANK:
            return replace(act, kind="donation", amount=Amount("KZT", 10**12))
        if chance < _PRANK + _ABOVE_LIMITS:
            return draw.choice(
                (
                    replace(act, people=draw.randint(1_001, 5_000)),
                    replace(act, people=draw.randint(10_001, 12_000)),
                    replace(act, amount=Amount("KZT", draw.randint(10_000_001, 60_000_000))),
                )
            )
        return act

    def _of_person(self, person: Participant) -> SentAct:
        draw = self._draw
        kind = draw.choices(list(_PERSON_KINDS), list(_PERSON_KINDS.values()))[0]
        amount = Amount("KZT", draw.randint(1, 100) * 500) if kind == "donation" else None
        people = draw.randint(2, 6) if draw.random() < 0.1 else 1
        minutes = draw.randint(1, 16) * 30 if kind in ("volunteering", "master_class", "online_training") else 0
        return SentAct(kind, person.place, self._topic(), people, minutes, amount)

    def _of_organisation(self, organisation: Participant) -> SentAct:
        draw = self._draw
        kind = draw.choice(_TYPE_KINDS[organisation.type])
        amount = Amount("KZT", draw.randint(1, 50) * 100_000) if kind == "donation" else None
        people = draw.randint(200, 900) if draw.random() < 0.03 else draw.randint(5, 60)
        return SentAct(kind, organisation.place, self._topic(), people, draw.randint(0, 6) * 30, amount)

    def _topic(self) -> str | None:
        return self._draw.choice(DEFAULT_TOPICS) if self._draw.random() < 0.4 else None


def hours(minutes: int) -> float:
    """Return minutes, whole halves of hours, as hours."""
    return minutes / MINUTES_PER_HOUR


def _fitting(participant: Participant) -> Collection[Channel]:
    if not participant.is_person:
        return _OF_ORGANISATIONS
    if participant.phone:
        return _WEIGHTS
    if participant.email:
        return _WITH_EMAIL
    return _OF_USERS if participant.user else _NAMELESS


def _phone(number: int) -> str:
    """Return a phone: Kazakhstan keeps no range for made-up ones, and nothing calls or writes to these."""
    return f"+7700{number:07d}"


def _bin(number: int) -> str | None:
    """Return a business number with a true check digit, of a month that no calendar has; not every number has one."""
    digits = [int(digit) for digit in f"26004{number:06d}"]
    for weights in _BIN_WEIGHTS:
        check = sum(weight * digit for weight, digit in zip(weights, digits, strict=True)) % 11
        if check < 10:
            return "".join(map(str, (*digits, check)))
    return None
