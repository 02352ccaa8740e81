"""Links, domains, e-mail addresses and handles in a text, however they are spelled: nobody is led away from the air.

The top-level domains are those of IANA (`top_level_domains.txt`, version 2026051600), in Unicode.
"""

import re
from functools import cache
from pathlib import Path

from chalicelib.domain.disguises import SYMBOL, undisguised

_ADDRESSED = frozenset(
    """
    kz ru com net org info biz me io co cc tv su ly gl gd gg be to ws pw tk am fm uz kg by ua cn tr de uk eu us
    site shop store online xyz top club app dev click live link pro рф рус қаз каз кз ру ком сом бел укр
    """.split()
)
"""Domains that links are mostly of: what stands before them is no abbreviation, however short."""
_SAID = frozenset("kz ru com net org info me su uz kg рф рус қаз каз кз ру ком сом нет орг".split())
"""Those that people say with the dot as a word."""
_APART = frozenset("kz ru com рф қаз каз кз ком сом".split())
"""Those that no sentence begins with, and so are domains also behind a dot and a space."""
_TRANSCRIBED = frozenset("каз кз ру ком сом инфо".split())
"""Domains as they are written in Cyrillic and do not exist."""
_SHORT = 2
"""Letters that an initial or an abbreviation before a dot has: `Ш.` `Yu.` `им.`"""

# The beginning and the end of a word; an underscore is no part of it.
_BEGIN, _END = r"(?<![^\W_])", r"(?![^\W_])"

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
_LAST_WORD = re.compile(r"\w[\w-]*\Z")
_SAID_DOT = re.compile(
    rf"\w(?P<before>[\W_]*){_BEGIN}(?:dot|tochka|nukte|точка|тчк|н[уү]кте){_END}(?P<after>[\W_]*)"
    r"(?P<domain>[^\W\d_]+)"
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
    | точка(?:кз|ру|ком|сом|каз|қаз|рф){_END} | \w\s*\.\s*(?:k\s+z|r\s+u|c\s+o\s+m|к\s+з|р\s+у|р\s+ф){_END}
    | {_BEGIN}(?:{_SITE})(?:\s*:|(?:\W+\w+){{1,2}}\W+(?:kz|ru|com|кз|ком|рф|қаз){_END})
    | {_BEGIN}ссылка\s+в\s | {_BEGIN}tme\s*/
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
    @ | [(\[{{<]\s*(?:at|{_AT})\s*[)\]}}>] | [a-z0-9][\W_]*{_BEGIN}(?:{_AT})[\W_]+[a-z0-9]
    | {_BEGIN}(?:at|{_AT})[\W_]+(?:{_MAIL}){_END} | {_BEGIN}(?:gmail|hotmail){_END}
    """,
    re.VERBOSE,
)
_NETWORK = (
    r"(?:insta(?:gram)?|инста(?:грамм?)?|telegram|телеграмм?|телега|whats\s?app|[ву][аоэ]т?[сц]+апп?"
    r"|tik\s?tok|тик\s?ток|facebook|феисбук|фэисбук|youtube|ютуб|вконтакте|vkontakte|twitter|твиттер|viber|ваибер"
    r"|snapchat|снапчат|discord|дискорд|skype|скаип)"
)
# Of a Kazakh or a Russian word: «инстаграмда», «телеграме».
_ENDING = "[\u0400-\u04ff]{0,4}"
_SHORT_NETWORK = "ig|tg|тг|вк|vk|fb|wa|инст|inst|yt|ник|nick|аккаунт|account|логин|login|канал|username"
_HANDLE = re.compile(
    rf"""
    {_BEGIN}(?:{_NETWORK}{_ENDING}|{_SHORT_NETWORK})\s*[:=/>]+\s*\w
    | {_BEGIN}{_NETWORK}{_ENDING}[\W_]*(?:(?:канал|чат|групп|аккаунт){_ENDING}[\W_]*)?(?<![a-z])[a-z][a-z0-9_.]{{2,}}
    | (?<!\w)(?=\w*[a-z])[a-z0-9]+(?:_+[a-z0-9]+)+(?!\w)
    """,
    re.VERBOSE,
)
# Of words of Cyrillic alone few lead anywhere.
_LEADING = re.compile(
    rf"[a-z:/=@._,{SYMBOL}]|точка|тчк|н[уү]кте|вк|ютуб|инст|телег|саит|ссылк|сілтеме|феисбук|меил|маил|мэил|яндекс|собак"
)


def holds_link(plain: str) -> bool:
    """Whether a text, `undisguised`, holds a link, a domain or the address of a computer."""
    return any(_LINK.search(reading) or _holds_domain(reading) for reading in _readings(plain))


def holds_address(plain: str) -> bool:
    """Whether a text, `undisguised`, holds an e-mail address or an at-sign."""
    return any(map(_ADDRESS.search, _readings(plain)))


def holds_handle(plain: str) -> bool:
    """Whether a text, `undisguised`, holds a name by which somebody is found in a network."""
    return any(map(_HANDLE.search, _readings(plain)))


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
    if after and not before:
        return found["dot"][0] == "." and domain in _APART
    if found["dot"] in _RARE_DOTS:
        return not before and domain in _APART
    if not found["dot"].startswith("."):
        return not before and domain in _ADDRESSED
    if len(name[0]) <= _SHORT and not before:
        return domain in _ADDRESSED
    return domain in _top_level_domains()


def _is_said(found: re.Match[str]) -> bool:
    around = found["before"] + found["after"]
    return found["domain"] in (_top_level_domains() if _BRACKETED & set(around) else _SAID)


@cache
def _top_level_domains() -> frozenset[str]:
    listed = Path(__file__).with_name("top_level_domains.txt").read_text(encoding="utf-8").split()
    return frozenset(undisguised(domain) for domain in listed) | _TRANSCRIBED | _SAID
