"""Times as whole microseconds since 1970, in which the fold sorts and compares."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 86_400_000_000
_SECOND = 1_000_000


def micros(time: datetime) -> int:
    """Return the microseconds from 1970 to an aware time."""
    since = time - EPOCH
    return since.days * _DAY + since.seconds * _SECOND + since.microseconds


def micros_or_none(time: datetime | None) -> int | None:
    """Return what ``micros`` does, or None for None."""
    return None if time is None else micros(time)


def moment(time: int) -> datetime:
    """Return the aware time at so many microseconds after 1970."""
    return EPOCH + timedelta(microseconds=time)
