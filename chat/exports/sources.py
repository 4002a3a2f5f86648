"""Which messages and files are one person's to have: what they see, and what they wrote elsewhere."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from chat.adapter import UserId
from chat.models import Attachment, ChatGroupUser, ChatMessage, MessageHidden
from chat.models.attachment import AttachmentQuerySet
from chat.models.message import MESSAGE_FIELDS, ChatMessageQuerySet
from chat.models.prepared import Row
from chat.roles import ScanState

PAGE = 200


def in_pages(rows: QuerySet[Any, Any], name: str, value: Callable[[Any], object]) -> Iterator[list[Any]]:
    """Yield ``rows`` by ``name``, which is unique among them, some at a time: poolers know no cursors of a server."""
    ordered = rows.order_by(name)
    page = list(ordered[:PAGE])
    while page:
        yield page
        page = list(ordered.filter(**{f"{name}__gt": value(page[-1])})[:PAGE])


@dataclass(frozen=True, slots=True)
class Source:
    """Messages of one group, and where they go in the archive."""

    membership: ChatGroupUser
    messages: ChatMessageQuerySet

    def pages(self) -> Iterator[list[Row]]:
        """Yield the messages as rows of MESSAGE_FIELDS, oldest first, some at a time."""
        return in_pages(self.messages.values(*MESSAGE_FIELDS), "seq", itemgetter("seq"))

    def files(self) -> AttachmentQuerySet:
        """Return the files of those messages that have anything to show, as far as a scanner found them clean."""
        shown = self.messages.showing(Now()).filter(pk=OuterRef("message"))
        files = Attachment.objects.kept().filter(group_id=self.membership.group_id, scan_state=ScanState.CLEAN)
        return files.filter(Exists(shown))


def conversations(user_id: UserId) -> Iterator[Source]:
    """Yield what a person sees of each conversation that they are in."""
    for membership in ChatGroupUser.objects.conversations_of(user_id).select_related("group").order_by("group_id"):
        yield Source(membership, ChatMessage.objects.seen_by(membership))


def written_elsewhere(user_id: UserId) -> Iterator[Source]:
    """Yield what a person wrote and does not see in ``conversations``: in groups that they left, or that are deleted.

    Their own notes at desks as well, and what they cleared or hid. Nothing that was deleted, or whose time is over.
    """
    for membership in ChatGroupUser.objects.filter(user=user_id).select_related("group").order_by("group_id"):
        own = ChatMessage.objects.filter(group_id=membership.group_id, sender=user_id, counts=True).showing(Now())
        if _is_conversation(membership):
            hidden = MessageHidden.objects.of_message_for(user_id)
            own = own.filter(Q(seq__lt=membership.visible_from_seq) | Q(hidden))
        yield Source(membership, own)


def _is_conversation(membership: ChatGroupUser) -> bool:
    group = membership.group
    return membership.left_at is None and group.deleted_at is None and group.desk_of_id is None
