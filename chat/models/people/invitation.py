"""Invitation: a link with which people join a group by themselves."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chat.models.fields import UserKey, uuid7
from chat.models.group import ChatGroup
from chat.models.queryset import PrimaryQuerySet


class Invitation(models.Model):
    """A link into a group. What it shows is its id, signed: nothing in the table opens the door."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(ChatGroup, on_delete=models.CASCADE, related_name="invitations", db_index=False)
    created_by = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("made by"))
    needs_approval = models.BooleanField(_("joining needs approval"), default=False)
    use_limit = models.PositiveIntegerField(_("may be used"), null=True, blank=True, help_text=_("Times; empty: ever."))
    use_count = models.PositiveIntegerField(_("was used"), default=0)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"))

    objects = PrimaryQuerySet["Invitation"].as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        indexes = (
            # The invitations of a group, newest first.
            models.Index(fields=["group", "-created_at", "-id"], name="chat_invitation_listed"),
        )
        constraints = (
            models.CheckConstraint(
                name="chat_invitation_use_limit",
                condition=Q(use_limit__isnull=True) | Q(use_limit__gte=1, use_count__lte=F("use_limit")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.group_id} by {self.created_by_id}"
