"""Sending while nobody has looked at the sender's account yet: the statement that sends does, on PostgreSQL."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework_simplejwt.tokens import RefreshToken

from chat.claims import Claim, ClaimedUser, claim_of, prove
from chat.services.groups import group_start
from tests.api.conftest import Call
from tests.services.worlds import everything, make_person

pytestmark = pytest.mark.django_db


def _deactivate(user: Any) -> None:
    user.is_active = False
    user.save()


def _change_password(user: Any) -> None:
    user.set_password("another one entirely")
    user.save()


def _delete(user: Any) -> None:
    user.delete()


@pytest.mark.parametrize(
    ("end", "code"),
    [(_deactivate, "user_inactive"), (_change_password, "password_changed"), (_delete, "user_not_found")],
)
@pytest.mark.parametrize("text", ["hello", ""])
def test_whose_account_has_ended_sends_nothing(end: Callable[[Any], None], code: str, text: str, api: Call) -> None:
    user = make_person()
    group = group_start(acting_user=user).group
    caller = api(user)
    assert caller.send(group.pk).status_code == 201, "and the member is free to send"
    end(user)
    before = everything()
    refused = caller.send(group.pk, text)
    assert (refused.status_code, refused.json()["code"]) == (401, code)
    assert refused["WWW-Authenticate"].startswith("Bearer")
    assert everything() == before


@pytest.mark.parametrize("text", ["hello", ""])
def test_token_from_before_passwords_were_in_it_sends_nothing(text: str, api: Call) -> None:
    user = make_person()
    group = group_start(acting_user=user).group
    caller = api(user)
    assert caller.send(group.pk).status_code == 201
    token = RefreshToken.for_user(user).access_token
    del token["hash_password"]
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    assert caller.send(group.pk, text).status_code == 401


def test_strangers_are_told_nothing(api: Call) -> None:
    group = group_start(acting_user=make_person()).group
    assert api(make_person()).send(group.pk).status_code == 404


def test_rate_is_counted_before_the_account_is_looked_at(api: Call, settings: Any) -> None:
    settings.CHAT = {"THROTTLE_RATES": {"send": "2/min"}}
    user = make_person()
    group = group_start(acting_user=user).group
    caller = api(user)
    assert [caller.send(group.pk).status_code for _ in range(3)] == [201, 201, 429]


def test_claim_ends_with_the_first_question() -> None:
    user = make_person()
    claimed = ClaimedUser(Claim(user.pk, must_be_active=True, password_md5=None), lambda: user)
    assert claim_of(claimed) == Claim(user.pk, must_be_active=True, password_md5=None)
    assert claim_of(user) is None
    prove(claimed)
    assert claim_of(claimed) is None
    assert claimed == user


def test_who_cannot_be_proven_is_nobody() -> None:
    def look() -> Any:
        raise PermissionError

    claimed = ClaimedUser(Claim(1, must_be_active=True, password_md5=None), look)
    for question in (prove, bool, lambda user: user.pk, lambda user: user.is_authenticated):
        with pytest.raises(PermissionError):
            question(claimed)
        assert claim_of(claimed) is not None
