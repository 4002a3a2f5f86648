"""MessageHidden: what somebody deleted for themselves alone."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from chat.adapter import User, UserId
from chat.models.fields import UserKey
from chat.models.group import ChatGroup
from chat.models.queryset import PrimaryQuerySet


class MessageHiddenQuerySet(PrimaryQuerySet["MessageHidden"]):
    """Reads of what people hid."""

    def of_message_for(self, user: User | UserId) -> Exists:
        """Return, for a query of messages, whether ``user`` hid the message."""
        # Index: chat_hidden_once.
        return Exists(self.filter(message=OuterRef("pk"), user=user, active=True))

    def of_last(self) -> Exists:
        """Return, for a query of memberships, whether the person hid the group's last message."""
        # Index: chat_hidden_active.
        return Exists(
            self.filter(
                group=OuterRef("group_id"), user=OuterRef("user_id"), seq=OuterRef("group__last_seq"), active=True
            )
        )

    def count_hidden(self) -> Coalesce:
        """Return an expression for a membership with ``unread_base``: what the person hid and would count, after it."""
        # Index: chat_hidden_active.
        rows: Any = self.filter(
            group=OuterRef("group_id"),
            user=OuterRef("user_id"),
            seq__gt=OuterRef("unread_base"),
            active=True,
            counts=True,
        )
        counted = rows.order_by().values("group").annotate(number=Count("seq")).values("number")
        return Coalesce(Subquery(counted), 0)


class MessageHidden(models.Model):
    """A message that one person hid from themselves. Rows are never deleted: undoing makes them inactive."""

    group = models.ForeignKey(ChatGroup, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+")
    message = models.ForeignKey("chat.ChatMessage", on_delete=models.CASCADE, related_name="hidden", db_index=False)
    seq = models.PositiveBigIntegerField()
    active = models.BooleanField(default=True)
    counts = models.BooleanField(help_text="Whether the message is another's and counts as unread if it is not hidden.")
    state_version = models.PositiveBigIntegerField(help_text="The membership's, when this last changed.")

    objects = MessageHiddenQuerySet.as_manager()

    class Meta:
        indexes = (
            # Unread counts: what lies in a backlog and is hidden. Lists: whether the last message is.
            models.Index(fields=["group", "user", "seq"], name="chat_hidden_active", condition=Q(active=True)),
            # Changes: what one person hid or showed again since a state version.
            models.Index(fields=["group", "user", "state_version"], name="chat_hidden_changed"),
        )
        constraints = (models.UniqueConstraint(name="chat_hidden_once", fields=["message", "user"]),)

    def __str__(self) -> str:
        return f"{self.user_id} hid #{self.seq}"
