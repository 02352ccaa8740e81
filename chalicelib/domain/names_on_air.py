"""What becomes of a name when it is first given: which names a moderator lets on air, and which are there at once."""

import re

from chalicelib.domain.disguises import undisguised
from chalicelib.domain.participation import Act
from chalicelib.domain.vocabulary import NamesOnAir, NameState

# As `_read` writes them: Kazakh and Russian words in Latin letters by their sound.
_BEGINNINGS = """
    ministr minister pravitelstv government ukimet prezident president akorda
    akimat akimdi akimshili akimnin akimin akimge akimni akimdar
    parlament parliament majilis maslihat senat gosudarstvenn memlekettik
    departament department prokur genprokur prosecutor politsi polici police
    verhovn jogargysot supremecourt konstitutsion kantselyari posolstv elshilig embassy konsulstv consulate
    natsbank natsgvardi ulttykbank nationalbank antikor upravdel
    minzdrav minobr minpros minnauk mintsifr minfin minyust mintrud minoborony minnatsekonom minselhoz minkult
    minenergo minindustri minekolog mintransp minvod minturizm mintorg mininform minsport
"""
_WORDS = """
    akim akima akimu akimom akime akimy akimi akims sud suda sudy sudy sot soty sotynyn
    rk kr respubliki respublikasy respublikasynyn respublikasyny
    mvd mid mchs knb mno mne mz guvd uvd rovd dchs dknb kgd kuis afm sgo fsb tsik tson egov
    iim ukk tjm dsm iid mfa mia nsc
"""
_PHRASES = (
    *("natsionaln[a-z]* (?:bank|gvardi[a-z]*|bezopasnost[a-z]*)", "ulttyk (?:bank|kauipsizdi|ulan)[a-z]*"),
    *(
        "national (?:bank|guard|security)",
        "jogar[a-z]* sot[a-z]*",
        "supreme court",
        "republic of kaza[a-z]*",
        "ak orda[a-z]*",
        "min vo",
    ),
)
_OF_THE_STATE = re.compile(
    rf"\b(?:(?:obl|gor|rai)?(?:{'|'.join(_BEGINNINGS.split())})\w*|(?:{'|'.join((*_WORDS.split(), *_PHRASES))})\b)"
)

_SOUNDS = str.maketrans(
    dict(
        zip(
            "абвгғдезийкқлмнңопрстуфхһыіэәəөұүёqwβγδζθκλμπσφ",
            "abvggdeziikklmnnoprstufhhyieaaouuekvvgdzoklmpsf",
            strict=True,
        )
    )
    | {"ж": "j", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ю": "yu", "я": "ya", "ъ": "", "ь": ""}
)
_DRAWN_AS_CYRILLIC = str.maketrans("abcehkmoptxyurn", "авсенкмортхуигп")
_DIGITS = str.maketrans("013458", "oieasv")
_DIGIT_IN_A_WORD = re.compile(r"(?<=[^\W\d_])[013458](?=[^\W\d_])|\b[013458](?=[^\W\d_]{3})")
_SPACED_OUT = re.compile(r"\b[^\W\d_](?:[\W_]+[^\W\d_]\b){2,}")
_BETWEEN = re.compile(r"[\W_]+")


def speaks_for_the_state(name: str) -> bool:
    """Whether a name reads like that of a state body, in Kazakh, Russian or English, however it is drawn."""
    words = _SPACED_OUT.sub(_joined, undisguised(name))
    plain = _DIGIT_IN_A_WORD.sub(lambda digit: digit[0].translate(_DIGITS), words)
    # A letter of both alphabets is read as that of either.
    return any(map(_OF_THE_STATE.search, (_read(plain), _read(plain.translate(_DRAWN_AS_CYRILLIC)))))


def first_state(names: NamesOnAir, act: Act, name: str) -> NameState:
    """Return the state of a name that an act brings, by what holds for the form or the token it came by.

    Who speaks for the state waits even where names of a form are shown: there anybody can say so.
    """
    is_vouched_for = names == "shown" and not (act.form is not None and speaks_for_the_state(name))
    return "shown" if is_vouched_for else "waiting"


def _joined(letters: re.Match[str]) -> str:
    return _BETWEEN.sub("", letters[0])


def _read(plain: str) -> str:
    """Return words in Latin letters by their sound, a space between them."""
    words = _BETWEEN.sub(" ", plain.translate(_SOUNDS))
    return words.replace("zh", "j").replace("kh", "h")
