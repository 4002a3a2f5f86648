"""The usual chat's addresses."""

from django.urls import path

from benchmarks.usual.views import MessageViewSet

urlpatterns = [
    path("api/rooms/<uuid:room_id>/messages/", MessageViewSet.as_view({"get": "list", "post": "create"})),
]
