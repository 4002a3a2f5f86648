"""How rows are called where a person reads of them: in the admin and in logs. No content, no names of people."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from chat.models import ChatGroup, Mention, MessageHidden, MessageReaction, PollVote, ReadMark
from chat.roles import GroupType, Role
from tests.services.worlds import make_world

pytestmark = pytest.mark.django_db


def test_rows_are_called_by_ids_and_names_of_groups() -> None:
    world = make_world(GroupType.GROUP, name="Team")
    member = world.people[Role.MEMBER]
    world.say(world.people[Role.OWNER])
    message = world.say(member, "secret")

    assert str(world.group) == "Team"
    assert str(ChatGroup(pk=world.id, group_type=GroupType.PEER)) == f"Peer {world.id}"
    assert str(world.membership(member)) == f"{member.pk} (Member)"
    assert str(message) == f"{world.id} #2"
    assert str(ReadMark.objects.get(user=member)) == f"{member.pk} read to 2"


def test_what_hangs_on_a_message_is_called_by_whose_it_is() -> None:
    assert str(Mention(user_id=7, seq=2)) == "7 in #2"
    assert str(MessageHidden(user_id=7, seq=2)) == "7 hid #2"
    assert str(MessageReaction(user_id=7, emoji="👍")) == "👍 by 7"
    assert str(PollVote(user_id=7, option=2)) == "7 chose 2"


@pytest.mark.parametrize("model", list(apps.get_app_config("chat").get_models()), ids=lambda model: model.__name__)
def test_every_row_can_be_named_before_it_is_filled(model: type[Model]) -> None:
    with CaptureQueriesContext(connection) as asked:
        name = str(model())
    assert isinstance(name, str)
    assert not asked.captured_queries, "a name is made of what the row itself holds"
