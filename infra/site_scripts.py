"""Scripts as they are served: minified, and what every element needs in one file, which compresses better than three.

The counter's file has the modules that it is made of; under their own names they hand on what stands there, so that
each of them runs once, and the other modules take it from there.
"""

import re
from collections.abc import Callable

from infra.minify import minified

COUNTER = "counter.js"
PARTS = ("numbers.js", "live.js")
"""The modules in the counter's file, each before those that need it."""

_FROM_PART = re.compile(rf'(?<=from "\./)(?:{"|".join(map(re.escape, PARTS))})(?=";)')
_IMPORT_OF_PART = re.compile(rf'^import [^;]*?"\./(?:{"|".join(map(re.escape, PARTS))})";\n', re.MULTILINE)


def served(name: str, source: Callable[[str], str]) -> str:
    """Return a script as it is served; `source` returns any script as it is written, by its name."""
    if name in PARTS:
        return minified(f'export * from "./{COUNTER}";')
    if name == COUNTER:
        return minified("".join(_IMPORT_OF_PART.sub("", source(part)) for part in (*PARTS, COUNTER)))
    return minified(_FROM_PART.sub(COUNTER, source(name)))
