"""Meta's leads: queued by reference, fetched from the Graph API by a worker."""
