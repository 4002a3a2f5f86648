"""The groups of one person, as a list shows them: rows of dicts, names as for ``values()``."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from chat.adapter import UserId
from chat.models.group import ChatGroup
from chat.models.membership import ChatGroupUser, ChatGroupUserQuerySet
from chat.models.message import MESSAGE_FIELDS
from chat.models.prepared import Param, Prepared, Row

LISTED_FIELDS = (
    *(field.attname for field in ChatGroupUser._meta.concrete_fields),
    *(f"group__{field.attname}" for field in ChatGroup._meta.concrete_fields),
    *(f"last__{name}" for name in MESSAGE_FIELDS),
    "unread",
    "unread_mentions",
    "last_hidden",
    "pinned",
    "active_at",
    "other_user_id",
)
# Pinned first, then the latest activity.
LISTED_ORDER = ("-pinned", "-active_at", "-group_id")


def listed(memberships: ChatGroupUserQuerySet) -> QuerySet[Any, Row]:
    """Return rows of LISTED_FIELDS, in LISTED_ORDER."""
    rows: QuerySet[Any, Row] = memberships.with_listing().order_by(*LISTED_ORDER).values(*LISTED_FIELDS)
    return rows


def listed_first(user_id: UserId, limit: int) -> list[Row]:
    """Return the first rows of the list as it opens: unarchived, no filter. One prepared statement."""
    return _FIRST.rows(ChatGroupUser, limit, user_id=user_id)


def _first(limit: int) -> QuerySet[Any, Row]:
    user = Param("user_id", get_user_model()._meta.pk)
    return listed(ChatGroupUser.objects.conversations_of(user).unarchived())[:limit]


_FIRST = Prepared(LISTED_FIELDS, _first)
