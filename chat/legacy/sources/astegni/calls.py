"""Rows about calls. Their times have a zone of their own, as clients wrote some of them."""

from chat.choices import CallType
from chat.legacy.rows import OldCall
from chat.legacy.source import Source, Values
from chat.legacy.sources.astegni.values import people_in, person_of
from chat.legacy.words import Flag

_TYPES = {"voice": CallType.VOICE, "audio": CallType.VOICE, "video": CallType.VIDEO}


def call_of(source: Source, values: Values) -> OldCall:
    """Return one row about a call; one that has no start began when it was written."""
    zone = source.options.call_timezone
    started = source.time(values.get("started_at"), zone)
    flags = [] if started else [Flag.CALL_WITHOUT_START]
    kind = _TYPES.get(str(values.get("call_type")).lower())
    return OldCall(
        row=source.row("call_logs", values),
        conversation=str(values["conversation_id"]),
        caller=person_of(values, "caller_"),
        call_type=kind or CallType.VOICE,
        status=str(values.get("status") or ""),
        started_at=started or source.time(values.get("created_at")),
        answered_at=source.time(values.get("answered_at"), zone),
        ended_at=source.time(values.get("ended_at"), zone),
        duration=values.get("duration_seconds"),
        participants=list(people_in(source.json(values.get("participants")))),
        flags=[*flags, *([] if kind else [Flag.TYPE_UNKNOWN])],
    )
