"""ChatGroupUser: one person in one group, called *membership* in code."""

from datetime import datetime
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import connections, models
from django.db.models import Case, F, FilteredRelation, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from chat.adapter import User, UserId
from chat.models.clock import ClockNow
from chat.models.fields import UserKey
from chat.models.group import ChatGroup
from chat.models.hidden import MessageHidden
from chat.models.mention import Mention
from chat.models.message import ChatMessage
from chat.models.queryset import PrimaryQuerySet
from chat.roles import GroupType, Role


class ChatGroupUserQuerySet(PrimaryQuerySet["ChatGroupUser"]):
    """Reads of memberships."""

    def live(self) -> Self:
        """Keep people who are in their group now."""
        return self.filter(left_at__isnull=True)

    def of(self, user: User | UserId, *, by: str = "") -> Self:
        """Keep what ``user`` is a member of: one row per group that ``user`` can see.

        ``by`` names the field of the user model that ``user`` is a value of, where that is not its key.
        """
        # Index: chat_member_user_live.
        return self.live().filter(**{f"user__{by}" if by else "user": user}, group__deleted_at__isnull=True)

    def conversations_of(self, user: User | UserId) -> Self:
        """Keep what ``of`` does but the desks of requests, which stand in no list and no total."""
        return self.of(user).filter(group__desk_of__isnull=True)

    def visible_to(self, user: User) -> Self:
        """Keep memberships, of anybody, in groups that ``user`` is a member of."""
        return self.filter(group__in=ChatGroup.objects.visible_to(user))

    def oldest_first(self) -> Self:
        """Order by joining."""
        return self.order_by("created_at", "pk")

    def lock(self, group_id: UUID, user_id: UserId) -> "ChatGroupUser":
        """Lock one live membership until the transaction ends; return it with ``group`` and ``locked_at``.

        Raises ChatGroupUser.DoesNotExist. ``group`` is read, not locked: lock it first where it decides the write.
        """
        rows = self.live().filter(group_id=group_id, user_id=user_id)
        if not connections[self.db].features.has_select_for_update:
            rows.update(version=F("version"))  # SQLite: see ChatGroupQuerySet.lock
        rows = rows.select_related("group").filter(group__deleted_at__isnull=True)
        membership = rows.annotate(db_now=ClockNow()).select_for_update(no_key=True, of=("self",)).get()
        membership.locked_at = membership.db_now  # type: ignore[attr-defined]
        return membership

    def with_unread(self) -> Self:
        """Add ``unread``: how many messages of others that count the person has not read.

        And ``unread_mentions``: how many of them mention the person.

        Arithmetic on numbers, less the rows in between that do not count; the cost grows with those alone, never with
        the backlog.
        """
        return self.annotate(
            unread_base=Greatest(F("unread_from_seq"), F("visible_from_seq") - 1),
            unread=F("group__last_seq")
            - F("unread_base")
            - ChatMessage.objects.count_not_counting()
            - ChatMessage.objects.count_own()
            - MessageHidden.objects.count_hidden(),
            unread_mentions=Mention.objects.count_unread(),
        )

    def unarchived(self) -> Self:
        """Keep groups that the person did not archive."""
        return self.filter(archived_at__isnull=True)

    def with_listing(self) -> Self:
        """Add what a list of groups shows, and is ordered by, beside the group itself.

        ``unread``; ``last``, the last message if the person can see it, and ``last_hidden``, whether they hid it;
        ``other_user_id``, in a peer group the other person (none for notes to oneself); ``pinned`` (1 or 0) and
        ``active_at``.
        """
        others = ChatGroupUser.objects.filter(group=OuterRef("group")).exclude(user=OuterRef("user")).values("user")
        user_key = ChatGroupUser._meta.get_field("user").target_field  # or a UUID would come as SQLite keeps it
        return self.with_unread().annotate(
            pinned=Case(When(pinned_at__isnull=False, then=1), default=0, output_field=models.IntegerField()),
            active_at=Coalesce("group__last_message_at", "group__created_at"),
            other_user_id=Case(
                When(group__group_type=GroupType.PEER, then=Subquery(others[:1])), output_field=user_key
            ),
            last_hidden=MessageHidden.objects.of_last(),
            last=FilteredRelation(
                "group__messages",
                condition=Q(group__messages__seq=F("group__last_seq"), group__messages__seq__gte=F("visible_from_seq")),
            ),
        )


class ChatGroupUser(models.Model):
    """A person in a group: role, what they have read, and what they made of the group for themselves."""

    group = models.ForeignKey(
        ChatGroup, on_delete=models.CASCADE, related_name="memberships", db_index=False, verbose_name=_("group")
    )
    user = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="chat_memberships", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    read_seq = models.PositiveBigIntegerField(
        _("read up to"), default=0, help_text=_("Number of the last message read; never goes back.")
    )
    unread_from_seq = models.PositiveBigIntegerField(
        _("unread after"), default=0, help_text=_("Messages after this number count as unread.")
    )
    read_changed_at = models.DateTimeField(_("last read"), null=True, blank=True)
    delivered_seq = models.PositiveBigIntegerField(_("received up to"), default=0)
    visible_from_seq = models.PositiveBigIntegerField(
        _("sees from"), default=1, help_text=_("Number of the first message that this person can see.")
    )
    muted_until = models.DateTimeField(_("muted until"), null=True, blank=True)
    pinned_at = models.DateTimeField(_("pinned"), null=True, blank=True)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    draft_text = models.TextField(_("draft"), blank=True, default="", db_default="")
    draft_reply_to = models.UUIDField(_("draft replies to"), null=True, blank=True)
    draft_changed_at = models.DateTimeField(_("draft changed"), null=True, blank=True)
    is_guarded = models.BooleanField(
        default=True,
        db_default=True,
        editable=False,
        help_text=_("Whether a block, a setting or a measure may forbid this person to send; then each send looks."),
    )
    silenced_until = models.DateTimeField(
        _("may write again"), null=True, blank=True, help_text=_("Set by who moderates the group.")
    )
    flood_until = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("The rate limit's theoretical arrival time (GCRA).")
    )
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    version = models.PositiveBigIntegerField(
        _("version"), default=0, help_text=_("Version of the group at the last change others can see.")
    )
    floor_version = models.PositiveBigIntegerField(
        default=0, help_text=_("Who knows the group only from before this version must load it anew.")
    )
    state_version = models.PositiveBigIntegerField(
        default=0, help_text=_("Counts the changes that only this person sees.")
    )
    created_at = models.DateTimeField(_("created"))
    changed_at = models.DateTimeField(_("changed"))

    objects = ChatGroupUserQuerySet.as_manager()

    locked_at: datetime  # the database's clock, set by ``lock``
    unread: int  # set by ``with_unread``
    unread_mentions: int  # likewise

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        indexes = (
            # The groups of one person: every list starts here.
            models.Index(fields=["user", "group"], name="chat_member_user_live", condition=Q(left_at__isnull=True)),
            # Who holds a role in a group: owners, heirs, staff.
            models.Index(fields=["group", "role"], name="chat_member_role", condition=Q(left_at__isnull=True)),
        )
        constraints = (
            models.UniqueConstraint(name="chat_member_once", fields=["group", "user"]),
            # Serves changes_since.
            models.UniqueConstraint(name="chat_member_version", fields=["group", "version"]),
            models.CheckConstraint(name="chat_member_role_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(name="chat_member_sees_from_1", condition=Q(visible_from_seq__gte=1)),
        )

    def __str__(self) -> str:
        return f"{self.user_id} ({self.get_role_display()})"
