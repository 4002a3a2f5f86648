"""What the system says in a conversation, as a sentence in the reader's language and with the names of now."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from chat.adapter import UserId, get_adapter, user_key
from chat.choices import CallState, CallType
from chat.roles import HistoryVisibility, Posting, Role, SystemKind

_CALLS = {CallType.VOICE: gettext_lazy("Voice call"), CallType.VIDEO: gettext_lazy("Video call")}
Said = Mapping[str, Any]
"""What a message's metadata has under ``system``."""

_UNITS = (
    (86400, ngettext_lazy("%d day", "%d days")),
    (3600, ngettext_lazy("%d hour", "%d hours")),
    (60, ngettext_lazy("%d minute", "%d minutes")),
    (1, ngettext_lazy("%d second", "%d seconds")),
)
_SENTENCES: Mapping[tuple[str, str | None] | str, Any] = {
    SystemKind.MEMBER_ADDED: gettext_lazy("%(actor)s added %(user)s."),
    SystemKind.MEMBER_JOINED: gettext_lazy("%(user)s joined by invitation."),
    SystemKind.MEMBER_REMOVED: gettext_lazy("%(actor)s removed %(user)s."),
    SystemKind.MEMBER_LEFT: gettext_lazy("%(user)s left."),
    SystemKind.MEMBER_GONE: gettext_lazy("A member's account was deleted."),
    SystemKind.ROLE_CHANGED: gettext_lazy("%(actor)s gave %(user)s the role %(value)s."),
    SystemKind.OWNERSHIP_TRANSFERRED: gettext_lazy("%(actor)s handed the conversation over to %(user)s."),
    SystemKind.OWNERSHIP_INHERITED: gettext_lazy("%(user)s owns the conversation now."),
    SystemKind.NAME_CHANGED: gettext_lazy("%(actor)s named the conversation “%(value)s”."),
    (SystemKind.NAME_CHANGED, None): gettext_lazy("%(actor)s took the conversation's name away."),
    SystemKind.DESCRIPTION_CHANGED: gettext_lazy("%(actor)s changed the description."),
    (SystemKind.POSTING_CHANGED, Posting.EVERYONE): gettext_lazy("%(actor)s lets everybody write."),
    (SystemKind.POSTING_CHANGED, Posting.ADMINS): gettext_lazy("%(actor)s lets only owner and admins write."),
    (SystemKind.HISTORY_VISIBILITY_CHANGED, HistoryVisibility.START): gettext_lazy(
        "%(actor)s lets new members see everything from the start."
    ),
    (SystemKind.HISTORY_VISIBILITY_CHANGED, HistoryVisibility.JOINED): gettext_lazy(
        "%(actor)s lets new members see what is written from when they join."
    ),
    SystemKind.LIFETIME_CHANGED: gettext_lazy("%(actor)s lets messages disappear after %(value)s."),
    (SystemKind.LIFETIME_CHANGED, None): gettext_lazy("%(actor)s lets messages stay."),
    SystemKind.MEMBER_SILENCED: gettext_lazy("%(actor)s silenced %(user)s for a time."),
    SystemKind.MEMBER_UNSILENCED: gettext_lazy("%(actor)s lets %(user)s write again."),
    SystemKind.SLOW_MODE_CHANGED: gettext_lazy("%(actor)s lets everybody write once in %(value)s."),
    (SystemKind.SLOW_MODE_CHANGED, None): gettext_lazy("%(actor)s turned slow mode off."),
    SystemKind.MESSAGE_PINNED: gettext_lazy("%(actor)s pinned a message."),
    (SystemKind.CALL, CallState.INITIATED): gettext_lazy("%(value)s from %(actor)s."),
    (SystemKind.CALL, CallState.RINGING): gettext_lazy("%(value)s from %(actor)s: it rings."),
    (SystemKind.CALL, CallState.ANSWERED): gettext_lazy("%(value)s from %(actor)s: it goes on."),
    (SystemKind.CALL, CallState.MISSED): gettext_lazy("%(value)s from %(actor)s: missed."),
    (SystemKind.CALL, CallState.DECLINED): gettext_lazy("%(value)s from %(actor)s: declined."),
    (SystemKind.CALL, CallState.CANCELLED): gettext_lazy("%(value)s from %(actor)s: cancelled."),
    (SystemKind.CALL, CallState.NO_ANSWER): gettext_lazy("%(value)s from %(actor)s: no answer."),
    (SystemKind.CALL, CallState.ENDED): gettext_lazy("%(value)s from %(actor)s: ended."),
    (SystemKind.CALL, CallState.FAILED): gettext_lazy("%(value)s from %(actor)s: failed."),
    SystemKind.REQUEST_ASSIGNED: gettext_lazy("%(user)s takes care of this request now."),
    SystemKind.REQUEST_RESOLVED: gettext_lazy("%(actor)s marked this request as resolved."),
    SystemKind.REQUEST_REOPENED: gettext_lazy("%(actor)s reopened this request."),
    SystemKind.DESK_AWAY: gettext_lazy("%(value)s"),
}


def call_said(
    *, call_id: object, caller_id: UserId | None, call_type: str, state: str, times: Mapping[str, datetime | None]
) -> dict[str, Any]:
    """Return what the message that shows a call keeps of it. ``times``: started_at, answered_at, ended_at."""
    shown = {"id": str(call_id), "call_type": str(call_type), "state": str(state)}
    shown |= {name: None if at is None else at.isoformat() for name, at in times.items()}  # type: ignore[misc]
    actor = {"actor_user_id": None if caller_id is None else str(caller_id), "user_id": None}
    return {"system": {"kind": str(SystemKind.CALL), **actor, "value": str(state), "call": shown}}


def people_named(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the names of those of whom the system speaks in ``rows`` (with ``metadata``), by id.

    At most one statement.
    """
    ids = ids_named(rows)
    profiles = get_adapter().profiles(ids) if ids else {}
    return {str(key): profile.name for key, profile in profiles.items()}


def ids_named(rows: Iterable[Mapping[str, Any]]) -> set[UserId]:
    """Return those of whom the system speaks in ``rows`` (with ``metadata``)."""
    said = [row["metadata"]["system"] for row in rows if row["metadata"] and "system" in row["metadata"]]
    ids = {one[name] for one in said for name in ("actor_user_id", "user_id") if one[name] is not None}
    return {user_key(text, field="user_id") for text in ids}


def sentence(said: Said, names: Mapping[str, str]) -> str:
    """Return what the system said, in the language that is active. ``names`` are those of ``people_named``."""
    kind, value = said["kind"], said["value"]
    form = _SENTENCES.get((kind, value)) or _SENTENCES[kind]
    return str(form) % {
        "actor": names.get(said["actor_user_id"], _("Somebody")),
        "user": names.get(said["user_id"], _("somebody")),
        "value": _CALLS[said["call"]["call_type"]] if kind == SystemKind.CALL else _value(kind, value),
    }


def _value(kind: str, value: str | None) -> str:
    if kind == SystemKind.ROLE_CHANGED and value is not None:
        return str(Role(value).label)
    if kind in (SystemKind.LIFETIME_CHANGED, SystemKind.SLOW_MODE_CHANGED) and value is not None:
        return _duration(int(value))
    return value or ""


def _duration(seconds: int) -> str:
    size, form = next((size, form) for size, form in _UNITS if seconds % size == 0)
    return str(form % (seconds // size))
