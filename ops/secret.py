"""`secret`: whether the secrets of our accounts at the providers can work."""

import typer

from chalicelib.webhooks.accounts import Accounts, EnvironmentAccounts
from chalicelib.webhooks.endpoints import PROVIDERS
from chalicelib.webhooks.secret_faults import SecretFault, secret_faults
from ops.console import answer, note, show
from ops.installation import connect, require_accounts
from ops.options import AsJson

app = typer.Typer(help="Check the secrets of accounts at providers.", no_args_is_help=True)


@app.callback()
def secrets() -> None:
    """Check the secrets of accounts at providers."""


@app.command("check")
def check(*, as_json: AsJson = False) -> None:
    """Tell which secrets of which account at a provider are missing or cannot work, without showing any.

    Example: `HOOK_SECRETS_PATH=/qaiyrym/prod/hooks bin/qaiyrym secret check`

    It reads them where the functions do: Parameter Store under `HOOK_SECRETS_PATH`, or the JSON in `HOOK_SECRETS`. Ends
    with 1 where one cannot work: put another value there, newest first, and check again. The page of each provider
    tells what it needs.
    """
    known = require_accounts(connect())
    accounts = [(provider, account) for provider in PROVIDERS for account in known.of(provider)]
    found = [fault for provider, account in accounts for fault in secret_faults(provider, account)]
    found += _of_no_provider(known)
    if as_json:
        answer(found)
    elif found:
        rows = ((fault.provider, fault.account, fault.name, fault.why) for fault in found)
        show("Secrets that cannot work", ("provider", "account", "secret", "why"), rows)
    else:
        note(f"{len(accounts)} accounts, and nothing is wrong with their secrets")
    if found:
        raise typer.Exit(1)


def _of_no_provider(known: Accounts) -> list[SecretFault]:
    if not isinstance(known, EnvironmentAccounts):
        return []
    return [
        SecretFault(name, account.id, "*", "is of no provider that is known here")
        for name in known.providers()
        if name not in PROVIDERS
        for account in known.of(name)
    ]
