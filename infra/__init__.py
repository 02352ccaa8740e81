"""How the system is set up: in AWS by the template, on one machine by `infra.local`."""
