"""Amazon's DynamoDB Local: the reference, durable, slow."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local import npm
from infra.local.emulator import Emulator, free_port
from infra.local.local_settings import LocalError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

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


def await_commits(client: "DynamoDBClient") -> None:
    """Let a client take a transaction for answered once it is written, which costs one more request.

    The engine answers when the commit waits in its queue: killed just then, it has lost what was acknowledged. It works
    the queue off in order, so that the answer to any later request says that the commit is done.
    """

    def await_commit(**_: object) -> None:
        client.list_tables(Limit=1)

    client.meta.events.register("after-call.dynamodb.TransactWriteItems", await_commit)


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
