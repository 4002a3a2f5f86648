"""Starting, changing and deleting groups."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from chat import events, policy
from chat.adapter import User, UserId, get_adapter
from chat.choices import SupportStatus
from chat.conf import chat_settings
from chat.exceptions import ChatError, InvalidInput, NotAllowed
from chat.models import ChatGroup, HeldMessage, SupportRequest
from chat.peers import peer_key
from chat.roles import Action, GroupType, HistoryVisibility, Posting, Role, SystemKind
from chat.services.cleaning import clean_choice, clean_number, clean_text
from chat.services.members import membership_begin, require_staff_where_needed
from chat.services.people.adding import adds_refused
from chat.services.people.finding import person_find
from chat.services.people.locks import wishes_hold
from chat.services.people.relations import check_can_message, privacy_error
from chat.services.people.rules import require_unblocked
from chat.services.safety.standing import require_not_suspended
from chat.services.system_messages import system_message_add
from chat.services.writing import GroupWrite, atomic, group_write

NAME_MAX_LENGTH = 255
DESCRIPTION_MAX_LENGTH = 2000
SLOW_MODE_MAX = 6 * 60 * 60
"""Longest time between two messages of one member that slow mode can ask for, in seconds."""


@dataclass(frozen=True, slots=True)
class Started:
    """The outcome of a start: the group, and whether it is new (False: the two people's conversation was there).

    Of a group of many, also whom it could not be started with, and why.
    """

    group: ChatGroup
    created: bool
    rejected: dict[UserId, ChatError] = field(default_factory=dict)


def support_start(
    *, acting_user: User, client_user_id: UserId, staff_ids: Sequence[UserId] = (), name: str | None = None
) -> Started:
    """Open a support request of the person ``client_user_id``.

    Who may: everybody for themselves; support staff for anyone they may find, and then take care of it. Each of
    ``staff_ids`` must be support staff whom the acting person may find.

    Raises InvalidInput, NotAllowed. Publishes ``group.created``.
    """
    client = person_find(acting_user, client_user_id, field="client_user_id")
    roles = {client.pk: Role.CLIENT}
    if client.pk != acting_user.pk:
        if not get_adapter().is_support_staff(acting_user):
            raise NotAllowed(_("Only support staff open requests for other people."), code="not_support_staff")
        roles[acting_user.pk] = Role.STAFF
    for person in _people(acting_user, staff_ids):
        if person.pk not in roles:
            require_staff_where_needed(person, Role.STAFF, field="member_ids")
            roles[person.pk] = Role.STAFF
    _require_room(roles)
    with atomic():
        group = _create(
            acting_user,
            roles,
            group_type=GroupType.SUPPORT,
            client_user_id=client.pk,
            support_status=SupportStatus.OPEN,
            assignee_id=None if client.pk == acting_user.pk else acting_user.pk,
            name=_name(name),
        )
    return Started(group, created=True)


def peer_start(*, acting_user: User, user_id: UserId) -> Started:
    """Return the one conversation of two people, started if it was not there; with oneself it is for notes.

    Who may: everybody with whom they may find, and who lets them write. Safe when both start it at once: the database
    keeps one per pair.

    Raises InvalidInput, NotAllowed (``privacy``) for a new one. Locks the wishes of both, for a new one. Publishes
    ``group.created`` if it is new.
    """
    person = person_find(acting_user, user_id, field="member_ids")
    scope = get_adapter().scope_of(acting_user)
    key = peer_key(scope, (acting_user.pk, person.pk))
    known = ChatGroup.objects.alive().filter(scope=scope, peer_key=key)
    if group := known.first():
        return Started(group, created=False)
    roles = {person.pk: Role.MEMBER} | {acting_user.pk: Role.OWNER}
    try:
        with atomic():  # also so that a lost race does not spoil the caller's transaction
            wishes_hold({acting_user.pk, person.pk})
            check_can_message(sender_id=acting_user.pk, recipient_id=person.pk)
            group = _create(acting_user, roles, group_type=GroupType.PEER, peer_key=key)
    except IntegrityError:
        return Started(known.get(), created=False)
    return Started(group, created=True)


def group_start(
    *,
    acting_user: User,
    member_ids: Sequence[UserId] = (),
    name: str | None = None,
    description: str = "",
    posting: str = Posting.EVERYONE,
    history_visibility: str = HistoryVisibility.JOINED,
    message_lifetime: int | None = None,
) -> Started:
    """Start a group of many and own it. With a lifetime (seconds) all of its messages disappear.

    Who may: everybody, with people they may find. Those whom a block or their settings keep out are ``rejected``, and
    keep the others from nothing. Raises InvalidInput (``member_ids``, ``name`` …). Locks the wishes of all of them.
    Publishes ``group.created``.
    """
    people = _people(acting_user, member_ids)
    fields = {
        "name": _name(name),
        "description": _description(description),
        "posting": _posting(posting),
        "history_visibility": _history_visibility(history_visibility),
        "message_lifetime": _message_lifetime(message_lifetime),
    }
    with atomic():
        refused = adds_refused(acting_user.pk, [person.pk for person in people], posting=posting)
        roles = {person.pk: Role.MEMBER for person in people if person.pk not in refused} | {acting_user.pk: Role.OWNER}
        _require_room(roles)
        group = _create(acting_user, roles, group_type=GroupType.GROUP, **fields)
    return Started(
        group, created=True, rejected={person.pk: privacy_error() for person in people if person.pk in refused}
    )


def group_update(*, acting_user: User, group_id: UUID, **changes: Any) -> ChatGroup:
    """Change ``name``, ``description``, ``posting``, ``history_visibility``, ``message_lifetime`` or ``slow_mode``.

    What is not named stays. Slow mode (seconds, None: none) is the time between two messages of one member; it begins
    anew for everybody.

    A changed history visibility holds for people who are added from now on, a changed lifetime (seconds, None for ever)
    for messages that are sent from now on.

    Who may: see the permission table; the lifetime has an action of its own. Raises InvalidInput, NotFound, NotAllowed.
    Locks the group. Publishes ``group.updated`` if anything differs, and ``message.created`` for each change.
    """
    clean = {name: _CLEANERS[name](value) for name, value in changes.items()}
    with group_write(group_id) as write:
        membership = write.membership_of(acting_user.pk)
        policy.require(all(policy.may(membership, action) for action in _actions_needed(clean)))
        different = {name: value for name, value in clean.items() if getattr(write.group, name) != value}
        if different:
            require_unblocked(membership)
            write.set(**different)
            if "slow_mode" in different:
                write.group.memberships.filter(flood_until__isnull=False).update(flood_until=None)
            _publish(events.GroupUpdated, write.group, write.next_version(), acting_user.pk)
            _tell(write, different, acting_user.pk)
    return write.group


def group_delete(*, acting_user: User, group_id: UUID) -> None:
    """Delete a group for everyone: from now on it exists for nobody but the site's operator.

    Who may: see the permission table. Raises NotFound, NotAllowed. Locks the group. Publishes ``group.deleted``.
    """
    with group_write(group_id) as write:
        membership = write.membership_of(acting_user.pk)
        policy.require(policy.may(membership, Action.GROUP_DELETE))
        write.set(deleted_at=write.now)
        HeldMessage.objects.filter(group=write.group).delete()
        _publish(events.GroupDeleted, write.group, write.next_version(), acting_user.pk)


def _create(acting_user: User, roles: dict[UserId, Role], **fields: Any) -> ChatGroup:
    """Make the group and its memberships, in the caller's transaction."""
    require_not_suspended(acting_user.pk)
    group = ChatGroup(created_by=acting_user, scope=get_adapter().scope_of(acting_user), **fields)
    group.created_at = group.changed_at = Now()
    group.save(force_insert=True)
    if group.support_status is not None:
        SupportRequest.objects.create(group=group)
    now = ChatGroup.objects.values_list("created_at", flat=True).get(pk=group.pk)
    write = GroupWrite(group=group, now=now)
    write.set(created_at=write.now)  # SQLite's own clock writes fewer digits, which sort differently
    for user_id, role in roles.items():
        membership_begin(write, user_id=user_id, role=role)
    write.save()
    _publish(events.GroupCreated, group, group.version, acting_user.pk)
    return group


def _people(acting_user: User, user_ids: Sequence[UserId]) -> list[User]:
    """Return the people named, in one query. Raises InvalidInput when one is unknown or may not be found."""
    others = {user_id for user_id in user_ids if user_id != acting_user.pk}
    adapter = get_adapter()
    people = list(adapter.findable_by(acting_user).filter(pk__in=others)) if others else []
    scope = adapter.scope_of(acting_user)
    if {person.pk for person in people} != others or any(adapter.scope_of(person) != scope for person in people):
        raise InvalidInput(_("One of these people does not exist."), code="unknown_user", field="member_ids")
    return sorted(people, key=lambda person: list(user_ids).index(person.pk))


def _require_room(roles: Collection[UserId]) -> None:
    if len(roles) > chat_settings.GROUP_MAX_MEMBERS:
        raise InvalidInput(_("These are too many people for one group."), code="group_full", field="member_ids")


def _name(value: object) -> str | None:
    if value is None:
        return None
    return clean_text(value, field="name", max_length=NAME_MAX_LENGTH)


def _description(value: object) -> str:
    return clean_text(value, field="description", max_length=DESCRIPTION_MAX_LENGTH, allow_blank=True)


def _posting(value: object) -> str:
    return clean_choice(value, Posting.values, field="posting")


def _history_visibility(value: object) -> str:
    return clean_choice(value, HistoryVisibility.values, field="history_visibility")


def _message_lifetime(value: object) -> int | None:
    if value is None:
        return None
    shortest, longest = chat_settings.MESSAGE_LIFETIME_MIN, chat_settings.MESSAGE_LIFETIME_MAX
    return clean_number(value, field="message_lifetime", at_least=shortest, at_most=longest)


def _slow_mode(value: object) -> int | None:
    return None if value is None else clean_number(value, field="slow_mode", at_least=1, at_most=SLOW_MODE_MAX)


_CLEANERS: dict[str, Callable[[Any], object]] = {
    "name": _name,
    "description": _description,
    "posting": _posting,
    "history_visibility": _history_visibility,
    "message_lifetime": _message_lifetime,
    "slow_mode": _slow_mode,
}
_TOLD_AS: dict[str, SystemKind] = {
    "name": SystemKind.NAME_CHANGED,
    "description": SystemKind.DESCRIPTION_CHANGED,
    "posting": SystemKind.POSTING_CHANGED,
    "history_visibility": SystemKind.HISTORY_VISIBILITY_CHANGED,
    "message_lifetime": SystemKind.LIFETIME_CHANGED,
    "slow_mode": SystemKind.SLOW_MODE_CHANGED,
}


def _actions_needed(names: Collection[str]) -> set[Action]:
    own = {"message_lifetime": Action.GROUP_SET_LIFETIME}
    return {own.get(name, Action.GROUP_UPDATE) for name in names} or {Action.GROUP_UPDATE}


def _tell(write: GroupWrite, different: Mapping[str, object], actor_id: UserId) -> None:
    """Say what is different now; of a description, which may be long, only that it is."""
    for name, value in different.items():
        told = None if value is None or name == "description" else str(value)
        system_message_add(write, kind=_TOLD_AS[name], actor_id=actor_id, value=told)


def _publish(kind: type[events.GroupEvent], group: ChatGroup, version: int, actor_id: UserId | None) -> None:
    events.publish(kind(group_id=group.pk, version=version, actor_id=actor_id))
