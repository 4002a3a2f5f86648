"""How many statements lists of calls, invitations and requests take, signing in included: the same at 3 and at 30."""

from typing import Any

import pytest

from chat.services.calls import call_set_state, call_start
from chat.services.groups import group_start
from chat.services.people.invitations import invitation_create, invitation_join
from tests.api.conftest import Call
from tests.api.test_budgets import SIZES, _statements, _warm
from tests.services.worlds import make_person, small_group

pytestmark = [pytest.mark.django_db]


@SIZES
@pytest.mark.parametrize("query", ["", "&chat_group_id="])
def test_calls_take_3_statements(rows: int, query: str, api: Call) -> None:
    world, owner, [member] = small_group()
    for _ in range(rows):
        call = call_start(acting_user=owner, group_id=world.id, call_type="voice").call
        call_set_state(acting_user=owner, call_id=call.pk, state="cancelled")
    path = "calls/?limit=50" + (query and f"{query}{world.id}")
    assert len(api(member).ok("get", path)["results"]) == rows
    assert _statements(_warm(api(member), path)) == 3


@SIZES
def test_invitations_take_3_statements_and_who_waits_4(rows: int, api: Call) -> None:
    world, owner, _ = small_group()
    for _ in range(rows):
        made = invitation_create(acting_user=owner, group_id=world.id, needs_approval=True)
        invitation_join(acting_user=make_person(), token=made.token)
    for path, budget in (("invitations/", 3), ("joins/", 4)):
        address = f"groups/{world.id}/{path}?limit=50"
        assert len(api(owner).ok("get", address)["results"]) == rows
        assert _statements(_warm(api(owner), address)) == budget


@SIZES
def test_what_i_asked_for_takes_3_statements(rows: int, api: Call) -> None:
    person: Any = make_person()
    for number in range(rows):
        owner = make_person()
        group = group_start(acting_user=owner, name=f"group {number}").group
        made = invitation_create(acting_user=owner, group_id=group.pk, needs_approval=True)
        invitation_join(acting_user=person, token=made.token)
    assert len(api(person).ok("get", "joins/?limit=50")["results"]) == rows
    assert _statements(_warm(api(person), "joins/?limit=50")) == 3


@SIZES
def test_link_takes_the_same_number_of_statements(rows: int, api: Call) -> None:
    world, owner, _ = small_group(rows)
    made = invitation_create(acting_user=owner, group_id=world.id)
    assert _statements(_warm(api(make_person()), f"invitations/{made.token}/")) == 7
