"""Links, domains, e-mail addresses and handles in a text, however they are spelled: nobody is led away from the air.

The top-level domains are those of IANA (`top_level_domains.py`).
"""

import re
import unicodedata
from functools import cache

from chalicelib.domain.disguises import SYMBOL, undisguised
from chalicelib.domain.top_level_domains import TOP_LEVEL_DOMAINS

_ADDRESSED = frozenset(
    """
    kz ru com net org info biz me io co cc tv su ly gl gd gg be to ws pw tk am fm uz kg by ua cn tr de uk eu us
    site shop store online xyz top club app dev click live link pro рф рус қаз каз кз ру ком сом бел укр
    """.split()
)
"""Domains that links are mostly of: what stands before them is no abbreviation, however short."""
_SAID = frozenset("kz ru com net org info me su uz kg рф рус қаз каз кз ру ком сом нет орг ме".split())
"""Those that people say with the dot as a word."""
_APART = frozenset("kz ru com рф қаз каз кз ком сом".split())
"""Those that no sentence begins with, and so are domains also behind a dot and a space."""
_TRANSCRIBED = frozenset("каз кз ру ком сом инфо".split())
"""Domains as they are written in Cyrillic and do not exist."""
_BEGINNINGS = frozenset("қаз каз ком рус".split())
"""Those that words are shortened to as well: `Респ. каз. театр`."""
_SHORTENED = frozenset(
    "гос обл респ гор орг рай ауд мем зап вост сев юж центр пед мед нац акад фил фак мин упр".split()
)
"""What stands before such without a space."""
_MORE = re.compile(r"(?:\.\s?|\s)[^\W\d_]")
_CYRILLIC = re.compile("[\u0400-\u052f]+")
_SHORT = 2
"""Letters that an initial or an abbreviation before a dot has: `Ш.` `Yu.` `им.`"""

# The beginning and the end of a word; an underscore is no part of it.
_BEGIN, _END = r"(?<![^\W_])", r"(?![^\W_])"

_OF_WORDS = frozenset({"Ll", "Lu", "Lt", "Lo"})
_LETTERS = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[a-zŋəæœþðßøđł]")
_USUAL = re.compile("[ -~\u0400-\u052f\u2022]*")
_ALPHABETS = frozenset({"LATIN", "CYRILLIC"})
_EASTERN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL"})
_READ = _ALPHABETS | _EASTERN | {"ARABIC", "HEBREW"}
"""Scripts of which domains are known, and of which no letter is drawn as one of Latin."""
_BESIDE = frozenset({"GREEK", "IPA"})
"""Those of which a word of another script may have a letter, for its looks."""

# «Co. Ltd.», «Inc.» and «GmbH & Co. KG» are forms of companies.
_COMPANY = re.compile(
    r"(?<![\w.])(?:(?:co|pte|pvt|pty)(?:\.?,? ?(?:ltd|inc|llc)\b\.?|\.? kg\b)|(?:ltd|inc|corp|llc|llp|jsc)\.(?= |\Z))"
)
_SPELLED_LETTERS = re.compile(r"(?<!\S)(?:\S ){3,}\S(?!\S)")

_RARE_DOTS = frozenset(";*'~^")
_BETWEEN = " \"'()[]{}<>"
_DOT_AND_DOMAIN = re.compile(
    rf"(?P<dot>\.[.,]*|[,;*'~^{SYMBOL}])(?P<after>[{re.escape(_BETWEEN)}]*)(?=(?P<domain>[^\W\d_]+))"
)

_SPELLED = ("kz", "ru", "com", "кз", "ру", "рф")
_BY_SPACES, _BY_DOTS, _BY_SIGNS, _BY_ANY = (
    f"(?:{'|'.join(between.join(domain) for domain in _SPELLED)})"
    for between in (r"[\s_-]+", "[._-]", r"[\s._-]+", r"[\W_]+")
)
"""Domains spelled letter by letter, by what stands between."""
_NAMED_LETTERS = r"(?:к[еэ]и\s?з[еэ]т|ка\s?з[еэ]т?|kei\s?zet)"
_LAST_WORD = re.compile(r"\w[\w-]*\Z")
_SAID_DOT = re.compile(
    rf"\w(?P<before>[\W_]*){_BEGIN}(?:dot|дот|tochka|nukte|точка|тчк|н[уү]кте){_END}(?P<after>[\W_]*)"
    rf"(?:(?P<spelled>(?:{_BY_ANY}|{_NAMED_LETTERS}){_END})|(?P<domain>[^\W\d_]+))"
)
_BRACKETED = frozenset("()[]{}<>")

_HOSTS = (
    "t|wa|vk|ok|fb|m|youtu|instagram|facebook|youtube|tiktok|telegram|twitter|gmail|mail|yandex|inbox"
    "|bit|goo|clck|taplink|linktr"
)
_SITE = "саит|site|website|ссылка|сілтеме"
_LINK = re.compile(
    rf"""
    h(?:tt|xx)ps?(?![a-z]) | :\s*/\s*/ | (?<!\S)//\s*\w | (?<![a-z])www | (?<![a-z])xn-- | ^\s*= | ^[+-]\s*[a-z]+\s*[(|]
    | (?<![a-z])(?:javascript|vbscript|mailto)\s*: | [a-z0-9]dot(?:com|kz|ru|net|org)(?![a-z])
    | точка(?:кз|ру|ком|сом|каз|қаз|рф){_END} | \w\s*\.\s*(?:{_BY_SPACES}|{_NAMED_LETTERS}){_END}
    | [^\W\d_]{{3}}\s*\.\s*{_BY_SIGNS}{_END}(?!\.\s*[^\W\d_])
    | (?<!\w)(?:[^\W\d_][._-]){{3,}}{_BY_DOTS}{_END}
    | {_BEGIN}(?:{_SITE})(?:\s*:|(?:\W+\w+){{1,2}}\W+(?:kz|ru|com|кз|ком|рф|қаз){_END})
    | {_BEGIN}ссылка\s+в\s | {_BEGIN}(?:t[\W_]*m[\W_]*e|т[\W_]*м[\W_]*е)\s*/
    | <\s*(?:a|img|iframe|script|svg|link|object|embed)(?![^\W_])
    | (?<![\d.])(?:\d{{1,3}}\.){{3}}\d{{1,3}}(?![\d.]) | (?<!\w)(?:[0-9a-f]{{0,4}}:){{3,}}[0-9a-f]{{0,4}}(?!\w)
    | {_BEGIN}(?:{_HOSTS})[\W_]+(?:me|com|ru|kz|be|ly|gl|cc|ee|us|net){_END}
    | {_BEGIN}(?:вк|ютуб|инстаграм|телеграм|феисбук|меил|маил|мэил|яндекс)[\W_]+(?:ком|ру|кз|ме|ми){_END}
    | {_BEGIN}т[\W_]+ме{_END}
    """,
    re.VERBOSE,
)
_AT = "собака|собачка|sobaka"
_MAIL = "g?mail|yandex|inbox|outlook|hotmail|icloud|bk|меил|маил|мэил|гмаил|джимеил|яндекс|инбокс"
_ADDRESS = re.compile(
    rf"""
    @ | [(\[{{<]\s*(?:at|{_AT})\s*[)\]}}>]
    | [a-z0-9][\W_]*{_BEGIN}(?:{_AT})[\W_]+[a-z0-9-]+[\W_]*(?:\.|{_BEGIN}(?:dot|точка|тчк){_END})
    | {_BEGIN}(?:at|{_AT})(?:[^\w&]|_)+(?:{_MAIL}){_END} | {_BEGIN}(?:gmail|hotmail){_END}
    """,
    re.VERBOSE,
)
_NETWORK = (
    r"(?:insta(?:gram)?|инст(?:а(?:грамм?)?|е|у|ои)|telegram|телеграмм?|телег[аеуи]|whats\s?app|[ву][аоэ]т?[сц]+апп?"
    r"|tik\s?tok|тик\s?ток|facebook|феисбук|фэисбук|youtube|ютуб|вконтакте|vkontakte|twitter|твиттер|viber|ваибер"
    r"|snapchat|снапчат|discord|дискорд|skype|скаип)"
)
# Of a Kazakh or a Russian word: «инстаграмда», «телеграме».
_ENDING = "[\u0400-\u04ff]{0,4}"
_INITIALS = "ig|tg|тг|вк|vk|fb|wa|инст|inst|yt"
_SHORT_NETWORK = f"{_INITIALS}|ник|nick|аккаунт|account|логин|login|канал|username"
_GROUP = f"(?:канал|чат|групп|аккаунт){_ENDING}"
# With a digit or an underscore: nothing else is called so.
_NICK = "(?=[a-z.]*[0-9_])_*[a-z][a-z0-9_.]{3,}"
_HANDLE = re.compile(
    rf"""
    {_BEGIN}(?:{_NETWORK}{_ENDING}|{_SHORT_NETWORK})\s*[:=/>]+\s*(?!\d{{1,2}}[^\W\d_]?(?!\w))\w
    | {_BEGIN}{_NETWORK}{_ENDING}[\W_]*(?:{_GROUP}[\W_]*)?(?<![a-z])(?P<called>[a-z][a-z0-9_.]{{2,}})
    | {_BEGIN}(?:{_INITIALS})[\W_]+{_GROUP}[\W_]+(?P<group>[a-z][a-z0-9_.]*)
    | {_BEGIN}(?:{_INITIALS})[\W_]+{_NICK}
    | {_BEGIN}{_NICK}[\W_]+(?:(?:on|in|at|в|на)[\W_]+)?(?:{_NETWORK}{_ENDING}|{_INITIALS}){_END}
    | (?<!\w)(?=\w*[a-z])(?=\w*_)(?P<nick>[a-z0-9_]+)(?!\w)
    """,
    re.VERBOSE,
)
_NAME = re.compile(r"(?<!\w)[A-Z](?:[a-z]+|[A-Z]{0,4})(?:_[A-Z](?:[a-z]+|[A-Z]{0,4}))*(?!\w)")
"""A word, or several, as names are written and handles are not."""
# Of words of Cyrillic alone few lead anywhere.
_LEADING = re.compile(
    rf"[a-z:/=@._,{SYMBOL}]|точка|тчк|дот|н[уү]кте|вк|ютуб|инст|телег|саит|ссылк|сілтеме|феисбук|меил|маил|мэил|яндекс|собак"
)


def holds_link(plain: str) -> bool:
    """Whether a text, `undisguised`, holds a link, a domain or the address of a computer."""
    return any(_LINK.search(reading) or _holds_domain(reading) for reading in _readings(plain))


def holds_address(plain: str) -> bool:
    """Whether a text, `undisguised`, holds an e-mail address or an at-sign."""
    return any(map(_ADDRESS.search, _readings(plain)))


def holds_handle(shown: str, plain: str) -> bool:
    """Whether a text, as it is shown and `undisguised`, holds a name by which somebody is found in a network."""
    names = {name.casefold() for name in _NAME.findall(shown)}
    return any(
        found[found.lastgroup or 0].casefold() not in names
        for reading in _readings(plain)
        for found in _HANDLE.finditer(reading)
    )


def holds_mixed_scripts(plain: str) -> bool:
    """Whether a text, `undisguised`, holds a word of Latin or Cyrillic letters and such that only look like them."""
    return not _USUAL.fullmatch(plain) and any(map(_is_mixed, _LETTERS.findall(plain)))


def _readings(plain: str) -> set[str]:
    """Return a text without what companies are called, also with letters that are spelled one by one as words.

    None of a text in which no word leads anywhere.
    """
    if not _LEADING.search(plain):
        return set()
    named = _COMPANY.sub("", plain)
    return {named, _SPELLED_LETTERS.sub(lambda spelled: spelled[0].replace(" ", ""), named)}


def _holds_domain(plain: str) -> bool:
    dots = _DOT_AND_DOMAIN.finditer(plain)
    return any(_is_domain(plain[: dot.start()], dot) for dot in dots) or any(map(_is_said, _SAID_DOT.finditer(plain)))


def _is_domain(text: str, found: re.Match[str]) -> bool:
    """Whether what stands behind a dot is a domain, and not the next word after an abbreviation or a sentence."""
    bare = text.rstrip(_BETWEEN)
    name = _LAST_WORD.search(bare)
    if name is None:
        return False
    before, after, domain = " " in text[len(bare) :], " " in found["after"], found["domain"]
    if not after and found["dot"][0] == "." and not _is_of_one_alphabet(name[0], domain):
        return True
    if domain in _BEGINNINGS and _is_beginning(name[0], after, found):
        return False
    if after and not before:
        return found["dot"][0] == "." and domain in _APART
    if found["dot"] in _RARE_DOTS:
        return not before and domain in _APART
    if not found["dot"].startswith("."):
        return not before and domain in _ADDRESSED
    if len(name[0]) <= _SHORT and not before:
        return domain in _ADDRESSED
    return domain in _top_level_domains()


def _is_beginning(before: str, after: bool, found: re.Match[str]) -> bool:
    """Whether more follows, and a space or an abbreviation stands before: what looks as a domain begins a word."""
    if not _CYRILLIC.fullmatch(before) or not _MORE.match(found.string, found.end("domain")):
        return False
    return after or len(before) <= _SHORT or before in _SHORTENED


def _is_of_one_alphabet(before: str, domain: str) -> bool:
    """Whether letters behind a dot are of one script, and of one that is read here or of what stands before."""
    if _USUAL.fullmatch(domain):
        return not (_LATIN.search(domain) and _CYRILLIC.search(domain))
    scripts = _scripts(domain)
    if len(scripts) > 1 and not scripts <= _EASTERN:
        return False
    return scripts <= _READ or (len(before) <= _SHORT and scripts == _scripts(before))


def _is_mixed(word: str) -> bool:
    if _USUAL.fullmatch(word):
        return False
    scripts = _scripts(word)
    return bool(scripts & _ALPHABETS) and bool(scripts - _ALPHABETS - _READ - _BESIDE)


def _scripts(word: str) -> set[str]:
    """Return the scripts of the letters of a word; letters of Latin that no language here has are one of their own."""
    return {_script(letter) for letter in word if unicodedata.category(letter) in _OF_WORDS}


def _script(letter: str) -> str:
    script = unicodedata.name(letter, "").partition(" ")[0]
    return "IPA" if script == "LATIN" and not _LATIN.match(letter) else script


def _is_said(found: re.Match[str]) -> bool:
    if found["spelled"]:
        return True
    around = found["before"] + found["after"]
    return found["domain"] in (_top_level_domains() if _BRACKETED & set(around) else _SAID)


@cache
def _top_level_domains() -> frozenset[str]:
    return frozenset(map(undisguised, TOP_LEVEL_DOMAINS.split())) | _TRANSCRIBED | _SAID
