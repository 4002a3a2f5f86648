"""What an address or a body means, as far as the caller sees it."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from rest_framework.request import Request

from chat.adapter import User
from chat.choices import NumberKind
from chat.compat.astegni.parsing import id_of
from chat.exceptions import InvalidInput, NotFound
from chat.models import Call, ChatGroupUser, ChatMessage
from chat.models.message import MESSAGE_FIELDS
from chat.models.prepared import Row
from chat.services.people.relations import sharing


def find_membership(user: User, conversation: object) -> ChatGroupUser:
    """Return the caller's membership, with its group, of the conversation with this number. Raises NotFound."""
    group_id = id_of(NumberKind.CONVERSATION, conversation)
    rows = ChatGroupUser.objects.conversations_of(user).filter(group_id=group_id).select_related("group")
    membership = rows.first()
    if membership is None:
        raise NotFound
    return membership


@contextmanager
def only_if_found(find: Callable[[], object]) -> Iterator[None]:
    """Tell what is wrong with a request only to who sees what it names: numbers are easy to guess.

    ``find`` raises NotFound to all others. It is asked only where something is wrong.
    """
    try:
        yield
    except InvalidInput:
        find()
        raise


def find_message(request: Request, message: object, kind: NumberKind = NumberKind.MESSAGE) -> ChatMessage:
    """Return the message with this number, if the caller sees it and it is in no desk. Raises NotFound."""
    message_id = id_of(kind, message)
    rows = ChatMessage.objects.visible_to(request.user).filter(pk=message_id, group__desk_of__isnull=True)
    found = rows.first()
    if found is None:
        raise NotFound
    return found


def find_call(request: Request, call: object) -> Call:
    """Return the call with this number, if the caller sees it. Raises NotFound."""
    found = Call.objects.visible_to(request.user).filter(pk=id_of(NumberKind.CALL, call)).first()
    if found is None:
        raise NotFound
    return found


def find_seq(membership: ChatGroupUser, message: object) -> int:
    """Return the place in the conversation of the message with this number. Raises NotFound."""
    message_id = id_of(NumberKind.MESSAGE, message)
    seq = ChatMessage.objects.seen_by(membership).filter(pk=message_id).values_list("seq", flat=True).first()
    if seq is None:
        raise NotFound
    return seq


def read_by_others(membership: ChatGroupUser) -> int:
    """Return how far anybody else has read, of those who tell the member. At most two statements."""
    others = ChatGroupUser.objects.live().filter(group_id=membership.group_id).exclude(user=membership.user_id)
    read = dict(others.filter(read_seq__gt=0).values_list("user_id", "read_seq"))
    telling = sharing("read_receipts", membership.user_id, read.keys())
    return max((read[user_id] for user_id in telling), default=0)


def message_row(message: ChatMessage, names: Collection[str] = MESSAGE_FIELDS) -> Row:
    """Return a message as pages have it."""
    row: dict[str, Any] = {name: getattr(message, name) for name in names}
    return row
