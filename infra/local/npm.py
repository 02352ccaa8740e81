"""Programs that are published as npm packages: fetched once, checked, unpacked."""

import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from base64 import b64encode
from pathlib import Path

from infra.local.local_settings import EMULATOR_PYTHON, LocalError


def fetch(package: str, member: str, target: Path, integrity: str | None = None) -> None:
    """Put one file or directory of a package (`name@version`) at `target`, whole or not at all.

    `integrity` is the archive's hash as the registry's metadata have it (`sha512-<base64>`); None trusts npm.

    Raises:
        LocalError: npm is missing, the package cannot be had, or it is another one than expected.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as directory:
        archive = _pack(package, Path(directory))
        if integrity is not None and _integrity(archive) != integrity:
            raise LocalError(f"npm gave another {package} than the one that is known ({integrity})")
        with tarfile.open(archive) as content:
            content.extractall(directory, filter="data")
        Path(directory, "package", member).replace(target)


def _pack(package: str, directory: Path) -> Path:
    pack = [_npm(), "pack", package, "--loglevel=error", "--pack-destination", str(directory)]
    packed = subprocess.run(pack, capture_output=True, text=True, check=False)
    if packed.returncode != 0:
        raise LocalError(f"npm cannot fetch {package}: {' '.join(packed.stderr.split())[:200]}")
    return next(directory.glob("*.tgz"))


def _npm() -> str:
    # `make install` puts one beside the emulator where the machine has none.
    npm = shutil.which("npm") or shutil.which("npm", path=str(EMULATOR_PYTHON.parent))
    if npm is None:
        raise LocalError("there is no `npm`: install Node.js, or let `make install` bring one")
    return npm


def _integrity(archive: Path) -> str:
    return f"sha512-{b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()}"
