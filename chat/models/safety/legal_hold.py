"""LegalHold: what may not be erased or removed, whatever was asked."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.models.fields import UserKey, uuid7
from chat.models.group import ChatGroup
from chat.models.queryset import PrimaryQuerySet


class LegalHold(models.Model):
    """A hold on a person or on a group; while it stands, neither erasure nor retention touches them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = UserKey(settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", verbose_name=_("user"))
    group = models.ForeignKey(
        ChatGroup, on_delete=models.CASCADE, null=True, blank=True, related_name="holds", db_index=False
    )
    reason = models.CharField(_("reason"), max_length=500)
    created_by = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("created"))
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)

    objects = PrimaryQuerySet["LegalHold"].as_manager()

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
