"""What becomes of held messages: their sender withdraws them, or a moderator decides."""

from uuid import UUID

from django.utils.dateparse import parse_datetime

from chat.adapter import User, user_key
from chat.choices import AuditAction
from chat.exceptions import NotFound
from chat.models import ChatGroupUser, HeldMessage
from chat.services.safety.audit import audit_add
from chat.services.safety.holding import held_tell
from chat.services.scheduled_sending import author_of
from chat.services.sending import Outgoing, reviewed_send
from chat.services.writing import atomic, group_id_of, group_write, own_membership


def held_withdraw(*, acting_user: User, held_id: UUID) -> None:
    """Give up a message that waits for a moderator.

    Who may: its sender. Raises NotFound, also once it is decided. Locks the membership, then the held message.
    Publishes ``state.changed``.
    """
    group_id = group_id_of(HeldMessage.objects.visible_to(acting_user), held_id)
    with atomic():
        membership = own_membership(group_id, acting_user.pk)
        held = _locked(membership, held_id)
        if held is None:
            raise NotFound
        held.delete()
        held_tell(membership)


def held_approve(*, acting_user: User, held: HeldMessage) -> bool:
    """Send a held message under its ``client_id``; return False where it was decided or withdrawn already.

    It is checked again as any send, but for haste, and counts as said now.

    Who may: the site's moderators (the admin asks for the permission ``chat.change_heldmessage``). Raises what
    ``outgoing_send`` raises for its sender, and NotAllowed (``account_inactive``); then it goes on waiting. Locks the
    group, the sender's membership, the held message. Written into the book of privileged acts. Publishes
    ``message.created``.
    """
    with group_write(held.group_id) as write:
        membership = write.member(held.user_id)
        row = _locked(membership, held.pk)
        if row is None:
            return False
        author = author_of(row.user_id)
        reviewed_send(acting_user=author, group_id=row.group_id, outgoing=_outgoing(row), review=None)
        _decided(acting_user, AuditAction.MESSAGE_APPROVED, row)
    return True


def held_reject(*, acting_user: User, held: HeldMessage) -> bool:
    """Drop a held message; return False where it was decided or withdrawn already.

    Who may: the site's moderators (the admin asks for the permission ``chat.change_heldmessage``). Raises nothing.
    Locks the sender's membership, then the held message. Written into the book of privileged acts. Publishes
    ``state.changed``.
    """
    try:
        with atomic():
            membership = own_membership(held.group_id, held.user_id)
            row = _locked(membership, held.pk)
            if row is None:
                return False
            held_tell(membership)
            _decided(acting_user, AuditAction.MESSAGE_REJECTED, row)
    except NotFound:  # its sender left, and it went with them
        return False
    return True


def _locked(membership: ChatGroupUser, held_id: UUID) -> HeldMessage | None:
    rows = HeldMessage.objects.of(membership).filter(pk=held_id)
    return rows.select_for_update(no_key=True, of=("self",)).first()


def _decided(acting_user: User, action: AuditAction, row: HeldMessage) -> None:
    audit_add(acting_user=acting_user, action=action, target=row, details={"user": str(row.user_id)})
    row.delete()


def _outgoing(row: HeldMessage) -> Outgoing:
    content = dict(row.content)
    for name in ("reply_to_id", "files_of_id", "forwarded_from_id"):
        content[name] = content[name] and UUID(content[name])
    content["attachment_ids"] = tuple(UUID(upload_id) for upload_id in content["attachment_ids"])
    content["mention_ids"] = [user_key(user_id, field="mention_ids") for user_id in content["mention_ids"]]
    content["sent_at"] = content["sent_at"] and parse_datetime(content["sent_at"])
    return Outgoing(**content, client_id=row.client_id)
