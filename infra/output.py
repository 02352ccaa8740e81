"""What the programs here say to who runs them."""

import sys


def say(text: str) -> None:
    """Write a line, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """Write a line about what is wrong."""
    sys.stderr.write(f"{text}\n")
