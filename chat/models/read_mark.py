"""ReadMark: when somebody had read, or received, up to where."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.models.fields import UserKey
from chat.models.group import ChatGroup
from chat.models.queryset import PrimaryQuerySet
from chat.roles import MarkKind


class ReadMarkQuerySet(PrimaryQuerySet["ReadMark"]):
    """Reads of marks."""

    def reads(self) -> Self:
        """Keep marks of reading."""
        return self.filter(kind=MarkKind.READ)


class ReadMark(models.Model):
    """One advance of one reader.

    The time at which a person read message n is that of their first mark of kind read with ``seq`` ≥ n, so read times
    are known for every member at any size of group without a row per message and reader. Reading includes receiving:
    the time of receipt is that of the first mark of either kind.
    """

    group = models.ForeignKey(ChatGroup, on_delete=models.CASCADE, related_name="read_marks", db_index=False)
    user = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+")
    kind = models.CharField(
        max_length=16, choices=MarkKind.choices, default=MarkKind.READ, db_default=MarkKind.READ.value
    )
    seq = models.PositiveBigIntegerField(help_text=_("Read, or received, up to here."))
    at = models.DateTimeField()

    objects = ReadMarkQuerySet.as_manager()

    class Meta:
        constraints = (
            # A position is reached once; serves the search for the mark that covers a message.
            models.UniqueConstraint(name="chat_read_mark_once", fields=["group", "user", "kind", "seq"]),
            models.CheckConstraint(name="chat_read_mark_kind_known", condition=Q(kind__in=MarkKind.values)),
        )

    def __str__(self) -> str:
        return f"{self.user_id} read to {self.seq}"
