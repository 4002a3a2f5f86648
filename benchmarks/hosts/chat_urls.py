"""The addresses of a project with chat."""

from django.urls import include, path

urlpatterns = [
    path("api/chat/", include("chat.urls")),
    path("api/", include("chat.compat.hazo.urls")),
]
