"""Every address of the API. A host mounts them where it likes: ``path("api/chat/", include("chat.urls"))``."""

from typing import Any

from django.urls import path

from chat.api.changes import ChangesViewSet, UnreadViewSet
from chat.api.groups import GroupViewSet
from chat.api.members import MemberViewSet
from chat.api.messages import HistoryViewSet, MessageViewSet
from chat.api.people import PeopleViewSet
from chat.api.root import RootViewSet
from chat.api.states import StateViewSet

app_name = "chat"

_change_and_delete: dict[str, Any] = {"patch": "partial_update", "delete": "destroy"}

# Ids are text here: the views answer 404 in the API's own shape where one cannot be an id.
urlpatterns = [
    path("", RootViewSet.as_view({"get": "links"}), name="api-root"),
    path("groups/", GroupViewSet.as_view({"get": "list", "post": "create"}), name="groups"),
    path("groups/<group_id>/", GroupViewSet.as_view({"get": "retrieve"} | _change_and_delete), name="group"),
    path(
        "groups/<group_id>/members/",
        MemberViewSet.as_view({"get": "list", "post": "create"}),
        name="members",
    ),
    path("groups/<group_id>/members/<user_id>/", MemberViewSet.as_view(_change_and_delete), name="member"),
    path("groups/<group_id>/leave/", MemberViewSet.as_view({"post": "leave"}), name="leave"),
    path("groups/<group_id>/transfer/", MemberViewSet.as_view({"post": "transfer"}), name="transfer"),
    path(
        "groups/<group_id>/messages/",
        HistoryViewSet.as_view({"get": "history", "post": "create"}),
        name="messages",
    ),
    path("groups/<group_id>/read/", StateViewSet.as_view({"post": "read"}), name="read"),
    path(
        "groups/<group_id>/state/",
        StateViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="state",
    ),
    path("groups/<group_id>/history/", StateViewSet.as_view({"delete": "clear"}), name="history"),
    path("groups/<group_id>/changes/", ChangesViewSet.as_view({"get": "changes"}), name="changes"),
    path(
        "messages/<message_id>/",
        MessageViewSet.as_view({"get": "retrieve", "delete": "destroy"}),
        name="message",
    ),
    path("messages/<message_id>/restore/", MessageViewSet.as_view({"post": "restore"}), name="restore"),
    path("sync/", ChangesViewSet.as_view({"post": "sync"}), name="sync"),
    path("unread/", UnreadViewSet.as_view({"get": "counts"}), name="unread"),
    path("users/", PeopleViewSet.as_view({"get": "list"}), name="users"),
]
