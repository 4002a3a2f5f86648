"""Blocks, connections and settings, looked up by staff: read-only, by permission, found by person."""

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from chat.models import Block, ChatSettings, Connection
from chat.services.groups import group_start
from chat.services.people.blocks import block_add
from chat.services.people.invitations import invitation_create
from tests.admin.conftest import SignIn
from tests.admin.pages import list_url, page_url, rows, text_of
from tests.services.people.worlds import connect, prefer
from tests.services.worlds import make_person

pytestmark = pytest.mark.django_db

MODELS = [Block, ChatSettings, Connection]


def _fill(number: int) -> Any:
    for _ in range(number):
        one, two = make_person(), make_person()
        connect(one, two)
        block_add(acting_user=one, user_id=two.pk, reason="rude")
        prefer(one, who_can_message="connections")
    return one


@pytest.fixture
def looking_up(sign_in: SignIn) -> Client:
    ContentType.objects.get_for_models(*MODELS)
    return sign_in("view_block", "view_chatsettings", "view_connection")


@pytest.mark.parametrize("model", MODELS)
def test_each_page_needs_its_permission_and_writes_nothing(model: Any, sign_in: SignIn, looking_up: Client) -> None:
    name = _fill(1).get_username()
    row = model.objects.get()
    refused = sign_in("view_chatgroup", f"change_{model._meta.model_name}")
    for url in (list_url(model), page_url(row)):
        assert refused.get(url).status_code == 403
        assert name in text_of(looking_up, url)
    assert looking_up.post(page_url(row), {"reason": "x"}).status_code == 403
    assert looking_up.post(page_url(row, "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", MODELS)
def test_rows_are_found_by_person(model: Any, looking_up: Client) -> None:
    person = _fill(3)
    assert len(rows(looking_up, model)) == 3
    assert len(rows(looking_up, model, q=person.get_username())) == 1
    assert rows(looking_up, model, q=person.pk)
    assert rows(looking_up, model, q="nobody at all") == []


@pytest.mark.parametrize("model", MODELS)
def test_lists_cost_the_same_at_3_and_30_rows(
    model: Any, looking_up: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _fill(3)
    looking_up.get(list_url(model))
    budget = 7
    with django_assert_num_queries(budget):
        looking_up.get(list_url(model))
    _fill(27)
    with django_assert_num_queries(budget):
        assert len(rows(looking_up, model)) == 30


def test_pages_are_called_by_people_and_not_by_their_ids(looking_up: Client, sign_in: SignIn) -> None:
    one, two = make_person(first_name="<b>"), make_person()
    block = block_add(acting_user=one, user_id=two.pk)
    page = looking_up.get(page_url(block)).content.decode()
    named = f"{one.get_username()}, {two.get_username()}"
    assert page.count(named) == 3, "in the title, the path and the heading"
    assert f"{one.pk} blocks" not in page
    call_of = group_start(acting_user=one, name="A & <b>", member_ids=[])
    made = invitation_create(acting_user=one, group_id=call_of.group.pk)
    page = sign_in("view_invitation").get(page_url(made)).content.decode()
    assert f"A &amp; &lt;b&gt;, {one.get_username()}" in page
