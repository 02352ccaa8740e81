"""Clients of AWS, what the tables have in common, and what makes a cold start short."""
