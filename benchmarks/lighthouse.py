"""What Lighthouse says of the launch page as it is served, minified and gzipped, with a marathon in full swing.

Scores of 100 for a phone on slow 4G with a processor four times slower, the median of three runs; the largest paint and
the shift of the layout beside them. Other work on the machine lowers the first score. Needs Node 18 or later; takes
Lighthouse from npm, and Chromium where `CHROME_PATH` says. Run: `python -m benchmarks.lighthouse`, with an address for
another page (`https://…/`).
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.site.stage import Stage
from tests.site.test_pages import NAMES, fill

LIGHTHOUSE = "lighthouse@12"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
ENOUGH = 95
ROUNDS = 3
FLAGS = "--headless=new --no-sandbox --disable-gpu"

Report = Mapping[str, Any]


@contextmanager
def served() -> Iterator[str]:
    """Serve the launch page, and yield its address."""
    stage = Stage()
    fill(stage)
    now = datetime.now(UTC)
    today = (now + timedelta(hours=5)).date().isoformat()
    stage.documents[f"timeline/{today}.json"] = stage.documents["timeline/2026-06-01.json"] | {"date": today}
    stage.documents["/site.webmanifest"] = {"name": NAMES["kk"]}
    stage.policy += "; manifest-src 'self'"
    for document in stage.documents.values():
        document["as_of"] = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    yield f"{stage.url}/"
    stage.stop()


def report(address: str) -> Report:
    """Return what one run says."""
    npx = shutil.which("npx")
    if npx is None:
        raise SystemExit("no npx: install Node 18 or later")
    chrome = os.environ.get("CHROME_PATH") or shutil.which("chromium") or ""
    command = [npx, "--yes", LIGHTHOUSE, address, "--output=json", "--quiet", f"--chrome-flags={FLAGS}"]
    command.append(f"--only-categories={','.join(CATEGORIES)}")
    environment = os.environ | {"CHROME_PATH": chrome}
    done = subprocess.run(command, capture_output=True, check=True, text=True, env=environment)
    said: Report = json.loads(done.stdout)
    return said


def faults(said: Report) -> Iterator[str]:
    """Return what takes away from a score, each with how much it counts."""
    for category in said["categories"].values():
        for reference in category["auditRefs"]:
            audit = said["audits"][reference["id"]]
            if reference["weight"] and audit["score"] is not None and audit["score"] < 1:
                shown = audit.get("displayValue", "")
                yield f"{category['id']}: {audit['id']} {audit['score']:.2f} of weight {reference['weight']} {shown}"


def main() -> int:
    """Print the scores; return 1 where one is too low."""
    with served() as own:
        reports = [report(sys.argv[1] if len(sys.argv) > 1 else own) for _ in range(ROUNDS)]
    scores = {
        name: statistics.median(round(100 * said["categories"][name]["score"]) for said in reports)
        for name in CATEGORIES
    }
    for name, score in scores.items():
        print(f"{name:15} {score:3} of 100")
    for audit in ("largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift"):
        print(f"{audit:25} {statistics.median(said['audits'][audit]['numericValue'] for said in reports):,.3f}")
    for fault in dict.fromkeys(fault for said in reports for fault in faults(said)):
        print(fault)
    return int(min(scores.values()) < ENOUGH)


if __name__ == "__main__":
    sys.exit(main())
