"""Sending as somebody whose account nobody has looked at yet."""

from typing import Any

import pytest
from rest_framework_simplejwt.utils import get_md5_hash_password

from chat.claims import Claim, ClaimedUser, claim_of
from chat.models import ChatMessage
from chat.services import fast_send
from chat.services.messages import message_send
from tests.services.worlds import small_group

pytestmark = pytest.mark.django_db

NO_ACCOUNT = "0" * 32


def _claimed(user: Any, *, must_be_active: bool = True, password_md5: str | None = None) -> ClaimedUser:
    return ClaimedUser(Claim(user.pk, must_be_active, password_md5), lambda: user)


@pytest.mark.parametrize("must_be_active", [True, False])
@pytest.mark.parametrize("with_password", [True, False])
def test_who_is_who_they_say_sends_without_being_looked_at(must_be_active: bool, with_password: bool) -> None:
    world, owner, _ = small_group()
    world.say(owner)
    password_md5 = get_md5_hash_password(owner.password) if with_password else None
    claimed = _claimed(owner, must_be_active=must_be_active, password_md5=password_md5)
    sent = message_send(acting_user=claimed, group_id=world.id, message_text="hello").message
    assert sent.sender_id == owner.pk
    assert (claim_of(claimed) is not None) is fast_send.is_available()


def test_whose_password_is_another_is_looked_at() -> None:
    world, owner, _ = small_group()
    world.say(owner)

    def look() -> Any:
        raise PermissionError

    claimed = ClaimedUser(Claim(owner.pk, must_be_active=True, password_md5=NO_ACCOUNT), look)
    with pytest.raises(PermissionError):
        message_send(acting_user=claimed, group_id=world.id, message_text="hello")
    assert ChatMessage.objects.count() == 1 + ChatMessage.objects.filter(message_type="system").count()
