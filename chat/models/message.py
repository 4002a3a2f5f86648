"""ChatMessage: what somebody said, numbered within its group."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from chat.adapter import User
from chat.models.fields import UserKey, uuid7
from chat.models.group import ChatGroup
from chat.models.hidden import MessageHidden
from chat.models.queryset import PrimaryQuerySet
from chat.roles import MessageType, ReferenceType

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable

    from chat.models.membership import ChatGroupUser

# What a message shows to those who see it.
MESSAGE_FIELDS = (
    "id",
    "group_id",
    "seq",
    "version",
    "sender_id",
    "message_type",
    "message_text",
    "reference_id",
    "reference_type",
    "reference_list",
    "client_id",
    "deleted_at",
    "deleted_by_id",
    "reply_to_id",
    "edited_at",
    "pinned_at",
    "pinned_by_id",
    "expires_at",
    "sent_at",
    "metadata",
    "created_at",
    "changed_at",
)


class ChatMessageQuerySet(PrimaryQuerySet["ChatMessage"]):
    """Reads of messages."""

    def visible_to(self, user: User) -> Self:
        """Keep messages that ``user`` can see, tombstones included; not those that ``user`` hid."""
        return self.in_reach_of(user).filter(~MessageHidden.objects.of_message_for(user))

    def in_reach_of(self, user: User) -> Self:
        """Keep what ``visible_to`` does, and what ``user`` hid for themselves: for services that undo that."""
        return self.filter(
            group__deleted_at__isnull=True,
            group__memberships__user=user,
            group__memberships__left_at__isnull=True,
            seq__gte=F("group__memberships__visible_from_seq"),
        )

    def seen_by(self, membership: "ChatGroupUser") -> Self:
        """Keep the messages of one group that its member could see when ``membership`` and its group were read."""
        return self.reached_by(membership).filter(~MessageHidden.objects.of_message_for(membership.user_id))

    def reached_by(self, membership: "ChatGroupUser") -> Self:
        """Keep what ``seen_by`` does, and what the member hid for themselves: for services that undo that."""
        return self.filter(
            group_id=membership.group_id,
            seq__gte=membership.visible_from_seq,
            seq__lte=membership.group.last_seq,
        )

    def showing(self, now: "datetime | Combinable") -> Self:
        """Keep messages that have content to show: neither deleted nor, at ``now``, expired."""
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now), deleted_at__isnull=True)

    def about(self, reference_type: "str | Combinable", reference_id: "str | Combinable") -> Self:
        """Keep messages with this reference; an empty value does not filter."""
        # Indexes: chat_message_reference, chat_message_ref_type.
        rows = self.filter(reference_type=reference_type) if reference_type else self
        return rows.filter(reference_id=reference_id) if reference_id else rows

    def expired(self, now: "datetime | Combinable") -> Self:
        """Keep messages whose time is over at ``now``, and which are no tombstones yet."""
        # Index: chat_message_to_expire.
        return self.filter(expires_at__lte=now, deleted_at__isnull=True)

    def purgeable(self, deleted_before: "datetime | Combinable") -> Self:
        """Keep tombstones whose undo window is over and whose text is still there."""
        # Index: chat_message_to_purge.
        return self.filter(deleted_at__lt=deleted_before, purged_at__isnull=True)

    def count_not_counting(self) -> Coalesce:
        """Return an expression for a membership with ``unread_base``: deleted and system rows after it."""
        # Index: chat_message_not_counting.
        return self._count_after_base(counts=False)

    def count_own(self) -> Coalesce:
        """Return an expression for a membership with ``unread_base``: the person's own rows that count, after it."""
        # Index: chat_message_sender.
        return self._count_after_base(counts=True, sender=OuterRef("user_id"))

    def _count_after_base(self, **which: Any) -> Coalesce:
        rows = self.filter(group=OuterRef("group_id"), seq__gt=OuterRef("unread_base"), **which)
        counted = rows.order_by().values("group").annotate(number=Count("seq")).values("number")
        return Coalesce(Subquery(counted), 0)


class ChatMessage(models.Model):
    """One message. It lives as long as its group: who deletes it leaves a tombstone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(
        ChatGroup, on_delete=models.CASCADE, related_name="messages", db_index=False, verbose_name=_("group")
    )
    seq = models.PositiveBigIntegerField(_("number"), help_text=_("1, 2, 3 … in the group, in the order of commits."))
    version = models.PositiveBigIntegerField(_("version"), help_text=_("Version of the group at its last change."))
    sender = UserKey(settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", verbose_name=_("sender"))
    message_type = models.CharField(_("type"), max_length=16, choices=MessageType.choices, default=MessageType.TEXT)
    message_text = models.TextField(_("text"), null=True, blank=True)  # noqa: DJ001 (null: has no text, as in the seed)
    reference_id = models.CharField(_("reference"), max_length=255, blank=True, default="")
    reference_type = models.CharField(
        _("reference type"), max_length=100, blank=True, default=ReferenceType.CHAT, help_text=_("Any text.")
    )
    reference_list = models.JSONField(_("references"), null=True, blank=True)
    client_id = models.UUIDField(null=True, blank=True, editable=False)
    client_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    counts = models.BooleanField(
        default=True, editable=False, help_text=_("Whether it counts as unread: not deleted, not by the system.")
    )
    read_at = models.DateTimeField(_("first read"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)
    deleted_by = UserKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", verbose_name=_("deleted by")
    )
    purged_at = models.DateTimeField(_("text removed"), null=True, blank=True)
    reply_to = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="replies",
        verbose_name=_("reply to"),
    )
    forwarded_from = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("forwarded from"),
        help_text=_("The first message of a chain of forwards; shown to nobody."),
    )
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    pinned_at = models.DateTimeField(_("pinned"), null=True, blank=True)
    pinned_by = UserKey(settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", verbose_name=_("pinned by"))
    expires_at = models.DateTimeField(
        _("expires"), null=True, blank=True, help_text=_("From then on nobody is sent its content.")
    )
    sent_at = models.DateTimeField(
        _("meant for"), null=True, blank=True, help_text=_("The time that a scheduled message was to be sent at.")
    )
    metadata = models.JSONField(
        null=True, blank=True, editable=False, help_text=_("Written by the server alone; shown by named keys alone.")
    )
    created_at = models.DateTimeField(_("created"), help_text=_("Strictly increasing in the group."))
    changed_at = models.DateTimeField(_("changed"))

    objects = ChatMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = (
            # Unread counts: what lies in a backlog and does not count.
            models.Index(fields=["group", "seq"], name="chat_message_not_counting", condition=Q(counts=False)),
            # Unread counts: one's own rows in a backlog.
            models.Index(fields=["group", "sender", "seq"], name="chat_message_sender", condition=Q(counts=True)),
            # A page about one reference, or one kind of reference, however rare in the group.
            models.Index(
                fields=["group", "reference_id", "reference_type", "seq"],
                name="chat_message_reference",
                condition=~Q(reference_id=""),
            ),
            models.Index(fields=["group", "reference_type", "seq"], name="chat_message_ref_type"),
            # The purge: tombstones whose text is still there.
            models.Index(
                fields=["deleted_at"],
                name="chat_message_to_purge",
                condition=Q(deleted_at__isnull=False, purged_at__isnull=True),
            ),
            # The list of pinned messages, newest pin first.
            models.Index(
                fields=["group", "pinned_at", "seq"], name="chat_message_pinned", condition=Q(pinned_at__isnull=False)
            ),
            # The worker: messages whose time is over and which are not yet tombstones.
            models.Index(
                fields=["expires_at"],
                name="chat_message_to_expire",
                condition=Q(expires_at__isnull=False, deleted_at__isnull=True),
            ),
            # Shared links and references of a group, newest first.
            models.Index(
                fields=["group", "seq"],
                name="chat_message_links",
                condition=Q(message_text__contains="://", deleted_at__isnull=True),
            ),
            models.Index(
                fields=["group", "seq"],
                name="chat_message_refs",
                condition=Q(Q(reference_list__isnull=False) | ~Q(reference_id=""), deleted_at__isnull=True),
            ),
            # What the database looks for when a message goes with its group.
            models.Index(fields=["reply_to"], name="chat_message_reply_to", condition=Q(reply_to__isnull=False)),
            models.Index(
                fields=["forwarded_from"], name="chat_message_forward", condition=Q(forwarded_from__isnull=False)
            ),
        )
        constraints = (
            # Serves pages of history.
            models.UniqueConstraint(name="chat_message_seq", fields=["group", "seq"]),
            # Serves changes_since.
            models.UniqueConstraint(name="chat_message_version", fields=["group", "version"]),
            # Serves cursors of older clients, which page by time.
            models.UniqueConstraint(name="chat_message_created", fields=["group", "created_at"]),
            models.UniqueConstraint(
                name="chat_message_client_id",
                fields=["group", "sender", "client_id"],
                condition=Q(client_id__isnull=False),
            ),
            models.CheckConstraint(name="chat_message_type_known", condition=Q(message_type__in=MessageType.values)),
            models.CheckConstraint(name="chat_message_seq_from_1", condition=Q(seq__gte=1)),
            models.CheckConstraint(
                name="chat_message_counts",
                condition=Q(counts=True, deleted_at__isnull=True) & ~Q(message_type=MessageType.SYSTEM)
                | Q(counts=False, deleted_at__isnull=False)
                | Q(counts=False, message_type=MessageType.SYSTEM),
            ),
            models.CheckConstraint(
                name="chat_message_purged_is_deleted",
                condition=Q(purged_at__isnull=True)
                | Q(
                    deleted_at__isnull=False,
                    message_text__isnull=True,
                    reference_list__isnull=True,
                    metadata__isnull=True,
                ),
            ),
            models.CheckConstraint(
                name="chat_message_pinned_is_live",
                condition=Q(pinned_at__isnull=True) | Q(deleted_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.group_id} #{self.seq}"

    def is_gone_at(self, now: datetime) -> bool:
        """Return whether nobody is sent the content any more: it was deleted, or its time is over."""
        return self.deleted_at is not None or (self.expires_at is not None and self.expires_at <= now)
