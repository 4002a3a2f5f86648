"""Votes: what a poll's message keeps of it, and who chose what."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Max

from chat.adapter import UserId
from chat.legacy.context import Fold
from chat.legacy.ledger import Known
from chat.legacy.rows import OldPerson, OldPoll, OldVote, Row
from chat.legacy.targets import Placed, Target
from chat.legacy.texts import cleaned
from chat.legacy.times import micros
from chat.legacy.words import Flag, Reason
from chat.roles import MessageType

COLUMNS = ("group_id", "message_id", "user_id", "option", "created_at")


@dataclass(slots=True)
class Counted:
    """The votes of one poll: those that count, by person and number of the option, and why others do not."""

    votes: list[tuple[OldVote, UserId, int]] = field(default_factory=list)
    same: list[OldVote] = field(default_factory=list)
    refused: list[tuple[OldVote, Reason]] = field(default_factory=list)


class PollWriter:
    """Adds the votes of polls, and accounts for polls, options and votes."""

    def __init__(self, fold: Fold) -> None:
        self._fold = fold
        self._rows = fold.writer.table("PollVote", COLUMNS)

    def write(self, poll: OldPoll, placed: Placed, message_id: str, flags: Iterable[str] = ()) -> dict[str, Any]:
        """Add the votes of a poll; return what its new message keeps of it, which stands where ``placed`` says."""
        counted = self._counted(poll)
        self._known(poll)  # what an earlier run quarantined without it is said anew
        self._add(counted, placed.target.group.id, message_id, placed.created_at)
        self._account_poll(poll, message_id, placed.version, flags, {})
        self._account(counted, message_id, placed.target.seats, {})
        return _kept(poll, counted)

    def renew(self, poll: OldPoll, *, message_id: str, target: Target, deleted: bool = False) -> int | None:
        """Count anew what changed in a poll of an earlier run, unless people voted or closed it here since.

        Return the version that its message got by that. ``deleted``: its message goes now, and it with that.
        """
        known, counted = self._known(poll), self._counted(poll)
        refused = {vote.row for vote, _ in counted.refused}
        if all(row in refused or _is_told(row, known) for row in rows_of(poll)):
            return None
        message = self._fold.models.rows("ChatMessage").get(pk=message_id)
        # What says by which version the fold left the message: of the poll, and of the message that shows it.
        marks = self._fold.ledger.rows().filter(new_model="ChatMessage", new_id=message_id)
        marks = marks.filter(folded_version__isnull=False)
        folded_version = marks.aggregate(newest=Max("folded_version"))["newest"]
        if message.deleted_at is not None and poll.row.old_id not in known[poll.row.table]:
            for row in rows_of(poll):
                self._fold.ledger.reported(row, Reason.MESSAGE_DELETED)
            return None
        if folded_version != message.version or message.deleted_at is not None or not message.counts:
            self._leave(poll, message_id, known)
            return None
        if deleted:
            self._drop(poll, known)
            return None
        version = target.group.next_version()
        self._renew(poll, counted, message, target, version)
        marks.update(folded_version=version)
        self._account_poll(poll, message_id, version, (), known)
        self._account(counted, message_id, target.seats, known)
        for row in rows_of(poll):
            if row.old_id in known[row.table] and not _is_told(row, known):
                self._fold.ledger.update(known[row.table][row.old_id].pk, fingerprint=row.fingerprint)
        return version

    def _drop(self, poll: OldPoll, known: Mapping[str, Mapping[str, Known]]) -> None:
        """Say of what came since that it was on a message that is deleted; what was there before goes with that."""
        for row in rows_of(poll):
            if row.old_id not in known[row.table]:
                self._fold.ledger.reported(row, Reason.MESSAGE_DELETED)

    def _renew(self, poll: OldPoll, counted: Counted, message: Any, target: Target, version: int) -> None:  # noqa: ANN401
        """Write the votes anew, and what the message keeps of them."""
        self._fold.models.rows("PollVote").filter(message=message.pk).delete()
        self._add(counted, target.group.id, str(message.pk), message.created_at)
        changes = {"message_type": MessageType.POLL, "message_text": cleaned(poll.question), "version": version}
        metadata = {**(message.metadata or {}), "poll": _kept(poll, counted)}
        self._fold.models.rows("ChatMessage").filter(pk=message.pk).update(metadata=metadata, **changes)

    def _account_poll(
        self,
        poll: OldPoll,
        message_id: str,
        version: int | None,
        flags: Iterable[str],
        known: Mapping[str, Mapping[str, Known]],
    ) -> None:
        """Say what became of a poll and its options, as far as they were not there before."""
        ledger = self._fold.ledger
        if poll.row.old_id not in known.get(poll.row.table, {}):
            ledger.kept(poll.row, "ChatMessage", message_id, version, list(flags))
        for option in poll.options:
            if option.row is not None and option.row.old_id not in known.get(option.row.table, {}):
                ledger.merged(option.row, "ChatMessage", message_id, Reason.PART_OF_POLL)

    def _counted(self, poll: OldPoll) -> Counted:
        """Return the votes that count: of each person the latest, or where several may be chosen the first for each."""
        numbers = {option.old_id: number for number, option in enumerate(poll.options, start=1)}
        counted, seen = Counted(), set[object]()
        for vote in sorted(poll.votes, key=_age, reverse=not poll.multiple):
            user = self._fold.people.of(vote.person).user
            if user is None:
                counted.refused.append((vote, Reason.PERSON_UNKNOWN))
            elif vote.option not in numbers:
                counted.refused.append((vote, Reason.PARENT_MISSING))
            elif (key := (user, vote.option) if poll.multiple else user) in seen:
                counted.same.append(vote)
            else:
                seen.add(key)
                counted.votes.append((vote, user, numbers[vote.option]))
        return counted

    def _add(self, counted: Counted, group_id: str, message_id: str, at: datetime) -> None:
        self._rows.extend(
            (group_id, message_id, user, number, vote.created_at or at) for vote, user, number in counted.votes
        )

    def _account(
        self, counted: Counted, message_id: str, members: Collection[UserId], known: Mapping[str, Mapping[str, Known]]
    ) -> None:
        """Say what became of votes; of those that were there before, only what is another now."""
        ledger = self._fold.ledger
        for vote, user, _ in counted.votes:
            flag = self._fold.people.of(vote.person).flag
            flags = [*([flag] if flag else []), *([] if user in members else [Flag.REACTOR_NO_MEMBER])]
            entry = known.get(vote.row.table, {}).get(vote.row.old_id)
            if entry is None:
                ledger.kept(vote.row, "PollVote", message_id, flags=flags)
            elif entry.outcome != "kept":
                ledger.update(entry.pk, outcome="kept", reason="", flags=flags)
        for vote in counted.same:
            entry = known.get(vote.row.table, {}).get(vote.row.old_id)
            if entry is None:
                ledger.merged(vote.row, "PollVote", message_id, Reason.SAME_VOTE)
            elif entry.outcome != "merged":
                ledger.update(entry.pk, outcome="merged", reason=Reason.SAME_VOTE)
        for vote, reason in counted.refused:
            ledger.quarantined(vote.row, reason)

    def _leave(self, poll: OldPoll, message_id: str, known: Mapping[str, Mapping[str, Known]]) -> None:
        """Say of what came or changed since that it came too late; what became nothing before stays that."""
        told = self._told(poll)
        for row in rows_of(poll):
            entry = known[row.table].get(row.old_id)
            if (row.table, row.old_id) not in told:
                self._fold.ledger.merged(row, "ChatMessage", message_id, Reason.NATIVE_ROW, [Flag.NEW_APP_WINS])
            elif entry is not None and entry.fingerprint != row.fingerprint:
                flags = list(dict.fromkeys([*entry.flags, Flag.NEW_APP_WINS]))
                self._fold.ledger.update(entry.pk, fingerprint=row.fingerprint, flags=flags)

    def _told(self, poll: OldPoll) -> set[tuple[str, str]]:
        found = self._fold.ledger.rows().filter(old_id__in=[row.old_id for row in rows_of(poll)])
        tables = {row.table for row in rows_of(poll)}
        return set(found.filter(table__in=tables).values_list("table", "old_id"))

    def _known(self, poll: OldPoll) -> dict[str, dict[str, Known]]:
        by_table: dict[str, list[str]] = {}
        for row in rows_of(poll):
            by_table.setdefault(row.table, []).append(row.old_id)
        return {table: self._fold.ledger.known(table, old_ids) for table, old_ids in by_table.items()}


def people_in(poll: OldPoll) -> Iterator[OldPerson]:
    """Yield whom a poll names."""
    yield poll.creator
    yield from (vote.person for vote in poll.votes)


def rows_of(poll: OldPoll) -> Iterator[Row]:
    """Yield the rows of a poll with its options and votes."""
    yield poll.row
    yield from (option.row for option in poll.options if option.row is not None)
    yield from (vote.row for vote in poll.votes)


def _kept(poll: OldPoll, counted: Counted) -> dict[str, Any]:
    """Return what the message keeps of its poll, as a native one does."""
    chosen = [number for _, _, number in counted.votes]
    return {
        "options": [
            {"id": number, "text": cleaned(option.text), "votes": chosen.count(number)}
            for number, option in enumerate(poll.options, start=1)
        ],
        "multiple": poll.multiple,
        "anonymous": poll.anonymous,
        "closed_at": poll.closed_at.isoformat() if poll.closed_at else None,
        "voters": len({user for _, user, _ in counted.votes}),
    }


def _is_told(row: Row, known: Mapping[str, Mapping[str, Known]]) -> bool:
    """Return whether an earlier run knew the row as it is."""
    entry = known[row.table].get(row.old_id)
    return entry is not None and entry.fingerprint == row.fingerprint


def _age(vote: OldVote) -> tuple[int, int, str]:
    at = micros(vote.created_at) if vote.created_at else 0
    return at, len(vote.row.old_id), vote.row.old_id
