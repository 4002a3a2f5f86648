"""Whom somebody may put into a group: what these people's own settings say."""

from collections.abc import Collection

from chat.adapter import UserId
from chat.roles import Posting
from chat.services.people.locks import wishes_hold
from chat.services.people.relations import allowed_by, blocked_among, settings_of_many


def adds_refused(user_id: UserId, other_ids: Collection[UserId], *, posting: str) -> set[UserId]:
    """Return those of ``other_ids`` whom the person may not add: by a block, either way, or by a setting of theirs.

    That is ``allow_channel_adds`` where only admins post, else ``allow_group_adds``. At most four statements, in a
    transaction: locks the wishes of all of them.
    """
    others = set(other_ids) - {user_id}
    if others:
        wishes_hold({user_id, *others})
    setting = "allow_channel_adds" if posting == Posting.ADMINS else "allow_group_adds"
    allowed = allowed_by(setting, settings_of_many(others), user_id)
    return others - allowed | blocked_among(user_id, allowed)
