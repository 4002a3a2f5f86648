"""Public signals.

``chat_event`` is sent after the transaction has committed. ``sender`` is the class of the event (see ``chat.events``),
``event`` the event itself: ids, version and actor, never content. Connect to one kind with ``sender=MessageCreated``.
A receiver that raises is logged and disturbs nobody.

``jobs_waiting`` is sent after somebody has asked for an export or an erasure, for whoever runs long jobs.
"""

from django.dispatch import Signal

chat_event = Signal()
jobs_waiting = Signal()
