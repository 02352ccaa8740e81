import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from chalicelib.bootstrap import bootstrap
from chalicelib.clock import now_ms
from infra.local import documents
from infra.local.delivery import drain
from infra.local.emulator import Emulator, ministack
from infra.local.local_settings import emulator_python
from tests.conftest import Tables
from tests.e2e.whole import WholeSystem

GOOD_DEED = {
    "kind": "good_deed",
    "participant": {"type": "school", "name": "№ 1 мектеп", "email": "school@example.com"},
    "place": {"region": "KZ-75"},
}


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a storage that took three documents."""
    directory = tmp_path_factory.mktemp("storage")
    process = ministack(emulator_python(), directory, directory / "log", persist=True)
    process.start()
    s3 = boto3.client("s3", endpoint_url=process.url)
    s3.create_bucket(Bucket="documents", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    for name in ("live.json", "places.json", "timeline/2026-06-01.json"):
        put(s3, name)
    process.stop()
    return directory / "s3"


def put(s3: Any, name: str) -> None:
    s3.put_object(
        Bucket="documents", Key=f"v1/{name}", Body=f"content of {name}".encode(), Metadata={"epoch": "1", "rev": "1"}
    )


@pytest.fixture
def directory(stored: Path, tmp_path: Path) -> Path:
    shutil.copytree(stored, tmp_path / "s3")
    return tmp_path / "s3"


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.rglob("*") if path.is_file()}


def damage_content(file: Path) -> None:
    file.write_bytes(b"")


def damage_description(file: Path) -> None:
    sidecar = file.with_name(f"{file.name}.meta.json")
    sidecar.write_bytes(sidecar.read_bytes()[:20])


def change_description(file: Path) -> None:
    sidecar = file.with_name(f"{file.name}.meta.json")
    sidecar.write_bytes(sidecar.read_bytes().replace(b'-rev": "1"', b'-rev": "?"'))


def lose_description(file: Path) -> None:
    file.with_name(f"{file.name}.meta.json").unlink()


def lose_content(file: Path) -> None:
    file.unlink()


def test_whole_documents_are_kept(directory: Path) -> None:
    before = names(directory)

    assert documents.drop_broken(directory) == 0
    assert names(directory) == before


@pytest.mark.parametrize(
    "damage", [damage_content, damage_description, change_description, lose_description, lose_content]
)
def test_a_document_that_is_not_whole_is_dropped_and_no_other(directory: Path, damage: Callable[[Path], None]) -> None:
    (file,) = directory.rglob("live.json")
    before = names(directory)
    damage(file)

    assert documents.drop_broken(directory) == 1
    assert names(directory) == before - {"live.json", "live.json.meta.json"}


def test_a_storage_that_has_nothing_yet_is_whole(tmp_path: Path) -> None:
    assert documents.drop_broken(tmp_path / "s3") == 0


@pytest.fixture(scope="module")
def system(make_tables: Callable[[], Tables]) -> Iterator[WholeSystem]:
    """A campaign with an act of two weeks ago and one of today; few places have boards, of which each is read."""
    patch = pytest.MonkeyPatch()
    patch.setattr(documents, "PLACES_SHOWN", ("KZ-75",))
    tables = make_tables()
    for days in (14, 0):
        system = WholeSystem(tables, lambda days=days: now_ms() - days * 24 * 3600 * 1000)  # type: ignore[misc]
        system.record(system.open("2026"), f"{days} days ago", GOOD_DEED)
        system.settle()
    yield system
    patch.undo()


@pytest.mark.slow
class TestDocumentsMadeAnew:
    def test_are_those_that_are_missing_and_no_others(self, system: WholeSystem) -> None:
        before, written = contents(system.tables), written_at(system.tables)
        # One badge and the board of one place stand for all; the list of all campaigns is the sweep's.
        lost = {
            name
            for name in before
            if not re.search(r"campaigns.json|/(badge|organisations)/(?!people\.kk|KZ-75)", name)
        }
        for name in lost:
            system.tables.clients.s3.delete_object(Bucket=system.tables["DocumentsBucket"], Key=name)

        publish_anew(system.tables)

        assert len([name for name in lost if "/timeline/" in name]) == 2
        assert contents(system.tables) == before
        after = written_at(system.tables)
        assert {name for name in after if after[name] != written[name]} == lost

    def test_take_the_place_of_older_ones(self, system: WholeSystem) -> None:
        before = system.live("2026")
        system.record(system.open("2026"), "not shown", GOOD_DEED)
        # It is projected, and not published.
        assert drain(system._streams[:1], 60)

        publish_anew(system.tables)

        after = system.live("2026")
        assert after["rev"] > before["rev"]
        assert after["totals"]["participations"] == before["totals"]["participations"] + 1


def publish_anew(tables: Tables) -> None:
    services = bootstrap()
    for campaign in services.registry.campaigns():
        documents.publish_anew(services, campaign)


def objects(tables: Tables) -> list[Any]:
    pages = tables.clients.s3.get_paginator("list_objects_v2").paginate(Bucket=tables["DocumentsBucket"])
    return [each for page in pages for each in page.get("Contents", [])]


def contents(tables: Tables) -> dict[str, Any]:
    """The documents without what tells when they were made."""
    s3, bucket = tables.clients.s3, tables["DocumentsBucket"]
    bodies = {each["Key"]: s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read() for each in objects(tables)}
    return {name: timeless(name, body) for name, body in bodies.items()}


def timeless(name: str, body: bytes) -> Any:
    """What a document says, without when it was read and what number it has."""
    if name.endswith(".json"):
        return {member: value for member, value in json.loads(body).items() if member not in ("as_of", "rev")}
    return re.sub(rb"[-0-9]{10}T[:.0-9]{12}Z", b"", body) if name.endswith(".csv") else body


def written_at(tables: Tables) -> dict[str, Any]:
    return {each["Key"]: each["LastModified"] for each in objects(tables)}


def test_everything_can_be_synced(directory: Path) -> None:
    documents.sync(directory)


@pytest.mark.slow
def test_the_storage_that_is_restarted_has_what_is_whole(directory: Path, tmp_path: Path) -> None:
    (file,) = directory.rglob("live.json")
    damage_content(file)
    documents.drop_broken(directory)
    process: Emulator = ministack(emulator_python(), tmp_path, tmp_path / "log", persist=True)
    process.start()
    s3 = boto3.client("s3", endpoint_url=process.url)

    with pytest.raises(s3.exceptions.NoSuchKey):
        s3.get_object(Bucket="documents", Key="v1/live.json")
    assert s3.get_object(Bucket="documents", Key="v1/places.json")["Metadata"] == {"epoch": "1", "rev": "1"}
    process.stop()
