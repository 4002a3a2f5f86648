"""Duty: legal holds, retention, erasure and export of one person's data."""
