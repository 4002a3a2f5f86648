"""Messages to come: somebody says now what is to be sent later."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chat.adapter import User, user_key
from chat.conf import chat_settings
from chat.exceptions import Conflict, NotFound
from chat.models import ChatGroupUser, ScheduledMessage
from chat.roles import ScheduleState
from chat.services.cleaning import clean_future
from chat.services.gifs import KnownGif, gif_known
from chat.services.messages import outgoing_of
from chat.services.reads import state_changed_publish
from chat.services.sending import Outgoing, outgoing_check
from chat.services.writing import GroupWrite, atomic, group_id_of, group_write, own_membership


def scheduled_create(*, acting_user: User, group_id: UUID, send_at: datetime, **content: Any) -> ScheduledMessage:
    """Keep a message that is to be sent at ``send_at``. ``content`` is what ``message_send`` takes.

    It is checked as for sending now, and again when it is sent.

    Who may: members who may send. Raises what ``message_send`` raises, InvalidInput (``send_at``: past, too far away,
    without a time zone) and Conflict (``too_many_scheduled``). Locks the group, then the membership. Publishes
    ``state.changed``.
    """
    content = _with_known_gif(content, acting_user)
    with group_write(group_id) as write:
        membership = write.membership_of(acting_user.pk)
        _require_room(membership)
        row = ScheduledMessage(group=write.group, user_id=acting_user.pk, created_at=write.now)
        _write(write, membership, row, acting_user, send_at, content)
    return row


def scheduled_update(
    *, acting_user: User, scheduled_id: UUID, send_at: datetime | None = None, **content: Any
) -> ScheduledMessage:
    """Change what is to be sent, or when; what is not named stays. One that failed waits again.

    Who may: who scheduled it. Raises what ``scheduled_create`` raises, and NotFound, also once it is sent. Locks the
    group, the membership, the scheduled message. Publishes ``state.changed``.
    """
    content = _with_known_gif(content, acting_user)
    with group_write(_group_id(acting_user, scheduled_id)) as write:
        membership = write.membership_of(acting_user.pk)
        row = _locked(membership, scheduled_id)
        _write(write, membership, row, acting_user, send_at or row.send_at, content_of(row) | content)
    return row


def scheduled_delete(*, acting_user: User, scheduled_id: UUID) -> None:
    """Give up a message to come.

    Who may: who scheduled it. Raises NotFound, also once it is sent. Locks the membership, then the scheduled message.
    Publishes ``state.changed``.
    """
    with atomic():
        membership = own_membership(_group_id(acting_user, scheduled_id), acting_user.pk)
        _locked(membership, scheduled_id).delete()
        scheduled_tell(membership)


def content_of(row: ScheduledMessage) -> dict[str, Any]:
    """Return what ``message_send`` takes of a scheduled message."""
    content: dict[str, Any] = dict(row.content)
    if content.get("reply_to_id"):
        content["reply_to_id"] = UUID(content["reply_to_id"])
    if content.get("attachment_ids"):
        content["attachment_ids"] = [UUID(upload_id) for upload_id in content["attachment_ids"]]
    if content.get("gif"):
        content["gif"] = KnownGif(content["gif"])
    if content.get("mention_ids"):
        content["mention_ids"] = [user_key(user_id, field="mention_ids") for user_id in content["mention_ids"]]
    return content


def scheduled_outgoing(row: ScheduledMessage, user: User) -> Outgoing:
    """Return what a scheduled message sends: its id makes that once. Raises InvalidInput. For services only."""
    return outgoing_of(user, client_id=row.pk, sent_at=row.send_at, **content_of(row))


def scheduled_tell(membership: ChatGroupUser) -> None:
    """Tell the person's devices that what they scheduled is different now. For services only."""
    membership.state_version += 1
    membership.save(update_fields=["state_version"])
    state_changed_publish(membership)


def _with_known_gif(content: dict[str, Any], user: User) -> dict[str, Any]:
    """Return the content with what the provider says of its GIF, asked here, where nothing waits for a lock."""
    return content | {"gif": gif_known(content["gif"], user=user)} if content.get("gif") else content


def _group_id(acting_user: User, scheduled_id: UUID) -> UUID:
    return group_id_of(ScheduledMessage.objects.visible_to(acting_user), scheduled_id)


def _locked(membership: ChatGroupUser, scheduled_id: UUID) -> ScheduledMessage:
    """Return the locked row. Raises NotFound: it was sent or given up meanwhile."""
    rows = ScheduledMessage.objects.of(membership).filter(pk=scheduled_id)
    row = rows.select_for_update(no_key=True, of=("self",)).first()
    if row is None:
        raise NotFound
    return row


def _require_room(membership: ChatGroupUser) -> None:
    if ScheduledMessage.objects.of(membership).count() >= chat_settings.SCHEDULED_MAX:
        raise Conflict(_("You have scheduled too many messages here."), code="too_many_scheduled")


def _write(
    write: GroupWrite,
    membership: ChatGroupUser,
    row: ScheduledMessage,
    user: User,
    send_at: datetime,
    content: dict[str, Any],
) -> None:
    furthest = timedelta(days=chat_settings.SCHEDULE_MAX_DAYS)
    row.send_at = clean_future(send_at, field="send_at", now=write.now, at_most=furthest)
    row.content = json.loads(json.dumps(content, default=str))
    outgoing_check(membership, scheduled_outgoing(row, user))
    row.state, row.error_code, row.changed_at = ScheduleState.WAITING, "", write.now
    row.save()
    scheduled_tell(membership)
