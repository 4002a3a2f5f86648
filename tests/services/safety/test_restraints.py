"""Who moderates a group silences members for a time, and bans people from it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from chat.events import MemberRemoved, MemberSilenced
from chat.exceptions import InvalidInput, NotAllowed, NotFound
from chat.models import Ban, ChatGroupUser, ChatMessage
from chat.roles import GroupType, Role
from chat.services.edits import message_edit
from chat.services.members import member_add, member_leave, member_remove
from chat.services.pins import message_pin
from chat.services.polls import vote_set
from chat.services.reactions import reaction_add
from chat.services.safety.bans import ban_lift, member_ban
from chat.services.safety.silences import member_silence
from chat.services.scheduled import scheduled_create
from chat.services.tombstones import message_delete, message_restore
from chat.services.typing import typing_now, typing_set
from tests.services.conftest import Hearing, but_lines
from tests.services.worlds import World, everything, make_person, make_world

Write = Callable[[], object]

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world(GroupType.GROUP)


def in_an_hour() -> datetime:
    return timezone.now() + timedelta(hours=1)


def silence(world: World, user: Any, until: datetime | None, *, by: str = Role.ADMIN) -> ChatGroupUser:
    return member_silence(acting_user=world.people[by], group_id=world.id, user_id=user.pk, until=until)


def ban(world: World, user: Any, *, by: str = Role.ADMIN, **reason: str) -> Ban:
    return member_ban(acting_user=world.people[by], group_id=world.id, user_id=user.pk, **reason)


@pytest.mark.usefixtures("send_path")
def test_silenced_member_writes_nothing_until_the_time_is_over(world: World) -> None:
    member, owner = world.people[Role.MEMBER], world.people[Role.OWNER]
    mine, theirs = world.say(member), world.say(owner)
    poll = world.say(owner, "What?", poll={"options": ["Tea", "Coffee"]})
    silence(world, member, in_an_hour())
    later = timezone.now() + timedelta(days=1)
    writes: list[Write] = [
        lambda: world.say(member),
        lambda: message_edit(acting_user=member, message_id=mine.pk, message_text="new"),
        lambda: reaction_add(acting_user=member, message_id=theirs.pk, emoji="👍"),
        lambda: vote_set(acting_user=member, message_id=poll.pk, option_ids=[1]),
        lambda: scheduled_create(acting_user=member, group_id=world.id, message_text="x", send_at=later),
    ]
    before = everything()

    for write in writes:
        with pytest.raises(NotAllowed) as refused:
            write()
        assert refused.value.code == "silenced"

    assert everything() == before
    message_delete(acting_user=member, message_id=mine.pk)  # taking back is no writing
    world.say(world.others[Role.MEMBER])  # others are not silenced
    ChatGroupUser.objects.filter(user=member).update(silenced_until=timezone.now())
    world.say(member)


def test_silenced_member_brings_nothing_back_and_is_not_seen_writing(world: World) -> None:
    member, owner = world.people[Role.MEMBER], world.people[Role.OWNER]
    mine = world.say(member)
    message_delete(acting_user=member, message_id=mine.pk)
    silence(world, member, in_an_hour())
    writes: list[Write] = [
        lambda: message_restore(acting_user=member, message_id=mine.pk),
        lambda: typing_set(acting_user=member, group_id=world.id, typing=True),
    ]

    for write in writes:
        with pytest.raises(NotAllowed) as refused:
            write()
        assert refused.value.code == "silenced"

    assert typing_now(owner, world.id) == []
    silence(world, member, None)
    for write in writes:
        write()


@pytest.mark.usefixtures("send_path")
def test_silence_is_lifted_and_told(world: World, hearing: Hearing) -> None:
    member, admin = world.people[Role.MEMBER], world.people[Role.ADMIN]
    until = in_an_hour()
    with hearing() as heard:
        silenced = silence(world, member, until)
        silence(world, member, until)
        lifted = silence(world, member, None)

    assert silenced.silenced_until == until
    assert [(type(event), getattr(event, "version", None)) for event in but_lines(heard)] == [
        (MemberSilenced, silenced.version),
        (MemberSilenced, lifted.version),
    ]
    assert lifted.version > silenced.version
    said = [
        message.metadata["system"] for message in ChatMessage.objects.filter(message_type="system") if message.metadata
    ]
    assert [(line["kind"], line["actor_user_id"], line["user_id"]) for line in said] == [
        ("member_silenced", str(admin.pk), str(member.pk)),
        ("member_unsilenced", str(admin.pk), str(member.pk)),
    ]
    world.say(member)


def test_silence_outlasts_leaving_and_coming_back(world: World) -> None:
    member = world.people[Role.MEMBER]
    silence(world, member, in_an_hour())
    member_leave(acting_user=member, group_id=world.id)
    member_add(acting_user=world.people[Role.OWNER], group_id=world.id, user_id=member.pk, role=Role.MEMBER)

    with pytest.raises(NotAllowed):
        world.say(member)


def test_silenced_admin_pins_nothing(world: World) -> None:
    message = world.say(world.people[Role.OWNER])
    silence(world, world.people[Role.ADMIN], in_an_hour(), by=Role.OWNER)

    with pytest.raises(NotAllowed) as refused:
        message_pin(acting_user=world.people[Role.ADMIN], message_id=message.pk)
    assert refused.value.code == "silenced"


@pytest.mark.parametrize(
    "until",
    [timezone.now() - timedelta(seconds=1), timezone.now() + timedelta(days=400), datetime(2100, 1, 1)],  # noqa: DTZ001
)
def test_silence_ends_in_the_future_and_not_never(until: datetime, world: World) -> None:
    with pytest.raises(InvalidInput) as refused:
        silence(world, world.people[Role.MEMBER], until)
    assert refused.value.field == "until"


@pytest.mark.parametrize("measure", ["silence", "ban"])
@pytest.mark.parametrize(
    ("actor", "target", "allowed"),
    [
        (Role.OWNER, Role.OWNER, True),
        (Role.OWNER, Role.ADMIN, True),
        (Role.OWNER, Role.MEMBER, True),
        (Role.ADMIN, Role.OWNER, False),
        (Role.ADMIN, Role.ADMIN, False),
        (Role.ADMIN, Role.MEMBER, True),
        (Role.MEMBER, Role.MEMBER, False),
    ],
)
def test_measures_are_for_whom_one_manages(measure: str, actor: str, target: str, allowed: bool, world: World) -> None:
    measures: dict[str, Write] = {
        "silence": lambda: silence(world, world.others[target], in_an_hour(), by=actor),
        "ban": lambda: ban(world, world.others[target], by=actor),
    }
    if allowed:
        measures[measure]()
        return
    before = everything()
    with pytest.raises(NotAllowed):
        measures[measure]()
    assert everything() == before


def test_measures_name_people_of_the_group(world: World) -> None:
    for person in (world.stranger, world.former):
        with pytest.raises(NotFound) as refused:
            silence(world, person, in_an_hour())
        assert refused.value.code == "member_not_found"
    with pytest.raises(NotFound) as refused:
        ban(world, world.stranger)
    assert refused.value.code == "member_not_found"


def test_banned_member_is_gone_and_nobody_brings_them_back(world: World, hearing: Hearing) -> None:
    member, owner = world.people[Role.MEMBER], world.people[Role.OWNER]
    with hearing() as heard:
        made = ban(world, member, reason="spam")

    assert [type(event) for event in but_lines(heard)] == [MemberRemoved]
    assert (made.reason, made.created_by_id) == ("spam", world.people[Role.ADMIN].pk)
    with pytest.raises(NotFound):
        world.say(member)
    with pytest.raises(NotAllowed) as refused:
        member_add(acting_user=owner, group_id=world.id, user_id=member.pk, role=Role.MEMBER)
    assert refused.value.code == "banned"
    ban_lift(acting_user=world.people[Role.ADMIN], group_id=world.id, user_id=member.pk)
    with pytest.raises(NotFound):
        world.say(member)
    assert member_add(acting_user=owner, group_id=world.id, user_id=member.pk, role=Role.MEMBER).created


def test_who_left_can_be_banned_whatever_they_were_and_only_once(world: World) -> None:
    former_owner = world.others[Role.OWNER]
    member_leave(acting_user=former_owner, group_id=world.id)
    first = ban(world, former_owner, reason="one")

    assert ban(world, former_owner, reason="two", by=Role.OWNER) == first
    assert Ban.objects.get().reason == "one"
    with pytest.raises(NotAllowed):
        member_add(acting_user=world.people[Role.OWNER], group_id=world.id, user_id=former_owner.pk, role=Role.ADMIN)


def test_ban_is_lifted_by_who_may_ban_and_once(world: World) -> None:
    ban(world, world.former)
    lift = {"group_id": world.id, "user_id": world.former.pk}
    with pytest.raises(NotAllowed):
        ban_lift(acting_user=world.people[Role.MEMBER], **lift)
    with pytest.raises(NotFound):
        ban_lift(acting_user=world.people[Role.OWNER], group_id=world.id, user_id=make_person().pk)

    ban_lift(acting_user=world.people[Role.OWNER], **lift)

    with pytest.raises(NotFound):
        ban_lift(acting_user=world.people[Role.OWNER], **lift)
    assert not Ban.objects.exists()


def test_removal_is_no_ban(world: World) -> None:
    member, owner = world.people[Role.MEMBER], world.people[Role.OWNER]
    member_remove(acting_user=owner, group_id=world.id, user_id=member.pk)

    assert member_add(acting_user=owner, group_id=world.id, user_id=member.pk, role=Role.MEMBER).created


def test_reason_of_a_ban_is_text_of_a_sane_length(world: World) -> None:
    for wrong in ("x" * 501, "a\x00b"):
        with pytest.raises(InvalidInput):
            ban(world, world.people[Role.MEMBER], reason=wrong)
