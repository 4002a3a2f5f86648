"""Links that several people use at once, and requests that several people answer at once."""

from functools import partial

import pytest

from chat.exceptions import Conflict
from chat.models import ChatGroupUser, Invitation, JoinRequest
from chat.roles import GroupType, Role
from chat.services.members import member_set_role
from chat.services.people.invitations import Joined, invitation_create, invitation_join, invitation_revoke
from chat.services.people.join_requests import join_request_answer
from tests.races.together import together, while_held
from tests.services.worlds import make_person, make_world, small_group

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

ROUNDS = 8


def test_last_use_goes_to_exactly_one() -> None:
    for _ in range(ROUNDS):
        world, owner, _ = small_group()
        token = invitation_create(acting_user=owner, group_id=world.id, use_limit=1).token

        results = together([partial(invitation_join, acting_user=make_person(), token=token) for _ in range(4)])

        [joined] = [result for result in results if isinstance(result, Joined)]
        assert joined.created
        refused = [result.code for result in results if isinstance(result, Conflict)]
        assert refused == ["invitation_used_up"] * 3
        assert ChatGroupUser.objects.live().filter(group_id=world.id).count() == 3
        assert Invitation.objects.get(group_id=world.id).use_count == 1


def test_one_person_on_several_devices_uses_one_up() -> None:
    world, owner, _ = small_group()
    invitation, person = invitation_create(acting_user=owner, group_id=world.id), make_person()

    results = together([partial(invitation_join, acting_user=person, token=invitation.token)] * 6)

    assert sorted(result.created for result in results) == [False] * 5 + [True]
    invitation.refresh_from_db()
    assert invitation.use_count == 1


def test_accepting_against_rejecting_has_one_outcome() -> None:
    outcomes = set()
    for _ in range(ROUNDS):
        world = make_world(GroupType.GROUP)
        owner, admin, person = world.people[Role.OWNER], world.people[Role.ADMIN], make_person()
        token = invitation_create(acting_user=owner, group_id=world.id, needs_approval=True).token
        asked = invitation_join(acting_user=person, token=token).request
        assert asked is not None
        answer = partial(join_request_answer, request_id=asked.pk)

        results = together(
            [
                partial(answer, acting_user=owner, state="accepted"),
                partial(answer, acting_user=admin, state="rejected"),
                partial(answer, acting_user=person, state="withdrawn"),
            ]
        )

        [won] = [result for result in results if isinstance(result, JoinRequest)]
        assert [result.code for result in results if isinstance(result, Conflict)] == ["already_answered"] * 2
        asked.refresh_from_db()
        assert asked.state == won.state
        assert ChatGroupUser.objects.live().filter(group_id=world.id, user=person).exists() == (won.state == "accepted")
        outcomes.add(won.state)
    assert outcomes <= {"accepted", "rejected", "withdrawn"}


def test_person_who_waits_while_the_link_is_revoked_stays_outside() -> None:
    world = make_world(GroupType.GROUP)
    owner, admin, person = world.people[Role.OWNER], world.people[Role.ADMIN], make_person()
    mine, of_admin = (invitation_create(acting_user=by, group_id=world.id) for by in (owner, admin))
    revoke = partial(invitation_revoke, acting_user=owner, group_id=world.id, invitation_id=mine.pk)
    demote = partial(member_set_role, acting_user=owner, group_id=world.id, user_id=admin.pk, role=Role.MEMBER)

    for hold, invitation in ((revoke, mine), (demote, of_admin)):
        with while_held(hold, partial(invitation_join, acting_user=person, token=invitation.token)) as results:
            [refused] = results
        assert isinstance(refused, Conflict)
        assert refused.code == "invitation_revoked"
    assert not ChatGroupUser.objects.filter(group_id=world.id, user=person).exists()
