"""What the members of a group shared with each other, newest first: by kind, so that each has an index of its own."""

import re
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from chat.models.attachment import Attachment
from chat.models.membership import ChatGroupUser
from chat.models.message import MESSAGE_FIELDS, ChatMessage, ChatMessageQuerySet
from chat.roles import FileKind

_LINK = re.compile(r"https?://[^\s<>\"]{1,2000}", re.IGNORECASE)
_CLOSING = ".,;:!?'\u2019\u201d\u00bb\u3002\uff0c\u3001\u1362"


def shared_files(membership: ChatGroupUser, kinds: tuple[FileKind, ...]) -> QuerySet[Attachment]:
    """Return the files of these kinds (MEDIA, or one) that the member sees, with their messages."""
    # Indexes: chat_attachment_media, chat_attachment_shared.
    seen = ChatMessage.objects.seen_by(membership).showing(Now()).filter(pk=OuterRef("message"))
    of_kind = Q(kind__in=[str(kind) for kind in kinds]) if len(kinds) > 1 else Q(kind=kinds[0])
    rows = Attachment.objects.kept().filter(
        of_kind, Exists(seen), group=membership.group_id, message__isnull=False, seq__gte=membership.visible_from_seq
    )
    return rows.select_related("message")


def shared_links(membership: ChatGroupUser) -> QuerySet[Any]:
    """Return the messages that the member sees with what may be an address, as rows of MESSAGE_FIELDS."""
    # Index: chat_message_links.
    return _rows(_seen(membership).filter(message_text__contains="://"))


def shared_references(membership: ChatGroupUser) -> QuerySet[Any]:
    """Return the messages that the member sees with references, or about one, as rows of MESSAGE_FIELDS."""
    # Index: chat_message_refs.
    return _rows(_seen(membership).filter(Q(reference_list__isnull=False) | ~Q(reference_id="")))


def links_in(text: str) -> list[str]:
    """Return the addresses of the web in ``text``, each once, without what ends the sentence around them."""
    return list(dict.fromkeys(filter(None, map(_trimmed, _LINK.findall(text)))))


def _trimmed(link: str) -> str:
    """Return the address without closing marks, and without a bracket that it does not open."""
    while link[-1] in _CLOSING or link.count(link[-1]) > link.count(_OPENS.get(link[-1], link[-1])):
        link = link[:-1]
    return link if link.partition("://")[2] else ""


def _seen(membership: ChatGroupUser) -> ChatMessageQuerySet:
    return ChatMessage.objects.seen_by(membership).showing(Now())


def _rows(messages: ChatMessageQuerySet) -> QuerySet[Any]:
    rows: QuerySet[Any] = messages.values(*MESSAGE_FIELDS)
    return rows


_OPENS = {")": "(", "]": "[", "}": "{"}
