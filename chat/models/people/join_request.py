"""JoinRequest: who asks to come into a group."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from chat.adapter import User, UserId
from chat.choices import JoinState
from chat.models.fields import UserKey, uuid7
from chat.models.group import ChatGroup
from chat.models.membership import ChatGroupUser
from chat.models.people.invitation import Invitation
from chat.models.queryset import PrimaryQuerySet
from chat.roles import PERMISSIONS, Action, GroupType

INVITING = [
    role for (kind, role), may in PERMISSIONS.items() if kind == GroupType.GROUP and Action.MEMBER_INVITE in may
]
"""The roles that decide who comes into a group."""


class JoinRequestQuerySet(PrimaryQuerySet["JoinRequest"]):
    """Reads of requests to join."""

    def visible_to(self, user: User) -> Self:
        """Keep what ``user`` asked for, and what waits or waited for an answer of theirs."""
        # Index: chat_member_once.
        memberships = ChatGroupUser.objects.live().filter(group=OuterRef("group"), user=user, role__in=INVITING)
        return self.filter(Q(user=user) | Exists(memberships), group__deleted_at__isnull=True)

    def of(self, user: User) -> Self:
        """Keep what ``user`` asked for."""
        # Index: chat_join_mine.
        return self.filter(user=user, group__deleted_at__isnull=True)

    def waiting(self) -> Self:
        """Keep what nobody has answered yet."""
        # Index: chat_join_waiting; of one person, chat_join_one_waiting.
        return self.filter(state=JoinState.PENDING)

    def rejected_since(self, group: ChatGroup, user_id: UserId, since: datetime) -> Self:
        """Keep the requests of one person that this group rejected after ``since``."""
        # Index: chat_join_mine.
        return self.filter(group=group, user=user_id, state=JoinState.REJECTED, answered_at__gt=since)


class JoinRequest(models.Model):
    """One person's request to join one group by an invitation that needs approval."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(ChatGroup, on_delete=models.CASCADE, related_name="join_requests", db_index=False)
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("who asks"))
    text = models.CharField(_("what they say"), max_length=500, blank=True, default="")
    state = models.CharField(_("state"), max_length=16, choices=JoinState.choices, default=JoinState.PENDING)
    answered_by = UserKey(settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("asked"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        indexes = (
            # What waits in a group, first things first.
            models.Index(fields=["group", "created_at", "id"], name="chat_join_waiting", condition=Q(state="pending")),
            # What I asked for.
            models.Index(fields=["user", "-created_at", "-id"], name="chat_join_mine"),
        )
        constraints = (
            models.UniqueConstraint(
                name="chat_join_one_waiting", fields=["group", "user"], condition=Q(state="pending")
            ),
            models.CheckConstraint(name="chat_join_state", condition=Q(state__in=JoinState.values)),
        )

    def __str__(self) -> str:
        return f"{self.user_id} to {self.group_id}"
