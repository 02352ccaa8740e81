"""The service behind every channel: record, moderate, erase."""
