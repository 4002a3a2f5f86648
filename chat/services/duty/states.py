"""What one person made of one group for themselves."""

from uuid import UUID

from chat import events
from chat.adapter import UserId
from chat.models import ChatGroupUser, MessageHidden, ReadMark, SupportRequest
from chat.services.states import state_save
from chat.services.writing import GroupWrite, group_write

NO_DRAFT = {"draft_text": "", "draft_reply_to": None, "draft_changed_at": None}


def state_erase(group_id: UUID, user_id: UserId) -> None:
    """Forget a person's draft, times of reading and, as a client, words about the service. For services only.

    What they hid stays hidden while they are a member, or it would come back to them.
    """
    with group_write(group_id, even_deleted=True) as write:
        seats = ChatGroupUser.objects.filter(group_id=group_id, user=user_id)
        membership = seats.select_for_update(no_key=True, of=("self",)).get()
        state_save(membership, dict(NO_DRAFT))
        ReadMark.objects.filter(group_id=group_id, user=user_id).delete()
        if membership.left_at is not None:
            MessageHidden.objects.filter(group_id=group_id, user=user_id).delete()
        if write.group.client_user_id == user_id:
            _forget_rating(write)


def _forget_rating(write: GroupWrite) -> None:
    if SupportRequest.objects.filter(group=write.group).exclude(rating_text="").update(rating_text=""):
        version = write.next_version()
        events.publish(events.GroupUpdated(group_id=write.group.pk, version=version, actor_id=None))
