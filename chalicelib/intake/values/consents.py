"""Consents as people tick and write them: by a usual word, a usual sentence, or in the words of the consent itself."""

import re
from collections.abc import Iterable

from chalicelib.domain.folding import fold, fold_label
from chalicelib.intake.labels import folded

_YES = folded(
    *("true", "1", "yes", "y", "on", "checked", "ok", "agreed", "accepted", "i do"),
    *("да", "ок", "верно", "принято", "иә", "ия", "✓", "✔", "☑", "✅", "+"),
)
_NO = folded(
    *("false", "0", "no", "off", "unchecked", "disagree", "i disagree", "i do not agree", "i don't agree", "decline"),
    *("нет", "не согласен", "не согласна", "я не согласен", "я не согласна", "не даю согласия", "не даю согласие"),
    *("отказываюсь", "жоқ", "келіспеймін", "мен келіспеймін", "бас тартамын"),
)
_SENTENCES = (
    r"(?:да )?(?:я )?(?:согласен|согласна|согласен ?\((?:на|а)\)|(?:даю|выражаю|подтверждаю)(?: (?:свое|мое))? согласие"
    r"|(?:ознакомлен|ознакомлена) и (?:согласен|согласна)|принимаю|подтверждаю)"
    r"(?: (?:на обработку|с обработкой)(?: (?:моих|своих))?(?: персональных| личных)? данных)?",
    r"(?:иә )?(?:мен )?(?:(?:менің |өз )?(?:дербес|жеке) (?:деректерімді|деректерімнің|мәліметтерімді|деректерді) "
    r"(?:өңдеуге|өңделуіне|жинауға және өңдеуге) )?"
    r"(?:келісемін|келісім беремін|келісімімді беремін|қабылдаймын|растаймын)",
    r"(?:yes )?(?:i )?(?:agree|accept|consent|confirm|give (?:my )?consent)"
    r"(?: (?:to|with) (?:the )?processing of (?:my )?personal data)?",
)
_AGREEMENT = re.compile("|".join(map(fold, _SENTENCES)))
_NUMBER = re.compile(r"[0-9]+ (?=\S)")
"""What lists of options put before each, `0_I_agree` say."""
_PARTS = (re.compile(r"[,;./!\n]"), re.compile(r"[,;./!\n()]"))
"""What parts words of one meaning: «согласен(на)» is one word, «да (согласен)» are two."""
_WORD = re.compile(r"[^\W_]+")
_NEGATIVE = re.compile(r"\s*[-\u2010-\u2015\u2212]\s*[0-9]+\s*")
_TICKS = frozenset("✓✔☑✅+")
_CROSSES = frozenset("❌✗✘☐⬜◻□🚫⛔👎")
"""What refuses, and boxes that nobody ticked."""
_SIGN = re.compile(r"[^\w\s.,:;!?«»\"'“”„‘’`()\[\]…*•·/\u2010-\u2015\u2212№-]")
_BOX = re.compile(r"[(\[]\s*[-\u2010-\u2015\u2212]?\s*[)\]]")


def read_consent(text: str, wording: str | None = None) -> bool | None:
    """Return whether a text is a consent to what `wording` says, None where it is neither a yes nor a no.

    An option of a list is often the consent's own sentence.
    """
    if wording is not None and _words(text) == _words(wording):
        if fold(text) == fold(wording) or _signs(text) <= _signs(wording) | _TICKS:
            return True
        return False if _signs(text) & _CROSSES else None
    if _signs(text) & _CROSSES:
        return None
    return next((meaning for marks in _PARTS if (meaning := _of_parts(marks.split(text))) is not None), None)


def _of_parts(parts: Iterable[str]) -> bool | None:
    """Return what all parts say, None where they differ or one says nothing."""
    said = {_meaning(part) for part in map(_part, parts) if part}
    return said.pop() if len(said) == 1 else None


def _meaning(part: str) -> bool | None:
    if part in _YES or _AGREEMENT.fullmatch(part):
        return True
    return False if part in _NO else None


def _part(text: str) -> str:
    # A dash before a number is a minus.
    return text if _NEGATIVE.fullmatch(text) else _NUMBER.sub("", fold_label(text), count=1)


def _signs(text: str) -> set[str]:
    """Return the signs beside the words of a text, an empty box for every way of writing one."""
    written = fold(text)
    return {*_SIGN.findall(written), *("☐" for _ in _BOX.findall(written))}


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))
