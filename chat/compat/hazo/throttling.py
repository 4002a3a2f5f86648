"""Limits of its own: the client walks a whole history when opened, and marks message after message as read."""

RATES: dict[str, str | None] = {
    "hazo_read": "6000/min",
    "hazo_mark_read": "6000/min",
    "hazo_write": "300/min",
}
