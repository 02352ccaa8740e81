"""What the environment tells a function: names of tables and queues, and where its secrets are."""

import os

import msgspec


class Settings(msgspec.Struct, frozen=True):
    """Names and addresses; every function is given only those it uses."""

    events_table: str = ""
    state_table: str = ""
    registry_table: str = ""
    contacts_table: str = ""
    receipts_table: str = ""
    names_table: str = ""
    acts_table: str = ""
    organisations_table: str = ""
    operations_table: str = ""
    parked_table: str = ""
    trail_table: str = ""
    documents_bucket: str = ""
    distribution_id: str = ""
    """The distribution before the bucket, if viewers come by one."""
    poison_queue_url: str = ""
    leads_queue_url: str = ""
    graph_api_url: str = "https://graph.facebook.com"
    public_url: str = ""
    default_campaign: str = "2026"
    cut_lead_seconds: int = 10
    cut_settle_seconds: int = 35
    """How far ahead a rebuild cuts, as clocks differ, and how long after it scans, as requests are under way."""
    scan_segments: int = 4
    """How many parts of the log a rebuild reads side by side."""
    poll_seconds: int = 6
    """How long viewers wait before they ask again: what the number of them allows."""
    token_requests: int | None = None
    """How many requests a firewall lets pass with one token in its window, None where there is none."""


def load() -> Settings:
    """Return the settings of this process."""
    given = {name: os.environ[name.upper()] for name in Settings.__struct_fields__ if name.upper() in os.environ}
    return msgspec.convert(given, Settings, strict=False)
