"""What becomes of a name when it is first given: which names a moderator lets on air, and which are there at once."""

import re

from chalicelib.domain.folding import fold
from chalicelib.domain.participation import Act
from chalicelib.domain.vocabulary import NamesOnAir, NameState

_BEGINNINGS = (
    *("министерств", "правительств", "акимат", "парламент", "мажилис", "департамент", "прокуратур", "полици"),
    *("государственн", "министрлі", "үкімет", "әкімді", "әкімшілі", "мәжіліс", "мемлекеттік"),
    *("ministr", "government", "parliament"),
)
_WORDS = (
    *("министр", "министра", "аким", "акима", "президент", "президента", "сенат", "сената"),
    *("әкім", "әкімі", "әкімінің", "министрі", "президенті", "сенаты"),
    *("minister", "akim", "president", "senate"),
)
_OF_THE_STATE = re.compile(
    rf"\b(?:(?:{'|'.join(map(fold, _BEGINNINGS))})\w*|{'|'.join(sorted(map(fold, _WORDS), reverse=True))})\b"
)


def speaks_for_the_state(name: str) -> bool:
    """Whether a name reads like that of a state body, in Kazakh, Russian or English, in look-alike letters too."""
    return _OF_THE_STATE.search(fold(name)) is not None


def first_state(names: NamesOnAir, act: Act, name: str) -> NameState:
    """Return the state of a name that an act brings, by what holds for the form or the token it came by.

    Who speaks for the state waits even where names of a form are shown: there anybody can say so.
    """
    is_vouched_for = names == "shown" and not (act.form is not None and speaks_for_the_state(name))
    return "shown" if is_vouched_for else "waiting"
