"""`badge/{metric}.{lang}.svg`: one number as a picture, for pages without scripts."""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from chalicelib.domain.vocabulary import LANGUAGES, METRICS, Language
from chalicelib.publishing.documents import Document, Header, path
from chalicelib.publishing.figures import Totals, value
from chalicelib.publishing.number_formats import format_metric, label

_HEIGHT = 28
_FONT = 13
_PADDING = 9
_BASELINE = 18.5
_BOLD = 1.12

# Widths in em of DejaVu Sans, among the widest of the fonts asked for.
_NARROW, _USUAL, _WIDE = 0.34, 0.63, 0.88
_NARROW_LETTERS = frozenset(" \u00a0.,'-fijlrtі")
_WIDE_LETTERS = frozenset("mwMWжмфшщыюЖМФШЩЫЮ−")


def badges(head: Header, totals: Totals) -> Iterable[Document]:
    """Return the badge of every metric in every language."""
    for metric in METRICS:
        number = value(totals, metric)
        for language in LANGUAGES:
            picture = svg(format_metric(metric, number, language), label(metric, number, language), language)
            name = f"badge/{metric}.{language}.svg"
            yield Document(path(head.campaign, name), head.position, "image/svg+xml; charset=utf-8", picture)


def svg(number: str, noun: str, language: Language) -> bytes:
    """Return a picture of a number and its noun: whatever font is at hand, the text fits its field."""
    number_width, noun_width = _width(number) * _BOLD, _width(noun)
    left, right = number_width + 2 * _PADDING, noun_width + 2 * _PADDING
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right:.0f}" height="{_HEIGHT}"'
        f' viewBox="0 0 {left + right:.1f} {_HEIGHT}" role="img" lang="{language}"'
        f" aria-label={quoteattr(f'{number} {noun}')}><title>{escape(f'{number} {noun}')}</title>"
        f'<rect width="{left + right:.1f}" height="{_HEIGHT}" rx="5" fill="#fec50c"/>'
        f'<path d="M5 0H{left:.1f}V{_HEIGHT}H5a5 5 0 0 1-5-5V5a5 5 0 0 1 5-5z" fill="#00afca"/>'
        f'<g font-family="Verdana,DejaVu Sans,Arial,sans-serif" font-size="{_FONT}" fill="#06262c">'
        f"{_text(_PADDING, number_width, number, bold=True)}{_text(left + _PADDING, noun_width, noun, bold=False)}"
        "</g></svg>"
    )
    return text.encode()


def _text(x: float, width: float, text: str, *, bold: bool) -> str:
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{_BASELINE}"{weight} textLength="{width:.1f}" lengthAdjust="spacingAndGlyphs">'
        f"{escape(text)}</text>"
    )


def _width(text: str) -> float:
    return _FONT * sum(map(_em, text))


def _em(letter: str) -> float:
    if letter in _NARROW_LETTERS:
        return _NARROW
    return _WIDE if letter in _WIDE_LETTERS else _USUAL
