"""Groups of every type with somebody in every role, made by the services."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from django.test import override_settings

from chat.events import Event
from chat.models import ChatGroup, ChatGroupUser, ChatMessage
from chat.models.support.queue import queue_visible_to
from chat.roles import Action, GroupType, Role
from chat.services.groups import group_start, peer_start, support_start
from chat.services.members import member_add, member_remove, member_set_role
from chat.services.messages import message_send
from chat.signals import chat_event
from tests.factories import UserFactory

ON_POSTGRESQL = connection.vendor == "postgresql"
SEND_PATHS = ["orm", "fast"] if ON_POSTGRESQL else ["orm"]
TAKEN_FIRST = {
    Action.SUPPORT_STATUS,
    Action.SUPPORT_RESOLVE,
    Action.SUPPORT_ASSIGN,
    Action.SUPPORT_NOTE,
    Action.SUPPORT_TAG,
}
"""What staff who find a request in the queue can do when they have taken it."""


@dataclass
class World:
    """A group, who is what in it (``others`` have the same role as ``people``), and two who are not in it."""

    group: ChatGroup
    people: dict[str, Any]
    others: dict[str, Any] = field(default_factory=dict)
    stranger: Any = None
    former: Any = None

    @property
    def id(self) -> UUID:
        return self.group.pk

    def membership(self, user: Any) -> ChatGroupUser:
        return ChatGroupUser.objects.select_related("group").get(group_id=self.id, user=user)

    def tells_to_take(self, outsider: Any, action: Action) -> bool:
        """Say whether somebody who is not in it knows of it, as it waits in the queue, and may take it to do that."""
        return action in TAKEN_FIRST and queue_visible_to(outsider).filter(pk=self.id).exists()

    def say(self, user: Any, text: str = "hello", **fields: Any) -> ChatMessage:
        return message_send(acting_user=user, group_id=self.id, message_text=text, **fields).message


def make_person(**fields: Any) -> Any:
    return UserFactory.create(**fields)


def make_staff(**fields: Any) -> Any:
    person = UserFactory.create(**fields)
    person.user_permissions.add(Permission.objects.get(content_type__app_label="chat", codename="support_staff"))
    return person


def make_world(group_type: str, **settings: Any) -> World:
    makers = {GroupType.SUPPORT: _support, GroupType.PEER: _peer, GroupType.GROUP: _group}
    with quietly():
        world = makers[GroupType(group_type)](**settings)
    world.stranger = make_person()
    world.group.refresh_from_db()
    return world


def _support() -> World:
    client, staff, other, former = make_person(), make_staff(), make_staff(), make_staff()
    started = support_start(acting_user=client, client_user_id=client.pk, staff_ids=[staff.pk, other.pk, former.pk])
    member_remove(acting_user=staff, group_id=started.group.pk, user_id=former.pk)
    return World(started.group, {Role.CLIENT: client, Role.STAFF: staff}, {Role.STAFF: other}, former=former)


def _peer() -> World:
    owner, member = make_person(), make_person()
    return World(peer_start(acting_user=owner, user_id=member.pk).group, {Role.OWNER: owner, Role.MEMBER: member})


def _group(**settings: Any) -> World:
    owner, co_owner, admin, co_admin, member, other, former = (make_person() for _ in range(7))
    start = {"history_visibility": "start", "name": "Everyone"} | settings
    ids = [person.pk for person in (co_owner, admin, co_admin, member, other, former)]
    group = group_start(acting_user=owner, member_ids=ids, **start).group
    for person, role in ((co_owner, Role.OWNER), (admin, Role.ADMIN), (co_admin, Role.ADMIN)):
        member_set_role(acting_user=owner, group_id=group.pk, user_id=person.pk, role=role)
    member_remove(acting_user=owner, group_id=group.pk, user_id=former.pk)
    return World(
        group,
        {Role.OWNER: owner, Role.ADMIN: admin, Role.MEMBER: member},
        {Role.OWNER: co_owner, Role.ADMIN: co_admin, Role.MEMBER: other},
        former=former,
    )


def small_group(members: int = 1, **settings: Any) -> tuple[World, Any, list[Any]]:
    """Return a group with one owner and so many members, the owner, and the members."""
    owner, people = make_person(), [make_person() for _ in range(members)]
    start = {"history_visibility": "start"} | settings
    group = group_start(acting_user=owner, member_ids=[person.pk for person in people], **start).group
    return World(group, {Role.OWNER: owner, Role.MEMBER: people[0] if people else None}), owner, people


def join(world: World, by: Any, *, role: str = Role.MEMBER) -> Any:
    """Add a new person to the world's group and return them."""
    person = make_person()
    with quietly():
        member_add(acting_user=by, group_id=world.id, user_id=person.pk, role=role)
    return person


def quietly() -> override_settings:
    """Let the system say nothing, so that the first message that is sent has the number 1."""
    return override_settings(CHAT={**getattr(django_settings, "CHAT", {}), "SYSTEM_MESSAGES": False})


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of the app, as the database has it: what a refused request must leave as it was."""
    with connection.cursor() as cursor:
        return {table.__name__: _rows(cursor, table) for table in apps.get_app_config("chat").get_models()}


def _rows(cursor: CursorWrapper, table: type[Model]) -> list[tuple[Any, ...]]:
    name, key = map(connection.ops.quote_name, (table._meta.db_table, table._meta.pk.column))
    return cursor.execute(f"SELECT * FROM {name} ORDER BY {key}").fetchall()


@contextmanager
def listening() -> Iterator[list[Event]]:
    """Yield the list of events that receivers hear, as they hear them."""
    heard: list[Event] = []

    def receive(event: Event, **_kwargs: object) -> None:
        heard.append(event)

    chat_event.connect(receive)
    try:
        yield heard
    finally:
        chat_event.disconnect(receive)
