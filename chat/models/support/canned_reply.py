"""CannedReply: words that staff need often."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models.fields import UserKey, uuid7
from chat.models.queryset import PrimaryQuerySet


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

    objects = PrimaryQuerySet["CannedReply"].as_manager()

    class Meta:
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")
        constraints = (
            # Serves the list, by name.
            models.UniqueConstraint(name="chat_canned_once", fields=["scope", "owner", "name"], nulls_distinct=False),
        )

    def __str__(self) -> str:
        return self.name
