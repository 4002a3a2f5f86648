"""Blocking people."""

from django.utils import timezone

from chat.adapter import User, UserId
from chat.models import Block
from chat.services.cleaning import clean_text
from chat.services.guards import guard
from chat.services.people.finding import other_find
from chat.services.people.locks import wishes_change
from chat.services.people.rules import peers_of
from chat.services.writing import atomic

REASON_MAX_LENGTH = 500


def block_add(*, acting_user: User, user_id: UserId, reason: str = "") -> Block:
    """Block a person; who is blocked already stays so, with the new reason. They are not told.

    From when this returns, neither sends, reacts or edits in the conversation of the two, starts one, calls, adds the
    other to a group or asks to be in contact, and neither sees when the other is there or has read. What was written
    stays.

    Who may: everybody, whom they may find or meet in a group. Raises InvalidInput (``user_id``, ``reason``). Locks the
    person's wishes, then the memberships of both in their conversation.
    """
    person = other_find(acting_user, user_id, field="user_id")
    reason = clean_text(reason, field="reason", max_length=REASON_MAX_LENGTH, allow_blank=True)
    with atomic():
        wishes_change(acting_user.pk)
        Block.objects.bulk_create(
            [Block(blocker=acting_user, blocked=person, reason=reason, created_at=timezone.now())],
            update_conflicts=True,
            unique_fields=["blocker", "blocked"],
            update_fields=["reason"],
        )
        guard(peers_of(acting_user.pk, person.pk))
        return Block.objects.visible_to(acting_user).get(blocked=person)


def block_remove(*, acting_user: User, user_id: UserId) -> None:
    """Block a person no more; who is not blocked stays so. What was refused meanwhile does not come after.

    Who may: everybody, for their own blocks.
    """
    Block.objects.visible_to(acting_user).filter(blocked_id=user_id).delete()
