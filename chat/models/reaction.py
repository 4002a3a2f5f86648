"""MessageReaction: who reacted with what."""

from django.conf import settings
from django.db import models

from chat.models.fields import UserKey
from chat.models.group import ChatGroup
from chat.models.queryset import PrimaryQuerySet


class MessageReaction(models.Model):
    """One emoji of one person on one message.

    How many there are of each stands in the message's metadata, kept under the group's lock, so that a page of messages
    counts nothing.
    """

    group = models.ForeignKey(ChatGroup, on_delete=models.CASCADE, related_name="+", db_index=False)
    message = models.ForeignKey("chat.ChatMessage", on_delete=models.CASCADE, related_name="reactions", db_index=False)
    user = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+")
    emoji = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    objects = PrimaryQuerySet["MessageReaction"].as_manager()

    class Meta:
        indexes = (
            # Who reacted to a message, first reaction first.
            models.Index(fields=["message", "created_at", "id"], name="chat_reaction_listed"),
        )
        constraints = (
            # Serves a person's own reactions on a page.
            models.UniqueConstraint(name="chat_reaction_once", fields=["message", "user", "emoji"]),
        )

    def __str__(self) -> str:
        return f"{self.emoji} by {self.user_id}"
