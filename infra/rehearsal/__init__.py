"""What would be deployed, deployed on this machine first: `python -m infra.rehearsal`."""
