"""LegalHold: what may not be erased or removed, whatever was asked."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from chat.models.fields import UserKey, uuid7
from chat.models.group import ChatGroup
from chat.models.queryset import PrimaryQuerySet


class LegalHoldQuerySet(PrimaryQuerySet["LegalHold"]):
    """Reads of holds."""

    def in_force(self) -> Self:
        """Keep what nobody has lifted."""
        # Indexes: chat_hold_user, chat_hold_group.
        return self.filter(lifted_at__isnull=True)

    def over_messages(self) -> Exists:
        """Return, for a query of messages, whether their sender, their group or the request of their desk is held."""
        here = Q(group=OuterRef("group_id")) | Q(group=OuterRef("group__desk_of_id"))
        return Exists(self.in_force().filter(here | Q(user=OuterRef("sender_id"))))


class LegalHold(models.Model):
    """A hold on a person or on a group; while it stands, what is held stays stored: see docs/duty.md."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = UserKey(settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", verbose_name=_("user"))
    group = models.ForeignKey(
        ChatGroup, on_delete=models.CASCADE, null=True, blank=True, related_name="holds", db_index=False
    )
    reason = models.CharField(_("reason"), max_length=500)
    created_by = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("created"))
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        indexes = (
            # Is this person held?
            models.Index(fields=["user"], name="chat_hold_user", condition=Q(lifted_at__isnull=True)),
            # Is this group held?
            models.Index(fields=["group"], name="chat_hold_group", condition=Q(lifted_at__isnull=True)),
        )
        constraints = (
            models.CheckConstraint(
                name="chat_hold_one_target",
                condition=Q(user__isnull=False, group__isnull=True) | Q(user__isnull=True, group__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return str(self.user_id or self.group_id)
