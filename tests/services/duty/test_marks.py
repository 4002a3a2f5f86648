"""Taking one person's marks off messages of which only some have any."""

import pytest

from chat.models import MessageReaction
from chat.services.duty.marks import REACTIONS, marks_erase
from chat.services.reactions import reaction_add
from tests.services.worlds import small_group

pytestmark = pytest.mark.django_db


def test_message_without_a_mark_stays_as_it_is() -> None:
    world, owner, [member] = small_group()
    reacted, plain = world.say(owner), world.say(owner)
    reaction_add(acting_user=member, message_id=reacted.pk, emoji="👍")
    assert marks_erase(REACTIONS, world.id, [reacted.pk, plain.pk], member.pk) == 1
    plain_version = plain.version
    plain.refresh_from_db()
    assert plain.version == plain_version
    assert not MessageReaction.objects.exists()
