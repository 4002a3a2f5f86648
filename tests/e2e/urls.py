"""The demo host with the built page of the hazo_chat client, on one origin as the client needs."""

from pathlib import Path

from django.urls import include, path
from django.views.static import serve

DIST = Path(__file__).parent / "client" / "dist"

urlpatterns = [
    path("hazo-client/<path:path>", serve, {"document_root": DIST}),
    path("", include("chatproject.urls")),
]
