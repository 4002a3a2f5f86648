"""PollVote: who chose what in a poll."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models.fields import UserKey
from chat.models.group import ChatGroup
from chat.models.queryset import PrimaryQuerySet


class PollVote(models.Model):
    """One option that one person chose. The options and their counts stand in the message's metadata."""

    group = models.ForeignKey(ChatGroup, on_delete=models.CASCADE, related_name="+", db_index=False)
    message = models.ForeignKey("chat.ChatMessage", on_delete=models.CASCADE, related_name="votes", db_index=False)
    user = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+")
    option = models.PositiveSmallIntegerField(help_text=_("The id of the option in its poll."))
    created_at = models.DateTimeField()

    objects = PrimaryQuerySet["PollVote"].as_manager()

    class Meta:
        indexes = (
            # Who chose an option, first vote first.
            models.Index(fields=["message", "option", "created_at", "id"], name="chat_vote_listed"),
        )
        constraints = (
            # Serves a person's own votes on a page.
            models.UniqueConstraint(name="chat_vote_once", fields=["message", "user", "option"]),
        )

    def __str__(self) -> str:
        return f"{self.user_id} chose {self.option}"
