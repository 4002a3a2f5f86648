"""Presence: when somebody was last here."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models.fields import UserKey
from chat.models.queryset import PrimaryQuerySet


class Presence(models.Model):
    """A person's last sign of life; who gave one a moment ago is online."""

    user = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("user"))
    seen_at = models.DateTimeField(_("last here"))

    objects = PrimaryQuerySet["Presence"].as_manager()

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presence")
        constraints = (models.UniqueConstraint(name="chat_presence_once", fields=["user"]),)

    def __str__(self) -> str:
        return f"{self.user_id} at {self.seen_at}"
