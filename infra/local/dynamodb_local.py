"""Amazon's DynamoDB Local: the reference, durable, slow."""

import re
import shutil
import subprocess
from pathlib import Path

from infra.local import npm
from infra.local.emulator import Emulator, free_port
from infra.local.local_settings import LocalError

PACKAGE = "amplify-dynamodb-simulator@2.9.30"
"""The npm package that ships Amazon's jar and its libraries."""

_JAVA = 17
_JAR = "DynamoDBLocal.jar"


def dynamodb_local(directory: Path, log: Path) -> Emulator:
    """Return DynamoDB Local with its tables under `directory`; its files are fetched once, with npm.

    Raises:
        LocalError: Java 17 or npm is missing, or the package cannot be had.
    """
    java = _java()
    program = directory / "program"
    if not program.exists():
        npm.fetch(PACKAGE, "emulator", program)
    data = directory / "data"
    port = free_port()
    command = [
        java,
        f"-Djava.library.path={program / 'DynamoDBLocal_lib'}",
        "-jar",
        str(program / _JAR),
        *("-port", str(port), "-dbPath", str(data), "-sharedDb", "-disableTelemetry"),
    ]
    return Emulator("DynamoDB Local", command, {}, port, data, log)


def _java() -> str:
    java = shutil.which("java")
    if java is None:
        raise LocalError(f"ENGINE=dynamodb-local needs Java {_JAVA} or later: there is no `java`")
    answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', answer)
    if version is None or int(version[1]) < _JAVA:
        found = version[1] if version else "an unknown version"
        raise LocalError(f"ENGINE=dynamodb-local needs Java {_JAVA} or later: `java` is {found}")
    return java
