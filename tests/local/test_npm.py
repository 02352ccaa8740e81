import io
import stat
import tarfile
from base64 import b64encode
from hashlib import sha512
from pathlib import Path

import pytest

from infra.local import dynoxide, npm
from infra.local.local_settings import LocalError


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A package of one program, and an npm that has it and no other."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as tar:
        program = tarfile.TarInfo("package/program")
        program.size, program.mode = 7, 0o755
        tar.addfile(program, io.BytesIO(b"program"))
    (tmp_path / "package.tgz").write_bytes(content.getvalue())
    command(
        tmp_path / "bin" / "npm",
        f'[ "$2" = known@1.0.0 ] && exec cp {tmp_path}/package.tgz "$5"; echo "no such package" >&2; exit 1',
    )
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    return content.getvalue()


def command(path: Path, script: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def integrity(content: bytes) -> str:
    return f"sha512-{b64encode(sha512(content).digest()).decode()}"


def test_a_program_is_unpacked_and_can_be_run(tmp_path: Path, archive: bytes) -> None:
    target = tmp_path / "programs" / "program"

    npm.fetch("known@1.0.0", "program", target, integrity(archive))

    assert target.read_bytes() == b"program"
    assert target.stat().st_mode & stat.S_IXUSR
    assert [*target.parent.iterdir()] == [target]


def test_a_package_that_is_another_one_is_not_unpacked(tmp_path: Path, archive: bytes) -> None:
    with pytest.raises(LocalError, match=r"npm gave another known@1\.0\.0 than the one that is known"):
        npm.fetch("known@1.0.0", "program", tmp_path / "program", integrity(b"other"))

    assert not (tmp_path / "program").exists()


def test_a_package_that_cannot_be_had_is_named(tmp_path: Path, archive: bytes) -> None:
    with pytest.raises(LocalError, match=r"npm cannot fetch other@1\.0\.0: no such package"):
        npm.fetch("other@1.0.0", "program", tmp_path / "program")


def test_a_machine_without_npm_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(npm, "EMULATOR_PYTHON", tmp_path / "bin" / "python")

    with pytest.raises(LocalError, match=r"there is no `npm`: install Node.js, or let `make install` bring one"):
        npm.fetch("known@1.0.0", "program", tmp_path / "program")


def test_the_engine_that_cannot_be_had_names_the_others(tmp_path: Path, archive: bytes) -> None:
    with pytest.raises(LocalError, match=r"npm cannot fetch @dynoxide/.*ENGINE=dynamodb-local .* ENGINE=ministack"):
        dynoxide.install(tmp_path / "dynoxide")


def test_a_machine_that_there_is_no_engine_for_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")

    with pytest.raises(LocalError, match=r"there is no dynoxide for .*riscv64. ENGINE=dynamodb-local"):
        dynoxide.install(tmp_path / "dynoxide")
