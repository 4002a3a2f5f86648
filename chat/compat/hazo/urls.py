"""The addresses, with or without a slash at the end: a redirect would lose the client's POST."""

from django.urls import re_path

from chat.compat.hazo import files, views

app_name = "hazo"

urlpatterns = [
    re_path(r"^hazo_chat/messages/?$", views.MessagesView.as_view(), name="messages"),
    re_path(r"^hazo_chat/messages/(?P<message_id>[^/]+)/?$", views.MessageView.as_view(), name="message"),
    re_path(r"^hazo_chat/messages/(?P<message_id>[^/]+)/read/?$", views.ReadView.as_view(), name="read"),
    re_path(r"^hazo_chat/uploads/?$", files.UploadsView.as_view(), name="uploads"),
    re_path(r"^hazo_chat/files/(?P<file_id>[^/]+)/?$", files.FileView.as_view(), name="file"),
    re_path(r"^hazo_chat/unread_count/?$", views.UnreadCountView.as_view(), name="unread-count"),
    re_path(r"^hazo_chat/", views.UnknownView.as_view()),
    re_path(r"^hazo_auth/me/?$", views.MeView.as_view(), name="me"),
    re_path(r"^hazo_auth/profiles/?$", views.ProfilesView.as_view(), name="profiles"),
]
