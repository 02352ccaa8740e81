"""Merged states as static documents for viewers."""
