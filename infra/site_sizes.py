"""Print what the widget weighs as it is served, gzipped, and fail where a module is past its budget.

A module counts with everything it imports statically, the counter with the largest of its languages too; what is
loaded on demand comes on top of the counter, so what the counter has loaded already is not counted again.
"""

import gzip
import re
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from infra.output import say
from infra.site_scripts import COUNTER, served

SITE = Path(__file__).parent.parent / "chalicelib" / "site"
COUNTER_BUDGET = 5_120
ON_DEMAND_BUDGETS: Mapping[str, int] = {"board.js": 3_200, "map.js": 4_500, "ticker.js": 3_000, "timeline.js": 3_000}
LAUNCH_PAGE = "index.html"
LAUNCH_PAGE_BUDGET = 25_000
LANGUAGES = ("kk.js", "ru.js", "en.js")

_SCRIPT = re.compile(r'<script type="module" src="/widget/([^"]+)">')
_IMPORT = re.compile(r'\b(?:import|export)\b(?:[^;"]*?\bfrom)?\s*"\./([^"]+)"')


def closure(module: str) -> frozenset[str]:
    """Return a module as it is served, and all that it imports statically."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _IMPORT.findall(bytes_of(name).decode())
    return frozenset(found)


def size(modules: frozenset[str]) -> int:
    """Return the bytes that modules take on the wire, each gzipped by itself."""
    return sum(len(gzip.compress(bytes_of(name), compresslevel=9, mtime=0)) for name in modules)


@cache
def bytes_of(name: str) -> bytes:
    """Return a file as it is served, before it is compressed."""
    return served(name, source).encode() if name.endswith(".js") else (SITE / name).read_bytes()


def source(name: str) -> str:
    """Return a module as it is written."""
    return (SITE / name).read_text(encoding="utf-8")


def launch_page() -> frozenset[str]:
    """Return the modules of the launch page, without its language."""
    found = _SCRIPT.findall((SITE / LAUNCH_PAGE).read_text(encoding="utf-8"))
    return frozenset().union(*map(closure, found))


def sizes() -> Mapping[str, tuple[int, int]]:
    """Return bytes and budget of every module that has one, and of the launch page's modules together."""
    counter = closure(COUNTER)
    language = max(LANGUAGES, key=lambda name: size(frozenset({name})))
    on_demand = {name: (size(closure(name) - counter), budget) for name, budget in ON_DEMAND_BUDGETS.items()}
    launch = {LAUNCH_PAGE: (size(launch_page()), LAUNCH_PAGE_BUDGET)}
    return {COUNTER: (size(counter | {language}), COUNTER_BUDGET), **on_demand, **launch}


def main() -> int:
    """Print the sizes; return 1 where one is past its budget."""
    measured = sizes()
    for name, (taken, budget) in measured.items():
        say(f"{name:12} {taken:6,} of {budget:,} bytes{'' if taken <= budget else '  TOO LARGE'}")
    for name in LANGUAGES:
        say(f"{name:12} {size(frozenset({name})):6,} bytes")
    return int(any(taken > budget for taken, budget in measured.values()))


if __name__ == "__main__":
    sys.exit(main())
