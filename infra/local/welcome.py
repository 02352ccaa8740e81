"""What a newcomer is told when the system is ready."""

import secrets
from pathlib import Path


def welcome(url: str, data_dir: Path, campaign: str, token: str) -> str:
    """Return the text."""
    campaign_url = f"{url}/v1/campaigns/{campaign}"
    data = "" if data_dir == Path(".local").resolve() else f"DATA_DIR={data_dir} "
    return f"""
Qaiyrym is running, its state is kept in {data_dir}. Ctrl-C stops it.

  launch page       {url}/
  regions           {url}/r
  totals            {campaign_url}/live.json
  data              {url}/data
  overlay for OBS   {url}/overlay/{campaign}
  studio            {url}/studio/{campaign}
  widget            {url}/widget/builder
  console           {url}/console
  contract          {url}/openapi.json

Record a participation:

  curl {campaign_url}/participations \\
    -H 'Authorization: Bearer {token}' \\
    -H 'Content-Type: application/json' \\
    -H 'Idempotency-Key: {secrets.token_hex(4)}' \\
    -d '{{"kind":"good_deed","participant":{{"type":"citizen","phone":"+77011234567"}},"place":{{"region":"KZ-75"}}}}'

Send a test delivery of a form:

  {data}.venv/bin/python -m infra.local.send_form
"""
