import subprocess
import zipfile
from pathlib import Path
from struct import unpack_from

import pytest

from infra import elf
from infra.package import MAX_BYTES, Package, build
from infra.permissions import ROLES

# What Lambda's runtime brings.
IN_LAMBDA = {"boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3"}


@pytest.mark.slow
def test_the_same_commit_gives_the_same_bytes(package: Package, tmp_path: Path) -> None:
    again = build(directory=tmp_path)

    assert again.digest == package.digest
    assert again.template.read_bytes() == package.template.read_bytes()


def test_the_package_is_lean(package: Package) -> None:
    names = {name.partition("/")[0] for name in zipfile.ZipFile(package.code).namelist()}

    assert package.code.stat().st_size < MAX_BYTES
    assert not names & IN_LAMBDA
    assert not {name for name in names if name.endswith(".dist-info")}


def test_everything_in_it_is_compiled_for_good(content: Path) -> None:
    compiled = list(content.rglob("*.pyc"))

    assert not list(content.rglob("*.py"))
    assert (content / "app.pyc").exists()
    # PEP 552: flags 0b01 are a hash-based file that is not checked against its source.
    assert {unpack_from("<I", path.read_bytes(), 4)[0] for path in compiled} == {0b01}


def test_it_brings_all_that_it_imports(content: Path, runtime: Path) -> None:
    program = f"""
import importlib, pathlib, sys
sys.path.insert(0, {str(content)!r})
for path in sorted(pathlib.Path({str(content)!r}).rglob("*.pyc")):
    name = ".".join(path.relative_to({str(content)!r}).with_suffix("").parts).removesuffix(".__init__")
    if name.partition(".")[0] in ("app", "chalicelib"):
        importlib.import_module(name)
# What is imported where it is needed.
import nacl.exceptions, nacl.secret, phonenumbers, pynamodb.connection
"""
    done = subprocess.run([runtime, "-I", "-c", program], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr[-2000:]


def test_libraries_are_without_what_only_debuggers_read(content: Path, tmp_path: Path) -> None:
    for library in content.rglob("*.so"):
        (sections,) = unpack_from("<H", library.read_bytes(), 60)
        assert sections == 0

    script = tmp_path / "no.so"
    script.write_bytes(b"#!/bin/sh")
    with pytest.raises(ValueError, match=r"no\.so is no 64-bit"):
        elf.strip(script)


@pytest.mark.slow
def test_the_other_machine_gets_its_own_libraries(tmp_path: Path) -> None:
    package = build("arm64", tmp_path)
    names = zipfile.ZipFile(package.code).namelist()

    assert any("aarch64" in name for name in names)
    assert not any("x86_64" in name for name in names)
    functions = [r for r in package.read_template()["Resources"].values() if r["Type"] == "AWS::Serverless::Function"]
    assert [function["Properties"]["Architectures"] for function in functions] == [["arm64"]] * len(ROLES)
