"""Phones and other long numbers in a text, however their digits are written, spelled or kept apart."""

import re
from itertools import pairwise

from chalicelib.domain.disguises import undisguised

MAX_DIGITS = 6
"""Digits that may stand in a row, whatever is between them but words: the shortest phones have seven."""
MAX_BESIDE_OWN = 2
"""Digits that may stand beside years, dates and the like: `12, 1998–2026`."""
MAX_DATES = 2
MAX_LISTED = 9
"""Digits of a list of numbers: phones have more, or no number sign."""
_PHONE_DIGITS = 10

_UNITS = """
    ноль нуль один одна два две три четыре пять шесть семь восемь девять
    нөл бір екі үш төрт бес алты жеті сегіз тоғыз
    zero one two three four five six seven eight nine
    nol odin dva tri chetyre pyat shest sem vosem devyat
    bir eki ush us tort bes alty alti jeti zheti segiz segyz togyz togiz
    бир еки уш торт жети сегиз тогыз
    нолик единица двоика троика четверка пятерка шестерка семерка восьмерка девятка
"""
_TENS = """
    десять двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто
    он жиырма отыз қырық елу алпыс жетпіс сексен тоқсан
    кырык жетпис токсан jiyrma otyz qyryq elu alpys jetpis seksen toqsan
    ten twenty thirty forty fifty sixty seventy eighty ninety
"""
_TEENS = """
    одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать
    eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
"""
_HUNDREDS = "сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот"
_HUNDRED = "жүз жуз juz hundred"
_CONJUNCTIONS = "и|да|және|жане|jane|and|потом|затем|сосын"
_SEPARATORS = "тире дефис пробел плюс dash hyphen plus space"

_KINDS = {
    undisguised(word): kind
    for kind, words in (
        ("unit", _UNITS),
        ("ten", _TENS),
        ("teen", _TEENS),
        ("hundreds", _HUNDREDS),
        ("hundred", _HUNDRED),
        ("separator", _SEPARATORS),
    )
    for word in words.split()
}
_WORD = "|".join(sorted(_KINDS, key=len, reverse=True))
_AND = rf"(?:(?<![^\W\d_])(?:{_CONJUNCTIONS})[\W_]+)?"
_WORDS = re.compile(rf"(?<![^\W\d_])(?:{_WORD})+(?:[\W_]*{_AND}(?<![^\W\d_])(?:{_WORD})+)*(?![^\W\d_])")
_ONE_WORD = re.compile(_WORD)

# Letters that are drawn as a digit.
_DRAWN = str.maketrans("oоliізsбbчz", "00111356842")
_WITH_DIGITS = re.compile(r"(?<![^\W_])[oоliізsбbчz]*\d[\doоliізsбbчz]*(?![^\W_])")
_ALONE = re.compile(r"(?<=\d)[\W_]+[oоli]+(?=[\W_]+(?:[oоli]+[\W_]+)*\d)")
_GLUED_LETTER = re.compile(r"(?<=\d)[^\W\d_](?=\d)")
_LETTER_ALONE = re.compile(r"(?<=\d)[\W_]*[^\W\d_][\W_]*(?=\d)")

_DIGIT = re.compile(r"\d")
_NO_DIGITS = re.compile(r"\D+")
# A service station, not a hundred.
_STATION = re.compile(r"(?<![^\W_])сто(?=[\W_]*#)")
_NUMBER_SIGN = re.compile(r"(?<![^\W_])no(?:\.\s*|\s+)(?=\d)")
_CUED = re.compile(
    r"(?<![^\W_])(?:тел(?:ефон[а-я]{0,2})?|звон[а-я]{1,4}|позвон[а-я]{1,4}|қоңырау|баиланыс|ұялы|моб|факс"
    r"|tel|phone|call|fax)[\W_]*(?P<run>\d(?:[\W_]*\d){4,})"
)
"""A phone of a town: shorter than others, and behind a word that tells what it is."""
_RUN = re.compile(r"(?:#\s*)?\d+(?:[\W_]+\d+)*")
_YEAR = r"(?:1[89]|20)\d\d"
_OWN = re.compile(
    rf"""
    (?P<round>(?<![\d\s])[1-9]\d{{0,2}}(?:\s000){{2}}(?![\d\s]))
    | (?P<date>(?<!\d)(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|1[0-2])[./-]{_YEAR}(?!\d)
        | (?<!\d){_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d))
    | (?P<years>(?<!\d)(?:1\d|20)\d\d\s?[-/]\s?{_YEAR}(?!\d))
    | (?P<year>(?<!\d){_YEAR}(?!\d))
    | (?P<always>(?<!\d)(?:24/7|24/365)(?!\d))
    | (?P<days>(?<![\d/-])(?:0[1-9]|[12]\d|3[01])\s?-\s?(?:0[1-9]|[12]\d|3[01])(?![\d/-]))
    | (?P<house>(?<![\d/])[1-9]\d{{0,2}}/\d(?![\d/]))
    | (?P<number>\#\s*\d{{1,3}}(?!\d))
    """,
    re.VERBOSE,
)
"""Numbers that names are made of, each of a kind once but dates: years, days, `24/7`, a house, a school."""
_PARTS_OF_PHONES = {"house", "days"}
"""Kinds beside which, and beside another one, no more digits stand: `2000 1 1 45/2` is a phone."""
_LIST = re.compile(r"(?:#\s*)?[1-9]\d{0,3}(?:\s?[,-]\s?(?:#\s*)?[1-9]\d{0,3})+")
_LISTED = re.compile(r"\d+")
_HOME_PHONE = re.compile(r"[78]?7\d{9}")


def holds_long_number(plain: str) -> bool:
    """Whether a text, `undisguised`, holds seven digits or more in a row, spelled or with whatever between them.

    Five are enough behind a word as «тел.». Years, dates, lists of numbers and the like are none.
    """
    spelled = _WORDS.sub(_spelled, _STATION.sub(" ", _NUMBER_SIGN.sub("#", plain)))
    if not _DIGIT.search(spelled):
        return False
    near = _GLUED_LETTER.sub(" ", _WITH_DIGITS.sub(_drawn, spelled))
    if any(not _are_own(found["run"]) for found in _CUED.finditer(near)):
        return True
    far = _ALONE.sub(_drawn, near)
    if len(_NO_DIGITS.sub("", far)) <= MAX_DIGITS:
        return False
    return _holds_run(near, MAX_DIGITS) or _holds_run(_LETTER_ALONE.sub(" ", far), _PHONE_DIGITS - 1) or _is_phone(near)


def _spelled(words: re.Match[str]) -> str:
    """Return as many digits as a number in words stands for: its length is what matters."""
    digits, last = "", ""
    named = _ONE_WORD.findall(words[0])
    if len(named) == 1 and _KINDS[named[0]] == "hundred":
        # So are tribes and regiments called: «Ұлы жүз».
        return " 1 "
    for word in named:
        kind = _KINDS[word]
        digits += _digits_of(kind, last)
        last = kind
    return f" {digits} "


def _digits_of(kind: str, last: str) -> str:
    match kind:
        case "unit":
            return "" if last in ("ten", "hundreds", "hundred") else "1"
        case "ten" | "teen":
            return "" if last in ("hundreds", "hundred") else "10"
        case "hundreds":
            return "100"
        case "hundred":
            return "00" if last == "unit" else "100"
    return ""


def _drawn(letters: re.Match[str]) -> str:
    return letters[0].translate(_DRAWN)


def _holds_run(plain: str, limit: int) -> bool:
    return any(_is_long(run[0], limit) for run in _RUN.finditer(plain))


def _is_long(run: str, limit: int) -> bool:
    digits = _NO_DIGITS.sub("", run)
    if len(digits) <= limit:
        return False
    if _are_listed(run):
        return False
    return not _are_own(run) or bool(_HOME_PHONE.fullmatch(digits))


def _are_listed(run: str) -> bool:
    """Whether numbers are counted up one by one, or are in order behind a number sign: `1-2-3`, `№ 12, 45, 101`."""
    if not _LIST.fullmatch(run):
        return False
    numbers = list(map(int, _LISTED.findall(run)))
    steps = {later - earlier for earlier, later in pairwise(numbers)}
    if steps == {1}:
        return True
    return run[0] == "#" and "-" not in run and min(steps) > 0 and len(_NO_DIGITS.sub("", run)) <= MAX_LISTED


def _are_own(run: str) -> bool:
    own = list(_OWN.finditer(run))
    kinds = [found.lastgroup for found in own]
    rest = _NO_DIGITS.sub("", _OWN.sub(" ", run))
    if len(rest) > MAX_BESIDE_OWN or not all(map(_is_in_order, own)):
        return False
    if rest and len(kinds) > 1 and not _PARTS_OF_PHONES.isdisjoint(kinds):
        return False
    return all(kinds.count(kind) <= (MAX_DATES if kind == "date" else 1) for kind in kinds)


def _is_in_order(own: re.Match[str]) -> bool:
    """Whether years are from one to a later one; all else is."""
    return own.lastgroup != "years" or own[0][:4] < own[0][-4:]


def _is_phone(plain: str) -> bool:
    """Whether all digits of a text are a phone's, whatever words are between them."""
    return bool(_HOME_PHONE.fullmatch(_NO_DIGITS.sub("", _OWN.sub(" ", plain))))
