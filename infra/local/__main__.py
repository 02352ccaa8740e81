"""Starts the whole system on this machine and stops it in order: `python -m infra.local`."""

import os
import signal
import sys
from collections.abc import Mapping
from contextlib import ExitStack

from infra.local import log_lines
from infra.local.data_directory import disk_faults, recognise
from infra.local.directory_lock import hold
from infra.local.local_settings import LocalError, load
from infra.local.secret_file import SecretFile
from infra.local.stopping import Stop
from infra.local.supervisor import Supervisor, listen


def main() -> int:
    """Run until Ctrl-C or SIGTERM; return the exit code."""
    stop = Stop(signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    log_lines.configure()
    try:
        run(os.environ, stop)
    except LocalError as error:
        print(f"qaiyrym: {error}", file=sys.stderr)
        return 1
    return 0


def run(environment: Mapping[str, str], stop: Stop) -> None:
    """Run with the settings of an environment until told to stop.

    Raises:
        LocalError: the system does not start, or cannot go on.
    """
    settings = load(environment)
    with disk_faults(settings.data_dir), ExitStack() as stack:
        recognise(settings.data_dir, settings.engine)
        lock = stack.enter_context(hold(settings.data_dir))
        listener = stack.enter_context(listen(settings.port))
        # Once more: whoever held the directory until now may have given it its first format.
        directory = recognise(settings.data_dir, settings.engine)
        (settings.data_dir / "run.json").unlink(missing_ok=True)
        secret_file = SecretFile(
            settings.data_dir / ".env", environment, new=directory.new, fingerprints=directory.fingerprints
        )
        Supervisor(settings, directory, secret_file, lock, stack).run(listener, stop)


if __name__ == "__main__":
    sys.exit(main())
