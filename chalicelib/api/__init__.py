"""The HTTP API and the pages: what is asked over HTTP, turned into calls of the services, and their answers."""
