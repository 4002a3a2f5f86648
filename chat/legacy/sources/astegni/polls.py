"""Polls with their options and votes.

These tables were never described anywhere: each thing is looked for under the names that such columns usually have.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from chat.legacy.rows import OldOption, OldPerson, OldPoll, OldVote
from chat.legacy.source import Source, Values
from chat.legacy.sources.astegni.values import flag_of, id_of, person_of, text_of

_OVER = frozenset({"closed", "ended", "finished", "inactive"})


def polls(source: Source) -> Iterator[OldPoll]:
    """Yield the polls by number, each with its options and votes: three streams in one order, read side by side."""
    options, votes = _Following(source, "poll_options"), _Following(source, "poll_votes")
    for values in source.read("polls"):
        yield _poll_of(source, values, options.of(values["id"]), votes.of(values["id"]))


class _Following:
    """The rows of a table that belong to polls, handed out poll by poll."""

    def __init__(self, source: Source, table: str) -> None:
        rows = source.read(table, order=("poll_id", "id"))
        self._groups = groupby(rows, key=itemgetter("poll_id"))
        self._waiting = next(self._groups, None)

    def of(self, poll: int) -> list[Values]:
        """Return the rows of a poll; ask in the order of polls."""
        found: list[Values] = []
        while self._waiting is not None and self._waiting[0] <= poll:
            if self._waiting[0] == poll:
                found = list(self._waiting[1])
            self._waiting = next(self._groups, None)
        return found


def _poll_of(source: Source, values: Values, options: Sequence[Values], votes: Sequence[Values]) -> OldPoll:
    shown = _options_of(source, values, options)
    places = [option.old_id for option in shown]
    return OldPoll(
        row=source.row("polls", values),
        conversation=str(values["conversation_id"]),
        message=id_of(values, "message_id", "chat_message_id"),
        creator=_creator_of(values),
        question=text_of(values, "question") or text_of(values, "title") or "",
        created_at=source.time(values.get("created_at")),
        options=shown,
        votes=[_vote_of(source, vote, places) for vote in votes],
        multiple=any(flag_of(values, name) for name in ("multiple_choice", "is_multiple_choice", "allow_multiple")),
        anonymous=any(flag_of(values, name) for name in ("anonymous", "is_anonymous")),
        closed_at=_closed_at(source, values),
    )


def _options_of(source: Source, values: Values, rows: Sequence[Values]) -> list[OldOption]:
    """Return the options in the order in which they were shown: their rows, else a list in the poll itself."""
    if rows:
        place = next((name for name in ("position", "option_order", "order_index") if name in rows[0]), "id")
        ordered = sorted(rows, key=lambda row: (row[place] is None, row[place] or 0, row["id"]))
        return [
            OldOption(
                row=source.row("poll_options", row),
                old_id=str(row["id"]),
                text=text_of(row, "option_text") or text_of(row, "text") or "",
            )
            for row in ordered
        ]
    listed = source.json(values.get("options"))
    texts = [each.get("text") if isinstance(each, dict) else each for each in listed or () if each is not None]
    return [OldOption(row=None, old_id=str(place), text=str(text)) for place, text in enumerate(texts)]


def _vote_of(source: Source, values: Values, places: Sequence[str]) -> OldVote:
    index = values.get("option_index")
    by_index = places[index] if isinstance(index, int) and 0 <= index < len(places) else ""
    times = (source.time(values.get(name)) for name in ("created_at", "voted_at"))
    return OldVote(
        row=source.row("poll_votes", values),
        option=id_of(values, "option_id", "poll_option_id") or by_index,
        person=_voter_of(values),
        created_at=next(filter(None, times), None),
    )


def _creator_of(values: Values) -> OldPerson:
    for prefix in ("created_by_", "creator_"):
        person = person_of(values, prefix)
        if person != OldPerson():
            return person
    return OldPerson(values.get("created_by"))


def _voter_of(values: Values) -> OldPerson:
    person = person_of(values)
    return person if person != OldPerson() else person_of(values, "voter_")


def _closed_at(source: Source, values: Values) -> datetime | None:
    times = (source.time(values.get(name)) for name in ("closed_at", "ended_at"))
    closed = next(filter(None, times), None)
    over = flag_of(values, "is_closed") or values.get("status") in _OVER
    known = any(name in values for name in ("is_closed", "status"))
    if known and not over:
        return None
    fallback = source.time(values.get("updated_at")) or source.time(values.get("created_at"))
    return closed or (fallback if over else None)
