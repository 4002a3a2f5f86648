"""Two people who change who is in a group, at once."""

from functools import partial

import pytest

from chat.exceptions import ChatError, Conflict, NotAllowed
from chat.models import ChatGroup, ChatGroupUser
from chat.roles import GroupType, Role
from chat.services.groups import group_delete, group_update, peer_start
from chat.services.members import member_add, member_leave, member_remove, member_set_role, ownership_transfer
from tests.races.together import succeeded, together, while_held
from tests.services.worlds import World, make_person, make_world, small_group

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

ROUNDS = 10


def _owners(world: World) -> set[object]:
    owners = ChatGroupUser.objects.live().filter(group_id=world.id, role=Role.OWNER)
    return set(owners.values_list("user_id", flat=True))


def _distinct_versions(world: World) -> bool:
    versions = list(ChatGroupUser.objects.filter(group_id=world.id).values_list("version", flat=True))
    return len(set(versions)) == len(versions) and max(versions) <= ChatGroup.objects.get(pk=world.id).version


def test_thirty_two_starts_of_one_peer_give_one_group() -> None:
    for _ in range(3):
        one, two = make_person(), make_person()
        starts = [partial(peer_start, acting_user=a, user_id=b.pk) for a, b in [(one, two), (two, one)] * 16]

        started = succeeded(together(starts))

        [group] = ChatGroup.objects.filter(group_type=GroupType.PEER, memberships__user=one)
        assert {start.group.pk for start in started} == {group.pk}
        assert sum(start.created for start in started) == 1
        roles = ChatGroupUser.objects.filter(group=group).values_list("role", flat=True)
        assert sorted(roles) == [Role.MEMBER, Role.OWNER]


def test_two_owners_who_leave_at_once_leave_an_owner() -> None:
    for _ in range(ROUNDS):
        world = make_world(GroupType.GROUP)
        owners = [world.people[Role.OWNER], world.others[Role.OWNER]]
        leaves = [partial(member_leave, acting_user=owner, group_id=world.id) for owner in owners]

        succeeded(together(leaves))

        assert _owners(world) == {world.people[Role.ADMIN].pk}, "the oldest admin inherits, once"
        assert _distinct_versions(world)


def test_two_owners_who_demote_each_other_leave_an_owner() -> None:
    for _ in range(ROUNDS):
        world = make_world(GroupType.GROUP)
        one, two = world.people[Role.OWNER], world.others[Role.OWNER]
        demote = partial(member_set_role, group_id=world.id, role=Role.MEMBER)

        results = together(
            [partial(demote, acting_user=one, user_id=two.pk), partial(demote, acting_user=two, user_id=one.pk)]
        )

        assert len(_owners(world)) == 1
        assert sorted(type(result).__name__ for result in results) == ["ChatGroupUser", "NotAllowed"]


def test_two_owners_who_demote_themselves_leave_an_owner() -> None:
    world = make_world(GroupType.GROUP)
    one, two = world.people[Role.OWNER], world.others[Role.OWNER]
    demote = partial(member_set_role, group_id=world.id, role=Role.ADMIN)

    with while_held(
        partial(demote, acting_user=one, user_id=one.pk), partial(demote, acting_user=two, user_id=two.pk)
    ) as results:
        [refused] = results

    assert isinstance(refused, Conflict)
    assert refused.code == "last_owner"
    assert _owners(world) == {two.pk}


def test_ownership_is_handed_over_once() -> None:
    world, owner, members = small_group(4)
    transfer = partial(ownership_transfer, acting_user=owner, group_id=world.id)

    results = together([partial(transfer, user_id=member.pk) for member in members])

    [heir] = [result for result in results if isinstance(result, ChatGroupUser)]
    assert sum(isinstance(result, NotAllowed) for result in results) == 3
    assert _owners(world) == {heir.user_id}


def test_heir_who_leaves_as_the_owner_does_passes_it_on() -> None:
    for _ in range(ROUNDS):
        world, owner, members = small_group(3)
        leaves = [partial(member_leave, acting_user=user, group_id=world.id) for user in (owner, *members[:2])]

        succeeded(together(leaves))

        assert _owners(world) == {members[2].pk}


def test_one_person_added_at_once_is_one_member() -> None:
    world = make_world(GroupType.GROUP)
    newcomer = make_person()
    version = ChatGroup.objects.get(pk=world.id).version
    adders = [world.people[Role.OWNER], world.people[Role.ADMIN], world.others[Role.ADMIN]] * 3

    added = succeeded(
        together(
            [
                partial(member_add, acting_user=by, group_id=world.id, user_id=newcomer.pk, role=Role.MEMBER)
                for by in adders
            ]
        )
    )

    assert len({one.membership.pk for one in added}) == 1
    assert sum(one.created for one in added) == 1
    assert ChatGroup.objects.get(pk=world.id).version == version + 2, "and what the system says of it"


def test_group_is_never_overfull(settings) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    settings.CHAT = {"GROUP_MAX_MEMBERS": 4}
    world, owner, _ = small_group(1)
    newcomers = [make_person() for _ in range(8)]
    add = partial(member_add, acting_user=owner, group_id=world.id, role=Role.MEMBER)

    results = together([partial(add, user_id=person.pk) for person in newcomers])

    refused = [result for result in results if isinstance(result, ChatError)]
    assert [error.code for error in refused] == ["group_full"] * 6
    assert ChatGroupUser.objects.live().filter(group_id=world.id).count() == 4


@pytest.mark.parametrize("role", [Role.MEMBER, Role.ADMIN])
def test_manager_who_is_taken_down_meanwhile_removes_nobody(role: Role) -> None:
    world = make_world(GroupType.GROUP)
    owner, admin, member = world.people[Role.OWNER], world.people[Role.ADMIN], world.people[Role.MEMBER]

    with while_held(
        partial(member_set_role, acting_user=owner, group_id=world.id, user_id=admin.pk, role=Role.MEMBER),
        partial(member_remove, acting_user=admin, group_id=world.id, user_id=member.pk),
        partial(group_update, acting_user=admin, group_id=world.id, name="Mine"),
        partial(member_add, acting_user=admin, group_id=world.id, user_id=world.stranger.pk, role=Role.MEMBER),
    ) as results:
        assert [type(result) for result in results] == [NotAllowed] * 3

    assert world.membership(member).left_at is None


def test_former_owner_who_waits_deletes_nothing() -> None:
    world = make_world(GroupType.GROUP)
    owner, other = world.people[Role.OWNER], world.others[Role.OWNER]

    with while_held(
        partial(member_set_role, acting_user=owner, group_id=world.id, user_id=other.pk, role=Role.ADMIN),
        partial(group_delete, acting_user=other, group_id=world.id),
    ) as results:
        assert [type(result) for result in results] == [NotAllowed]

    assert ChatGroup.objects.alive().filter(pk=world.id).exists()


def test_people_who_are_deleted_at_once_leave_whole_groups() -> None:
    """Each deletion locks several groups: in one order, so that none waits for another for ever."""
    owner, member = make_person(), make_person()
    worlds = [make_world(GroupType.GROUP) for _ in range(5)]
    for world in worlds:
        for person, role in ((owner, Role.OWNER), (member, Role.ADMIN)):
            member_add(acting_user=world.people[Role.OWNER], group_id=world.id, user_id=person.pk, role=role)

    succeeded(together([owner.delete, member.delete, worlds[0].people[Role.OWNER].delete]))

    for number, world in enumerate(worlds):
        live = ChatGroupUser.objects.live().filter(group_id=world.id)
        assert live.count() == (5 if number == 0 else 6)
        assert _owners(world)
        assert _distinct_versions(world)
