"""Lists that are read by pages: how many at most, and from where on."""

import re

from chalicelib.api.problems import Problem
from chalicelib.api.routes import Parameter

MAX_PAGE_SIZE = 100
DEFAULT_PAGE_SIZE = 50

LIMIT = Parameter(
    name="limit",
    place="query",
    description=f"How many at most; {DEFAULT_PAGE_SIZE} where it is left out.",
    shape={"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE},
)


def cursor(shape: re.Pattern[str]) -> Parameter:
    """Return the parameter that names where a page of a list begins, of which all texts that match a shape do."""
    return Parameter(
        name="cursor",
        place="query",
        description="`next` of the page before, for the page after it.",
        shape={"type": "string", "pattern": f"^{shape.pattern}$"},
    )


def read_limit(text: str | None) -> int:
    """Return how many entries a page may have.

    Raises:
        Problem: it is no number of them.
    """
    if text is None:
        return DEFAULT_PAGE_SIZE
    if text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= MAX_PAGE_SIZE:
        return int(text)
    raise Problem("limit-invalid", {"max": MAX_PAGE_SIZE})
