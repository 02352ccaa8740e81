"""Message types, made ready before threads use them.

msgspec (0.22) works out what a type is when it is first used; a thread that uses it meanwhile ends the whole process.
"""

import pkgutil
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module

import msgspec


def prepare(package: str) -> None:
    """Import every module of a package, and work out all types that are known then."""
    for module in pkgutil.walk_packages(import_module(package).__path__, f"{package}."):
        import_module(module.name)
    for known in _subclasses(msgspec.Struct):
        # What is never read from outside may have members that cannot be, or that only a type checker knows.
        with suppress(TypeError, NameError):
            msgspec.json.Decoder(known)


def _subclasses(of: type) -> Iterator[type]:
    subclasses: list[type] = of.__subclasses__()
    for each in subclasses:
        yield each
        yield from _subclasses(each)
