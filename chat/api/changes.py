"""What changed since a client last asked."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api import examples
from chat.api.base import ChatViewSet
from chat.api.conditional import conditional
from chat.api.inputs import ChangesQuery, Sync
from chat.api.pagination import cursor_read, cursor_write
from chat.api.schema import GROUP, operation
from chat.api.shapes import ChangesShape, SyncShape, UnreadShape
from chat.conf import chat_settings
from chat.models import ChatGroupUser, changes_since, sync_since
from chat.serializers import changes_json, synced_json

GAINED_ORDER = "gained group_id"


class ChangesViewSet(ChatViewSet):
    """Changes, in one group and in all."""

    for_visitors = frozenset({"changes", "sync"})
    inputs = {"sync": Sync}
    scopes = {"sync": "sync"}

    @operation(
        "Read what changed in a group",
        parameters=(GROUP, ChangesQuery),
        answers={200: (ChangesShape, examples.CHANGES)},
        errors=(400, 404),
        conditional=True,
    )
    def changes(self, request: Request, group_id: str) -> HttpResponse:
        """Answer what changed since the versions that the client knows."""
        membership, query = self.membership, self.read_query(ChangesQuery)
        known, limit = (query["since"], query["state_since"]), query["limit"]
        versions = (membership.group.version, membership.state_version)
        return conditional(
            request,
            versions,
            lambda: changes_json(changes_since(membership, known, limit=limit)),
            # What people show, or hide, has no version: an answer with people in it is made anew each time.
            tagged=lambda body: not body["members"],
        )

    @operation(
        "Read what changed in all my groups",
        request=Sync,
        body={"groups": {examples.GROUP_ID: [46, 12], examples.OTHER_GROUP_ID: [5, 3]}},
        answers={200: (SyncShape, examples.SYNCED)},
    )
    def sync(self, request: Request) -> Response:
        """Answer what changed, and which groups were gained and lost."""
        body, limit = self.read_input(), chat_settings.PAGE_SIZE_MAX
        after = _gained_after(body.get("gained_cursor"))
        synced = sync_since(request.user, body["groups"], limit=limit, gained_limit=limit, gained_after=after)
        gained_next = synced.gained_next and cursor_write([str(synced.gained_next)], order=GAINED_ORDER)
        has_more = gained_next is not None or any(changes.has_more for changes in synced.changed)
        return Response(synced_json(synced, request.user, has_more=has_more) | {"gained_next": gained_next})


def _gained_after(cursor: str | None) -> UUID | None:
    return UUID(cursor_read(cursor, order=GAINED_ORDER, field="gained_cursor")[0]) if cursor else None


class UnreadViewSet(ChatViewSet):
    """Unread messages."""

    for_visitors = frozenset({"counts"})

    @operation("Count unread messages by group, most first", answers={200: (UnreadShape, examples.UNREAD)})
    def counts(self, request: Request) -> Response:
        """Answer the counts; groups without any are left out."""
        rows: Any = ChatGroupUser.objects.conversations_of(request.user).with_unread()
        found = rows.values_list("group_id", "unread", "unread_mentions")
        groups = [
            {"chat_group_id": str(group_id), "count": count, "mention_count": mentions}
            for group_id, count, mentions in found
            if count > 0
        ]
        groups.sort(key=lambda group: (-group["count"], group["chat_group_id"]))
        total, mention_total = (sum(group[name] for group in groups) for name in ("count", "mention_count"))
        return Response({"groups": groups, "total": total, "mention_total": mention_total})
