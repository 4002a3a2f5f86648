"""Hints of writing over the API."""

from typing import Any

import pytest
from django.core.cache import cache

from chat.roles import Posting
from chat.services.groups import group_start
from chat.services.people.blocks import block_add
from chat.services.support.desks import note_send
from tests.api.conftest import Call
from tests.services.people.worlds import prefer
from tests.services.support.desk_world import request_world
from tests.services.worlds import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_writes() -> None:
    cache.clear()


def writing(api: Call, user: Any, group_id: Any) -> list[str]:
    return list(api(user).ok("get", f"groups/{group_id}/typing/")["user_ids"])


def test_others_are_told_until_it_ends_as_settings_and_blocks_let_them(api: Call) -> None:
    ada, ben, cleo = make_person(), make_person(), make_person()
    group = group_start(acting_user=ada, member_ids=[ben.pk, cleo.pk]).group
    path = f"groups/{group.pk}/typing/"

    assert api(ada).post(path).status_code == 204

    assert writing(api, ben, group.pk) == [str(ada.pk)]
    assert writing(api, ada, group.pk) == []
    block_add(acting_user=cleo, user_id=ada.pk)
    assert writing(api, cleo, group.pk) == []
    prefer(ben, typing_indicators=False)
    assert writing(api, ben, group.pk) == []
    assert api(ben).post(path, {"is_typing": True}).status_code == 204
    assert writing(api, ada, group.pk) == []
    prefer(ben, typing_indicators=True)
    assert writing(api, ada, group.pk) == []
    assert api(ada).post(path, {"is_typing": False}).status_code == 204
    assert writing(api, ben, group.pk) == []


def test_block_hides_in_the_other_direction_too(api: Call) -> None:
    ada, ben, cleo = make_person(), make_person(), make_person()
    group = group_start(acting_user=ada, member_ids=[ben.pk, cleo.pk]).group
    block_add(acting_user=ada, user_id=cleo.pk)

    api(ada).post(f"groups/{group.pk}/typing/")

    assert (writing(api, ben, group.pk), writing(api, cleo, group.pk)) == ([str(ada.pk)], [])


def test_who_may_not_send_does_not_write_and_strangers_meet_nothing(api: Call) -> None:
    ada, ben = make_person(), make_person()
    channel = group_start(acting_user=ada, member_ids=[ben.pk], posting=Posting.ADMINS).group
    path = f"groups/{channel.pk}/typing/"

    assert api(ada).post(path).status_code == 204
    response = api(ben).post(path)

    assert (response.status_code, response.json()["code"]) == (403, "not_allowed")
    assert writing(api, ben, channel.pk) == [str(ada.pk)]
    for response in (api(make_person()).get(path), api(make_person()).post(path)):
        assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_client_does_not_learn_who_writes_at_the_desk(api: Call) -> None:
    world, client, staff, other = request_world()
    desk = note_send(acting_user=staff, group_id=world.id, message_text="A note.").message.group_id

    assert api(staff).post(f"groups/{desk}/typing/").status_code == 204

    assert writing(api, other, desk) == [str(staff.pk)]
    assert writing(api, client, world.id) == []
    assert api(client).get(f"groups/{desk}/typing/").status_code == 404
