"""Call and CallParticipant: voice and video calls, as records."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.choices import CallState, CallType
from chat.models.fields import UserKey, uuid7
from chat.models.group import ChatGroup
from chat.models.queryset import PrimaryQuerySet

LIVE = (CallState.INITIATED, CallState.RINGING, CallState.ANSWERED)
"""States of a call that is not over."""


class Call(models.Model):
    """One call in one conversation. Its ``message`` shows it in the history, and carries its version."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(ChatGroup, on_delete=models.CASCADE, related_name="calls", db_index=False)
    message = models.OneToOneField("chat.ChatMessage", on_delete=models.CASCADE, related_name="call")
    caller = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("caller"))
    call_type = models.CharField(_("type"), max_length=16, choices=CallType.choices)
    state = models.CharField(_("state"), max_length=16, choices=CallState.choices, default=CallState.INITIATED)
    started_at = models.DateTimeField(_("started"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = PrimaryQuerySet["Call"].as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        indexes = (
            # The calls of a conversation, newest first.
            models.Index(fields=["group", "-started_at", "-id"], name="chat_call_listed"),
            # The worker: calls that rang long enough.
            models.Index(fields=["started_at"], name="chat_call_live", condition=Q(state__in=LIVE)),
        )
        constraints = (
            models.UniqueConstraint(name="chat_call_one_live", fields=["group"], condition=Q(state__in=LIVE)),
            models.CheckConstraint(name="chat_call_type", condition=Q(call_type__in=CallType.values)),
            models.CheckConstraint(name="chat_call_state", condition=Q(state__in=CallState.values)),
            models.CheckConstraint(
                name="chat_call_over_iff_ended",
                condition=Q(state__in=LIVE, ended_at__isnull=True) | (~Q(state__in=LIVE) & Q(ended_at__isnull=False)),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_call_type_display()} {self.pk}"


class CallParticipant(models.Model):
    """One person in one call."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="participants", db_index=False)
    group = models.ForeignKey(ChatGroup, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("user"))
    state = models.CharField(_("state"), max_length=16, choices=CallState.choices, default=CallState.INITIATED)
    joined_at = models.DateTimeField(_("joined"), null=True, blank=True)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)

    objects = PrimaryQuerySet["CallParticipant"].as_manager()

    class Meta:
        verbose_name = _("person in a call")
        verbose_name_plural = _("people in calls")
        indexes = (
            # The calls of one person.
            models.Index(fields=["user", "call"], name="chat_call_person"),
        )
        constraints = (
            models.UniqueConstraint(name="chat_call_person_once", fields=["call", "user"]),
            models.CheckConstraint(name="chat_call_person_state", condition=Q(state__in=CallState.values)),
        )

    def __str__(self) -> str:
        return f"{self.user_id} in {self.call_id}"
