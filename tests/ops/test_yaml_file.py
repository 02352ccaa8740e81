"""Files that people write: what is no number, truth or null is a text."""

from pathlib import Path

import pytest

from ops.errors import CannotRun
from ops.yaml_file import read_object, read_objects


def written(directory: Path, text: str) -> Path:
    file = directory / "file.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_texts_stay_texts(tmp_path: Path) -> None:
    text = "a: no\nb: 12:30\nc: 010\nd: 2026-06-01T12:00:00+05:00\ne: 1_000\nYes: on\n5: x\n"

    assert read_object(written(tmp_path, text)) == {
        "a": "no",
        "b": "12:30",
        "c": "010",
        "d": "2026-06-01T12:00:00+05:00",
        "e": "1_000",
        "Yes": "on",
        "5": "x",
    }


def test_numbers_truths_and_null_are_what_they_are_in_json(tmp_path: Path) -> None:
    text = "a: 5\nb: -1.5\nc: true\nd: null\ne: ~\nf:\ng: [1, x]\nh: {i: false}\n"

    assert read_object(written(tmp_path, text)) == {
        "a": 5,
        "b": -1.5,
        "c": True,
        "d": None,
        "e": None,
        "f": None,
        "g": [1, "x"],
        "h": {"i": False},
    }


def test_several_objects_are_parted_by_lines_or_listed(tmp_path: Path) -> None:
    assert read_objects(written(tmp_path, "a: 1\n---\n- b: 2\n- c: 3\n---\n")) == [{"a": 1}, {"b": 2}, {"c": 3}]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\nb: 2\na: 3\n", r"file.yaml, line 3: a stands there twice"),
        ("a: [1\n", r"file.yaml, line 2: "),
        ("a: !!python/object:os.system x\n", r"file.yaml, line 1: "),
        ("text", r"no object"),
        ("", r"no object"),
        ("? [a, b]\n: 1\n", r"a name has to be a text"),
        ("a: 1\n---\nb: 2\n", r"there are 2 objects, and one is wanted"),
    ],
)
def test_a_file_that_cannot_be_is_told_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(CannotRun, match=says):
        read_object(written(tmp_path, text))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="cannot be read"):
        read_object(tmp_path / "none.yaml")
