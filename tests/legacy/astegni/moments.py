"""The moments at which things happen in the older database."""

from datetime import UTC, datetime, timedelta

START = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """Return the time so many minutes after everything began."""
    return START + timedelta(minutes=minutes)
