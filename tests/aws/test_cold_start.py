"""What a cold start loads: heavy libraries only where a handler needs them."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ["boto3", "botocore", "phonenumbers", "pynamodb"]
SCRIPT = """
import sys
from app import app
from infra.local.gateway import Gateway

if {path!r}:
    assert Gateway(app).answer("GET", {path!r}, {{}}, b"").status in (200, 404)
print(*[name for name in {heavy!r} if name in sys.modules])
"""


@pytest.mark.parametrize(
    "path", ["", "/", "/widget/launch.js", "/overlay/2026", "/embed/2026", "/oembed?url=x", "/openapi.json"]
)
def test_what_needs_no_table_loads_no_heavy_library(path: str) -> None:
    script = SCRIPT.format(path=path, heavy=HEAVY)

    loaded = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert loaded.stdout.split() == []
