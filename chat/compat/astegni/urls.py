"""The addresses, with or without a slash at the end: a redirect would lose the client's POST."""

from django.urls import URLPattern, re_path

from chat.compat.astegni import (
    absent,
    blocks,
    calls,
    contacts,
    conversations,
    files,
    messages,
    participants,
    polls,
    presence,
    reactions,
    search,
    settings,
    states,
)
from chat.compat.astegni.base import AstegniView

app_name = "astegni"

CONVERSATION = r"conversations/(?P<conversation>[^/]+)"
MESSAGE = r"messages/(?P<message>[^/]+)"
POLL = r"polls/(?P<poll>[^/]+)"
PERSON = r"(?P<person>[^/]+)"
PROFILE = r"(?P<person>[^/]+)/(?P<profile_type>[^/]+)"
FILE = r"files/(?P<file_id>[0-9a-fA-F-]{36})"


def at(address: str, view: type[AstegniView], name: str | None = None) -> URLPattern:
    """Return where a view answers."""
    return re_path(rf"^{address}/?$", view.as_view(), name=name)


urlpatterns = [
    at("conversations", conversations.ConversationsView),
    at("groups", conversations.GroupsView),
    at(CONVERSATION, conversations.ConversationView),
    at(f"{CONVERSATION}/participants", participants.ParticipantsView),
    at(f"{CONVERSATION}/participants/{PERSON}", participants.ParticipantView),
    at(f"{CONVERSATION}/participants/{PROFILE}", participants.ParticipantView),
    at(f"{CONVERSATION}/mute", states.MuteView),
    at(f"{CONVERSATION}/archive", states.ArchiveView),
    at(f"{CONVERSATION}/pin", states.PinConversationView),
    at(f"{CONVERSATION}/history", states.HistoryView),
    at(f"{CONVERSATION}/read", states.ReadView),
    at(f"{CONVERSATION}/read-status", presence.ReadStatusView),
    at(f"{CONVERSATION}/typing", presence.TypingView),
    at(f"{CONVERSATION}/typing-allowed", presence.TypingAllowedView),
    at(f"{CONVERSATION}/messages", messages.MessagesView),
    at("messages", messages.SendView),
    at(r"messages/(?P<conversation>[^/]+)", messages.MessageView),
    at(f"{MESSAGE}/reactions", reactions.ReactionsView),
    at(rf"{MESSAGE}/reactions/(?P<reaction>[^/]+)", reactions.ReactionView),
    at(f"{MESSAGE}/pin", messages.PinView),
    at(f"{MESSAGE}/forward", messages.ForwardView),
    at("uploads", files.UploadsView),
    at(FILE, files.FileView, "file"),
    at(f"{FILE}/preview", files.PreviewView, "file-preview"),
    at("search", search.SearchView),
    at("polls", polls.PollsView),
    at(r"polls/conversation/(?P<conversation>[^/]+)", polls.ConversationPollsView),
    at(POLL, polls.PollView),
    at(f"{POLL}/vote", polls.VoteView),
    at(f"{POLL}/close", polls.ClosePollView),
    at("calls", calls.CallsView),
    at(r"calls/(?P<call>[^/]+)", calls.CallView),
    at("call-logs", calls.CallLogsView),
    at(r"call-logs/(?P<number>[^/]+)", calls.CallLogView),
    at("block", blocks.BlockView),
    at(f"block/{PERSON}", blocks.UnblockView),
    at(f"block/{PROFILE}", blocks.UnblockView),
    at("blocked", blocks.BlockedView),
    at("settings", settings.SettingsView),
    at("contacts", contacts.ContactsView),
    at("connection-requests", contacts.ConnectionRequestsView),
    at(r"connection-requests/(?P<connection>[^/]+)/respond", contacts.RespondView),
    at("users/online-status", presence.StatusesView),
    at("users/status/update", presence.HeartbeatView),
    at(f"users/{PERSON}/status", presence.StatusView),
    at(f"users/{PROFILE}/status", presence.StatusView),
    at("sessions(/.*)?", absent.SessionsView),
    at("security(/.*)?", absent.TwoStepView),
    at("data", absent.DataView),
    re_path("", absent.UnknownView.as_view()),
]
