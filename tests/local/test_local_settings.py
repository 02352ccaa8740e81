from pathlib import Path

import pytest

from infra.local.local_settings import LocalError, load


def test_nothing_has_to_be_set() -> None:
    settings = load({})

    assert (settings.port, settings.data_dir, settings.engine) == (8000, Path(".local").resolve(), None)


def test_port_directory_and_engine_can_be_set() -> None:
    settings = load({"PORT": "8001", "DATA_DIR": "/data", "ENGINE": "dynamodb-local"})

    assert settings.url == "http://localhost:8001"
    assert (settings.data_dir, settings.engine) == (Path("/data"), "dynamodb-local")


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "８０"])
def test_a_port_that_is_none_is_named(port: str) -> None:
    with pytest.raises(LocalError, match=f"PORT is '{port}'"):
        load({"PORT": port})


def test_an_unknown_engine_is_named_with_those_that_there_are() -> None:
    with pytest.raises(LocalError, match="ENGINE is 'moto', which is none of: dynoxide, dynamodb-local, ministack"):
        load({"ENGINE": "moto"})


@pytest.mark.parametrize(
    "address", ["https://example.kz", "http://localhost:8000/", "https://[::1]:8443", "https://a.kz/b"]
)
def test_pages_name_the_address_that_is_set(address: str) -> None:
    assert load({"PUBLIC_URL": address}).public_url == address.rstrip("/")


@pytest.mark.parametrize(
    "address",
    ["foo", "example.kz", "ftp://example.kz", "https://", "https://a:b", "https://a.kz/?b", "//a.kz", "https://[a"],
)
def test_a_public_address_that_is_none_is_named(address: str) -> None:
    with pytest.raises(LocalError, match=r"PUBLIC_URL is .* which is no address such as"):
        load({"PUBLIC_URL": address})
