"""Suspension and Ban: who may not write at all, and who may not come back."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from chat.models.fields import UserKey, uuid7
from chat.models.group import ChatGroup
from chat.models.queryset import PrimaryQuerySet


class SuspensionQuerySet(PrimaryQuerySet["Suspension"]):
    """Reads of suspensions."""

    def unlifted(self) -> Self:
        """Keep what nobody has lifted, whether its time is over or not: at most one of a person."""
        # Index: chat_suspension_one.
        return self.filter(lifted_at__isnull=True)

    def in_force(self) -> Self:
        """Keep what holds at this moment."""
        return self.unlifted().filter(Q(until__isnull=True) | Q(until__gt=Now()))


class Suspension(models.Model):
    """A person reads, but writes nothing in any conversation, until then (or until it is lifted)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("user"))
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    until = models.DateTimeField(_("until"), null=True, blank=True, help_text=_("Empty: until it is lifted."))
    created_by = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("created"))
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        indexes = (
            # All suspensions of one person.
            models.Index(fields=["user", "created_at"], name="chat_suspension_of"),
        )
        constraints = (
            # Serves the question whether somebody is suspended.
            models.UniqueConstraint(name="chat_suspension_one", fields=["user"], condition=Q(lifted_at__isnull=True)),
        )

    def __str__(self) -> str:
        return str(self.user_id)


class Ban(models.Model):
    """A person who was removed from a group and may not come back."""

    group = models.ForeignKey(ChatGroup, on_delete=models.CASCADE, related_name="bans", db_index=False)
    user = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("user"))
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    created_by = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("created"))

    objects = PrimaryQuerySet["Ban"].as_manager()

    class Meta:
        verbose_name = _("ban")
        verbose_name_plural = _("bans")
        constraints = (models.UniqueConstraint(name="chat_ban_once", fields=["group", "user"]),)

    def __str__(self) -> str:
        return f"{self.user_id} from {self.group_id}"
