"""The functions that are deployed, in a process of the local system."""

import importlib
import os
from typing import Any

from chalicelib.aws import clients
from infra.local import dynamodb_local, message_types


def load() -> Any:
    """Return the module of all entry points, made ready for threads and for the engine that `ENGINE` names."""
    # From the directory it is started in, as Lambda does.
    app = importlib.import_module("app")
    message_types.prepare("chalicelib")
    if os.environ["ENGINE"] == "dynamodb-local":
        dynamodb_local.await_commits(clients.dynamodb())
    return app
