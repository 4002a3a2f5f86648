"""Calls: two rows of one call become one, which stands in the timeline with a message that shows it."""

from chat.legacy.calls.items import Calls

__all__ = ("Calls",)
