"""What people bring to the moderators. Nobody else is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from chat.adapter import User, UserId, get_adapter
from chat.choices import AuditAction, ReportKind, ReportState
from chat.conf import chat_settings
from chat.exceptions import Conflict, InvalidInput, NotFound
from chat.models import ChatGroup, ChatGroupUser, ChatMessage, Report, ReportedMessage
from chat.roles import MessageType
from chat.services.cleaning import clean_choice, clean_text
from chat.services.safety.audit import audit_add
from chat.services.writing import atomic

REASON_MAX_LENGTH = 2000
DECISIONS = (ReportState.REVIEWED, ReportState.ACTION_TAKEN, ReportState.DISMISSED)


@dataclass(frozen=True, slots=True)
class Reported:
    """The outcome of reporting: the report, and whether it is new (False: one of the same was open)."""

    report: Report
    created: bool


def message_report(*, acting_user: User, message_id: UUID, kind: str, reason: str = "") -> Reported:
    """Report a message of somebody else. While that is open, the same again changes nothing.

    Who may: whoever sees the message, also as a tombstone, until its content is removed for good; suspended people,
    too. Raises InvalidInput (``kind``, ``reason``), NotFound, Conflict (``not_reportable``, ``message_gone``). Locks
    and publishes nothing.
    """
    kind, reason = _clean(kind, reason)
    message = ChatMessage.objects.visible_to(acting_user).filter(pk=message_id).first()
    if message is None:
        raise NotFound
    if message.message_type == MessageType.SYSTEM or message.sender_id in (acting_user.pk, None):
        raise Conflict(_("Only what other people said can be reported."), code="not_reportable")
    if message.purged_at is not None:
        raise Conflict(_("This message was deleted, or its time is over."), code="message_gone")
    known = Report.objects.filter(messages__reporter=acting_user, messages__message=message, messages__is_open=True)
    return _once(known, acting_user, message.sender_id, kind, reason, [message], group=message.group)


def user_report(
    *, acting_user: User, user_id: UserId, kind: str, reason: str = "", message_ids: Sequence[UUID] = ()
) -> Reported:
    """Report a person, with messages of theirs as evidence. While that is open, more evidence joins it.

    Who may: whoever may find the person or has been in a group with them, and sees the messages; suspended people, too.
    Raises InvalidInput (``kind``, ``reason``, ``message_ids``), NotFound, Conflict (``not_reportable``). Locks and
    publishes nothing.
    """
    kind, reason = _clean(kind, reason)
    if user_id == acting_user.pk:
        raise Conflict(_("Only what other people said can be reported."), code="not_reportable")
    if not _may_know(acting_user, user_id):
        raise NotFound
    messages = _evidence(acting_user, user_id, message_ids)
    known = Report.objects.filter(reporter=acting_user, reported=user_id, group__isnull=True, state=ReportState.PENDING)
    reported = _once(known, acting_user, user_id, kind, reason, messages)
    if not reported.created:
        _attach(reported.report, messages)
    return reported


def report_decide(*, acting_user: User, report: Report, state: str) -> Report:
    """Say what became of a report; the same again changes nothing.

    Who may: the site's moderators (the admin asks for the permission ``chat.change_report``). Raises InvalidInput
    (``state``). Locks the report. Written into the book of privileged acts. Publishes nothing.
    """
    state = clean_choice(state, [str(decision) for decision in DECISIONS], field="state")
    with atomic():
        report = Report.objects.select_for_update(no_key=True, of=("self",)).get(pk=report.pk)
        if report.state != state:
            details = {"from": report.state, "to": state}
            report.state, report.reviewed_by, report.reviewed_at = state, acting_user, Now()
            report.save(update_fields=["state", "reviewed_by", "reviewed_at"])
            report.messages.update(is_open=False)
            audit_add(acting_user=acting_user, action=AuditAction.REPORT_DECIDED, target=report, details=details)
    return report


def _clean(kind: object, reason: object) -> tuple[str, str]:
    kind = clean_choice(kind, ReportKind.values, field="kind")
    return kind, clean_text(reason, field="reason", max_length=REASON_MAX_LENGTH, allow_blank=True)


def _may_know(acting_user: User, user_id: UserId) -> bool:
    adapter = get_adapter()
    person = adapter.findable_by(acting_user).filter(pk=user_id).first()
    if person is not None and adapter.scope_of(person) == adapter.scope_of(acting_user):
        return True
    return ChatGroupUser.objects.visible_to(acting_user).filter(user=user_id).exists()


def _evidence(acting_user: User, user_id: UserId, message_ids: Sequence[UUID]) -> list[ChatMessage]:
    """Return the messages named, which the reported person sent and the reporter sees. Raises InvalidInput."""
    wanted = set(message_ids)
    if len(wanted) > chat_settings.REPORT_MESSAGES_MAX:
        raise InvalidInput(_("These are too many messages."), code="too_many", field="message_ids")
    seen = ChatMessage.objects.visible_to(acting_user).filter(pk__in=wanted, sender=user_id, purged_at__isnull=True)
    messages = list(seen) if wanted else []
    if len(messages) != len(wanted):
        raise InvalidInput(_("One of these is no message of this person."), code="unknown_message", field="message_ids")
    return messages


def _once(
    known: QuerySet[Report],
    reporter: User,
    reported_id: UserId,
    kind: str,
    reason: str,
    messages: Sequence[ChatMessage],
    group: ChatGroup | None = None,
) -> Reported:
    """Return the open report, else a new one; the database keeps one where several are made at once."""
    if (report := known.first()) is not None:
        return Reported(report, created=False)
    try:
        with atomic():
            report = Report.objects.create(
                scope=get_adapter().scope_of(reporter),
                group=group,
                reporter=reporter,
                reported_id=reported_id,
                kind=kind,
                reason=reason,
                created_at=Now(),
            )
            report.refresh_from_db(fields=["created_at"])
            ReportedMessage.objects.bulk_create(_row(report, message) for message in messages)
    except IntegrityError:
        report = known.first()
        if report is None:
            raise
        return Reported(report, created=False)
    return Reported(report, created=True)


def _attach(report: Report, messages: Sequence[ChatMessage]) -> None:
    ReportedMessage.objects.bulk_create((_row(report, message) for message in messages), ignore_conflicts=True)


def _row(report: Report, message: ChatMessage) -> ReportedMessage:
    # A message of a person's report is evidence: it may be in an open report of its own as well.
    is_open = report.group_id is not None
    return ReportedMessage(
        report=report, group_id=message.group_id, message=message, reporter_id=report.reporter_id, is_open=is_open
    )
