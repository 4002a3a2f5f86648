"""HeldMessage: what the host's review holds back until somebody has looked at it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models.fields import UserKey, uuid7
from chat.models.group import ChatGroup
from chat.models.queryset import PrimaryQuerySet


class HeldMessage(models.Model):
    """A message that waits for a moderator. Approved, it is sent with its id as client_id, so once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(ChatGroup, on_delete=models.CASCADE, related_name="held", db_index=False)
    user = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("sender"))
    content = models.JSONField(help_text=_("What the request said; checked again when it is sent."))
    reason = models.CharField(_("why it is held"), max_length=500, blank=True, default="")
    created_at = models.DateTimeField(_("created"))

    objects = PrimaryQuerySet["HeldMessage"].as_manager()

    class Meta:
        verbose_name = _("held message")
        verbose_name_plural = _("held messages")
        indexes = (
            # The moderators' queue.
            models.Index(fields=["created_at", "id"], name="chat_held_queue"),
            # What one person has waiting in a group.
            models.Index(fields=["group", "user", "created_at"], name="chat_held_listed"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} at {self.created_at}"
