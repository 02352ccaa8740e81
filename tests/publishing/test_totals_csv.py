import csv
import io
from random import Random

from chalicelib.domain.events import RecordedEvent
from chalicelib.projections.place_totals import PLACES
from chalicelib.projections.projection import AnyProjection
from chalicelib.projections.sums import Cells, merge
from chalicelib.projections.totals import TOTALS
from chalicelib.publishing.documents import header
from chalicelib.publishing.figures import figures
from chalicelib.publishing.totals_csv import totals_csv
from tests.histories import histories
from tests.laws import few_and_many
from tests.projections.test_laws import folded
from tests.publishing.campaigns import at_its_goal, campaign


def rows(cells: Cells) -> list[dict[str, str]]:
    body = totals_csv(header(campaign(), 5, now=0), cells)[0].body
    return list(csv.DictReader(io.StringIO(body.decode(), newline="")))


def merged(projection: AnyProjection, events: list[RecordedEvent]) -> Cells:
    cells: Cells = {}
    for key, state in folded(projection, events).items():
        cells = merge(cells, projection.cells(key, state))
    return cells


def test_a_row_names_its_kind_and_place_in_three_languages() -> None:
    cells: Cells = {
        "KZ-10 good_deed": {"participations": 2, "people": 3, "minutes": 270},
        "abroad donation": {"participations": 1, "people": 1, "USD": 250},
    }

    document, _ = totals_csv(header(campaign(), 5, now=0), cells)

    lines = document.body.decode().split("\r\n")
    header_line = (
        "kind,place,place_kk,place_ru,place_en,participations,people,hours,minutes,amount_KZT,amount_USD,as_of,rev"
    )
    assert document.path == "v1/campaigns/2026/totals.csv"
    assert lines[0] == header_line
    assert "good_deed,KZ-10,Абай облысы,область Абай,Abai Region,2,3,4,270,0,0,1970-01-01T00:00:00.000Z,5" in lines
    assert "donation,abroad,Шетелде,За рубежом,Abroad,1,1,0,0,0,250,1970-01-01T00:00:00.000Z,5" in lines
    assert lines[-1] == ""


def test_spreadsheets_of_kk_and_ru_have_a_file_that_tells_its_encoding_and_parts_columns_as_they_do() -> None:
    plain, spreadsheet = totals_csv(header(campaign(), 0, now=0), {})

    assert plain.body.startswith(b"kind,place,")
    assert spreadsheet.path == "v1/campaigns/2026/totals-excel.csv"
    assert spreadsheet.body.startswith(b"\xef\xbb\xbfkind;place;")
    assert spreadsheet.body.decode("utf-8-sig").replace(";", ",") == plain.body.decode()


def test_every_kind_has_a_row_at_every_place() -> None:
    found = rows({})

    assert len({(row["kind"], row["place"]) for row in found}) == len(found) == 8 * 21
    assert {row["amount_KZT"] for row in found} == {"0"}


@few_and_many(25, 150, events=histories())
def test_its_rows_add_up_to_the_totals(events: list[RecordedEvent]) -> None:
    found = rows(merged(PLACES, events))

    totals = merged(TOTALS, events)
    expected = figures(totals.get("all", {}))
    assert sum(int(row["participations"]) for row in found) == expected.participations
    assert sum(int(row["people"]) for row in found) == expected.people
    assert sum(int(row["minutes"]) for row in found) == expected.minutes
    assert all(int(row["hours"]) == int(row["minutes"]) // 60 for row in found)
    assert {name[7:]: sum(int(row[name]) for row in found) for name in found[0] if name.startswith("amount_")} == (
        expected.amount
    )


def test_a_big_campaign_adds_up_too() -> None:
    totals, by_place = at_its_goal(Random(1))

    assert sum(int(row["amount_KZT"]) for row in rows(by_place)) == totals["all"]["KZT"]
