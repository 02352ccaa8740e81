"""The whole system on one machine, for development and tests: `python -m infra.local`."""
