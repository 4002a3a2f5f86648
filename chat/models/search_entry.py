"""SearchEntry: what search reads of a message, on PostgreSQL."""

from django.db import models

from chat.models.group import ChatGroup
from chat.models.message import ChatMessage


class SearchEntry(models.Model):
    """The folded text of one message: its own, its poll's options, its place's name and its files' names.

    It comes some time after the message (``SearchProgress`` says how far entries have come), and triggers of PostgreSQL
    keep it up with changes from then on (migration 0004); other databases leave it empty. A table of its own: a message
    is written anew whenever somebody reads it or reacts, and its entries in the index would be as well. The column
    ``stems`` and the index are known to PostgreSQL alone.
    """

    # The triggers keep what a constraint would check.
    message = models.OneToOneField(
        ChatMessage, on_delete=models.CASCADE, primary_key=True, related_name="search_entry", db_constraint=False
    )
    group = models.ForeignKey(
        ChatGroup, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    created_at = models.DateTimeField()
    search_text = models.TextField()

    def __str__(self) -> str:
        return str(self.pk)
