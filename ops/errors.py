"""What ends a command with exit code 2."""


class CannotRun(Exception):
    """A command cannot do what it was asked to; the message says what is wrong."""
