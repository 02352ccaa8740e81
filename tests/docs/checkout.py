"""A clone of the repository in which somebody follows the docs: the system, and a shell beside it."""

import json
import os
import pty
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from infra.local.emulator import free_port
from infra.local.local_settings import REPOSITORY

_SECONDS = 120.0
_POLL_SECONDS = 0.1
_ENVIRONMENTS = (".venv", ".venv-emulator")
_YES = b"y\n" * 9
# What curl prints otherwise is an answer like another: refused is refused.
_CURLRC = "fail-with-body\nsilent\nshow-error\n"
# Only a test has reason to shorten what a rebuild waits for (docs/operators.md).
_QUICK = {"CUT_LEAD_SECONDS": "2", "CUT_SETTLE_SECONDS": "4"}


class Checkout:
    """A clone with the environments of this one; its state is its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self._system: subprocess.Popen[bytes] | None = None
        self._data_dir = path / ".local"
        self._log = path.with_suffix(".log")
        _clone(path)
        for name in _ENVIRONMENTS:
            _borrow(REPOSITORY / name, path / name)
        (path.parent / ".curlrc").write_text(_CURLRC, encoding="utf-8")

    @property
    def run(self) -> dict[str, Any]:
        """What the system says of itself."""
        told: dict[str, Any] = json.loads((self._data_dir / "run.json").read_text(encoding="utf-8"))
        return told

    @property
    def printed(self) -> str:
        """All that `make run` has printed."""
        return self._log.read_text(encoding="utf-8")

    def start(self, command: str = "make run", data_dir: str = ".local") -> None:
        """Start the system as a command says, and wait until it is ready."""
        self._data_dir = self.path / data_dir
        with self._log.open("ab") as log:
            self._system = subprocess.Popen(
                ["bash", "-c", command],
                cwd=self.path,
                env=self._environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + _SECONDS
        while not (self._data_dir / "run.json").exists():
            assert self._system.poll() is None, self.printed
            assert time.monotonic() < deadline, self.printed
            time.sleep(_POLL_SECONDS)

    def interrupt(self) -> None:
        """Press Ctrl-C where the system runs, and wait for its end."""
        if self._system is not None and self._system.poll() is None:
            os.killpg(self._system.pid, signal.SIGINT)
            self._system.wait(_SECONDS)

    def shell(self, script: str, page: str) -> str:
        """Run commands as they are typed, after all that was typed for the same page; return what they print.

        Whoever is asked says yes.
        """
        exported = self.path.parent / f"{page.replace('/', '-')}.env"
        before = f". {exported}\n" if exported.exists() else ""
        asking, asked = pty.openpty()
        os.write(asking, _YES)
        done = subprocess.run(
            ["bash", "-c", f"set -eu -o pipefail\n{before}{script}\nexport -p > {exported}"],
            cwd=self.path,
            env=self._environment(),
            stdin=asked,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        os.close(asking)
        os.close(asked)
        assert done.returncode == 0, f"{script}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def _environment(self) -> dict[str, str]:
        ours = ("AWS_", "PEPPER", "QAIYRYM", "DATA_DIR", "ENGINE", "MAKE")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return {**inherited, **_QUICK, "PORT": str(self.port), "CURL_HOME": str(self.path.parent)}


def _clone(path: Path) -> None:
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (REPOSITORY / name).is_file():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, path / name, follow_symlinks=False)


def _borrow(environment: Path, into: Path) -> None:
    """Let a clone have an environment: what it is made of is shared, and it counts as just installed."""
    into.mkdir()
    for child in environment.iterdir():
        if child.name.startswith(".") and child.is_file():
            (into / child.name).touch()
        else:
            (into / child.name).symlink_to(child)
