"""Our accounts at the providers with their secrets, from SSM Parameter Store or, on one machine, the environment."""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Protocol, cast

import msgspec

from chalicelib import logs
from chalicelib.webhooks.delivery import Account
from chalicelib.webhooks.secret_faults import secret_faults

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

CACHE_SECONDS = 60.0
"""How long a rotated secret may stay unseen: the one before it is valid beside it for longer than that."""

# Providers wait for the answer, and what is known already stays in use: rather fail soon.
_CONNECT_TIMEOUT_SECONDS = 1.0
_READ_TIMEOUT_SECONDS = 2.0
_ATTEMPTS = 2

_Secrets = dict[str, tuple[str, ...]]


class Accounts(Protocol):
    """Where accounts come from."""

    def of(self, provider: str) -> Sequence[Account]:
        """Return the accounts at a provider."""


class Unusable(Exception):
    """The accounts are not written as they have to be; the text says what is wrong, and holds no secret."""


class EnvironmentAccounts:
    """Accounts in one JSON text: provider → account → name → values, newest first.

    Raises:
        Unusable
    """

    def __init__(self, text: str) -> None:
        try:
            known = msgspec.json.decode(text, type=dict[str, dict[str, _Secrets]])
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Unusable(
                'HOOK_SECRETS is not JSON of the form {"PROVIDER": {"ACCOUNT": {"NAME": ["VALUE"]}}}'
            ) from None
        self._known = {
            provider: [Account(account_id, secrets) for account_id, secrets in accounts.items()]
            for provider, accounts in known.items()
        }
        for provider, accounts in self._known.items():
            for account in accounts:
                _tell_faults(provider, account)

    def of(self, provider: str) -> Sequence[Account]:
        """Return the accounts at a provider."""
        return self._known.get(provider, [])

    def providers(self) -> Sequence[str]:
        """Return the names under which there are accounts, whether they are providers or not."""
        return list(self._known)


class StoredAccounts:
    """Accounts in SSM Parameter Store: `<path>/<provider>/<account>` is JSON, name → values, newest first.

    Read anew every `CACHE_SECONDS`. Where that fails, and for a parameter that is no such JSON, what was known before
    stays in use.
    """

    def __init__(self, ssm: "Callable[[], SSMClient]", path: str, monotonic: Callable[[], float]) -> None:
        self._ssm = ssm
        self._path = path.rstrip("/")
        self._monotonic = monotonic
        self._known: dict[str, tuple[float, Mapping[str, Account]]] = {}

    def of(self, provider: str) -> Sequence[Account]:
        """Return the accounts at a provider.

        Raises:
            BotoCoreError, ClientError: they cannot be read, and none are known from before.
        """
        until, accounts = self._known.get(provider, (0.0, None))
        if accounts is None or self._monotonic() >= until:
            accounts = self._renewed(provider, accounts)
            self._known[provider] = (self._monotonic() + CACHE_SECONDS, accounts)
        return list(accounts.values())

    def _renewed(self, provider: str, known: Mapping[str, Account] | None) -> Mapping[str, Account]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return dict(self._read(provider, known or {}))
        except (BotoCoreError, ClientError) as error:
            if known is None:
                raise
            logs.write("hook_secrets_unread", level=logging.ERROR, provider=provider, error=logs.describe(error))
            return known

    def _read(self, provider: str, known: Mapping[str, Account]) -> list[tuple[str, Account]]:
        pages = self._ssm().get_paginator("get_parameters_by_path")
        found = []
        for page in pages.paginate(Path=f"{self._path}/{provider}", WithDecryption=True):
            for parameter in page["Parameters"]:
                account_id = parameter["Name"].rpartition("/")[2]
                try:
                    account = Account(account_id, msgspec.json.decode(parameter["Value"], type=_Secrets))
                except msgspec.DecodeError:
                    logs.write("hook_secrets_malformed", level=logging.ERROR, provider=provider, account=account_id)
                    if account_id not in known:
                        continue
                    account = known[account_id]
                if account != known.get(account_id):
                    _tell_faults(provider, account)
                found.append((account_id, account))
        return found


def _tell_faults(provider: str, account: Account) -> None:
    """Say at once what would be an endless 403."""
    for fault in secret_faults(provider, account):
        logs.write("hook_secret_unusable", level=logging.ERROR, **msgspec.structs.asdict(fault))


def configured(monotonic: Callable[[], float]) -> Accounts:
    """Return the accounts that the environment names: `HOOK_SECRETS_PATH` in Parameter Store, else `HOOK_SECRETS`."""
    path = os.environ.get("HOOK_SECRETS_PATH")
    return StoredAccounts(_ssm, path, monotonic) if path else EnvironmentAccounts(os.environ.get("HOOK_SECRETS", "{}"))


@cache
def _ssm() -> "SSMClient":
    from botocore.config import Config

    from chalicelib.aws.session import quick_session

    config = Config(
        connect_timeout=_CONNECT_TIMEOUT_SECONDS,
        read_timeout=_READ_TIMEOUT_SECONDS,
        retries={"total_max_attempts": _ATTEMPTS, "mode": "standard"},
    )
    client = quick_session().create_client("ssm", region_name=os.environ["AWS_DEFAULT_REGION"], config=config)
    return cast("SSMClient", client)
