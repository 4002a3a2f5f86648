"""Calls, invitations and requests to join, looked up by staff: read-only, by permission, without the link."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from chat.models import Call, Invitation, JoinRequest
from chat.services.calls import call_start
from chat.services.people.invitations import invitation_create, invitation_join
from tests.admin.conftest import SignIn
from tests.admin.pages import list_url, page_url, rows, text_of
from tests.services.worlds import make_person, small_group

pytestmark = pytest.mark.django_db

MODELS = [Call, Invitation, JoinRequest]


def _fill(number: int) -> Invitation:
    for _ in range(number):
        world, owner, _ = small_group(name="Choir")
        call_start(acting_user=owner, group_id=world.id, call_type="voice")
        made = invitation_create(acting_user=owner, group_id=world.id, needs_approval=True, use_limit=5)
        invitation_join(acting_user=make_person(), token=made.token, text="It is me")
    return made


@pytest.fixture
def looking_up(sign_in: SignIn) -> Client:
    return sign_in("view_call", "view_invitation", "view_joinrequest", "view_chatgroup")


@pytest.mark.parametrize("model", MODELS)
def test_each_page_needs_its_permission_and_writes_nothing(model: Any, sign_in: SignIn, looking_up: Client) -> None:
    _fill(1)
    row = model.objects.get()
    refused = sign_in("view_chatgroup", f"change_{model._meta.model_name}")
    for url in (list_url(model), page_url(row)):
        assert looking_up.get(url).status_code == 200
        assert refused.get(url).status_code == 403
        assert "Choir" in text_of(looking_up, url)
    assert looking_up.post(page_url(row), {"state": "ended"}).status_code == 403
    assert looking_up.post(page_url(row, "delete"), {"post": "yes"}).status_code == 403


def test_nobody_is_shown_the_link(looking_up: Client) -> None:
    made = _fill(1)
    for url in (list_url(Invitation), page_url(made)):
        assert made.token not in looking_up.get(url).content.decode()
    assert "0 / 5" in text_of(looking_up, list_url(Invitation))
    assert "It is me" in text_of(looking_up, page_url(JoinRequest.objects.get()))
    assert "Initiated" not in text_of(looking_up, page_url(Call.objects.get()))


def test_who_was_in_a_call_is_told_by_name_alone(looking_up: Client) -> None:
    _fill(1)
    call = Call.objects.get()
    text = text_of(looking_up, page_url(call))
    assert f"People in calls Person State Joined Left {call.caller} " in text
    assert text.count(str(call.pk)) == 1, "in its own field"


@pytest.mark.parametrize("model", MODELS)
def test_lists_cost_the_same_at_3_and_30_rows(
    model: Any, looking_up: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _fill(3)
    looking_up.get(list_url(model))
    for number in (3, 30):
        # session, user, two of permissions, bounded count, rows with group and people, peers, audit entry
        with django_assert_num_queries(8):
            assert len(rows(looking_up, model)) == number
        if number == 3:
            _fill(27)
