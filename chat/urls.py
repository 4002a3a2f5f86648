"""Every address of the API. A host mounts them where it likes: ``path("api/chat/", include("chat.urls"))``."""

from typing import Any

from django.urls import include, path

from chat.api.calls import CallViewSet
from chat.api.changes import ChangesViewSet, UnreadViewSet
from chat.api.connections import ConnectionViewSet, ContactViewSet
from chat.api.erasures import ErasureViewSet
from chat.api.exports import ExportFileViewSet, ExportViewSet
from chat.api.files import FileViewSet, UploadViewSet
from chat.api.forwards import ForwardViewSet
from chat.api.gifs import GifViewSet
from chat.api.groups import GroupViewSet
from chat.api.invitations import InvitationViewSet, LinkViewSet
from chat.api.joins import JoinViewSet
from chat.api.members import MemberViewSet
from chat.api.message_lists import ReceiptViewSet, RevisionViewSet
from chat.api.messages import HistoryViewSet, MessageViewSet
from chat.api.people import PeopleViewSet
from chat.api.pins import PinViewSet
from chat.api.polls import PollViewSet
from chat.api.presence import PresenceViewSet
from chat.api.privacy import BlockViewSet, SettingsViewSet
from chat.api.reactions import ReactionViewSet
from chat.api.root import RootViewSet
from chat.api.safety.held import HeldViewSet
from chat.api.safety.measures import BanViewSet, SilenceViewSet
from chat.api.safety.reports import ReportViewSet
from chat.api.scheduled import ScheduledViewSet
from chat.api.search import SearchViewSet
from chat.api.shared import SharedViewSet
from chat.api.states import StateViewSet
from chat.api.support.urls import support_urls
from chat.api.typing import TypingViewSet

app_name = "chat"

_change_and_delete: dict[str, Any] = {"patch": "partial_update", "delete": "destroy"}

# Ids are text here: the views answer 404 in the API's own shape where one cannot be an id. What clients ask all
# day comes first, as Django tries one after the other.
urlpatterns = [
    path(
        "groups/<group_id>/messages/",
        HistoryViewSet.as_view({"get": "history", "post": "create"}),
        name="messages",
    ),
    path("groups/<group_id>/read/", StateViewSet.as_view({"post": "read"}), name="read"),
    path("groups/<group_id>/changes/", ChangesViewSet.as_view({"get": "changes"}), name="changes"),
    path("sync/", ChangesViewSet.as_view({"post": "sync"}), name="sync"),
    path("unread/", UnreadViewSet.as_view({"get": "counts"}), name="unread"),
    path("", RootViewSet.as_view({"get": "links"}), name="api-root"),
    path("groups/", GroupViewSet.as_view({"get": "list", "post": "create"}), name="groups"),
    path("groups/<group_id>/", GroupViewSet.as_view({"get": "retrieve"} | _change_and_delete), name="group"),
    path(
        "groups/<group_id>/members/",
        MemberViewSet.as_view({"get": "list", "post": "create"}),
        name="members",
    ),
    path("groups/<group_id>/members/<user_id>/", MemberViewSet.as_view(_change_and_delete), name="member"),
    path(
        "groups/<group_id>/members/<user_id>/silence/",
        SilenceViewSet.as_view({"put": "update", "delete": "destroy"}),
        name="silence",
    ),
    path("groups/<group_id>/held/", HeldViewSet.as_view({"get": "list"}), name="held"),
    path("held/<held_id>/", HeldViewSet.as_view({"delete": "destroy"}), name="held-message"),
    path("groups/<group_id>/bans/", BanViewSet.as_view({"get": "list", "post": "create"}), name="bans"),
    path("groups/<group_id>/bans/<user_id>/", BanViewSet.as_view({"delete": "destroy"}), name="ban"),
    path("messages/<message_id>/report/", ReportViewSet.as_view({"post": "message"}), name="report-message"),
    path("users/<user_id>/report/", ReportViewSet.as_view({"post": "person"}), name="report-user"),
    path("groups/<group_id>/add/", MemberViewSet.as_view({"post": "several"}), name="add"),
    path("groups/<group_id>/leave/", MemberViewSet.as_view({"post": "leave"}), name="leave"),
    path("groups/<group_id>/transfer/", MemberViewSet.as_view({"post": "transfer"}), name="transfer"),
    path(
        "groups/<group_id>/scheduled/",
        ScheduledViewSet.as_view({"get": "list", "post": "create"}),
        name="scheduled",
    ),
    path(
        "scheduled/<scheduled_id>/",
        ScheduledViewSet.as_view({"get": "retrieve"} | _change_and_delete),
        name="scheduled-message",
    ),
    path(
        "groups/<group_id>/state/",
        StateViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="state",
    ),
    path("groups/<group_id>/history/", StateViewSet.as_view({"delete": "clear"}), name="history"),
    path(
        "messages/<message_id>/",
        MessageViewSet.as_view({"get": "retrieve"} | _change_and_delete),
        name="message",
    ),
    path("groups/<group_id>/typing/", TypingViewSet.as_view({"get": "retrieve", "post": "create"}), name="typing"),
    path("groups/<group_id>/draft/", StateViewSet.as_view({"put": "draft", "delete": "drop_draft"}), name="draft"),
    path("groups/<group_id>/pins/", PinViewSet.as_view({"get": "list"}), name="pins"),
    path("messages/<message_id>/pin/", PinViewSet.as_view({"put": "update", "delete": "destroy"}), name="pin"),
    path("messages/<message_id>/forward/", ForwardViewSet.as_view({"post": "forward"}), name="forward"),
    path("messages/<message_id>/receipts/", ReceiptViewSet.as_view({"get": "list"}), name="receipts"),
    path("messages/<message_id>/revisions/", RevisionViewSet.as_view({"get": "list"}), name="revisions"),
    path("messages/<message_id>/restore/", MessageViewSet.as_view({"post": "restore"}), name="restore"),
    path("messages/<message_id>/reactions/", ReactionViewSet.as_view({"get": "list"}), name="reactions"),
    path(
        "messages/<message_id>/reactions/<emoji>/",
        ReactionViewSet.as_view({"put": "update", "delete": "destroy"}),
        name="reaction",
    ),
    path("messages/<message_id>/vote/", PollViewSet.as_view({"put": "vote", "delete": "withdraw"}), name="vote"),
    path("messages/<message_id>/votes/", PollViewSet.as_view({"get": "list"}), name="votes"),
    path("messages/<message_id>/close/", PollViewSet.as_view({"post": "close"}), name="close"),
    path("gifs/", GifViewSet.as_view({"get": "find"}), name="gifs"),
    path("groups/<group_id>/shared/", SharedViewSet.as_view({"get": "list"}), name="shared"),
    path("search/", SearchViewSet.as_view({"get": "search"}), name="search"),
    path("uploads/", UploadViewSet.as_view({"post": "create"}), name="uploads"),
    path(
        "uploads/<upload_id>/",
        UploadViewSet.as_view({"get": "retrieve", "delete": "destroy"}),
        name="upload",
    ),
    path("files/<file_id>/", FileViewSet.as_view({"get": "content"}), name="file"),
    path("files/<file_id>/preview/", FileViewSet.as_view({"get": "preview"}), name="file-preview"),
    path(
        "groups/<group_id>/invitations/",
        InvitationViewSet.as_view({"get": "list", "post": "create"}),
        name="invitations",
    ),
    path(
        "groups/<group_id>/invitations/<invitation_id>/",
        InvitationViewSet.as_view({"delete": "destroy"}),
        name="invitation",
    ),
    path(
        "invitations/<invitation_token>/",
        LinkViewSet.as_view({"get": "retrieve", "post": "join"}),
        name="invitation-link",
    ),
    path("groups/<group_id>/joins/", JoinViewSet.as_view({"get": "waiting"}), name="group-joins"),
    path("joins/", JoinViewSet.as_view({"get": "list"}), name="joins"),
    path("joins/<join_id>/", JoinViewSet.as_view({"get": "retrieve", "patch": "partial_update"}), name="join"),
    path("groups/<group_id>/calls/", CallViewSet.as_view({"post": "create"}), name="group-calls"),
    path("calls/", CallViewSet.as_view({"get": "list"}), name="calls"),
    path("calls/<call_id>/", CallViewSet.as_view({"get": "retrieve", "patch": "partial_update"}), name="call"),
    path("exports/", ExportViewSet.as_view({"get": "list", "post": "create"}), name="exports"),
    path("exports/<export_id>/", ExportViewSet.as_view({"get": "retrieve"}), name="export"),
    path("exports/<export_id>/file/", ExportFileViewSet.as_view({"get": "content"}), name="export-file"),
    path("erasures/", ErasureViewSet.as_view({"get": "list", "post": "create"}), name="erasures"),
    path(
        "erasures/<erasure_id>/",
        ErasureViewSet.as_view({"get": "retrieve", "delete": "destroy"}),
        name="erasure",
    ),
    path("support/", include(support_urls)),
    path("users/", PeopleViewSet.as_view({"get": "list"}), name="users"),
    path("users/<user_id>/status/", PresenceViewSet.as_view({"get": "status"}), name="user-status"),
    path("presence/", PresenceViewSet.as_view({"get": "several", "post": "beat"}), name="presence"),
    path("contacts/", ContactViewSet.as_view({"get": "list"}), name="contacts"),
    path("connections/", ConnectionViewSet.as_view({"get": "list", "post": "create"}), name="connections"),
    path("connections/<connection_id>/", ConnectionViewSet.as_view({"delete": "destroy"}), name="connection"),
    path("connections/<connection_id>/accept/", ConnectionViewSet.as_view({"post": "accept"}), name="accept"),
    path("connections/<connection_id>/reject/", ConnectionViewSet.as_view({"post": "reject"}), name="reject"),
    path("blocks/", BlockViewSet.as_view({"get": "list"}), name="blocks"),
    path("blocks/<user_id>/", BlockViewSet.as_view({"put": "update", "delete": "destroy"}), name="block"),
    path("settings/", SettingsViewSet.as_view({"get": "retrieve", "patch": "partial_update"}), name="settings"),
]
