import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.local import documents
from infra.local.emulator import Emulator, ministack
from tests.conftest import Tables, emulator_python


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a storage that was killed after it took three documents."""
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
    s3.put_object(Bucket="documents", Key=f"v1/{name}", Body=f"content of {name}".encode(), Metadata={"rev": "1"})


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


def lose_description(file: Path) -> None:
    file.with_name(f"{file.name}.meta.json").unlink()


def lose_content(file: Path) -> None:
    file.unlink()


def test_whole_documents_are_kept(directory: Path) -> None:
    before = names(directory)

    assert documents.drop_broken(directory) == 0
    assert names(directory) == before


@pytest.mark.parametrize("damage", [damage_content, damage_description, lose_description, lose_content])
def test_a_document_that_is_not_whole_is_dropped_and_no_other(directory: Path, damage: Callable[[Path], None]) -> None:
    (file,) = directory.rglob("live.json")
    before = names(directory)
    damage(file)

    assert documents.drop_broken(directory) == 1
    assert names(directory) == before - {"live.json", "live.json.meta.json"}


def test_a_storage_that_has_nothing_yet_is_whole(tmp_path: Path) -> None:
    assert documents.drop_broken(tmp_path / "s3") == 0


def test_documents_are_published_for_every_campaign_and_state(tables: Tables) -> None:
    dynamodb = tables.clients.dynamodb
    dynamodb.put_item(TableName=tables["RegistryTable"], Item={"kind": {"S": "campaign"}, "id": {"S": "2026"}})
    for number in range(3):
        state = {"campaign": {"S": "2026"}, "item": {"S": f"state {number}"}, "data": {"S": "x"}}
        dynamodb.put_item(TableName=tables["StateTable"], Item=state)
    published: list[Any] = []

    def publish(records: Sequence[documents.Record]) -> None:
        published.append([record["dynamodb"]["Keys"] for record in records])

    documents.publish_anew(dynamodb, tables["RegistryTable"], tables["StateTable"], publish)

    assert published[0] == [{"kind": {"S": "campaign"}, "id": {"S": "2026"}}]
    assert sorted(key["item"]["S"] for key in published[1]) == ["state 0", "state 1", "state 2"]
    assert all(key["campaign"] == {"S": "2026"} for key in published[1])


def test_everything_can_be_synced(directory: Path) -> None:
    documents.sync(directory)


def test_the_storage_that_is_restarted_has_what_is_whole(directory: Path, tmp_path: Path) -> None:
    (file,) = directory.rglob("live.json")
    damage_content(file)
    documents.drop_broken(directory)
    process: Emulator = ministack(emulator_python(), tmp_path, tmp_path / "log", persist=True)
    process.start()
    s3 = boto3.client("s3", endpoint_url=process.url)

    with pytest.raises(s3.exceptions.NoSuchKey):
        s3.get_object(Bucket="documents", Key="v1/live.json")
    assert s3.get_object(Bucket="documents", Key="v1/places.json")["Metadata"] == {"rev": "1"}
    process.stop()
