"""Details of an answer that cannot be used: where nothing depends on them, the act counts without them."""

from collections.abc import Collection, Mapping

from chalicelib.domain.identity import normalise_email
from chalicelib.domain.phones import normalise_phone
from chalicelib.domain.vocabulary import PERSON
from chalicelib.intake.answers import NOTHING, AskedField

MAX_NAME = 200
MAX_NOTE = 2000
"""Characters, as a request has at most."""

_CONTACTS: tuple[AskedField, ...] = ("phone", "email")
_NAMES: tuple[AskedField, ...] = ("name", "first_name", "patronymic", "last_name")


def is_usable(target: AskedField, value: object) -> bool:
    """Whether a value says something that can be used, as far as that is seen of it alone."""
    if value is NOTHING:
        return False
    if target == "phone":
        return normalise_phone(str(value)) is not None
    return target != "email" or normalise_email(str(value)) is not None


def are_same(target: AskedField, one: object, other: object) -> bool:
    """Whether two values say the same: a phone may be written in many ways."""
    if one == other:
        return True
    phone = normalise_phone(str(one)) if target == "phone" else None
    return phone is not None and phone == normalise_phone(str(other))


def without_useless_details(
    told: Mapping[str, object], required: Collection[AskedField], *, signed_in: bool
) -> tuple[dict[str, object], tuple[AskedField, ...]]:
    """Return what is told without what cannot be used and is not needed, and what that is.

    A broken phone or e-mail is needed where nothing else is there to be known by, or where it is `required`. Where a
    person works and what number they have is not taken.
    """
    useful = dict(told)
    left_out: list[AskedField] = []
    is_person = told.get("participant_type") == PERSON
    if is_person:
        # Where somebody works is kept nowhere: whatever they call it, their own act counts.
        useful.pop("organisation", None)
    unusable = [target for target in _CONTACTS if target in told and not is_usable(target, told[target])]
    is_known = signed_in or any(target in told and target not in unusable for target in _CONTACTS)
    if is_known or (not is_person and any(name in told for name in ("organisation", "bin"))):
        left_out += [target for target in unusable if target not in required]
    if is_person and "bin" in told:
        left_out.append("bin")
    left_out += [part for part in _NAMES if len(_text(told, part)) > MAX_NAME]
    for target in left_out:
        useful.pop(target, None)
    if len(note := _text(told, "note")) > MAX_NOTE:
        useful["note"] = note[:MAX_NOTE]
        left_out.append("note")
    return useful, tuple(left_out)


def _text(told: Mapping[str, object], target: AskedField) -> str:
    return str(told.get(target, ""))
