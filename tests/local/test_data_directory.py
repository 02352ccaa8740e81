import os
import stat
from pathlib import Path

import pytest

from infra.local import data_directory
from infra.local.data_directory import DataDirectory, disk_faults, recognise, write_durably
from infra.local.local_settings import LocalError


@pytest.fixture
def stored(tmp_path: Path) -> DataDirectory:
    """A directory in which a run has ended in order."""
    directory = recognise(tmp_path, "dynoxide")
    directory.begin()
    directory.keep_format({"PEPPER": ("print",)})
    (tmp_path / "database").write_bytes(b"state")
    directory.end([tmp_path / "database"])
    return directory


class TestTheEngine:
    def test_of_a_new_directory_is_the_durable_one(self, tmp_path: Path) -> None:
        directory = recognise(tmp_path / "new", None)

        assert (directory.engine, directory.new) == ("dynoxide", True)
        assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700

    def test_is_that_which_the_directory_was_made_with(self, tmp_path: Path) -> None:
        recognise(tmp_path, "ministack").keep_format({})

        directory = recognise(tmp_path, None)

        assert (directory.engine, directory.new) == ("ministack", False)

    def test_cannot_be_another_one(self, stored: DataDirectory) -> None:
        with pytest.raises(LocalError, match="holds the state of ENGINE=dynoxide: set that, or another DATA_DIR"):
            recognise(stored.path, "ministack")

    @pytest.mark.parametrize(
        ("state", "engine"), [("ministack/dynamodb.json", "ministack"), ("dynamodb-local/data", "dynamodb-local")]
    )
    def test_of_the_first_format_is_told_by_its_files(self, tmp_path: Path, state: str, engine: str) -> None:
        (tmp_path / state).mkdir(parents=True)

        assert recognise(tmp_path, None).engine == engine
        with pytest.raises(LocalError, match=f"holds the state of ENGINE={engine}"):
            recognise(tmp_path, "dynoxide")

    def test_of_the_first_format_has_to_be_said_where_two_were_used(self, tmp_path: Path) -> None:
        (tmp_path / "ministack/dynamodb.json").mkdir(parents=True)
        (tmp_path / "dynamodb-local/data").mkdir(parents=True)

        assert recognise(tmp_path, "ministack").engine == "ministack"
        with pytest.raises(LocalError, match="set ENGINE=dynamodb-local or ENGINE=ministack"):
            recognise(tmp_path, None)

    def test_is_told_by_the_durable_engines_file_where_the_format_is_lost(self, tmp_path: Path) -> None:
        (tmp_path / "dynoxide").mkdir()
        (tmp_path / "dynoxide" / "qaiyrym.sqlite").touch()
        (tmp_path / "ministack/dynamodb.json").mkdir(parents=True)

        directory = recognise(tmp_path, None)

        assert (directory.engine, directory.new, directory.left_in_order) == ("dynoxide", False, False)


class TestADirectory:
    def test_knows_the_fingerprints_of_its_secrets(self, stored: DataDirectory) -> None:
        assert recognise(stored.path, None).fingerprints == {"PEPPER": ("print",)}

    def test_of_a_newer_release_is_refused_whatever_else_it_says(self, tmp_path: Path) -> None:
        (tmp_path / "format").write_text('{"format": 3, "engine": {"name": "unheard of"}}')

        with pytest.raises(LocalError, match=r"written by a newer release \(format 3, this one knows up to 2\)"):
            recognise(tmp_path, None)

    def test_with_a_format_that_is_no_text_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "format").write_bytes(b'{"format": 2, "engine": "\xff"}')

        with pytest.raises(LocalError, match="format is damaged: copy DATA_DIR back from a backup"):
            recognise(tmp_path, None)

    def test_in_which_a_file_cannot_be_read_is_named_with_it(self, tmp_path: Path) -> None:
        (tmp_path / "format").mkdir()

        with pytest.raises(LocalError, match=r"cannot be used: Is a directory \(.*/format\): set another DATA_DIR"):
            recognise(tmp_path, None)

    @pytest.mark.parametrize(
        "content",
        ["", '{"format": 2, "engi', "{}", '{"format": "two"}', '{"format": 2}', '{"format": -1, "engine": "dynoxide"}'],
    )
    def test_with_a_damaged_format_is_refused(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "format").write_text(content)

        with pytest.raises(LocalError, match="format is damaged: copy DATA_DIR back from a backup"):
            recognise(tmp_path, None)

    def test_on_a_full_disk_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(data_directory, "MIN_FREE_BYTES", 2**60)

        with pytest.raises(LocalError, match=r"MB left on its disk, and .* are needed to start: free some"):
            recognise(tmp_path, None)

    def test_that_cannot_be_made_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()

        with pytest.raises(LocalError, match="file/data cannot be used: Not a directory: set another DATA_DIR"):
            recognise(tmp_path / "file" / "data", None)

    def test_is_left_as_it_is_by_looking_at_it(self, stored: DataDirectory) -> None:
        before = {path: path.read_bytes() for path in stored.path.iterdir()}

        recognise(stored.path, None)

        assert {path: path.read_bytes() for path in stored.path.iterdir()} == before


class TestTheLastRun:
    def test_ended_in_order(self, stored: DataDirectory) -> None:
        assert recognise(stored.path, None).left_in_order

    def test_did_not_end(self, stored: DataDirectory) -> None:
        recognise(stored.path, None).begin()

        assert not recognise(stored.path, None).left_in_order

    def test_left_a_file_that_was_changed_since(self, stored: DataDirectory) -> None:
        os.utime(stored.path / "database", ns=(0, 0))

        assert not recognise(stored.path, None).left_in_order

    def test_left_a_file_that_is_missing(self, stored: DataDirectory) -> None:
        (stored.path / "database").unlink()

        assert not recognise(stored.path, None).left_in_order

    def test_is_not_known_of_the_first_format(self, tmp_path: Path) -> None:
        (tmp_path / "ministack/dynamodb.json").mkdir(parents=True)

        assert not recognise(tmp_path, None).left_in_order


class TestAFile:
    def test_is_replaced_as_a_whole(self, tmp_path: Path) -> None:
        file = tmp_path / "file"
        write_durably(file, "old")

        write_durably(file, "new")

        assert (file.read_text(), [*tmp_path.iterdir()]) == ("new", [file])
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_that_cannot_be_written_stays_as_it_was(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        file = tmp_path / "file"
        write_durably(file, "old")

        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with (
            pytest.raises(LocalError, match="cannot be used: No space left on device: free some space"),
            disk_faults(tmp_path),
        ):
            write_durably(file, "new")

        assert (file.read_text(), [*tmp_path.iterdir()]) == ("old", [file])
