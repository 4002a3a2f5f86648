"""Mention: a member who is named in a message."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from chat.models.fields import UserKey
from chat.models.group import ChatGroup
from chat.models.queryset import PrimaryQuerySet


class MentionQuerySet(PrimaryQuerySet["Mention"]):
    """Reads of mentions."""

    def count_unread(self) -> Coalesce:
        """Return an expression for a membership with ``unread_base``: messages after it that mention the person."""
        # Index: chat_mention_counting.
        rows: Any = self.filter(
            group=OuterRef("group_id"), user=OuterRef("user_id"), seq__gt=OuterRef("unread_base"), counts=True
        )
        counted = rows.order_by().values("group").annotate(number=Count("seq")).values("number")
        return Coalesce(Subquery(counted), 0)


class Mention(models.Model):
    """A person named in a message; who they are stands in the message's metadata as well, for whoever reads it."""

    group = models.ForeignKey(ChatGroup, on_delete=models.CASCADE, related_name="+", db_index=False)
    message = models.ForeignKey(
        "chat.ChatMessage", on_delete=models.CASCADE, related_name="mention_rows", db_index=False
    )
    user = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+")
    seq = models.PositiveBigIntegerField()
    counts = models.BooleanField(default=True, help_text="Whether the message counts, and the person did not hide it.")

    objects = MentionQuerySet.as_manager()

    class Meta:
        indexes = (
            # Unread mentions of one person in a group.
            models.Index(fields=["group", "user", "seq"], name="chat_mention_counting", condition=Q(counts=True)),
        )
        constraints = (models.UniqueConstraint(name="chat_mention_once", fields=["message", "user"]),)

    def __str__(self) -> str:
        return f"{self.user_id} in #{self.seq}"
