"""HeldMessage: what the host's review holds back until somebody has looked at it."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.adapter import User
from chat.models.fields import UserKey, uuid7
from chat.models.group import ChatGroup
from chat.models.queryset import PrimaryQuerySet

if TYPE_CHECKING:
    from chat.models.membership import ChatGroupUser


class HeldMessageQuerySet(PrimaryQuerySet["HeldMessage"]):
    """Reads of held messages."""

    def visible_to(self, user: User) -> Self:
        """Keep what ``user`` has waiting where they are a member: nobody else of the group sees it."""
        # Index: chat_held_listed.
        return self.filter(user=user, group__in=ChatGroup.objects.visible_to(user))

    def of(self, membership: "ChatGroupUser") -> Self:
        """Keep what one member has waiting in the group."""
        # Index: chat_held_listed.
        return self.filter(group_id=membership.group_id, user=membership.user_id)


class HeldMessage(models.Model):
    """A message that waits for a moderator. Approved, it is sent with ``client_id``, so once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(ChatGroup, on_delete=models.CASCADE, related_name="held", db_index=False)
    user = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("sender"))
    client_id = models.UUIDField(editable=False, help_text=_("The sender's, else its own id."))
    content = models.JSONField(help_text=_("What is to be sent; checked again when it is."))
    created_at = models.DateTimeField(_("created"))

    objects = HeldMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("held message")
        verbose_name_plural = _("held messages")
        constraints = (
            # A retry meets what is held already.
            models.UniqueConstraint(name="chat_held_once", fields=["group", "user", "client_id"]),
        )
        indexes = (
            # The moderators' queue.
            models.Index(fields=["created_at", "id"], name="chat_held_queue"),
            # What one person has waiting in a group.
            models.Index(fields=["group", "user", "created_at"], name="chat_held_listed"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} at {self.created_at}"
