"""What a text says to its reader, in the plainest characters: digits, letters and signs behind what looks like them."""

import re
import unicodedata

from chalicelib.domain.folding import clean

SYMBOL = "\u2022"
"""Stands for every symbol that has no other meaning here."""
MAX_NUMBER = 99
"""Signs of greater numbers, of Chinese say, are read as the words that they are."""

_LATIN = "abcehikmoptxy"
_CYRILLIC = "авсенікмортху"
_TO_LATIN = str.maketrans(_CYRILLIC + "һ", _LATIN + "h")
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_MIXED = re.compile(r"(?<![^\W\d_])(?:[a-z]+[\u0400-\u052f]|[\u0400-\u052f]+[a-z])[^\W\d_]*")
_ALL_LATIN = re.compile("[a-z]+")
_ALL_CYRILLIC = re.compile("[\u0400-\u052f]+")

# Letters of other alphabets that are drawn as Latin ones, and stand in no Kazakh or Russian word.
_DRAWN_AS_LATIN = dict(zip("αεικνορτυχηωμѕјԁԛԝӏѵıɑɡȷ", "aeikvoptuxnwmsjdqwlviagj", strict=True)) | dict.fromkeys(
    "ҝҟԟӄ", "k"
)
_DOTS = frozenset("\u00b7\u2022\u2027\u2024\u2219\u22c5\u25cf\u25e6\u2981\u26ab\u3002\u30fb\u06d4\u0701\u0702"
                  "\u0964\u0970\u0589\u201a\u1362\u16eb\u2e31\u2e33\ua4f8\u1427\ua78f\u119e\u318d\u02d9")  # fmt: skip
_SLASHES = frozenset("\u2044\u2215\u2571\u29f8\u2afd")
_COLONS = frozenset("\ua789\u02d0\u2236\u05c3\u205a")
_MARKS = frozenset({"Mn", "Me"})
_BY_CATEGORY = {"Mn": "", "Me": "", "Pd": "-", "Pc": "_", "Ps": "(", "Pe": ")", "Pi": '"', "Pf": '"', "Zs": " "}
_LATIN_NAME = re.compile(
    r"(?:LATIN (?:SMALL LETTER|LETTER SMALL CAPITAL)|.*NEGATIVE \w+ LATIN CAPITAL LETTER) ([A-Z])\b"
)
_NUMBERS = "ACE ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE TEN ELEVEN TWELVE".split()
_PICTURED_NUMBER = re.compile(
    rf"CLOCK FACE ({'|'.join(_NUMBERS)})\b|(?:PLAYING CARD|MAHJONG TILE) ({'|'.join(_NUMBERS)}) OF|DIE FACE-(\d)"
)
"""Names of characters that show a number: clocks, cards and dice."""
_FLAG = re.compile(rf"(?<=[\w.{''.join(_DOTS)}])[\U0001f1e6-\U0001f1ff]+")
_FLAG_A = 0x1F1E6
# Zeros of Arabic scripts are drawn as a dot.
_ARABIC_ZERO = re.compile(r"[\u0660\u06f0](?<=[^\W\d_].)(?=[^\W\d_])")
_KEYCAP_TEN = "\U0001f51f"
_NUMERO = "\u2116"


def undisguised(text: str) -> str:
    """Return a text in small letters without marks, with digits, dots, slashes, dashes and brackets of ASCII.

    A word of Cyrillic and Latin letters is one of a single alphabet where it can be; flags that are glued to a letter
    or a dot are their letters, clocks, cards and dice their numbers; № is `#`; other symbols are `SYMBOL`.
    """
    shown = _FLAG.sub(_letters_of_flag, _ARABIC_ZERO.sub(".", clean(text)))
    return _MIXED.sub(_of_one_alphabet, shown.translate(_PLAIN))


def _letters_of_flag(flag: re.Match[str]) -> str:
    return "".join(chr(ord(letter) - _FLAG_A + ord("a")) for letter in flag[0])


def _of_one_alphabet(word: re.Match[str]) -> str:
    latin = word[0].translate(_TO_LATIN)
    if _ALL_LATIN.fullmatch(latin):
        return latin
    cyrillic = word[0].translate(_TO_CYRILLIC)
    return cyrillic if _ALL_CYRILLIC.fullmatch(cyrillic) else word[0]


class _Plain(dict[int, str]):
    """Plain characters by code point, each found out when it is met for the first time."""

    def __missing__(self, code: int) -> str:
        self[code] = found = "".join(map(_plain, _forms(chr(code))))
        return found


_PLAIN = _Plain()


def _forms(character: str) -> str:
    """Return the characters that a character is made of, in small letters."""
    if character == _NUMERO:
        return "#"
    # One mark is a small letter when it is no mark.
    if unicodedata.category(character) in _MARKS:
        return ""
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())


def _plain(character: str) -> str:
    if character.isascii():
        return character
    if character in _DOTS:
        return "."
    if character in _SLASHES:
        return "/"
    if character in _COLONS:
        return ":"
    if number := _number(character):
        return number
    if drawn := _DRAWN_AS_LATIN.get(character):
        return drawn
    if latin := _LATIN_NAME.match(unicodedata.name(character, "")):
        return latin[1].lower()
    category = unicodedata.category(character)
    if category in _BY_CATEGORY:
        return _BY_CATEGORY[category]
    return SYMBOL if category[0] in "PS" else character


def _number(character: str) -> str | None:
    """Return the digits of a character that is or shows a number, None of any other."""
    if character == _KEYCAP_TEN:
        return "10"
    value = unicodedata.numeric(character, None)
    if value is not None and value.is_integer() and 0 <= value <= MAX_NUMBER:
        return str(int(value))
    pictured = _PICTURED_NUMBER.match(unicodedata.name(character, ""))
    if pictured is None:
        return None
    # The ace is a one.
    return pictured[3] or str(max(1, _NUMBERS.index(pictured[1] or pictured[2])))
