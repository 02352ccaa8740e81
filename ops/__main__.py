"""What operators do outside the API: audit and export the log, export contacts, and make tokens.

    python -m ops audit 2026
    python -m ops export 2026
    python -m ops contacts 2026 > contacts.csv
    python -m ops token 2026 record read --days 90

Works on the tables that the environment names (EVENTS_TABLE, STATE_TABLE, CONTACTS_TABLE, REGISTRY_TABLE) with the
credentials at hand; for the local system `.local/functions.env` has them. With STAGE set an audit also tells CloudWatch
what it found.
"""

import argparse
import io
import os
import sys
from typing import Any

import msgspec

from chalicelib.bootstrap import bootstrap
from chalicelib.eventlog.cloudevents import to_cloudevent
from chalicelib.eventlog.codec import Undecodable
from chalicelib.metrics import NAMESPACE
from chalicelib.participations.contacts import Contacts
from chalicelib.participations.keys import Keys
from chalicelib.projections.audit import audit
from chalicelib.registry import ALL_CAMPAIGNS, SCOPES
from ops import contacts_csv

_DAY_MS = 24 * 3600 * 1000


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code: 2 where the log holds what this release cannot read."""
    given = _parser().parse_args(arguments)
    try:
        result: int = given.run(given)
    except Undecodable as unreadable:
        sys.stderr.write(f"the log holds what this release cannot read: {unreadable}\n")
        return 2
    return result


def run_audit(given: argparse.Namespace) -> int:
    """Compare the totals with a recount of the log; return 1 where states have drifted."""
    services = bootstrap()
    campaign = services.registry.campaign(given.campaign)
    if campaign is None:
        sys.stderr.write(f"there is no campaign {given.campaign}\n")
        return 2
    found = audit(services.rebuild, services.rows, campaign, lambda _: None)
    print(msgspec.json.format(msgspec.json.encode(found)).decode())
    if "STAGE" in os.environ:
        tell_drift(os.environ["STAGE"], found.drifted)
    if found.unreadable:
        return 2
    return 1 if found.drifted else 0


def run_export(given: argparse.Namespace) -> int:
    """Print the log as CloudEvents, one a line."""
    for event in bootstrap().log.scan(given.campaign):
        print(msgspec.json.encode(to_cloudevent(event)).decode())
    return 0


def run_contacts(given: argparse.Namespace) -> int:
    """Print the contacts whose consent is current, as CSV."""
    # Nobody is looked up by a detail: the pepper stays where it is.
    services = bootstrap()
    stored = Contacts(services.settings.contacts_table, Keys(bytes(32)))
    # As `totals.csv` is: Excel reads UTF-8 only behind a byte order mark.
    printed = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8-sig", newline="", write_through=True)
    contacts_csv.write(stored.of_campaign(given.campaign), services.now(), printed)
    printed.detach()
    return 0


def run_token(given: argparse.Namespace) -> int:
    """Make a token and print it: it is kept nowhere, only its hash is."""
    services = bootstrap()
    expires_at = None if given.days is None else services.now() + given.days * _DAY_MS
    print(services.registry.issue_token(tuple(given.scopes), given.campaign, expires_at))
    return 0


def tell_drift(stage: str, states: int) -> None:
    """Tell CloudWatch how many states of an installation have drifted, which has an alarm on it."""
    import boto3

    datum: Any = {"MetricName": "Drift", "Dimensions": [{"Name": "stage", "Value": stage}], "Value": states}
    boto3.client("cloudwatch").put_metric_data(Namespace=NAMESPACE, MetricData=[datum])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ops", description="Qaiyrym's operators' commands.")
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, run, summary in (
        ("audit", run_audit, "compare the totals with a recount of the log"),
        ("export", run_export, "print the log as CloudEvents"),
        ("contacts", run_contacts, "print the contacts whose consent is current, as CSV"),
        ("token", run_token, "make a token"),
    ):
        command = commands.add_parser(name, help=summary, description=summary)
        command.set_defaults(run=run)
        command.add_argument("campaign", help=f"the campaign's id ({ALL_CAMPAIGNS} for a token of all)")
        if name == "token":
            command.add_argument("scopes", nargs="+", choices=SCOPES, help="what it may do")
            command.add_argument("--days", type=int, help="how long it is valid; for ever where not given")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
