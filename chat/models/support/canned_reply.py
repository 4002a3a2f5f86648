"""CannedReply: words that staff need often."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.adapter import User, get_adapter
from chat.models.fields import UserKey, uuid7
from chat.models.queryset import PrimaryQuerySet


class CannedReplyQuerySet(PrimaryQuerySet["CannedReply"]):
    """Reads of canned replies."""

    def visible_to(self, user: User) -> Self:
        """Keep one's own and everybody's, for support staff of the tenant; nothing for others."""
        adapter = get_adapter()
        if not adapter.is_support_staff(user):
            return self.none()
        return self.filter(Q(owner=user) | Q(owner__isnull=True), scope=adapter.scope_of(user))


class CannedReply(models.Model):
    """A text with placeholders, of one person, or (without an owner) of all staff of a tenant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scope = models.CharField(_("scope"), max_length=64, default="", blank=True)
    owner = UserKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("whose it is"),
        help_text=_("Empty: everybody's at the desk."),
    )
    name = models.CharField(_("name"), max_length=100)
    text = models.TextField(_("text"))
    created_at = models.DateTimeField(_("created"))
    changed_at = models.DateTimeField(_("changed"))

    objects = CannedReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")
        constraints = (
            # Serves the list, by name.
            models.UniqueConstraint(name="chat_canned_once", fields=["scope", "owner", "name"]),
            models.UniqueConstraint(
                name="chat_canned_shared_once", fields=["scope", "name"], condition=Q(owner__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return self.name
