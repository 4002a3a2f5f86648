"""How somebody wants to be met, told and shown things."""

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.adapter import User
from chat.choices import Audience, MuteDuration
from chat.exceptions import InvalidInput
from chat.models import ChatSettings
from chat.services.cleaning import clean_choice, clean_text
from chat.services.guards import guard
from chat.services.people.locks import wishes_change
from chat.services.people.rules import peers_of
from chat.services.writing import atomic

APPEARANCE_MAX_LENGTH = 4000
"""Longest ``appearance``, as JSON."""
SETTABLE = tuple(
    field.name
    for field in ChatSettings._meta.concrete_fields
    if field.name not in {"id", "user", "mute_until", "created_at", "changed_at"}
)
_MUTED_FOR = {
    MuteDuration.HOUR: timedelta(hours=1),
    MuteDuration.HOURS: timedelta(hours=8),
    MuteDuration.DAY: timedelta(hours=24),
}
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*")


def settings_update(*, acting_user: User, **changes: Any) -> ChatSettings:
    """Change one's own settings, named as in SETTABLE; what is not named stays.

    Of ``appearance`` the keys that are named change, and those named with None go. From when this returns, whom
    ``who_can_message`` leaves out can start and send nothing, and whom ``allow_group_adds`` and ``allow_channel_adds``
    leave out adds them to nothing.

    Who may: everybody. Raises InvalidInput naming the setting. Locks the person's wishes, the settings, and the
    memberships of those who can be affected.
    """
    clean = {name: _cleaner(name)(value) for name, value in changes.items()}
    with atomic():
        wishes_change(acting_user.pk)
        row = _locked(acting_user)
        if "appearance" in clean:
            clean["appearance"] = _merged(row.appearance, clean["appearance"])
        if "mute_duration" in clean:
            lasts = _MUTED_FOR.get(clean["mute_duration"])
            clean["mute_until"] = timezone.now() + lasts if lasts else None
        for name, value in clean.items():
            setattr(row, name, value)
        row.changed_at = timezone.now()
        row.save(update_fields=[*clean, "changed_at"])
        if clean.get("who_can_message", Audience.EVERYONE) != Audience.EVERYONE:
            guard(peers_of(acting_user.pk).exclude(user=acting_user))
    return row


def _locked(acting_user: User) -> ChatSettings:
    """Return the person's row, made where there was none, locked until the transaction ends."""
    now = timezone.now()
    new = ChatSettings(user=acting_user, created_at=now, changed_at=now)
    ChatSettings.objects.bulk_create([new], ignore_conflicts=True)
    return ChatSettings.objects.select_for_update(no_key=True, of=("self",)).get(user=acting_user)


def _cleaner(name: str) -> Callable[[object], Any]:
    field = ChatSettings._meta.get_field(name) if name in SETTABLE else None
    if isinstance(field, models.BooleanField):
        return lambda value: _flag(value, name)
    if isinstance(field, models.CharField) and field.choices:
        return lambda value: clean_choice(value, [key for key, _label in field.flatchoices], field=name)
    if name == "language":
        return _language
    if name == "appearance":
        return _appearance
    raise InvalidInput(_("There is no such setting."), code="unknown_setting", field=name)


def _flag(value: object, field: str) -> bool:
    if not isinstance(value, bool):
        raise InvalidInput(_("This must be true or false."), code="invalid", field=field)
    return value


def _language(value: object) -> str:
    text = clean_text(value, field="language", max_length=16, allow_blank=True)
    if text and not _LANGUAGE.fullmatch(text):
        raise InvalidInput(_("This is not the code of a language."), code="invalid", field="language")
    return text


def _appearance(value: object) -> dict[str, Any]:
    """Return names with texts, numbers, truth values, or None."""
    if not isinstance(value, Mapping) or not all(_is_plain(each) for each in value.values()):
        raise InvalidInput(_("This must be an object of plain values."), code="invalid", field="appearance")
    for text in [*value, *(each for each in value.values() if isinstance(each, str))]:
        clean_text(text, field="appearance", max_length=APPEARANCE_MAX_LENGTH, allow_blank=True)
    return dict(value)


def _is_plain(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, bool | int | str)


def _merged(before: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = {name: value for name, value in {**before, **changes}.items() if value is not None}
    if len(json.dumps(merged)) > APPEARANCE_MAX_LENGTH:
        raise InvalidInput(_("These are too many settings."), code="too_many", field="appearance")
    return merged
