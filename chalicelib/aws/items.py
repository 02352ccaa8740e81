"""What DynamoDB's API takes and gives: items and writes in its attribute values."""

from collections.abc import Mapping
from typing import Any

Item = Mapping[str, Mapping[str, Any]]
"""An item, by attribute: `{"version": {"N": "1"}}`."""
Write = Mapping[str, Mapping[str, Any]]
"""One entry of `TransactItems`: `Put`, `Update`, `Delete` or `ConditionCheck` with its parameters."""
