"""Who is in a conversation: adding, removing, leaving."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from chat.adapter import User, UserId
from chat.compat.astegni.base import AstegniView
from chat.compat.astegni.finding import find_membership
from chat.compat.astegni.identity import Named, find_named, key_in, named
from chat.compat.astegni.parsing import Fields, required
from chat.compat.astegni.persons import people_read
from chat.exceptions import InvalidInput, NotFound, Text
from chat.models import ChatGroup, ChatGroupUser
from chat.roles import GroupType, Role
from chat.serializers import Json, wire_time
from chat.services.additions import ADDED_AT_ONCE_MAX, members_add
from chat.services.members import member_leave, member_remove
from chat.services.people.relations import settings_of_many

_ADMINS = frozenset({Role.OWNER, Role.ADMIN, Role.STAFF})


class ParticipantsView(AstegniView):
    """``conversations/{id}/participants``: adding people."""

    def post(self, request: Request, conversation: str) -> Response:
        """Add each of them who may be added; the others are named with the reason."""
        group = find_membership(request.user, conversation).group
        added, rejected = participants_add(request.user, group, people_asked(self.fields))
        return Response({"success": True, "added": [person.said for person in added], "rejected": rejected})


class ParticipantView(AstegniView):
    """``conversations/{id}/participants/{user}``, or with a profile's number and type: removing, or leaving."""

    def delete(self, request: Request, conversation: str, person: str, profile_type: str = "") -> Response:
        """Remove somebody; the caller leaves."""
        group_id = find_membership(request.user, conversation).group_id
        user_id = person_at(person, profile_type)
        if user_id == request.user.pk:
            member_leave(acting_user=request.user, group_id=group_id)
        else:
            member_remove(acting_user=request.user, group_id=group_id, user_id=user_id)
        return Response({"success": True, "message": "Participant removed successfully"})


def person_at(person: str, profile_type: str) -> UserId:
    """Return whom an address names: by user id, or by number and type of a profile. Raises NotFound."""
    if profile_type:
        try:
            return find_named({"profile_id": person, "profile_type": profile_type})
        except InvalidInput:
            raise NotFound(_("There is no such person.")) from None
    user_id = key_in(person)
    if user_id is None:
        raise NotFound(_("There is no such person."))
    return user_id


def people_asked(fields: Fields) -> list[Named]:
    """Return whom a body names, in its new or its old form, each once. Raises InvalidInput."""
    items = required(fields, "participant_user_ids", "participants", "user_ids")
    if not isinstance(items, list) or len(items) > ADDED_AT_ONCE_MAX:
        text = _("This must be a list of at most %(max)d people.") % {"max": ADDED_AT_ONCE_MAX}
        raise InvalidInput(text, field="participant_user_ids")
    people = named(items, field="participant_user_ids")
    known = {person.user_id: person for person in reversed(people) if person.user_id is not None}
    return [person for person in people if person.user_id is None or known[person.user_id] is person]


def participants_add(user: User, group: ChatGroup, people: Sequence[Named]) -> tuple[list[Named], list[Json]]:
    """Add these people. Returns who was added, and the others with the reason.

    Raises NotAllowed where the caller may add nobody at all, NotFound where they are no member any more.
    """
    ids = [person.user_id for person in people if person.user_id is not None]
    present = set(group.memberships.live().filter(user__in=ids).values_list("user_id", flat=True))
    role = Role.STAFF if group.group_type == GroupType.SUPPORT else Role.MEMBER
    done = members_add(acting_user=user, group_id=group.pk, user_ids=ids, role=role)
    reasons: dict[UserId, Text] = dict.fromkeys(present, _("This person is in the conversation already."))
    reasons |= {user_id: error.detail for user_id, error in done.rejected.items()}
    reasons[None] = _("There is no such person.")
    added = [person for person in people if person.user_id not in reasons]
    return added, [
        person.said | {"reason": str(reasons[person.user_id])} for person in people if person.user_id in reasons
    ]


def participants_json(membership: ChatGroupUser, *, in_old_shape: bool) -> list[Json]:
    """Return who is in a conversation, in the order of joining."""
    rows: Any = ChatGroupUser.objects.live().filter(group_id=membership.group_id).oldest_first()
    members = list(rows)
    ids = {row.user_id for row in members}
    people, settings = people_read(membership.user_id, ids, in_old_shape=in_old_shape), settings_of_many(ids)
    return [
        people.shown(row.user_id)
        | {
            "block_screenshots": settings[row.user_id].block_screenshots,
            "disable_forwarding": settings[row.user_id].disable_forwarding,
            "role": "admin" if row.role in _ADMINS else "member",
            "is_owner": row.role == Role.OWNER,
            "joined_at": wire_time(row.created_at),
        }
        for row in members
    ]
