"""Hours as people write them: `2`, «1,5 часа», «2 сағат 30 минут», «полчаса»."""

import re
from decimal import Decimal

from chalicelib.domain.folding import fold, fold_label
from chalicelib.intake.labels import folded
from chalicelib.intake.values.numbers import HALF, MAX_LENGTH, Term, tokens, whole

_HOURS = frozenset(map(fold, "ч час часа часов сағ сағат h hr hrs hour hours".split()))
_MINUTES = frozenset(map(fold, "мин минут минута минуты min mins minute minutes".split()))
_SHORT_MINUTES = _MINUTES | {fold("м")}
"""Behind hours «м» are minutes, by itself it may be anything."""
_AND_A_HALF = frozenset({fold("жарым")})

_HALF_AN_HOUR = folded("полчаса", "пол часа", "жарты сағат", "half an hour", "a half hour", "half hour")
_ONE_HOUR = folded("час", "an hour")
_HOUR_AND_A_HALF = folded("час с половиной", "an hour and a half")
_BETWEEN = re.compile(r"(?<=[^\W\d_])\.?(?:\s*,\s*|\s+)(?:(?:и|және|and)\s+)?(?=[0-9])")
"""What may stand between hours and their minutes."""
_HALF_SIGN = re.compile(r"(?<![0-9.,])(?P<hours>[0-9]*)\s*\u00bd")


def read_hours(text: str) -> float | None:
    """Return a time in hours, whole or with a half; None where a text is none, or where it is of other parts."""
    if len(text) > MAX_LENGTH:
        return None
    label = fold_label(text).rstrip(" .!")
    for phrases, hours in ((_HALF_AN_HOUR, 0.5), (_ONE_HOUR, 1), (_HOUR_AND_A_HALF, 1.5)):
        if label in phrases:
            return hours
    found = tokens(_BETWEEN.sub(" ", _with_signs(text)))
    duration = None if found is None else _duration(found)
    if duration is None or whole(2 * duration) is None:
        return None
    hours_whole = whole(duration)
    return float(duration) if hours_whole is None else hours_whole


def _with_signs(text: str) -> str:
    """Return a text with a half in digits: the compatible form of `1½` would be `11/2`."""
    return _HALF_SIGN.sub(lambda found: f"{found['hours'] or '0'}.5", text)


def _duration(found: list[Term]) -> Decimal | None:
    match _joined(found):
        case [Decimal() as hours]:
            return hours
        case [Decimal() as hours, str(unit)] if unit in _HOURS:
            return hours
        case [Decimal() as minutes, str(unit)] if unit in _MINUTES:
            return minutes / 60
        case [Decimal() as hours, str(unit), Decimal() as minutes, str(part)] if (
            unit in _HOURS and part in _SHORT_MINUTES and whole(hours) is not None and minutes < 60
        ):
            return hours + minutes / 60
    return None


def _joined(found: list[Term]) -> list[Term]:
    """Return the tokens with «екі жарым» and «два с половиной» as one number."""
    match found:
        case [Decimal() as number, str(word), *rest] if word in _AND_A_HALF and whole(number) is not None:
            return [number + HALF, *rest]
        case [Decimal() as number, str(first), str(second), *rest] if (
            f"{first} {second}" == fold("с половиной") and whole(number) is not None
        ):
            return [number + HALF, *rest]
    return found
