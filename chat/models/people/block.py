"""Block: who wants nothing to do with whom."""

from collections.abc import Collection
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from chat.adapter import User, UserId
from chat.models.fields import UserKey, uuid7
from chat.models.queryset import PrimaryQuerySet


class BlockQuerySet(PrimaryQuerySet["Block"]):
    """Reads of blocks."""

    def visible_to(self, user: User) -> Self:
        """Keep blocks that ``user`` made: of those by others nobody is told."""
        # Index: chat_block_listed.
        return self.filter(blocker=user)

    def between(self, user_id: UserId, other_ids: Collection[UserId]) -> Self:
        """Keep blocks, either way, between a person and others."""
        # Indexes: chat_block_once, chat_block_reverse.
        return self.filter(Q(blocker=user_id, blocked__in=other_ids) | Q(blocked=user_id, blocker__in=other_ids))

    def with_row(self, user: User | UserId, *, whose: str = "user_id") -> Exists:
        """Return, for rows that have a person in the column ``whose``, whether a block stands between the two."""
        other = OuterRef(whose)
        return Exists(self.filter(Q(blocker=user, blocked=other) | Q(blocked=user, blocker=other)))


class Block(models.Model):
    """One person blocks another. It works both ways, and the other is not told."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    blocker = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("who blocks"))
    blocked = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("who is blocked"))
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    created_at = models.DateTimeField(_("created"))

    objects = BlockQuerySet.as_manager()

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        indexes = (
            # Who blocks me.
            models.Index(fields=["blocked", "blocker"], name="chat_block_reverse"),
            # My list of blocks, newest first.
            models.Index(fields=["blocker", "-created_at", "-id"], name="chat_block_listed"),
        )
        constraints = (
            models.UniqueConstraint(name="chat_block_once", fields=["blocker", "blocked"]),
            models.CheckConstraint(name="chat_block_not_oneself", condition=~Q(blocker=F("blocked"))),
        )

    def __str__(self) -> str:
        return f"{self.blocker_id} blocks {self.blocked_id}"
