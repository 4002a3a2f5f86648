"""Limits of its own: the front end asks for messages, presence and typing every few seconds."""

RATES: dict[str, str | None] = {
    "astegni_read": "1200/min",
    "astegni_write": "300/min",
}
