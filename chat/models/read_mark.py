"""ReadMark: when somebody had read up to where."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models.fields import UserKey
from chat.models.group import ChatGroup
from chat.models.queryset import PrimaryQuerySet


class ReadMark(models.Model):
    """One advance of one reader.

    The time at which a person read message n is that of their first mark with ``seq`` ≥ n, so read times are known for
    every member at any size of group without a row per message and reader.
    """

    group = models.ForeignKey(ChatGroup, on_delete=models.CASCADE, related_name="read_marks", db_index=False)
    user = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+")
    seq = models.PositiveBigIntegerField(help_text=_("Read up to here."))
    at = models.DateTimeField()

    objects = PrimaryQuerySet["ReadMark"].as_manager()

    class Meta:
        constraints = (
            # A position is reached once; serves the search for the mark that covers a message.
            models.UniqueConstraint(name="chat_read_mark_once", fields=["group", "user", "seq"]),
        )

    def __str__(self) -> str:
        return f"{self.user_id} read to {self.seq}"
