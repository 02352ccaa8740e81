"""What a start says of a directory that it cannot trust or use, and that it leaves it as it is."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest

from infra.local import resources
from infra.local.__main__ import run
from infra.local.data_directory import recognise
from infra.local.emulator import free_port
from infra.local.engines import LocalEngine
from infra.local.local_settings import LocalError, LocalSettings, emulator_python
from infra.local.queue_store import QueueStore
from infra.local.secret_file import SecretFile
from infra.local.send_form import send
from infra.local.stopping import Stop
from tests.local.system import LocalSystem

MEGABYTE = 1024**2


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with tables, queues and secrets, of which the last run was stopped in order."""
    path = tmp_path_factory.mktemp("stopped") / "data"
    directory = recognise(path, None)
    secret_file = SecretFile(path / ".env", {})
    QueueStore(path / "queues.sqlite").create("leads")
    directory.begin()
    engine = LocalEngine(LocalSettings(data_dir=path, emulator_python=emulator_python()), directory)
    engine.start([])
    dynamodb = boto3.client("dynamodb", endpoint_url=engine.database.url)
    resources.create(read_tables(), resources.LocalClients(dynamodb, None, None), "qaiyrym")  # type: ignore[arg-type]
    directory.keep_format(secret_file.fingerprints)
    engine.stop()
    return path


def read_tables() -> resources.Template:
    template = resources.read_template()
    tables = {name: each for name, each in template["Resources"].items() if each["Type"] == "AWS::DynamoDB::Table"}
    return {"Resources": tables}


@pytest.fixture
def data(stopped: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(stopped, tmp_path / "data"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 40 MB that can be remounted."""
    path = tmp_path / "disk"
    path.mkdir()
    _mount("-t", "tmpfs", "-o", "size=40m", "tmpfs", str(path))
    yield path
    subprocess.run(["umount", "--lazy", path], check=True)


def _mount(*arguments: str) -> None:
    try:
        subprocess.run(["mount", *arguments], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a disk cannot be mounted here: what a full one or a read-only one does is not seen")


def _fill(disk: Path) -> Path:
    """Fill a disk to the last byte with a file, and return it."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (MEGABYTE, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return filler


def contents(directory: Path) -> dict[Path, bytes]:
    """What is kept: who looked last, and what the last run said of itself, is not."""
    files = (path for path in directory.rglob("*") if path.is_file() and path.name not in ("lock", "run.json"))
    return {path: path.read_bytes() for path in files if "sqlite-" not in path.name}


def refusal(data: Path) -> str:
    """Start a system that does not start, and return what it says."""
    stop = Stop()
    stop.request()
    with pytest.raises(LocalError) as refused:
        run({"DATA_DIR": str(data), "PORT": str(free_port())}, stop)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def half_of_the_tables(data: Path) -> None:
    file = data / "dynoxide" / "qaiyrym.sqlite"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def tables_with_a_hole(data: Path) -> None:
    file = data / "dynoxide" / "qaiyrym.sqlite"
    content = file.read_bytes()
    file.write_bytes(content[:8192] + b"\xaa" * 16384 + content[24576:])


def tables_that_rotted(data: Path) -> None:
    """A bit has changed, and neither size nor time of the file tell of it."""
    file = data / "dynoxide" / "qaiyrym.sqlite"
    before, content = file.stat(), bytearray(file.read_bytes())
    # The first page of another table than the schema, where it says of which kind it is.
    content[4096 * 2] ^= 0x40
    file.write_bytes(content)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def no_tables(data: Path) -> None:
    (data / "dynoxide" / "qaiyrym.sqlite").unlink()


def no_queues(data: Path) -> None:
    (data / "queues.sqlite").write_bytes(b"queues")


def no_secrets(data: Path) -> None:
    (data / ".env").unlink()


def no_format(data: Path) -> None:
    (data / "format").unlink()
    no_secrets(data)


def half_of_the_secrets(data: Path) -> None:
    content = (data / ".env").read_bytes()
    (data / ".env").write_bytes(content[: content.index(b"PARKING_KEY=") + 20])


def no_parking_key(data: Path) -> None:
    lines = (data / ".env").read_text().splitlines(keepends=True)
    (data / ".env").write_text("".join(line for line in lines if not line.startswith("PARKING_KEY")))


def secrets_of_another(data: Path) -> None:
    no_secrets(data)
    SecretFile(data / ".env", {})


def unreadable_secrets(data: Path) -> None:
    (data / ".env").write_bytes(b"\x00\xff" * 100)


def newer_release(data: Path) -> None:
    (data / "format").write_text('{"format": 3, "engine": "dynoxide"}')


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (
            half_of_the_tables,
            "qaiyrym.sqlite is damaged (database disk image is malformed) and was left as it is: copy",
        ),
        (tables_with_a_hole, "qaiyrym.sqlite is damaged ("),
        (tables_that_rotted, "qaiyrym.sqlite is damaged ("),
        (no_tables, "qaiyrym.sqlite is damaged (it is missing)"),
        (no_queues, "queues.sqlite is damaged (file is not a database)"),
        (no_secrets, ".env lacks PEPPER, without which participants are not known again: copy .env back"),
        (no_format, ".env lacks PEPPER, without which participants are not known again: copy .env back"),
        (no_parking_key, ".env lacks PARKING_KEY, without which parked submissions cannot be opened: copy .env back"),
        (half_of_the_secrets, "PARKING_KEY is cut off or damaged (it is the base64 of 32 bytes): copy .env back"),
        (secrets_of_another, "PEPPER is another one than DATA_DIR was written with, so that participants are not"),
        (unreadable_secrets, ".env is damaged (it is no text): copy .env back"),
        (newer_release, "was written by a newer release (format 3, this one knows up to 2): use that release"),
    ],
)
def test_a_damaged_directory_is_refused_and_left_as_it_is(
    data: Path, damage: Callable[[Path], None], said: str
) -> None:
    damage(data)
    before = contents(data)

    line = refusal(data)

    assert said in line
    assert contents(data) == before


def test_lost_queues_are_told_of(data: Path, caplog: pytest.LogCaptureFixture) -> None:
    (data / "queues.sqlite").unlink()
    engine = LocalEngine(LocalSettings(data_dir=data, emulator_python=emulator_python()), recognise(data, None))

    engine.check()

    (record,) = caplog.records
    assert record.getMessage() == (
        f"{data / 'queues.sqlite'} is missing: leads that waited in it and what was set aside are lost"
    )


def test_a_directory_that_cannot_be_written_is_named(stopped: Path, small_disk: Path) -> None:
    data = Path(shutil.copytree(stopped, small_disk / "data"))
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)

    assert refusal(data) == (
        f"DATA_DIR {data} cannot be used: Read-only file system ({data}/lock): set another DATA_DIR"
    )


def test_a_start_on_a_full_disk_is_refused(stopped: Path, small_disk: Path) -> None:
    data = Path(shutil.copytree(stopped, small_disk / "data"))
    _fill(small_disk)
    before = contents(data)

    line = refusal(data)

    assert line.startswith(f"DATA_DIR {data} has 0 MB left on its disk, and 16 MB are needed to start: free some")
    assert contents(data) == before


@pytest.mark.slow
def test_what_a_full_disk_cannot_keep_is_not_acknowledged(small_disk: Path) -> None:
    system = LocalSystem(small_disk / "data", log=small_disk.with_suffix(".log"))
    system.start()
    assert system.record("before", "+77011111111").status == 201
    system.wait_for("participations", 1)

    filler = _fill(small_disk)
    replies = [system.record(f"full-{number}", f"+7701222222{number}") for number in range(5)]

    refused = [number for number, reply in enumerate(replies) if reply.status != 201]
    assert {replies[number].status for number in refused} == {503}
    assert refused, "the disk had room left"
    # A form's sender is told to come again, too.
    assert send(system.run)[0] == 503
    acknowledged = 1 + len(replies) - len(refused)
    filler.unlink()

    assert {system.record(f"full-{number}", f"+7701222222{number}").status for number in refused} <= {200, 201}
    system.wait_for("participations", acknowledged + len(refused))
    assert system.stop() == 0
    system.start()
    assert system.totals()["participations"] == acknowledged + len(refused)
    system.abandon()


def test_the_directory_is_named_when_it_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").touch()

    assert refusal(tmp_path / "data") == (
        f"DATA_DIR {tmp_path / 'data'} cannot be used: File exists: set another DATA_DIR"
    )


def test_personal_data_is_for_its_owner_only(stopped: Path) -> None:
    assert stopped.stat().st_mode & 0o077 == 0
