"""Adding several people to a group at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chat.adapter import User, UserId
from chat.exceptions import ChatError, InvalidInput, NotAllowed, NotFound
from chat.models import ChatGroupUser
from chat.services.members import member_add

ADDED_AT_ONCE_MAX = 100


@dataclass(slots=True)
class Additions:
    """What became of each person: a member now, or why not."""

    added: list[ChatGroupUser] = field(default_factory=list)
    rejected: dict[UserId, ChatError] = field(default_factory=dict)


def members_add(*, acting_user: User, group_id: UUID, user_ids: Sequence[UserId], role: str) -> Additions:
    """Add several people. Each stands for themselves: one who cannot be added keeps the others from nothing.

    Who may, and what is published: as for ``member_add``; so is what is raised where it is not for one of them alone.
    Adds in a transaction of each person.
    """
    wanted = list(dict.fromkeys(user_ids))
    if len(wanted) > ADDED_AT_ONCE_MAX:
        raise InvalidInput(_("These are too many people at once."), code="too_many", field="user_ids")
    done = Additions()
    for user_id in wanted:
        try:
            done.added.append(
                member_add(acting_user=acting_user, group_id=group_id, user_id=user_id, role=role).membership
            )
        except ChatError as error:
            if _concerns_all(error):
                raise
            done.rejected[user_id] = error
    return done


def _concerns_all(error: ChatError) -> bool:
    by_role = isinstance(error, NotAllowed) and error.code == NotAllowed.code
    return by_role or isinstance(error, NotFound) or error.field == "role"
