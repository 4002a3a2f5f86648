"""Connection: who asked whom to be in contact, and what became of it."""

from collections.abc import Collection
from typing import Self

from django.conf import settings
from django.db import connections, models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chat.adapter import User, UserId
from chat.choices import ConnectionState
from chat.models.fields import UserKey, uuid7
from chat.models.queryset import PrimaryQuerySet


class ConnectionQuerySet(PrimaryQuerySet["Connection"]):
    """Reads of connections."""

    def visible_to(self, user: User) -> Self:
        """Keep connections that ``user`` asked for, or was asked for."""
        # Indexes: chat_connection_from, chat_connection_to.
        return self.filter(Q(requester=user) | Q(recipient=user))

    def accepted(self) -> Self:
        """Keep those that make two people each other's contacts."""
        return self.filter(state=ConnectionState.ACCEPTED)

    def between(self, user_id: UserId, other_ids: Collection[UserId]) -> Self:
        """Keep those of a person with others, whoever asked."""
        # Indexes: chat_connection_from, chat_connection_to.
        mine, theirs = Q(requester=user_id, recipient__in=other_ids), Q(recipient=user_id, requester__in=other_ids)
        return self.filter(mine | theirs)

    def lock(self, **which: object) -> "Connection":
        """Lock one connection of this set until the transaction ends. Raises Connection.DoesNotExist."""
        rows = self.filter(**which)
        if not connections[self.db].features.has_select_for_update:
            rows.update(state=F("state"))  # SQLite: see ChatGroupQuerySet.lock
        return rows.select_for_update(no_key=True, of=("self",)).get()

    def contacts(self, user_id: UserId) -> Q:
        """Return the condition under which a user is connected with the person."""
        asked = self.accepted().filter(requester=user_id).values("recipient")
        asking = self.accepted().filter(recipient=user_id).values("requester")
        return Q(pk__in=asked) | Q(pk__in=asking)


class Connection(models.Model):
    """The one row of two people; asked again, it begins anew. Accepted, they are each other's contacts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pair_key = models.CharField(max_length=64, editable=False)
    requester = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("who asks"))
    recipient = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("who is asked"))
    state = models.CharField(
        _("state"), max_length=16, choices=ConnectionState.choices, default=ConnectionState.PENDING
    )
    requested_at = models.DateTimeField(_("asked"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        indexes = (
            # What I asked for, and my contacts, from one side …
            models.Index(fields=["requester", "state", "-requested_at", "-id"], name="chat_connection_from"),
            # … and from the other.
            models.Index(fields=["recipient", "state", "-requested_at", "-id"], name="chat_connection_to"),
        )
        constraints = (
            models.UniqueConstraint(name="chat_connection_one_per_pair", fields=["pair_key"]),
            models.CheckConstraint(name="chat_connection_state", condition=Q(state__in=ConnectionState.values)),
            models.CheckConstraint(name="chat_connection_not_oneself", condition=~Q(requester=F("recipient"))),
        )

    def __str__(self) -> str:
        return f"{self.requester_id} and {self.recipient_id}: {self.get_state_display()}"

    def other_id(self, user_id: UserId) -> UserId:
        """Return who it is with, for one of the two."""
        return self.recipient_id if self.requester_id == user_id else self.requester_id
