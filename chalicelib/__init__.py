"""Qaiyrym: participations in, exact live totals out."""
