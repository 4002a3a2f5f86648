"""ScheduledMessage: what somebody wants to be sent later."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.adapter import User
from chat.models.fields import UserKey, uuid7
from chat.models.group import ChatGroup
from chat.models.queryset import PrimaryQuerySet
from chat.roles import ScheduleState

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models.expressions import Combinable

    from chat.models.membership import ChatGroupUser


class ScheduledMessageQuerySet(PrimaryQuerySet["ScheduledMessage"]):
    """Reads of messages to come."""

    def visible_to(self, user: User) -> Self:
        """Keep what ``user`` has scheduled where they are a member: nobody else sees it."""
        # Index: chat_scheduled_listed.
        return self.filter(user=user, group__in=ChatGroup.objects.visible_to(user))

    def of(self, membership: "ChatGroupUser") -> Self:
        """Keep what one member has scheduled in the group."""
        # Index: chat_scheduled_listed.
        return self.filter(group_id=membership.group_id, user=membership.user_id)

    def due(self, now: "datetime | Combinable") -> Self:
        """Keep what waits and is to be sent by ``now``, first things first."""
        # Index: chat_scheduled_due.
        return self.filter(state=ScheduleState.WAITING, send_at__lte=now).order_by("send_at", "pk")


class ScheduledMessage(models.Model):
    """A message to come. Its id is the client_id that it is sent with, so that it is sent once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(ChatGroup, on_delete=models.CASCADE, related_name="scheduled", db_index=False)
    user = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("sender"))
    content = models.JSONField(help_text=_("What the request said; checked again when it is sent."))
    send_at = models.DateTimeField(_("to be sent"))
    state = models.CharField(_("state"), max_length=16, choices=ScheduleState.choices, default=ScheduleState.WAITING)
    error_code = models.CharField(_("why it failed"), max_length=64, blank=True, default="")
    created_at = models.DateTimeField(_("created"))
    changed_at = models.DateTimeField(_("changed"))

    objects = ScheduledMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("scheduled message")
        verbose_name_plural = _("scheduled messages")
        indexes = (
            # The worker: what is due.
            models.Index(fields=["send_at"], name="chat_scheduled_due", condition=Q(state=ScheduleState.WAITING)),
            # What one person has scheduled in a group.
            models.Index(fields=["group", "user", "send_at"], name="chat_scheduled_listed"),
        )
        constraints = (
            models.CheckConstraint(name="chat_scheduled_state_known", condition=Q(state__in=ScheduleState.values)),
        )

    def __str__(self) -> str:
        return f"{self.user_id} at {self.send_at}"
