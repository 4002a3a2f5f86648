"""Reports: of a person, with the messages of theirs that were folded."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from chat.adapter import UserId
from chat.choices import Outcome, ReportKind, ReportState
from chat.legacy.context import Fold
from chat.legacy.ledger import Known
from chat.legacy.people.batches import write_in_batches
from chat.legacy.rows import OldReport
from chat.legacy.texts import cleaned
from chat.legacy.times import EPOCH, micros
from chat.legacy.words import Flag, Reason

_TABLE = "chat_privacy_reports"


@dataclass(slots=True)
class _Read:
    """An old report with who its people are, and which of its messages are here."""

    old: OldReport
    reporter: UserId | None
    reported: UserId | None
    reviewer: UserId | None
    messages: list[tuple[UUID, UUID]]
    """Of each its id and its group's."""
    flags: list[str] = field(default_factory=list)

    @property
    def state(self) -> str:
        """Where it stands; what nobody knows waits."""
        return self.old.state if self.old.state in ReportState.values else ReportState.PENDING

    @property
    def pair(self) -> tuple[UserId, UserId] | None:
        """Who reports whom, of whom only one report may wait; None where it does not, or somebody is unknown."""
        if self.state != ReportState.PENDING or None in (self.reporter, self.reported):
            return None
        return self.reporter, self.reported


def fold_reports(fold: Fold) -> None:
    """Fold the reports, in the order in which they came.

    One whose reporter is unknown is kept; one that names no known person and no message that was folded is quarantined.
    Of several that wait, by one person of another, the first is kept and the others are merged into it.
    """
    clock = _Clock()
    write_in_batches(fold, _TABLE, fold.source.reports(), lambda reports: _write(fold, reports, clock))


class _Clock:
    """Repairs times: what has none is as old as the row before it."""

    def __init__(self) -> None:
        self._last = EPOCH

    def of(self, time: datetime | None) -> datetime:
        self._last = time or self._last
        return self._last


def _write(fold: Fold, reports: Sequence[OldReport], clock: _Clock) -> None:
    known = fold.ledger.known(_TABLE, [old.row.old_id for old in reports])
    times = {old.row.old_id: clock.of(old.created_at) for old in reports}
    news = [old for old in reports if old.row.old_id not in known]
    changed = [
        old for old in reports if old.row.old_id in known and known[old.row.old_id].fingerprint != old.row.fingerprint
    ]
    _apply(fold, changed, known)
    _complete(fold, [old for old in reports if _is_lacking(old, known)], known)
    read = [each for each in _read(fold, news) if not _is_refused(fold, each)]
    _add(fold, read, times)


def _is_lacking(old: OldReport, known: Mapping[str, Known]) -> bool:
    """Return whether an earlier run had not folded every message that the report names."""
    return old.row.old_id in known and Flag.MESSAGE_MISSING in known[old.row.old_id].flags


def _complete(fold: Fold, reports: Sequence[OldReport], known: Mapping[str, Known]) -> None:
    """Add the messages that were folded since to reports that a fold made."""
    lacking = list(_read(fold, reports))
    there = {each.old.row.old_id: UUID(known[each.old.row.old_id].new_id) for each in lacking}
    living = set(fold.models.rows("Report").filter(pk__in=there.values()).values_list("pk", flat=True))
    folded = _folded(fold, living)
    _attach(fold, [(pk, each) for each in lacking if (pk := there[each.old.row.old_id]) in folded])
    for each in lacking:
        entry = known[each.old.row.old_id]
        if Flag.MESSAGE_MISSING not in each.flags:
            flags = [flag for flag in entry.flags if flag != Flag.MESSAGE_MISSING]
            fold.ledger.update(entry.pk, flags=flags)


def _add(fold: Fold, reports: Sequence[_Read], times: Mapping[str, datetime]) -> None:
    """Add reports; what waits here already takes those of the same two people, with their messages if it was folded."""
    waiting = _waiting(fold, reports)
    folded = _folded(fold, waiting.values())
    scopes = fold.people.scopes_of({each.reported or each.reporter for each in reports} - {None})
    attached = []
    for each in reports:
        there = waiting.get(each.pair) if each.pair else None
        if there is None:
            there = _row(fold, each, times[each.old.row.old_id], scopes).pk
            fold.ledger.kept(each.old.row, "Report", str(there), flags=each.flags)
            folded.add(there)
            if each.pair:
                waiting[each.pair] = there
        else:
            reason = Reason.SAME_REPORT if there in folded else Reason.NATIVE_ROW
            fold.ledger.merged(each.old.row, "Report", str(there), reason, each.flags)
        if there in folded:
            attached.append((there, each))
    _attach(fold, attached)


def _read(fold: Fold, reports: Sequence[OldReport]) -> Iterator[_Read]:
    fold.people.find(person for old in reports for person in (old.reporter, old.reported, old.reviewed_by))
    found = fold.ledger.found("chat_messages", {message for old in reports for message in old.messages})
    ids = [UUID(entry.new_id) for entry in found.values()]
    groups = dict(fold.models.rows("ChatMessage").filter(pk__in=ids).values_list("pk", "group_id"))
    for old in reports:
        reporter, reported, reviewer = map(fold.people.of, (old.reporter, old.reported, old.reviewed_by))
        wanted = [UUID(found[message].new_id) for message in old.messages if message in found]
        messages = [(pk, groups[pk]) for pk in wanted if pk in groups]
        each = _Read(old, reporter.user, reported.user, reviewer.user, messages)
        flags = (known.flag for known in (reporter, reported, reviewer))
        each.flags += dict.fromkeys(flag for flag in flags if flag is not None)
        if None in (each.reporter, each.reported):
            each.flags.append(Flag.PERSON_UNKNOWN)
        if len(each.messages) < len(set(old.messages)):
            each.flags.append(Flag.MESSAGE_MISSING)
        if old.kind not in ReportKind.values or each.state != old.state:
            each.flags.append(Flag.VALUE_UNKNOWN)
        yield each


def _is_refused(fold: Fold, each: _Read) -> bool:
    """Return whether nobody could decide the report, and account for it then."""
    if each.reported is not None or each.messages:
        return False
    fold.ledger.quarantined(each.old.row, Reason.PERSON_UNKNOWN, each.flags)
    return True


def _waiting(fold: Fold, reports: Iterable[_Read]) -> dict[tuple[UserId, UserId], UUID]:
    """Return the reports that wait here already, by who reports whom."""
    pairs = {each.pair for each in reports if each.pair}
    rows = fold.models.rows("Report").filter(
        reporter__in={pair[0] for pair in pairs},
        reported__in={pair[1] for pair in pairs},
        state=ReportState.PENDING,
        group__isnull=True,
    )
    return {(reporter, reported): pk for pk, reporter, reported in rows.values_list("pk", "reporter", "reported")}


def _folded(fold: Fold, reports: Iterable[UUID]) -> set[UUID]:
    """Return those of the reports that are here which a fold made."""
    ids = [str(pk) for pk in reports]
    rows = fold.ledger.rows().filter(table=_TABLE, outcome=Outcome.KEPT, new_id__in=ids)
    return {UUID(pk) for pk in rows.values_list("new_id", flat=True)}


def _row(fold: Fold, each: _Read, time: datetime, scopes: Mapping[UserId, str]) -> Any:  # noqa: ANN401 (any registry's)
    """Save and return the new row."""
    old, is_open = each.old, each.state == ReportState.PENDING
    if old.created_at is None:
        each.flags.append(Flag.TIME_UNREADABLE)
    row = fold.models.Report(
        id=fold.ids.uuid_of(_TABLE, old.row.old_id, micros(time)),
        scope=scopes.get(each.reported or each.reporter, ""),
        reporter_id=each.reporter,
        reported_id=each.reported,
        kind=old.kind if old.kind in ReportKind.values else ReportKind.OTHER,
        reason=cleaned(old.reason),
        state=each.state,
        reviewed_by_id=None if is_open else each.reviewer,
        reviewed_at=None if is_open else old.reviewed_at,
        created_at=time,
    )
    row.save(force_insert=True, using=fold.models.database)
    return row


def _attach(fold: Fold, made: Sequence[tuple[UUID, _Read]]) -> None:
    """Add the messages to their reports, each once."""
    reported = fold.models.ReportedMessage
    rows = [
        reported(report_id=report, group_id=group, message_id=message, reporter_id=each.reporter, is_open=False)
        for report, each in made
        for message, group in each.messages
    ]
    fold.models.rows("ReportedMessage").bulk_create(rows, batch_size=500, ignore_conflicts=True)


def _apply(fold: Fold, reports: Sequence[OldReport], known: dict[str, Known]) -> None:
    """Let reports of an earlier run that still wait here be decided as in the old application."""
    for each in _read(fold, reports):
        entry = known[each.old.row.old_id]
        waiting = fold.models.rows("Report").filter(pk=entry.new_id, state=ReportState.PENDING)
        decided = {"state": each.state, "reviewed_by_id": each.reviewer, "reviewed_at": each.old.reviewed_at}
        is_applied = entry.outcome == "kept" and each.state != ReportState.PENDING and waiting.update(**decided)
        note = Flag.CHANGED_LATER if is_applied else Flag.NEW_APP_WINS
        flags = list(dict.fromkeys([*entry.flags, note]))
        fold.ledger.update(entry.pk, fingerprint=each.old.row.fingerprint, flags=flags)
