"""Adding, removing, leaving, roles, ownership."""

import pytest
from django.db import transaction
from pytest_django import Settings

from chat.events import MemberAdded, MemberRemoved, MemberRoleChanged
from chat.exceptions import Conflict, InvalidInput, NotAllowed, NotFound
from chat.models import ChatGroup, ChatGroupUser, ChatMessage, ReadMark
from chat.roles import GroupType, Role
from chat.services.members import member_add, member_leave, member_remove, member_set_role, ownership_transfer
from chat.services.reads import read_advance
from chat.services.states import history_clear, state_set
from tests.services.conftest import Hearing, but_lines
from tests.services.worlds import World, everything, join, make_person, make_staff, make_world, small_group

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def _version(world: World) -> int:
    return ChatGroup.objects.get(pk=world.id).version


def _seen(user: object) -> list[int]:
    return list(ChatMessage.objects.visible_to(user).order_by("seq").values_list("seq", flat=True))


class TestAdd:
    def test_add_begins_a_membership(self, hearing: Hearing) -> None:
        world, owner, _ = small_group()
        world.say(owner)
        newcomer, start = make_person(), _version(world)
        with hearing() as heard:
            added = member_add(acting_user=owner, group_id=world.id, user_id=newcomer.pk, role=Role.ADMIN)

        membership = world.membership(newcomer)
        assert (added.membership, added.created) == (membership, True)
        assert (membership.role, membership.left_at) == (Role.ADMIN, None)
        assert membership.version == membership.floor_version == start + 1
        assert _version(world) == start + 2, "and what the system says of it"
        assert (membership.read_seq, membership.delivered_seq, membership.unread_from_seq) == (0, 0, 1)
        ids = {"group_id": world.id, "actor_id": owner.pk, "user_id": newcomer.pk}
        assert but_lines(heard) == [MemberAdded(**ids, version=start + 1)]

    def test_adding_a_member_changes_nothing_not_even_the_role(self, hearing: Hearing) -> None:
        world, owner, [member] = small_group()
        before = everything()
        with hearing() as heard:
            for person in (member, owner):
                present = member_add(acting_user=owner, group_id=world.id, user_id=person.pk, role=Role.ADMIN)
                assert (present.membership.user_id, present.created) == (person.pk, False)

        assert everything() == before
        assert heard == []

    def test_rolled_back_add_publishes_nothing(self, hearing: Hearing) -> None:
        world, owner, _ = small_group()
        before, newcomer = everything(), make_person()
        with hearing() as heard, transaction.atomic():
            member_add(acting_user=owner, group_id=world.id, user_id=newcomer.pk, role=Role.MEMBER)
            transaction.set_rollback(True)

        assert (everything(), heard) == (before, [])

    def test_who_cannot_be_found_is_not_added(self) -> None:
        world, owner, _ = small_group()
        hidden, before = make_person(is_active=False), everything()
        for user_id in (hidden.pk, None):
            with pytest.raises(InvalidInput) as refused:
                member_add(acting_user=owner, group_id=world.id, user_id=user_id, role=Role.MEMBER)
            assert (refused.value.code, refused.value.field) == ("unknown_user", "user_id")

        assert everything() == before

    @pytest.mark.parametrize("role", ["chief", "", None, 7])
    def test_unknown_role_is_refused(self, role: object) -> None:
        world, owner, [member] = small_group()
        for attempt in (member_add, member_set_role):
            with pytest.raises(InvalidInput) as refused:
                attempt(acting_user=owner, group_id=world.id, user_id=member.pk, role=role)  # type: ignore[arg-type]
            assert (refused.value.code, refused.value.field) == ("invalid_choice", "role")

    @pytest.mark.parametrize("role", [Role.CLIENT, Role.STAFF])
    def test_role_of_another_type_is_refused(self, role: Role) -> None:
        world, owner, [member] = small_group()
        staff = make_staff()
        with pytest.raises(NotAllowed):
            member_add(acting_user=owner, group_id=world.id, user_id=staff.pk, role=role)
        with pytest.raises(NotAllowed):
            member_set_role(acting_user=owner, group_id=world.id, user_id=member.pk, role=role)

    def test_full_group_takes_nobody_until_somebody_leaves(self, settings: Settings) -> None:
        settings.CHAT = {"GROUP_MAX_MEMBERS": 2}
        world, owner, [member] = small_group()
        with pytest.raises(Conflict) as refused:
            join(world, owner)
        assert refused.value.code == "group_full"

        member_leave(acting_user=member, group_id=world.id)

        join(world, owner)

    def test_client_of_a_request_stays_its_client(self) -> None:
        world = make_world(GroupType.SUPPORT)
        staff, client = world.people[Role.STAFF], world.people[Role.CLIENT]
        with pytest.raises(NotAllowed):
            member_remove(acting_user=staff, group_id=world.id, user_id=client.pk)
        with pytest.raises(NotAllowed):
            member_leave(acting_user=client, group_id=world.id)
        with pytest.raises(NotAllowed):
            member_add(acting_user=staff, group_id=world.id, user_id=make_person().pk, role=Role.CLIENT)

        assert world.membership(client).role == Role.CLIENT


class TestHistory:
    def test_newcomer_sees_from_the_start_or_from_joining(self) -> None:
        for visibility, seen in (("start", [1, 2, 3]), ("joined", [3])):
            world, owner, _ = small_group(history_visibility=visibility)
            for _ in range(2):
                world.say(owner)
            newcomer = join(world, owner)
            world.say(owner)

            assert _seen(newcomer) == seen
            unread = ChatGroupUser.objects.of(newcomer).with_unread().get().unread
            assert unread == 1, "what was said before counts for nobody"

    @pytest.mark.parametrize(("visibility", "seen"), [("start", [1, 2, 3, 4, 5, 6]), ("joined", [5, 6])])
    def test_return_revives_the_row(self, visibility: str, seen: list[int], hearing: Hearing) -> None:
        world, owner, [member] = small_group(history_visibility=visibility)
        world.say(owner)
        world.say(owner)
        read_advance(acting_user=member, group_id=world.id, read_seq=1)
        state_set(acting_user=member, group_id=world.id, pinned=True)
        history_clear(acting_user=member, group_id=world.id)
        before = world.membership(member)
        member_remove(acting_user=owner, group_id=world.id, user_id=member.pk)
        world.say(owner)
        start = _version(world)
        with hearing() as heard:
            member_add(acting_user=owner, group_id=world.id, user_id=member.pk, role=Role.ADMIN)
        world.say(owner)

        after = world.membership(member)
        assert (after.pk, after.role, after.left_at, after.created_at) == (
            before.pk,
            Role.ADMIN,
            None,
            before.created_at,
        )
        assert after.version == after.floor_version == start + 1
        assert after.state_version == before.state_version + 1
        assert (after.read_seq, after.delivered_seq, after.unread_from_seq) == (1, 1, 4), "receipts are not touched"
        assert after.pinned_at == before.pinned_at
        assert _seen(member) == seen
        assert [event.name for event in heard] == ["member.added", "message.created"]
        assert list(ReadMark.objects.filter(user=member).values_list("seq", flat=True)) == [1]


class TestRemove:
    def test_removed_person_sees_nothing_at_once(self, hearing: Hearing) -> None:
        world, owner, [member] = small_group()
        world.say(member)
        start = _version(world)
        floor = world.membership(member).floor_version
        with hearing() as heard:
            member_remove(acting_user=owner, group_id=world.id, user_id=member.pk)

        membership = world.membership(member)
        assert membership.left_at is not None
        assert (membership.version, membership.floor_version, _version(world)) == (start + 1, floor, start + 2)
        ids = {"group_id": world.id, "actor_id": owner.pk, "user_id": member.pk}
        assert but_lines(heard) == [MemberRemoved(**ids, version=start + 1)]
        assert _seen(member) == []
        assert not ChatGroup.objects.visible_to(member).exists()
        assert not ChatGroupUser.objects.visible_to(member).exists()
        assert not ChatGroupUser.objects.of(member).exists()

    def test_who_is_not_in_the_group_is_not_found_by_code(self) -> None:
        world = make_world(GroupType.GROUP)
        owner = world.people[Role.OWNER]
        before = everything()
        for person in (world.stranger, world.former):
            for attempt in (member_remove, ownership_transfer):
                with pytest.raises(NotFound) as refused:
                    attempt(acting_user=owner, group_id=world.id, user_id=person.pk)
                assert refused.value.code == "member_not_found"
            with pytest.raises(NotFound) as refused:
                member_set_role(acting_user=owner, group_id=world.id, user_id=person.pk, role=Role.ADMIN)
            assert refused.value.code == "member_not_found"

        assert everything() == before

    def test_refusal_says_nothing_of_who_is_in_the_group(self) -> None:
        world = make_world(GroupType.GROUP)
        member = world.people[Role.MEMBER]
        for user_id in (world.others[Role.MEMBER].pk, world.stranger.pk):
            with pytest.raises(NotAllowed):
                member_remove(acting_user=member, group_id=world.id, user_id=user_id)


class TestInheritance:
    def test_oldest_admin_inherits_else_the_oldest_member(self, hearing: Hearing) -> None:
        world, owner, [first] = small_group()
        second = join(world, owner)
        admin = join(world, owner, role=Role.ADMIN)
        start = _version(world)
        with hearing() as heard:
            member_leave(acting_user=owner, group_id=world.id)
            member_leave(acting_user=admin, group_id=world.id)
            member_leave(acting_user=first, group_id=world.id)
            member_leave(acting_user=second, group_id=world.id)

        def left(user: object, version: int) -> MemberRemoved:
            return MemberRemoved(group_id=world.id, version=version, actor_id=user.pk, user_id=user.pk)  # type: ignore[attr-defined]

        def inherited(user: object, version: int) -> MemberRoleChanged:
            return MemberRoleChanged(group_id=world.id, version=version, actor_id=None, user_id=user.pk)  # type: ignore[attr-defined]

        assert but_lines(heard) == [
            left(owner, start + 1),
            inherited(admin, start + 3),
            left(admin, start + 5),
            inherited(first, start + 7),
            left(first, start + 9),
            inherited(second, start + 11),
            left(second, start + 13),
        ]
        assert _version(world) == start + 14
        assert ChatGroup.objects.alive().filter(pk=world.id).exists(), "an empty group stays"

    def test_nobody_inherits_while_an_owner_is_there(self) -> None:
        world = make_world(GroupType.GROUP)
        start = _version(world)
        member_leave(acting_user=world.people[Role.OWNER], group_id=world.id)

        assert _version(world) == start + 2, "who left, and what the system says of it"
        assert world.membership(world.people[Role.ADMIN]).role == Role.ADMIN

    def test_owner_who_removes_themselves_passes_the_group_on(self) -> None:
        world, owner, [member] = small_group()
        member_remove(acting_user=owner, group_id=world.id, user_id=owner.pk)

        assert world.membership(member).role == Role.OWNER

    def test_former_owner_comes_back_as_what_they_are_added(self) -> None:
        world, owner, [member] = small_group()
        member_leave(acting_user=owner, group_id=world.id)
        member_add(acting_user=member, group_id=world.id, user_id=owner.pk, role=Role.MEMBER)

        assert world.membership(owner).role == Role.MEMBER
        with pytest.raises(NotAllowed):
            member_remove(acting_user=owner, group_id=world.id, user_id=member.pk)


class TestRoles:
    def test_role_is_stamped_and_told_once(self, hearing: Hearing) -> None:
        world, owner, [member] = small_group()
        start = _version(world)
        state = world.membership(member).state_version
        with hearing() as heard:
            for _ in range(2):
                member_set_role(acting_user=owner, group_id=world.id, user_id=member.pk, role=Role.ADMIN)

        membership = world.membership(member)
        assert (membership.role, membership.version, membership.state_version) == (Role.ADMIN, start + 1, state)
        assert _version(world) == start + 2
        ids = {"group_id": world.id, "actor_id": owner.pk, "user_id": member.pk}
        assert but_lines(heard) == [MemberRoleChanged(**ids, version=start + 1)]

    def test_last_owner_keeps_the_role(self) -> None:
        world, owner, [member] = small_group()
        for role in (Role.ADMIN, Role.MEMBER):
            with pytest.raises(Conflict) as refused:
                member_set_role(acting_user=owner, group_id=world.id, user_id=owner.pk, role=role)
            assert refused.value.code == "last_owner"
        member_set_role(acting_user=owner, group_id=world.id, user_id=owner.pk, role=Role.OWNER)
        member_set_role(acting_user=owner, group_id=world.id, user_id=member.pk, role=Role.OWNER)

        assert (
            member_set_role(acting_user=owner, group_id=world.id, user_id=owner.pk, role=Role.MEMBER).role
            == Role.MEMBER
        )

    def test_transfer_makes_owner_and_admin(self, hearing: Hearing) -> None:
        world, owner, [member] = small_group()
        start = _version(world)
        with hearing() as heard:
            ownership_transfer(acting_user=owner, group_id=world.id, user_id=member.pk)

        assert (world.membership(member).role, world.membership(owner).role) == (Role.OWNER, Role.ADMIN)
        ids = {"group_id": world.id, "actor_id": owner.pk}
        assert but_lines(heard) == [
            MemberRoleChanged(**ids, version=start + 1, user_id=member.pk),
            MemberRoleChanged(**ids, version=start + 2, user_id=owner.pk),
        ]
        with pytest.raises(NotAllowed):
            ownership_transfer(acting_user=owner, group_id=world.id, user_id=owner.pk)

    def test_transfer_to_oneself_is_refused_and_to_a_co_owner_steps_down(self) -> None:
        world = make_world(GroupType.GROUP)
        owner, other = world.people[Role.OWNER], world.others[Role.OWNER]
        with pytest.raises(Conflict) as refused:
            ownership_transfer(acting_user=owner, group_id=world.id, user_id=owner.pk)
        assert refused.value.code == "already_owner"

        ownership_transfer(acting_user=owner, group_id=world.id, user_id=other.pk)

        assert (world.membership(other).role, world.membership(owner).role) == (Role.OWNER, Role.ADMIN)
