"""Settings: the rows of one person's profiles become one. Of privacy the strictest counts, of the rest the newest."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from chat.choices import Audience, MuteDuration, Visibility
from chat.legacy.people.guarding import guard_peers_of
from chat.legacy.people.merging import Item, Kind, Made
from chat.legacy.rows import OldPerson, OldSettings
from chat.legacy.texts import json_cleaned
from chat.legacy.times import EPOCH, micros
from chat.legacy.words import Flag

AUDIENCES = ("who_can_message", "allow_calls_from", "allow_group_adds", "allow_channel_adds")
VISIBILITIES = ("last_seen_visibility", "profile_photo_visibility", "about_visibility", "groups_visibility")
SHARING = ("read_receipts", "online_status", "typing_indicators")
"""On by default; who is protected has them off."""
HIDING = ("block_screenshots", "disable_forwarding", "hide_phone_number", "hide_email")
"""Off by default; who is protected has them on."""
TELLING = ("message_notifications", "sound_alerts")
APPEARANCE_MAX_LENGTH = 4000
_CLOSED = frozenset({Audience.NONE, Visibility.NOBODY})
_FIELDS = (*AUDIENCES, *VISIBILITIES, *SHARING, *HIDING, *TELLING, "mute_duration", "mute_until", "appearance")


class Settings(Kind[OldSettings]):
    """Rows of settings, by person."""

    table = "chat_settings"
    model = "ChatSettings"

    def people_of(self, old: OldSettings) -> Sequence[OldPerson]:
        """Return whose they are."""
        return (old.person,)

    def key_of(self, item: Item[OldSettings]) -> str | None:
        """Return the person's key."""
        return None if item.users[0] is None else str(item.users[0])

    def existing(self, groups: Mapping[str, Sequence[Item[OldSettings]]]) -> dict[str, Any]:
        """Return the settings that these people have here."""
        users = [items[0].users[0] for items in groups.values()]
        return {str(row.user_id): row for row in self.fold.models.rows(self.model).filter(user__in=users)}

    def make(self, items: Sequence[Item[OldSettings]]) -> Made[OldSettings]:
        """Return one person's settings. A value that nobody knows is the strictest, and flagged."""
        newest = max(items, key=lambda item: (item.old.changed_at or EPOCH, item.age))
        for item in items:
            item.flags += [f"{Flag.TWO_STEP}:{item.users[0]}"] if item.old.two_step else []
        values = _privacy_of(items) | _newest_of(newest)
        times = [item.old.changed_at for item in items if item.old.changed_at is not None] or [EPOCH]
        row = self.fold.models.ChatSettings(
            user_id=items[0].users[0], created_at=min(times), changed_at=max(times), **values
        )
        return Made(row, newest, micros(max(times)))

    def is_made(self, found: Any, made: Made[OldSettings]) -> bool:  # noqa: ANN401 (a row of any registry)
        """Return whether the row that is there is the one that was just made: a person's own would be of now."""
        return bool(found.changed_at == made.row.changed_at)

    def change(self, found: Any, made: Made[OldSettings], version: int | None) -> bool:  # noqa: ANN401
        """Change what is there, unless the person changed it here."""
        if micros(found.changed_at) != version:
            return False
        values = {name: getattr(made.row, name) for name in (*_FIELDS, "changed_at")}
        self.fold.models.rows(self.model).filter(pk=found.pk).update(**values)
        self.added([made])
        return True

    def added(self, made: Sequence[Made[OldSettings]]) -> None:
        """Let who writes to these people be asked about again, where not everybody may."""
        guard_peers_of(self.fold, [each.row.user_id for each in made if each.row.who_can_message != Audience.EVERYONE])


def _privacy_of(items: Sequence[Item[OldSettings]]) -> dict[str, Any]:
    """Return the strictest of what the rows say."""
    values: dict[str, Any] = {}
    for name in AUDIENCES:
        values[name] = max((_audience(item, name, Audience.NONE) for item in items), key=_strictness)
    for name in VISIBILITIES:
        values[name] = max((_audience(item, name, Visibility.NOBODY) for item in items), key=_strictness)
    for name in SHARING:
        values[name] = all(item.old.values.get(name) in (True, None) for item in items)
    for name in HIDING:
        values[name] = any(item.old.values.get(name) for item in items)
    return values


def _audience(item: Item[OldSettings], name: str, closed: str) -> str:
    value = item.old.values.get(name)
    if value is None:
        return Audience.EVERYONE
    if value in (Audience.EVERYONE, Audience.CONNECTIONS):
        return str(value)
    if value not in _CLOSED:
        _flag(item, Flag.VALUE_UNKNOWN)
    return closed


def _strictness(value: str) -> int:
    return (Audience.EVERYONE, Audience.CONNECTIONS).index(Audience(value)) if value not in _CLOSED else 2


def _newest_of(item: Item[OldSettings]) -> dict[str, Any]:
    """Return what the newest row says of everything but privacy; the defaults where it says nothing."""
    said = item.old.values
    values: dict[str, Any] = {name: said.get(name) is not False for name in TELLING}
    muted = said.get("mute_duration")
    if muted is not None and muted not in MuteDuration.values:
        _flag(item, Flag.VALUE_UNKNOWN)
        muted = None
    values |= {"mute_duration": muted or MuteDuration.OFF, "mute_until": said.get("mute_until") if muted else None}
    looks = json_cleaned(said.get("appearance") or {})
    if len(json.dumps(looks)) > APPEARANCE_MAX_LENGTH:
        _flag(item, Flag.VALUE_CUT)
        looks = {}
    return values | {"appearance": looks}


def _flag(item: Item[OldSettings], flag: Flag) -> None:
    if flag not in item.flags:
        item.flags.append(flag)
