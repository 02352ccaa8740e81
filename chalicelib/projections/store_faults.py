"""Which faults of the store pass by themselves, and which never do."""

from botocore.exceptions import ClientError

MAX_ITEM_BYTES = 390_000
"""DynamoDB takes items of 400 KB at most, names included; what is larger is not even sent."""

FOLDING_FAULTS = (ValueError, TypeError, ArithmeticError, LookupError, AttributeError)
"""What code raises on data it does not understand. Faults of the table are others, and fail the batch."""

_PERMANENT = frozenset({"ValidationException", "ItemCollectionSizeLimitExceededException"})


def passes(error: Exception) -> bool:
    """Whether a repetition may mend what was raised: what is no fault of a store or a connection, it does not."""
    if isinstance(error, FOLDING_FAULTS):
        return False
    cause = getattr(error, "cause", None) or error
    return not (isinstance(cause, ClientError) and permanent_fault(cause))


def permanent_fault(error: ClientError) -> str | None:
    """Return the name of a fault that no repetition mends, None for one that passes."""
    code = error.response["Error"]["Code"]
    return code if code in _PERMANENT else None
