"""One address for files and API, as the distribution is: the emulator's own sends no path to another origin."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from infra.rehearsal.visitors import Visitors
from infra.site_client import Reply

_API = "api"
"""The origin's id, as the template has it."""
_OF_THE_CONNECTION = {"connection", "content-length", "date", "host", "server", "transfer-encoding"}


def origin_of(path: str, template: Mapping[str, Any]) -> str:
    """Return the id of the origin to which the distribution of a template sends a path: the first behaviour counts."""
    distributions = [part for part in template["Resources"].values() if part["Type"] == "AWS::CloudFront::Distribution"]
    config = distributions[0]["Properties"]["DistributionConfig"]
    behaviours = (one for one in config["CacheBehaviors"] if fnmatchcase(path, one["PathPattern"]))
    origin: str = next(behaviours, config["DefaultCacheBehavior"])["TargetOriginId"]
    return origin


@contextmanager
def serving(visitors: Visitors, template: Mapping[str, Any]) -> Iterator[str]:
    """Serve the files and the API of a stack until the end of the block; give the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            headers = {name: text for name, text in self.headers.items() if name.lower() not in _OF_THE_CONNECTION}
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if origin_of(urlsplit(self.path).path, template) == _API:
                self.pass_on(visitors.send(self.command, self.path, body, headers))
            else:
                self.pass_on(visitors.view(self.path))

        def pass_on(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, text in reply.headers.items():
                if name not in _OF_THE_CONNECTION:
                    self.send_header(name, text)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815  http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
