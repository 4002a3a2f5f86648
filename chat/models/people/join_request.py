"""JoinRequest: who asks to come into a group."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.choices import JoinState
from chat.models.fields import UserKey, uuid7
from chat.models.group import ChatGroup
from chat.models.people.invitation import Invitation
from chat.models.queryset import PrimaryQuerySet


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

    objects = PrimaryQuerySet["JoinRequest"].as_manager()

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
