"""The log of the local system: one line per request and per delivered batch, on standard output."""

import logging
import sys


def configure() -> None:
    """Write lines of this process's loggers to standard output."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(asctime)s  %(name)-9s  %(message)s", datefmt="%H:%M:%S"))
    # The server writes a line for every request, documents included: the application's own would be a second one.
    # Metrics are for CloudWatch.
    handler.addFilter(lambda record: not record.getMessage().startswith(('{"event":"request"', '{"_aws"')))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for noisy in ("botocore", "boto3", "pynamodb", "urllib3", "waitress.queue"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
