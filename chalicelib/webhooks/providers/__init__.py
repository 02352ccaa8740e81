"""One module per provider: what it sends, how that is authenticated, what it is answered."""
