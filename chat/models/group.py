"""ChatGroup: one conversation."""

from datetime import datetime
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import connections, models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chat.adapter import User
from chat.choices import Priority, SupportStatus
from chat.models.clock import ClockNow
from chat.models.fields import UserKey, uuid7
from chat.models.queryset import PrimaryQuerySet
from chat.roles import GroupType, HistoryVisibility, Posting


class ChatGroupQuerySet(PrimaryQuerySet["ChatGroup"]):
    """Reads of groups."""

    def alive(self) -> Self:
        """Keep groups that were not deleted."""
        return self.filter(deleted_at__isnull=True)

    def visible_to(self, user: User) -> Self:
        """Keep groups that ``user`` is a member of."""
        # Index: chat_member_user_live, then the primary key.
        return self.alive().filter(memberships__user=user, memberships__left_at__isnull=True)

    def lock(self, group_id: UUID) -> "ChatGroup":
        """Lock one group of this set until the transaction ends, and return it as it is then, with ``locked_at``.

        Raises ChatGroup.DoesNotExist. Groups are always locked before memberships, several groups by ascending id.
        """
        rows = self.filter(pk=group_id)
        if not connections[self.db].features.has_select_for_update:
            # SQLite: a transaction that begins with a write waits for its turn; one that begins with a read may fail.
            rows.update(version=F("version"))
        group = rows.annotate(db_now=ClockNow()).select_for_update(no_key=True, of=("self",)).get()
        group.locked_at = group.db_now  # type: ignore[attr-defined]
        return group


class ChatGroup(models.Model):
    """A conversation: of a client with staff, of two people, or of many."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scope = models.CharField(
        _("scope"), max_length=64, default="", blank=True, help_text=_("The host's tenant; empty if it has none.")
    )
    group_type = models.CharField(_("type"), max_length=16, choices=GroupType.choices, default=GroupType.SUPPORT)
    client_user = UserKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("client"),
        help_text=_("Whose request it is; set for support, and only there."),
    )
    name = models.CharField(_("name"), max_length=255, null=True, blank=True)  # noqa: DJ001 (null on the wire, as in the seed)
    description = models.TextField(_("description"), blank=True, default="")
    created_by = UserKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", verbose_name=_("created by")
    )
    peer_key = models.CharField(max_length=64, null=True, blank=True, editable=False)  # noqa: DJ001 (unique where set)
    posting = models.CharField(_("posting"), max_length=16, choices=Posting.choices, default=Posting.EVERYONE)
    history_visibility = models.CharField(
        _("history visible"), max_length=16, choices=HistoryVisibility.choices, default=HistoryVisibility.START
    )
    message_lifetime = models.PositiveIntegerField(
        _("messages disappear after"), null=True, blank=True, help_text=_("Seconds; empty if they stay.")
    )
    slow_mode = models.PositiveIntegerField(
        _("slow mode"), null=True, blank=True, help_text=_("Seconds between two messages of one member; empty: none.")
    )
    desk_of = models.OneToOneField(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="desk",
        editable=False,
        help_text=_("The request whose staff talk here among themselves."),
    )
    support_status = models.CharField(  # noqa: DJ001 (only requests have one)
        _("status"), max_length=16, choices=SupportStatus.choices, null=True, blank=True
    )
    assignee = UserKey(settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", verbose_name=_("assigned to"))
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority.choices, default=Priority.NORMAL, db_default=Priority.NORMAL.value
    )
    last_seq = models.PositiveBigIntegerField(_("last number"), default=0, editable=False)
    version = models.PositiveBigIntegerField(_("version"), default=0, editable=False)
    last_message_at = models.DateTimeField(_("last message"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"))
    changed_at = models.DateTimeField(_("changed"))
    closed_at = models.DateTimeField(
        _("closed"), null=True, blank=True, help_text=_("Since when nobody can send, as the other person is gone.")
    )
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)

    objects = ChatGroupQuerySet.as_manager()

    locked_at: datetime  # the database's clock, set by ``lock``

    class Meta:
        verbose_name = _("chat group")
        verbose_name_plural = _("chat groups")
        permissions = (("support_staff", _("Can serve support conversations")),)
        indexes = (
            # The requests of one client (admin filter, support lists).
            models.Index(fields=["client_user"], name="chat_group_client", condition=Q(client_user__isnull=False)),
            # The admin's list by type, newest first.
            models.Index(fields=["group_type", "-created_at"], name="chat_group_type"),
            # The queue of the desk: what is to be done, the most urgent first, then the oldest.
            models.Index(
                fields=["scope", "support_status", "assignee", "-priority", "created_at", "id"],
                name="chat_group_queue",
                condition=Q(support_status__isnull=False, deleted_at__isnull=True),
            ),
        )
        constraints = (
            models.CheckConstraint(name="chat_group_type_known", condition=Q(group_type__in=GroupType.values)),
            models.CheckConstraint(name="chat_group_posting_known", condition=Q(posting__in=Posting.values)),
            models.CheckConstraint(
                name="chat_group_history_known", condition=Q(history_visibility__in=HistoryVisibility.values)
            ),
            models.CheckConstraint(
                name="chat_group_lifetime_positive",
                condition=Q(message_lifetime__isnull=True) | Q(message_lifetime__gte=1),
            ),
            models.CheckConstraint(
                name="chat_group_slow_mode_positive", condition=Q(slow_mode__isnull=True) | Q(slow_mode__gte=1)
            ),
            models.CheckConstraint(
                name="chat_group_client_iff_support",
                condition=Q(group_type=GroupType.SUPPORT, desk_of__isnull=True, client_user__isnull=False)
                | Q(group_type=GroupType.SUPPORT, desk_of__isnull=False, client_user__isnull=True)
                | (~Q(group_type=GroupType.SUPPORT) & Q(desk_of__isnull=True, client_user__isnull=True)),
            ),
            models.CheckConstraint(
                name="chat_group_status_iff_request",
                condition=Q(
                    client_user__isnull=False, support_status__isnull=False, support_status__in=SupportStatus.values
                )
                | Q(client_user__isnull=True, support_status__isnull=True, assignee__isnull=True),
            ),
            models.CheckConstraint(  # as a range: Django cannot introspect a list of one-digit numbers on SQLite
                name="chat_group_priority_known",
                condition=Q(priority__gte=min(Priority.values), priority__lte=max(Priority.values)),
            ),
            models.CheckConstraint(
                name="chat_group_peer_key_iff_peer",
                condition=Q(group_type=GroupType.PEER, peer_key__isnull=False)
                | (~Q(group_type=GroupType.PEER) & Q(peer_key__isnull=True)),
            ),
            # One live conversation per pair of people.
            models.UniqueConstraint(
                name="chat_group_one_per_pair", fields=["scope", "peer_key"], condition=Q(deleted_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return self.name or f"{self.get_group_type_display()} {self.pk}"

    def next_version(self) -> int:
        """Take the next version, for one row that changes. Only under the group's lock; the caller saves the group."""
        self.version += 1
        return self.version
