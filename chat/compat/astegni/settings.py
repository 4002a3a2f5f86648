"""The caller's settings, flat, as both front ends know them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from chat.compat.astegni.base import AstegniView
from chat.compat.astegni.parsing import flag_in
from chat.exceptions import InvalidInput
from chat.models import ChatSettings
from chat.serializers import Json, wire_time
from chat.services.people.relations import settings_of
from chat.services.people.settings import SETTABLE, settings_update

APPEARANCE: Mapping[str, Any] = {
    "bubble_style": "rounded",
    "font_size": "medium",
    "message_density": "comfortable",
    "enter_key": "send",
    "auto_download": "wifi",
    "image_quality": "compressed",
    "default_translation": "none",
    "auto_translate": False,
    "tts_voice": "default",
}
"""What the clients keep of looks, media and translation, and what they show until it is set."""
TRUEVOICE = "truevoice_"
"""What the names of some more of these begin with."""
_OWN = tuple(name for name in SETTABLE if name != "appearance")


class SettingsView(AstegniView):
    """``settings``."""

    def get(self, request: Request) -> Response:
        """Answer the caller's settings; other people's are nobody's business."""
        return Response({"settings": settings_json(settings_of(request.user.pk))})

    def put(self, request: Request) -> Response:
        """Change what is named and known; the rest of what the clients send along is not kept."""
        said = self.fields.get("settings", self.fields)
        if not isinstance(said, Mapping):
            raise InvalidInput(_("settings must be an object."), field="settings")
        row = settings_update(acting_user=request.user, **_changes(said))
        return Response({"success": True, "settings": settings_json(row)})


def settings_json(row: ChatSettings) -> Json:
    """Return settings."""
    own = {name: getattr(row, name) for name in _OWN}
    return own | {"mute_until": wire_time(row.mute_until)} | {**APPEARANCE, **row.appearance}


def _changes(said: Mapping[str, Any]) -> dict[str, Any]:
    changes = {name: _value(name, said[name]) for name in _OWN if said.get(name) is not None}
    looks = {name: value for name, value in said.items() if name in APPEARANCE or name.startswith(TRUEVOICE)}
    return changes | ({"appearance": looks} if looks else {})


def _value(name: str, value: object) -> object:
    switch = isinstance(getattr(ChatSettings(), name), bool)
    return flag_in(value, field=name) if switch else value
