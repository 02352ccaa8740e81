"""A launch simulated through the public endpoints and signed webhooks, recounted against the sender's own ledger."""
