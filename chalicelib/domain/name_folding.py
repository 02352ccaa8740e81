"""What a name is known by: the same however it is decorated, spaced, or drawn with letters of other alphabets.

Ids are made of it: another fold gives stored names other ids, and what was hidden under the old ones comes back.
"""

import re
import unicodedata

from chalicelib.domain.disguises import undisguised

# Source: confusables.txt of Unicode Technical Standard 39, letters that are left by `undisguised`; below it Cyrillic
# and Greek ones that are drawn as a Latin letter, small or capital. S is drawn as с, which it sounds like.
_ALPHABETS = (
    ("ƨƻɜȝʒꝫƽȣꝯƅꞵɛðꬲꬵẝƍɩᵻᵼǀᴑꬽꬾɵᶐꭈꞟᵾɯꝡꭓɣꭕꞷ", "223333589bbcdeffgiiilooooqruuwwxyxw"),
    ("ϩⳍⳓⳋⲥⲉⲏⲕⲓⳑⲙⲛⲟⲣⲅⲧⲭⲩⲱ", "2369cchkllmnoprtxyw"),
    ("ᏎᏮᎪᏏᏴᏟᏋᏧᎠᎬᏀᏳᏂᎻᏲᎥᎫᏦᏞᎷᎾᏫᎤᏢᎱᎡᏒᏚᏕᎢᎿᏌᏙᎳᏔᎩᎽᏃ", "46abbccddegghhhijklmoooprrrssttuvwwyyz"),
    ("ᒿᗅᑲᖯᗷᑳᑯᗞᗪᖴᕼᒍᒪᗰᑭᖇᑌᐯᕁᕽᘯᘵ", "2abbbbdddfhjlmpruvxxww"),
    ("ꓮꓐꓚꓒꓓꓰꓝꓖꓧꓙꓗꓲꓡꓟꓠꓳꓑꓣꓢꓔꓴꓦꓪꓫꓬꓜ", "abcddefghjkllmnoprstuvwxyz"),  # pragma: allowlist secret
    ("քցհյոռօգզտսա", "fghjnnoqqsuw"),
    ("ჿყ", "oy"),
    ("𐐽𐐩𐑃𐐬𐑈", "cclos"),
    ("ⴹⵏⵔⵁⴱⵕⴸⵝ", "eloooqvx"),
    ("авсенікмортхуүһөәǝпгшиĸⲁ", "abcehikmoptxyyhoəənrwuka"),
    ("βζθκλμπσγδφ", "bzokлmnorдф"),
)
_AS_C = str.maketrans("s$", "cc")
_AS_LATIN = {
    drawn: latin.translate(_AS_C)
    for letters, as_latin in (*_ALPHABETS, ("s$", "s$"))
    for drawn, latin in zip(letters, as_latin, strict=True)
}
_AS_DIGITS = str.maketrans("oliзчcбbz", "011345682")
"""Letters by the digits that look like them, which they are written with."""
_BESIDE_A_DIGIT = re.compile(r"(?<=\d)( ?[зчcбbz])(?= |$)|(?<![^ ])([зчcбbz] ?)(?=\d)")
_NUMERO = re.compile(r"(?:#|\bno?\b)[\W_]*(?=\d)|\bno?(?=\d)")
_FLAGS = re.compile("[\U0001f1e6-\U0001f1ff]")
_BETWEEN = re.compile(r"[\W_]+")
_NOT_BETWEEN_NUMBERS = re.compile(r"(?<!\d) | (?!\d)")


def fold_name(name: str) -> str:
    """Return what a name is known by: not to be shown, and the same for each way in which it can be drawn.

    Letters that look alike are one, strokes and descenders left out, and so are digits with the letters that they look
    like. Signs, spaces and emoji are nothing, but between two numbers: `№ 1-2` is not `№ 12`, nor is `1Б` 16.
    """
    drawn = _NUMERO.sub(" ", undisguised(_FLAGS.sub(" ", name))).translate(_PLAIN)
    words = _BETWEEN.sub(" ", drawn).strip()
    joined = _NOT_BETWEEN_NUMBERS.sub("", _BESIDE_A_DIGIT.sub(_capital, words))
    return joined.translate(_AS_DIGITS)


def _capital(letter: re.Match[str]) -> str:
    # A capital is no letter of the table.
    return letter[0].upper()


class _PlainLetters(dict[int, str]):
    """Letters in their plainest form by code point, each found out when it is met for the first time."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _plain(chr(code))
        return found


def _plain(letter: str) -> str:
    if unicodedata.category(letter) == "Lm":
        return ""
    base = _without_strokes(letter)
    return _AS_LATIN.get(letter) or _AS_LATIN.get(base, base)


def _without_strokes(letter: str) -> str:
    """Return the letter that a letter with a stroke, a descender or the like is made of, by its name."""
    name, _, addition = unicodedata.name(letter, "").partition(" WITH ")
    if not addition:
        return letter
    try:
        return unicodedata.lookup(name)
    except KeyError:
        return letter


_PLAIN = _PlainLetters()
