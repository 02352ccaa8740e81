"""Whose a token is, by its label: what was done keeps the token's id alone."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.bootstrap import Services

MAX_AGE_SECONDS = 60.0
"""A token never gets another label: it is read again for its own sake alone."""


def labels(services: "Services", ids: Iterable[str]) -> Mapping[str, str | None]:
    """Return the labels of tokens by their ids, None for one without a label, and for what is no token."""
    return {token_id: _label(services, token_id) for token_id in set(ids)}


def _label(services: "Services", token_id: str) -> str | None:
    def find() -> str | None:
        token = services.registry.token_of_id(token_id)
        return None if token is None else token.label

    return services.short_memory.recall(("label", token_id), MAX_AGE_SECONDS, find)
