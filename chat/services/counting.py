"""Whether a message counts as unread, as a mention, and for whom it is hidden: kept where the counts are taken."""

from django.db.models import Exists, OuterRef

from chat.models import ChatMessage, Mention, MessageHidden


def message_counts_update(message: ChatMessage) -> None:
    """Carry ``message.counts`` over to its mentions and to whoever hid it. The caller holds the message's lock."""
    hidden = MessageHidden.objects.filter(message=message)
    hidden.exclude(user=message.sender_id).update(counts=message.counts)
    hidden_by_them = hidden.filter(user=OuterRef("user"), active=True)
    Mention.objects.filter(~Exists(hidden_by_them), message=message).update(counts=message.counts)
