"""Leaving a group while it is called, in whatever state one's own part is."""

import pytest

from chat.models import CallParticipant
from chat.services.calls import call_set_state, call_start
from chat.services.members import member_leave
from tests.services.worlds import small_group

pytestmark = pytest.mark.django_db


def test_who_declined_leaves_and_the_part_stays_as_it_was() -> None:
    world, owner, [member, _] = small_group(members=2)
    call = call_start(acting_user=owner, group_id=world.id, call_type="voice").call
    call_set_state(acting_user=member, call_id=call.pk, state="declined")
    member_leave(acting_user=member, group_id=world.id)
    assert CallParticipant.objects.get(call=call, user=member).state == "declined"
