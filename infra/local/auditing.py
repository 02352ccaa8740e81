"""The process of one audit: `python -m infra.local.auditing`."""

import logging
import os
import signal
import sys

from chalicelib.bootstrap import bootstrap
from chalicelib.logs import describe
from infra.local import log_lines, message_types

_NICENESS = 10

_LOG = logging.getLogger("audit")


def main() -> int:
    """Audit what is due; return 1 where not all of it could be audited. On SIGTERM leave nothing behind."""
    # Raised wherever it is: what an audit stored for itself goes on the way out.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    log_lines.configure()
    # Nobody waits for it, and all wait for those who share the processors with it.
    os.nice(_NICENESS)
    try:
        message_types.prepare("chalicelib")
        bootstrap().auditor.run()
    except KeyboardInterrupt:
        return 0
    except Exception as fault:  # noqa: BLE001 - a traceback could quote what was sent
        _LOG.error("the audit failed: %s", describe(fault))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
