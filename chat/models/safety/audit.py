"""AuditEntry: what was read or changed by privilege, not by membership."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models.fields import UserKey, uuid7
from chat.models.queryset import PrimaryQuerySet


class AuditEntry(models.Model):
    """One act. Entries are only added; they outlive what they are about, so they hold keys and no references."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    actor = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("who"))
    action = models.CharField(_("did"), max_length=64)
    target_type = models.CharField(_("to what"), max_length=64)
    target_id = models.CharField(_("which"), max_length=64)
    group_id = models.UUIDField(_("in group"), null=True, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)
    at = models.DateTimeField(_("at"))

    objects = PrimaryQuerySet["AuditEntry"].as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = (
            # The book, latest first.
            models.Index(fields=["-at", "-id"], name="chat_audit_latest"),
            # What was done to one thing.
            models.Index(fields=["target_type", "target_id", "at"], name="chat_audit_target"),
            # What one person did.
            models.Index(fields=["actor", "at"], name="chat_audit_actor"),
        )

    def __str__(self) -> str:
        return f"{self.actor_id} {self.action} {self.target_type} {self.target_id}"
