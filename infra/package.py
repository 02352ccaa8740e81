"""Builds what is deployed: `python -m infra.package [x86_64|arm64]`.

The package holds the application, Chalice's runtime and what `requirements.txt` lists, compiled and without sources:
Lambda cannot keep what it compiles, and would do so at every cold start. Compiled code is of one minor version: it is
compiled by a Python of Lambda's, whatever Python packages. boto3 and all that it needs are there already. The same
commit gives the same bytes.
"""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, cast, get_args

import msgspec

from infra import elf, merged_template
from infra.local.local_settings import REGION, REPOSITORY
from infra.output import complain, say

Architecture = Literal["x86_64", "arm64"]

BUILD = REPOSITORY / "build"
MAX_BYTES = 3_100_000

RUNTIME = "python3.13"
"""What the functions run on, until June 2029: docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html."""

RUNTIME_PYTHON = REPOSITORY / ".venv-runtime" / "bin" / "python"
"""A Python like Lambda's, with the oldest boto3 that it may have, and nothing else."""

_TASK_ROOT = "/var/task"
_OLDEST = (1980, 1, 1, 0, 0, 0)
_WHEEL_MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}
_UNUSED = (".dist-info", ".pyi", ".h")
_SOURCES = ("app.py", "chalicelib", ".chalice/config.json")


class Package(msgspec.Struct, frozen=True):
    """What was built: the functions' code, and the template whose functions have it as `CodeUri`."""

    code: Path
    template: Path

    @property
    def digest(self) -> str:
        """The SHA-256 of the code."""
        return sha256(self.code.read_bytes()).hexdigest()

    def read_template(self) -> dict[str, Any]:
        """Return the template."""
        content: dict[str, Any] = json.loads(self.template.read_text(encoding="utf-8"))
        return content


def build(architecture: Architecture = "x86_64", directory: Path = BUILD / "package") -> Package:
    """Build the package in a directory, from scratch.

    Raises:
        RuntimeError: a step failed, or the package is too large; the message says what.
    """
    shutil.rmtree(directory, ignore_errors=True)
    project, output = directory / "project", directory / "output"
    _copy_sources(project, architecture)
    _vendor(project / "vendor", architecture)
    merge = directory / "merge.json"
    merge.write_text(json.dumps(merged_template.merged()), encoding="utf-8")
    _chalice_package(project, merge, output)
    code = _repack(output / "deployment.zip", directory / "content", directory / "deployment.zip")
    if code.stat().st_size > MAX_BYTES:
        raise RuntimeError(f"the package has {code.stat().st_size:,} bytes, more than {MAX_BYTES:,}")
    template = directory / "template.json"
    content = _running_there(json.loads((output / "sam.json").read_text(encoding="utf-8")))
    template.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return Package(code, template)


def runtime_python(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the Python that is like Lambda's.

    Raises:
        RuntimeError: it is not there.
    """
    path = Path(environment.get("RUNTIME_PYTHON") or RUNTIME_PYTHON).absolute()
    if not path.exists():
        raise RuntimeError(f"the functions' {RUNTIME} is missing ({path}): `make package` makes it")
    return path


def _running_there(template: Mapping[str, Any]) -> dict[str, Any]:
    """Return a template whose functions run on Lambda's Python: Chalice takes that for theirs which packages."""
    resources = {
        name: {**resource, "Properties": {**resource["Properties"], "Runtime": RUNTIME}}
        if resource["Type"] == "AWS::Serverless::Function"
        else resource
        for name, resource in template["Resources"].items()
    }
    return {**template, "Resources": resources}


_IN_THE_BUCKET_ALONE = ("*.d.ts", "*.ico", "*.jpg", "*.png", "*.woff2")
"""What viewers are given by the CDN, and no function is asked for; types that scripts are checked by."""


def _copy_sources(project: Path, architecture: Architecture) -> None:
    for name in _SOURCES:
        source, target = REPOSITORY / name, project / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", *_IN_THE_BUCKET_ALONE))
        else:
            shutil.copy(source, target)
    config = project / ".chalice" / "config.json"
    settings = json.loads(config.read_text(encoding="utf-8")) | {"lambda_architecture": architecture}
    config.write_text(json.dumps(settings), encoding="utf-8")
    # Chalice would install what these need too, botocore among it: they are in `vendor` already.
    (project / "requirements.txt").write_text("", encoding="utf-8")


def _vendor(target: Path, architecture: Architecture) -> None:
    """Put the wheels for Lambda's machine in a directory; they are kept for the next build of the same list."""
    requirements = (REPOSITORY / "requirements.txt").read_bytes()
    key = sha256(requirements + RUNTIME.encode() + architecture.encode()).hexdigest()[:16]
    cached = BUILD / "vendor" / key
    if not cached.exists():
        fresh = cached.with_suffix(f".{os.getpid()}")
        machine = _WHEEL_MACHINES[architecture]
        _run(
            [
                *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"),
                *("--only-binary=:all:", "--platform", f"manylinux2014_{machine}", "--implementation", "cp"),
                *("--python-version", RUNTIME.removeprefix("python"), "--no-compile", "--target", str(fresh)),
                *("--requirement", str(REPOSITORY / "requirements.txt")),
            ]
        )
        try:
            fresh.rename(cached)
        except OSError:
            # Another build was there first.
            shutil.rmtree(fresh)
    shutil.copytree(cached, target)


def _chalice_package(project: Path, merge: Path, output: Path) -> None:
    _run(
        [
            *(sys.executable, "-c", "from chalice.cli import main; main()", "--project-dir", str(project)),
            *("package", "--merge-template", str(merge), str(output)),
        ],
        # Chalice asks for a region, and for nothing there; what it compiles by running would be packed.
        environment={
            "AWS_DEFAULT_REGION": os.environ.get("AWS_DEFAULT_REGION", REGION),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
    )


def _repack(packed: Path, content: Path, target: Path) -> Path:
    """Compile what Chalice packed, and pack it so that the same files give the same bytes."""
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(content)
    for path in sorted(content.rglob("*")):
        if path.suffix in _UNUSED:
            path.unlink() if path.is_file() else shutil.rmtree(path)
        elif path.suffix == ".so":
            elf.strip(path)
    _run(
        [
            *(str(runtime_python()), "-m", "compileall", "-q", "-b", "-j", "1"),
            *("--invalidation-mode", "unchecked-hash", "-s", str(content), "-p", _TASK_ROOT, str(content)),
        ],
        # Sets of constants are written in the order of their hashes.
        environment={"PYTHONHASHSEED": "0"},
    )
    for source in content.rglob("*.py"):
        source.unlink()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(path for path in content.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(content).as_posix(), _OLDEST)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o100644 << 16
            archive.writestr(entry, path.read_bytes())
    return target


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(  # noqa: S603  commands of this file
        command, env={**os.environ, **(environment or {})}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:4])} … failed:\n{done.stdout}{done.stderr}")


def main() -> int:
    """Build the package and say what it is."""
    architecture = sys.argv[1] if len(sys.argv) > 1 else "x86_64"
    if architecture not in get_args(Architecture):
        complain(f"{architecture!r} is none of: {', '.join(get_args(Architecture))}")
        return 2
    package = build(cast("Architecture", architecture))
    size = package.code.stat().st_size
    say(f"{package.code.relative_to(REPOSITORY)}: {size:,} bytes, {RUNTIME}, {architecture}, {package.digest}")
    say(str(package.template.relative_to(REPOSITORY)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
