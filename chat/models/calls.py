"""Call and CallParticipant: voice and video calls, as records."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.adapter import User
from chat.choices import CallState, CallType
from chat.conf import chat_settings
from chat.models.fields import UserKey, uuid7
from chat.models.group import ChatGroup
from chat.models.queryset import PrimaryQuerySet

RINGING = (CallState.INITIATED, CallState.RINGING)
"""States of a call that nobody has answered yet."""
LIVE = (*RINGING, CallState.ANSWERED)
"""States of a call that is not over."""


class CallQuerySet(PrimaryQuerySet["Call"]):
    """Reads of calls."""

    def visible_to(self, user: User) -> Self:
        """Keep calls that ``user`` has a part in, in groups that they are a member of."""
        # Index: chat_call_person, then the primary key.
        return self.filter(
            participants__user=user,
            group__deleted_at__isnull=True,
            group__memberships__user=user,
            group__memberships__left_at__isnull=True,
        )

    def live(self) -> Self:
        """Keep calls that are not over."""
        # Index: chat_call_one_live.
        return self.filter(state__in=LIVE)

    def overdue(self, now: datetime) -> Self:
        """Keep calls that are over by the clock at ``now``, and not yet by their state, first things first."""
        # Index: chat_call_live.
        rung, talked = _limits(now)
        rang_out = Q(state__in=RINGING, started_at__lte=rung)
        return self.filter(rang_out | Q(state=CallState.ANSWERED, started_at__lte=talked)).order_by("started_at", "pk")


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

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        indexes = (
            # The calls of a conversation, newest first: ids are in the order of time.
            models.Index(fields=["group", "-id"], name="chat_call_listed"),
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

    def is_overdue_at(self, now: datetime) -> bool:
        """Return whether the call is over by the clock, and not yet by its state."""
        rung, talked = _limits(now)
        return self.state in LIVE and self.started_at <= (rung if self.state in RINGING else talked)


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
            # The calls of one person, newest first.
            models.Index(fields=["user", "-call"], name="chat_call_person"),
        )
        constraints = (
            models.UniqueConstraint(name="chat_call_person_once", fields=["call", "user"]),
            models.CheckConstraint(name="chat_call_person_state", condition=Q(state__in=CallState.values)),
        )

    def __str__(self) -> str:
        return f"{self.user_id} in {self.call_id}"


def _limits(now: datetime) -> tuple[datetime, datetime]:
    """Return since when a call must have rung, and since when it must go on, to be over at ``now``."""
    rings, lasts = chat_settings.CALL_RING_SECONDS, chat_settings.CALL_MAX_SECONDS
    return now - timedelta(seconds=rings), now - timedelta(seconds=lasts)
