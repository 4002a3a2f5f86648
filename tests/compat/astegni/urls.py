"""A site that serves Astegni's front ends where they look for the chat."""

from django.urls import include, path

urlpatterns = [
    path("api/chat/", include("chat.compat.astegni.urls")),
    path("api/", include("chat.compat.astegni.call_log_urls")),
]
