"""A botocore session that finds and reads its data files in a fraction of the time, which a cold start waits for.

By itself botocore looks into the directories of all services for the one that is wanted, twice, and reads its JSON with
the standard library. What is done here rests on parts of botocore that may change: `BOTOCORE_SESSION=plain` is the way
back, to the session as botocore makes it.
"""

import gzip
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from botocore.config import Config
from botocore.handlers import BUILTIN_HANDLERS, REGISTER_FIRST, REGISTER_LAST
from botocore.loaders import JSONFileLoader, Loader
from botocore.session import Session

from chalicelib.aws.item_decoding import decode_items_quickly

SERVICES = ("cloudfront", "dynamodb", "dynamodbstreams", "s3", "sqs", "ssm")
"""The services that there are clients of."""

USER_AGENT = "qaiyrym"
"""Who asks. Without it botocore finds out with each request what it runs on, for a quarter of what a request takes."""

_ENDPOINTS = str(Path("data", "endpoints"))
_PREFIXES = {*SERVICES, "streams.dynamodb"}
_NAMED = msgspec.json.Decoder(dict[str, msgspec.Raw])


class _QuickFiles(JSONFileLoader):
    def load_file(self, file_path: str) -> Any:
        """Return what a JSON file holds, compressed or not, by its path without the ending; None without a file."""
        for ending, content_of in ((".json", bytes), (".json.gz", gzip.decompress)):
            try:
                content = Path(file_path + ending).read_bytes()
            except FileNotFoundError:
                continue
            plain = content_of(content)
            return _endpoints(plain) if file_path.endswith(_ENDPOINTS) else msgspec.json.decode(plain)
        return None


class _QuickLoader(Loader):
    def list_available_services(self, _type_name: str) -> list[str]:
        """Return the services that there are clients of, without looking for all that there are."""
        return list(SERVICES)


def _endpoints(content: bytes) -> dict[str, Any]:
    """Return the endpoints of our services out of those of all, which are 1 MB of JSON and are left unread."""
    told = _NAMED.decode(content)
    partitions = [
        {name: msgspec.json.decode(value) for name, value in partition.items() if name != "services"}
        | {"services": {name: msgspec.json.decode(value) for name, value in _services(partition)}}
        for partition in msgspec.json.decode(told["partitions"], type=list[dict[str, msgspec.Raw]])
    ]
    return {"version": msgspec.json.decode(told["version"]), "partitions": partitions}


def _services(partition: Mapping[str, msgspec.Raw]) -> list[tuple[str, msgspec.Raw]]:
    return [(name, value) for name, value in _NAMED.decode(partition["services"]).items() if name in _PREFIXES]


@cache
def quick_session() -> Session:
    """Return the session that all clients are made by."""
    if os.environ.get("BOTOCORE_SESSION") == "plain":
        return Session()
    session = Session(include_builtin_handlers=False)
    events = session.get_component("event_emitter")
    register = {REGISTER_FIRST: events.register_first, REGISTER_LAST: events.register_last}
    for name, handler, *order in BUILTIN_HANDLERS:
        if _concerns(name):
            register.get(order[0] if order else None, events.register)(name, handler)
    decode_items_quickly(events)
    session.set_default_client_config(Config(user_agent=USER_AGENT))
    session.register_component("data_loader", _QuickLoader(file_loader=_QuickFiles()))
    return session


def _concerns(event: str) -> bool:
    """Whether botocore does something of its own at an event of our services, and not of others or of its manual."""
    kind, _, rest = event.partition(".")
    return kind != "docs" and (not rest or rest.partition(".")[0] in {*SERVICES, "*", "dynamodb-streams"})
