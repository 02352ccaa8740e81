import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.directory_lock import hold
from infra.local.local_settings import LocalError


def test_a_directory_is_made_and_held_by_one_only(tmp_path: Path) -> None:
    directory = tmp_path / "new" / "data"

    with hold(directory), pytest.raises(LocalError, match=f"DATA_DIR {directory} is in use by another instance"):
        hold(directory).__enter__()


def test_a_directory_is_free_again_after_its_use(tmp_path: Path) -> None:
    with hold(tmp_path):
        pass

    with hold(tmp_path):
        pass


def test_what_an_instance_that_died_has_left_behind_is_waited_for(tmp_path: Path) -> None:
    # A process that holds the directory, and leaves a child with the file when it dies.
    program = f"""
import os, subprocess
from pathlib import Path
from infra.local.directory_lock import hold
held = hold(Path({str(tmp_path)!r}))
number = held.__enter__()
subprocess.Popen(["sh", "-c", "sleep 0.5; touch {tmp_path}/ended"], pass_fds=[number])
os._exit(1)
"""
    subprocess.run([sys.executable, "-c", program], check=False)

    with hold(tmp_path):
        assert (tmp_path / "ended").exists()


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(LocalError, match="cannot be used: Not a directory"):
        hold(tmp_path / "file" / "data").__enter__()
