"""HMAC over bytes as received, and comparison in constant time."""

import hashlib
import hmac
from collections.abc import Callable, Sequence

from chalicelib.webhooks.delivery import Account, Forbidden


def utf8(given: str) -> bytes:
    """Return the bytes of any text, also of one that no UTF-8 could have made."""
    return given.encode("utf-8", "surrogatepass")


def hmac_sha256(key: str | bytes, message: bytes) -> bytes:
    """Return the HMAC-SHA256 of a message."""
    return hmac.new(utf8(key) if isinstance(key, str) else key, message, hashlib.sha256).digest()


def same(given: object, expected: str) -> bool:
    """Whether a stranger's value is the expected text: compared as bytes, since `compare_digest` fails on non-ASCII."""
    return isinstance(given, str) and hmac.compare_digest(utf8(given), utf8(expected))


def account_whose(secret: str, accounts: Sequence[Account], fits: Callable[[str], bool]) -> Account:
    """Return the account that has a secret of the given name that fits the delivery.

    Raises:
        Forbidden: where none has.
    """
    for account in accounts:
        if any(fits(value) for value in account.secret(secret)):
            return account
    raise Forbidden("the delivery is not signed with a secret of this endpoint")
