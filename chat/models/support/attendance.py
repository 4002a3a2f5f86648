"""Attendance: who of the staff looks at a request, or writes in it, right now."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models.fields import UserKey
from chat.models.group import ChatGroup
from chat.models.queryset import PrimaryQuerySet


class Attendance(models.Model):
    """One member of staff at one request; times a moment ago mean now."""

    group = models.ForeignKey(ChatGroup, on_delete=models.CASCADE, related_name="attendance", db_index=False)
    user = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("user"))
    looked_at = models.DateTimeField(_("looked"))
    wrote_at = models.DateTimeField(_("wrote"), null=True, blank=True)

    objects = PrimaryQuerySet["Attendance"].as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        constraints = (models.UniqueConstraint(name="chat_attendance_once", fields=["group", "user"]),)

    def __str__(self) -> str:
        return f"{self.user_id} at {self.group_id}"
