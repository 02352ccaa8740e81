"""What operators ask of the log: `python -m ops export 2026`, `python -m ops audit 2026`.

Works on the tables that the environment names (EVENTS_TABLE, STATE_TABLE) with the credentials at hand; for the local
system `.local/functions.env` has them.
"""

import argparse
import sys

import msgspec

from chalicelib import aws, settings
from chalicelib.eventlog.cloudevents import to_cloudevent
from chalicelib.eventlog.log import EventLog
from chalicelib.projections.audit import audit
from chalicelib.projections.store import StateStore


def main(arguments: list[str]) -> int:
    """Run one command; return 1 where an audit finds that states have drifted."""
    parser = argparse.ArgumentParser(prog="ops", description="Read the log of a campaign.")
    parser.add_argument("command", choices=["export", "audit"], help="print CloudEvents; compare totals with a recount")
    parser.add_argument("campaign", help="the campaign's id")
    given = parser.parse_args(arguments)
    names = settings.load()
    log = EventLog(aws.dynamodb(), names.events_table)
    if given.command == "export":
        for event in log.scan(given.campaign):
            print(msgspec.json.encode(to_cloudevent(event)).decode())
        return 0
    found = audit(given.campaign, log.scan(given.campaign), StateStore(aws.dynamodb(), names.state_table))
    print(msgspec.json.format(msgspec.json.encode(found)).decode())
    return 1 if found.drifted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
