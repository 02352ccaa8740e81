"""Scripts know the documents as they are published."""

import re

import msgspec
import pytest

from chalicelib.domain.campaign import Goal
from chalicelib.publishing.documents import (
    Header,
    LaunchPage,
    Minute,
    Organisation,
    Organisations,
    ReachableMilestone,
    ShownAct,
    Timeline,
)
from chalicelib.publishing.figures import PlaceMetrics, Totals
from tests.site.stage import SITE

TYPES = (SITE / "documents.d.ts").read_text(encoding="utf-8")


def members(interface: str) -> set[str]:
    """Return the members of an interface, without those that it inherits."""
    found = re.search(
        rf"^export interface {interface}(?: extends \w+)? \{{\n(.*?)^\}}", TYPES, re.MULTILINE | re.DOTALL
    )
    assert found
    return set(re.findall(r"^  (\w+)\??:", found[1], re.MULTILINE))


def fields(struct: type[msgspec.Struct]) -> set[str]:
    return set(struct.__struct_encode_fields__)


@pytest.mark.parametrize(
    ("interface", "struct"),
    [
        ("Header", Header),
        ("Measures", Totals),
        ("Milestone", ReachableMilestone),
        ("Act", ShownAct),
        ("Organisation", Organisation),
    ],
)
def test_an_interface_has_the_members_that_are_published(interface: str, struct: type[msgspec.Struct]) -> None:
    assert members(interface) == fields(struct)


def test_what_a_place_and_a_minute_tell_is_among_the_measures() -> None:
    assert fields(PlaceMetrics) == (fields(PlaceMetrics) & members("Measures")) | members("PlaceMeasures")
    assert fields(Minute) - members("Minute") <= members("Measures")
    assert members("Goal") | {"region"} == fields(Goal)


def test_the_contents_of_documents_are_known_by_their_names() -> None:
    published = {name for struct in (LaunchPage, Timeline, Organisations) for name in fields(struct)}

    assert published - fields(Header) <= members("Contents")
