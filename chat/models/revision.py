"""MessageRevision: what a message said before it was edited."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models.group import ChatGroup
from chat.models.queryset import PrimaryQuerySet


class MessageRevision(models.Model):
    """One earlier text of a message."""

    group = models.ForeignKey(ChatGroup, on_delete=models.CASCADE, related_name="+", db_index=False)
    message = models.ForeignKey("chat.ChatMessage", on_delete=models.CASCADE, related_name="revisions", db_index=False)
    version = models.PositiveBigIntegerField(help_text=_("The group's, when this text was replaced."))
    message_text = models.TextField(_("text"), null=True)  # noqa: DJ001 (null: had no text)
    written_at = models.DateTimeField(_("written"), help_text=_("When this text was sent, or edited to."))

    objects = PrimaryQuerySet["MessageRevision"].as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = (
            # Serves the revisions of a message, newest first.
            models.UniqueConstraint(name="chat_revision_once", fields=["message", "version"]),
        )

    def __str__(self) -> str:
        return f"{self.message_id} before version {self.version}"
