"""Invitation links: who makes them, what they show, whom they let in, and when they no longer do."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import override_settings
from django.utils import timezone
from pytest_django import Settings

from chat.events import MemberAdded
from chat.exceptions import ChatError, Conflict, InvalidInput, NotAllowed, NotFound
from chat.models import Ban, Block, ChatMessage, Invitation, Suspension
from chat.roles import GroupType, Role
from chat.services.groups import group_delete
from chat.services.members import member_leave, member_remove, member_set_role, ownership_transfer
from chat.services.people.invitations import (
    Preview,
    invitation_create,
    invitation_join,
    invitation_preview,
    invitation_revoke,
)
from tests.services.conftest import Hearing, but_lines
from tests.services.worlds import World, everything, make_person, make_world, small_group

pytestmark = pytest.mark.django_db

NOW = timezone.now


def _invite(world: World, by: Any, **settings: Any) -> Invitation:
    return invitation_create(acting_user=by, group_id=world.id, **settings)


def _preview(person: Any, token: str) -> Preview:
    return invitation_preview(acting_user=person, token=token, now=NOW())


def _past(invitation: Invitation) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=NOW() - timedelta(seconds=1))


@pytest.mark.core
def test_link_shows_the_group_and_lets_in_once_for_each_person(hearing: Hearing) -> None:
    world, owner, _ = small_group(name="Choir")
    invitation, newcomer = _invite(world, owner, use_limit=5), make_person()

    shown = _preview(newcomer, invitation.token)
    assert (shown.group.name, shown.member_count, shown.is_member, shown.request) == ("Choir", 2, False, None)
    assert shown.invitation.created_by_id == owner.pk
    with hearing() as heard:
        joined = invitation_join(acting_user=newcomer, token=invitation.token)
    again = invitation_join(acting_user=newcomer, token=invitation.token)

    assert (joined.created, joined.request) == (True, None)
    assert (again.created, again.membership) == (False, joined.membership)
    assert world.membership(newcomer).role == Role.MEMBER
    assert _preview(newcomer, invitation.token).is_member
    invitation.refresh_from_db()
    assert invitation.use_count == 1
    version = world.membership(newcomer).version
    key = newcomer.pk
    assert but_lines(heard) == [MemberAdded(group_id=world.id, actor_id=key, version=version, user_id=key)]
    [line] = ChatMessage.objects.filter(group_id=world.id)
    said = line.metadata["system"] if line.metadata else {}
    assert (said["kind"], said["actor_user_id"], said["user_id"]) == ("member_joined", str(key), str(key))


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
def test_who_may_invite_revokes_what_others_made(role: str) -> None:
    world = make_world(GroupType.GROUP)
    invitation = _invite(world, world.others[role])

    for _ in range(2):
        revoked = invitation_revoke(
            acting_user=world.people[role], group_id=world.id, invitation_id=invitation.pk
        ).revoked_at
        invitation.refresh_from_db()
        assert invitation.revoked_at == revoked is not None
    with pytest.raises(Conflict) as refused:
        invitation_join(acting_user=world.stranger, token=invitation.token)
    assert refused.value.code == "invitation_revoked"


def test_member_neither_makes_nor_revokes_one_and_another_group_s_is_not_found() -> None:
    world, other = make_world(GroupType.GROUP), make_world(GroupType.GROUP)
    invitation, member = _invite(world, world.people[Role.OWNER]), world.people[Role.MEMBER]
    before = everything()
    revoke = {"invitation_id": invitation.pk}
    with pytest.raises(NotAllowed):
        _invite(world, member)
    with pytest.raises(NotAllowed):
        invitation_revoke(acting_user=member, group_id=world.id, **revoke)
    with pytest.raises(NotFound):
        invitation_revoke(acting_user=other.people[Role.OWNER], group_id=other.id, **revoke)
    with pytest.raises(NotFound):
        invitation_revoke(acting_user=world.stranger, group_id=world.id, **revoke)
    assert everything() == before


@pytest.mark.parametrize("group_type", [GroupType.PEER, GroupType.SUPPORT])
def test_only_groups_have_invitations(group_type: str) -> None:
    world = make_world(group_type)
    for person in world.people.values():
        with pytest.raises(NotAllowed):
            _invite(world, person)


def _expire(world: World, owner: Any, invitation: Invitation) -> None:
    _past(invitation)


def _use_up(world: World, owner: Any, invitation: Invitation) -> None:
    invitation_join(acting_user=make_person(), token=invitation.token)


def _revoke(world: World, owner: Any, invitation: Invitation) -> None:
    invitation_revoke(acting_user=owner, group_id=world.id, invitation_id=invitation.pk)


@pytest.mark.core
@pytest.mark.parametrize(
    ("end", "code"),
    [(_expire, "invitation_expired"), (_use_up, "invitation_used_up"), (_revoke, "invitation_revoked")],
)
@pytest.mark.parametrize("needs_approval", [False, True])
def test_link_that_is_over_says_why_and_lets_nobody_in(end: Any, code: str, needs_approval: bool) -> None:
    world, owner, [member] = small_group()
    invitation = _invite(world, owner, use_limit=1)
    end(world, owner, invitation)
    Invitation.objects.update(needs_approval=needs_approval)
    late, before = make_person(), everything()

    for use in (_preview, lambda person, token: invitation_join(acting_user=person, token=token)):
        with pytest.raises(Conflict) as refused:
            use(late, invitation.token)
        assert refused.value.code == code
        use(member, invitation.token)  # who is in already is let through

    assert everything() == before


@pytest.mark.parametrize("token", ["", ".", "x", "\x00", "a.b", "é.ü", "0" * 32, "0" * 5000])
def test_link_that_nobody_signed_is_not_found(token: str) -> None:
    world, owner, _ = small_group()
    right = _invite(world, owner).token
    for forged in (token, right[:-1], right + "a", right.upper(), right.split(".")[0] + "." + token):
        with pytest.raises(NotFound):
            invitation_join(acting_user=make_person(), token=forged)


def test_id_of_an_invitation_opens_nothing_and_old_keys_still_open() -> None:
    world, owner, _ = small_group()
    invitation = _invite(world, owner)
    for known in (invitation.pk.hex, str(invitation.pk)):
        with pytest.raises(NotFound):
            invitation_join(acting_user=make_person(), token=known)
    token = invitation.token
    with override_settings(SECRET_KEY="another"), pytest.raises(NotFound):
        invitation_join(acting_user=make_person(), token=token)
    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[django_settings.SECRET_KEY]):
        assert invitation_join(acting_user=make_person(), token=token).created
        assert invitation.token != token


@pytest.mark.parametrize("way", ["left", "removed", "demoted", "gone", "handed over"])
def test_link_of_somebody_who_may_not_invite_any_more_is_revoked(way: str) -> None:
    world = make_world(GroupType.GROUP)
    owner, admin = world.people[Role.OWNER], world.people[Role.ADMIN]
    mine, others = _invite(world, admin if way != "handed over" else owner), _invite(world, world.others[Role.ADMIN])
    at = {"group_id": world.id}
    if way == "left":
        member_leave(acting_user=admin, **at)
    elif way == "removed":
        member_remove(acting_user=owner, user_id=admin.pk, **at)
    elif way == "demoted":
        member_set_role(acting_user=owner, user_id=admin.pk, role=Role.MEMBER, **at)
    elif way == "gone":
        admin.delete()
    else:
        ownership_transfer(acting_user=owner, user_id=admin.pk, **at)
    mine.refresh_from_db()
    others.refresh_from_db()

    assert (mine.revoked_at is not None, others.revoked_at) == (way != "handed over", None)


def test_banned_person_does_not_come_back_by_a_link_and_a_blocked_one_does() -> None:
    world, owner, _ = small_group()
    invitation, banned, blocked = _invite(world, owner), make_person(), make_person()
    Ban.objects.create(group_id=world.id, user=banned, created_by=owner, created_at=NOW())
    Block.objects.create(blocker=owner, blocked=blocked, created_at=NOW())
    for use in (_preview, lambda person, token: invitation_join(acting_user=person, token=token)):
        with pytest.raises(NotAllowed) as refused:
            use(banned, invitation.token)
        assert refused.value.code == "banned"

    assert invitation_join(acting_user=blocked, token=invitation.token).created


def test_suspended_person_joins_nothing_and_asks_for_nothing() -> None:
    world, owner, [member] = small_group()
    person = make_person()
    for user in (person, member):
        Suspension.objects.create(user=user, created_by=owner, created_at=NOW())
    for needs_approval in (False, True):
        token = _invite(world, owner, needs_approval=needs_approval).token
        with pytest.raises(NotAllowed) as refused:
            invitation_join(acting_user=person, token=token)
        assert refused.value.code == "suspended"
        assert not invitation_join(acting_user=member, token=token).created


def test_former_member_comes_back_and_sees_no_more_than_a_newcomer() -> None:
    world, owner, [member] = small_group(history_visibility="joined")
    world.say(owner)
    member_leave(acting_user=member, group_id=world.id)

    assert invitation_join(acting_user=member, token=_invite(world, owner).token).created
    assert not ChatMessage.objects.visible_to(member).filter(message_type="text").exists()


def test_full_group_takes_nobody_and_counts_no_use(settings: Settings) -> None:
    settings.CHAT = {"GROUP_MAX_MEMBERS": 2}
    world, owner, _ = small_group()
    invitation = _invite(world, owner)
    with pytest.raises(Conflict) as refused:
        invitation_join(acting_user=make_person(), token=invitation.token)
    assert (refused.value.code, Invitation.objects.get().use_count) == ("group_full", 0)


def test_link_into_a_deleted_group_or_another_tenant_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    world, owner, _ = small_group()
    invitation, person = _invite(world, owner), make_person()
    monkeypatch.setattr("chat.adapter.ChatAdapter.scope_of", lambda _adapter, user: "b" if user == person else "")
    for use in (_preview, lambda person, token: invitation_join(acting_user=person, token=token)):
        with pytest.raises(NotFound):
            use(person, invitation.token)
    monkeypatch.undo()
    assert _preview(person, invitation.token).member_count == 2
    group_delete(acting_user=owner, group_id=world.id)
    with pytest.raises(NotFound):
        _preview(person, invitation.token)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"use_limit": 0}, "use_limit"),
        ({"use_limit": -1}, "use_limit"),
        ({"use_limit": 100_001}, "use_limit"),
        ({"use_limit": True}, "use_limit"),
        ({"use_limit": "5"}, "use_limit"),
        ({"expires_at": NOW() - timedelta(days=1)}, "expires_at"),
        ({"expires_at": NOW().replace(tzinfo=None) + timedelta(days=1)}, "expires_at"),
        ({"expires_at": NOW() + timedelta(days=4000)}, "expires_at"),
        ({"expires_at": "tomorrow"}, "expires_at"),
    ],
)
def test_limits_that_cannot_be_are_refused_by_their_name(wrong: dict[str, Any], field: str) -> None:
    world, owner, _ = small_group()
    with pytest.raises(InvalidInput) as refused:
        _invite(world, owner, **wrong)
    assert refused.value.field == field
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("rows", [3, 30])
def test_joining_costs_the_same_in_every_group(rows: int, django_assert_max_num_queries: Any) -> None:
    world, owner, _ = small_group(rows)
    token = _invite(world, owner).token
    person = make_person()
    with django_assert_max_num_queries(16):
        assert invitation_join(acting_user=person, token=token).created
    with pytest.raises(ChatError), django_assert_max_num_queries(1):
        invitation_join(acting_user=person, token="x")
