"""The tables as LibreOffice takes them where numbers have a comma: letters are letters, numbers are numbers."""

import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from chalicelib.projections.sums import Cells
from chalicelib.publishing.documents import header
from chalicelib.publishing.totals_csv import totals_csv
from tests.publishing.campaigns import campaign

SOFFICE = shutil.which("soffice")
CELLS: Cells = {
    "KZ-39 good_deed": {"participations": 12_345, "people": 20_000, "minutes": 630, "KZT": 1_234_567},
    "abroad donation": {"participations": 1, "people": 1, "USD": 250},
}
PLACE_OF_ROW = 1
# LibreOffice's filter takes the separator and the quote as their codes, the encoding (UTF-8), the first line, no
# formats of columns, and the language whose numbers they are.
FILTER = "CSV:{separator},34,76,1,,{language}"
LANGUAGES = {"ru": 1049, "kk": 1087}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(SOFFICE is None, reason="no LibreOffice (soffice): how it opens the tables is not seen"),
]


def opened(directory: Path, name: str, content: bytes, language: str) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Return the rows of a table as LibreOffice has it, by kind and place: of each cell its type and what it says."""
    (directory / name).write_bytes(content)
    separator = ";" if name == "totals-excel.csv" else ","
    read_as = FILTER.format(separator=ord(separator), language=LANGUAGES[language])
    command: list[str | Path] = [
        SOFFICE or "",
        "--headless",
        f"-env:UserInstallation={(directory / 'profile').as_uri()}",
    ]
    command += [f"--infilter={read_as}", "--convert-to", "fods", "--outdir", directory / "out", directory / name]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    tree = ElementTree.parse((directory / "out" / name).with_suffix(".fods"))
    rows = [[*map(_cell, row.findall("{*}table-cell"))] for row in tree.iterfind(".//{*}table-row")]
    return {(row[0][1], row[PLACE_OF_ROW][1]): row for row in rows if len(row) > PLACE_OF_ROW}


def _cell(cell: ElementTree.Element) -> tuple[str, str]:
    kind = next((value for name, value in cell.attrib.items() if name.endswith("}value-type")), "")
    number = next((value for name, value in cell.attrib.items() if name.endswith("}value")), "")
    return kind, number or "".join(cell.itertext()).strip()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("which", [0, 1])
def test_libreoffice_opens_both_tables_in_kazakh_and_russian(tmp_path: Path, which: int, language: str) -> None:
    document = totals_csv(header(campaign(), 7, now=0), CELLS)[which]

    found = opened(tmp_path, Path(document.path).name, document.body, language)

    assert [text for _, text in found["kind", "place"]][-3:] == ["amount_USD", "as_of", "rev"]
    names = ["good_deed", "KZ-39", "Қостанай облысы", "Костанайская область", "Kostanay Region"]
    numbers = ["12345", "20000", "10", "630", "1234567", "0"]
    row = found["good_deed", "KZ-39"]
    assert row[:5] == [("string", name) for name in names]
    assert row[5:11] == [("float", number) for number in numbers]
    assert row[12] == ("float", "7")
