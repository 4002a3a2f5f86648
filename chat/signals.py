"""Public signals.

``chat_event`` is sent after the transaction has committed. ``sender`` is the class of the event (see ``chat.events``),
``event`` the event itself: ids, version and actor, never content. Connect to one kind with ``sender=MessageCreated``.
A receiver that raises is logged and disturbs nobody.
"""

from django.dispatch import Signal

chat_event = Signal()
