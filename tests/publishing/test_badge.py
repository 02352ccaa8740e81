from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.vocabulary import LANGUAGES, METRICS, Language
from chalicelib.publishing.badge import badges, svg
from chalicelib.publishing.documents import header
from chalicelib.publishing.figures import Totals
from tests.publishing.campaigns import campaign

TOTALS = Totals(
    participants=12_345,
    participations=1_234_567,
    people=9_876_543_210,
    hours=2,
    amount={"KZT": 1_234_567_890_123, "USD": 5},
    volunteers=1,
    good_deeds=100_000,
    events_held=0,
    organisations=21,
)
SVG = "{http://www.w3.org/2000/svg}"


def title(picture: bytes) -> str:
    found = ET.fromstring(picture).findtext(f"{SVG}title")
    assert found is not None
    return found.replace("\u00a0", " ")


def test_every_metric_has_a_badge_in_every_language() -> None:
    found = {document.path: document for document in badges(header(campaign(), 5, now=0), TOTALS)}

    names = {f"v1/campaigns/2026/badge/{metric}.{language}.svg" for metric in METRICS for language in LANGUAGES}
    assert found.keys() == names
    assert {document.content_type for document in found.values()} == {"image/svg+xml; charset=utf-8"}
    assert {document.position for document in found.values()} == {header(campaign(), 5, now=0).position}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("good_deeds.kk", "100 000 қайырымды іс"),
        ("good_deeds.ru", "100 000 добрых дел"),
        ("good_deeds.en", "100,000 good deeds"),
        ("amount.ru", "1 234 567 890 123 ₸ пожертвовано"),
        ("amount.en", "₸1,234,567,890,123 donated"),
        ("volunteers.ru", "1 волонтёр"),
        ("organisations.ru", "21 организация"),
    ],
)
def test_a_badge_says_its_number_in_its_language(name: str, text: str) -> None:
    found = {document.path: document.body for document in badges(header(campaign(), 5, now=0), TOTALS)}

    picture = found[f"v1/campaigns/2026/badge/{name}.svg"]
    root = ET.fromstring(picture)
    assert title(picture) == text
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"].replace("\u00a0", " ") == text
    assert root.attrib["lang"] == name.partition(".")[2]


def test_the_number_is_what_stands_out() -> None:
    picture = next(document.body for document in badges(header(campaign(), 5, now=0), TOTALS))

    assert [text.get("font-weight") for text in ET.fromstring(picture).iter(f"{SVG}text")] == ["700", None]


def test_a_badge_needs_nothing_from_elsewhere() -> None:
    for document in badges(header(campaign(), 5, now=0), TOTALS):
        elements = list(ET.fromstring(document.body).iter())

        assert {element.tag.removeprefix(SVG) for element in elements} == {"svg", "title", "rect", "path", "g", "text"}
        assert not [name for element in elements for name in element.attrib if "href" in name or name.startswith("on")]
        assert b"url(" not in document.body
        assert len(document.body) < 1_000


@given(number=st.text(st.characters(exclude_categories=["C"]), min_size=1), noun=st.text("<>&\"'іЖ ", min_size=1))
def test_any_text_is_escaped_and_stays_in_its_field(number: str, noun: str) -> None:
    language: Language = "kk"

    root = ET.fromstring(svg(number, noun, language))

    first, second = root.iter(f"{SVG}text")
    width = float(root.attrib["viewBox"].split()[2])
    assert (first.text, second.text) == (number, noun)
    ends = [float(text.attrib["x"]) + float(text.attrib["textLength"]) for text in (first, second)]
    assert 0 < ends[0] < float(second.attrib["x"]) < ends[1] < width
    assert abs(width - float(root.attrib["width"])) <= 0.6
