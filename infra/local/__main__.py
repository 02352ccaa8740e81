"""Starts the whole system on this machine and stops it in order: `python -m infra.local`."""

import logging
import os
import secrets
import shlex
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import Mapping
from contextlib import ExitStack

import boto3
import msgspec

from infra.local import log_lines, resources
from infra.local.children import Child
from infra.local.directory_lock import hold
from infra.local.dynamodb_local import dynamodb_local
from infra.local.emulator import Emulator, ministack
from infra.local.local_settings import REGION, LocalError, LocalSettings, load
from infra.local.secret_file import Hooks, SecretFile, write_private
from infra.local.stopping import Stop

_PREFIX = "qaiyrym"
_BACKLOG = 128
_WATCH_SECONDS = 0.2
_API_STOP_SECONDS = 35.0
_DELIVERY_STOP_SECONDS = 60.0

_LOG = logging.getLogger("local")


def main() -> int:
    """Run until Ctrl-C or SIGTERM; return the exit code."""
    stop = Stop(signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    log_lines.configure()
    try:
        with ExitStack() as stack:
            _run(load(os.environ), stop, stack)
    except LocalError as error:
        print(f"qaiyrym: {error}", file=sys.stderr)
        return 1
    return 0


def _run(settings: LocalSettings, stop: Stop, stack: ExitStack) -> None:
    lock = stack.enter_context(hold(settings.data_dir))
    listener = stack.enter_context(_listen(settings.port))
    run_file = settings.data_dir / "run.json"
    run_file.unlink(missing_ok=True)
    secret_file = SecretFile(settings.data_dir / ".env", os.environ)
    emulators = _emulators(settings)
    for emulator in emulators:
        stack.callback(emulator.stop)
        emulator.start([lock])
    names = _environment(settings, emulators)
    exports = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in names.items())
    write_private(settings.data_dir / "functions.env", exports)
    environment = names | secret_file.function_environment()
    token, campaign = _prepare(environment, secret_file)

    delivery = Child("delivery", ["infra.local.delivery"], environment, [lock])
    stack.callback(_stop_child, delivery, _DELIVERY_STOP_SECONDS)
    socket_number = listener.fileno()
    api = Child("api", ["infra.local.server", str(socket_number)], environment, [lock, socket_number])
    stack.callback(_stop_child, api, _API_STOP_SECONDS)
    stack.callback(_LOG.info, "stopping ...")
    delivery.start()
    api.start()

    ready = False
    while not stop.requested:
        time.sleep(_WATCH_SECONDS)
        for emulator in emulators:
            if not emulator.running:
                raise LocalError(f"{emulator.name} ended by itself; its log is {emulator.log}")
        for child in (api, delivery):
            if said := child.revive():
                _LOG.error(said)
        if not ready and _healthy(settings.url):
            ready = True
            run = {"url": settings.url, "token": token, "campaign": campaign, "hooks": _newest(secret_file.hooks())}
            write_private(run_file, msgspec.json.format(msgspec.json.encode(run)).decode() + "\n")
            print(_welcome(settings, token, campaign), flush=True)


def _listen(port: int) -> socket.socket:
    try:
        listener = socket.create_server(("127.0.0.1", port), backlog=_BACKLOG)
    except OSError as fault:
        reason = os.strerror(fault.errno or 0)
        raise LocalError(f"PORT {port} cannot be used ({reason}): set another, PORT={port + 1} say") from None
    return listener


def _emulators(settings: LocalSettings) -> list[Emulator]:
    log = settings.logs / "ministack.log"
    aws = ministack(settings.emulator_python, settings.data_dir / "ministack", log, persist=True)
    if settings.engine == "ministack":
        return [aws]
    return [aws, dynamodb_local(settings.data_dir / "dynamodb-local", settings.logs / "dynamodb-local.log")]


def _environment(settings: LocalSettings, emulators: list[Emulator]) -> dict[str, str]:
    environment = {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_ENDPOINT_URL": emulators[0].url,
        # Few look on: they see a change within two seconds.
        "POLL_SECONDS": "1",
        "PUBLIC_URL": os.environ.get("PUBLIC_URL") or settings.url,
    }
    for service in ("DYNAMODB", "DYNAMODB_STREAMS"):
        environment[f"AWS_ENDPOINT_URL_{service}"] = emulators[-1].url
    # This process asks the emulators too, and must ask no other.
    os.environ.update(environment)
    template = resources.read_template()
    clients = resources.Clients(boto3.client("dynamodb"), boto3.client("s3"), boto3.client("sqs"))
    return environment | resources.function_environment(template, resources.create(template, clients, _PREFIX))


def _prepare(environment: Mapping[str, str], secret_file: SecretFile) -> tuple[str, str]:
    from chalicelib.registry import Registry
    from infra.local import first_start

    return first_start.prepare(Registry(environment["REGISTRY_TABLE"]), secret_file), first_start.CAMPAIGN.id


def _newest(hooks: Hooks) -> dict[str, dict[str, str]]:
    """Return the secret to sign with under each name: while one is rotated, the newest of its values."""
    return {hook: {name: values[0] for name, values in names.items()} for hook, names in hooks.items()}


def _stop_child(child: Child, seconds: float) -> None:
    if not child.stop(seconds):
        _LOG.error("%s did not end within %.0f s and was killed", child.name, seconds)


def _healthy(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/health", timeout=2).close()  # noqa: S310 - our own endpoint
    except OSError:
        return False
    return True


def _welcome(settings: LocalSettings, token: str, campaign: str) -> str:
    campaign_url = f"{settings.url}/v1/campaigns/{campaign}"
    return f"""
Qaiyrym is running, its state is kept in {settings.data_dir}. Ctrl-C stops it.

  launch page   {settings.url}/
  totals        {campaign_url}/live.json
  contract      {settings.url}/openapi.json

Record a participation:

  curl {campaign_url}/participations \\
    -H 'Authorization: Bearer {token}' \\
    -H 'Content-Type: application/json' \\
    -H 'Idempotency-Key: {secrets.token_hex(4)}' \\
    -d '{{"kind":"good_deed","participant":{{"type":"citizen","phone":"+77011234567"}},"place":{{"region":"KZ-75"}}}}'
"""


if __name__ == "__main__":
    sys.exit(main())
