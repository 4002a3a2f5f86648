from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.sites import site
from django.contrib.auth import get_user_model
from django.db.models import Model
from django.test import Client

from chat.models import ChatGroup, ChatGroupUser, ChatMessage
from chat.services.groups import group_start
from chat.services.messages import message_send
from tests.admin.conftest import READ_ALL, SignIn
from tests.admin.pages import list_url, page_url, text_of

pytestmark = [pytest.mark.core, pytest.mark.django_db]

MODELS = [ChatGroup, ChatGroupUser, ChatMessage]


@pytest.fixture
def objects(make_user: Callable[..., Any]) -> dict[type[Model], Model]:
    ada = make_user("ada")
    group = group_start(acting_user=ada, name="Choir").group
    message = message_send(acting_user=ada, group_id=group.pk, message_text="A secret.").message
    return {ChatGroup: group, ChatGroupUser: group.memberships.get(), ChatMessage: message}


@pytest.mark.parametrize("model", MODELS)
def test_each_page_needs_the_view_permission_of_its_model(
    model: type[Model], objects: dict[type[Model], Model], sign_in: SignIn
) -> None:
    own = f"view_{model._meta.model_name}"
    others = [name for name in READ_ALL if name != own]
    to_write = [f"{verb}_{model._meta.model_name}" for verb in ("add", "change", "delete")]
    allowed, refused, outsider = sign_in(own), sign_in(*others, *to_write), sign_in(own, is_staff=False)

    for url in (list_url(model), page_url(objects[model]), page_url(objects[model], "history")):
        assert allowed.get(url).status_code == 200
        assert refused.get(url).status_code == 403
        assert outsider.get(url).status_code == 302


@pytest.mark.parametrize("model", MODELS)
def test_nobody_writes_here_not_even_a_superuser(
    model: type[Model], objects: dict[type[Model], Model], make_user: Callable[..., Any], client: Client
) -> None:
    client.force_login(make_user(is_staff=True, is_superuser=True))
    before = model._default_manager.values().get()

    posts = [
        client.post(page_url(objects[model]), {"name": "other", "message_text": "other", "role": "member"}),
        client.post(page_url(objects[model], "delete"), {"post": "yes"}),
        client.post(list_url(model).rstrip("/") + "/add/", {"name": "new"}),
    ]
    client.post(list_url(model), {"action": "delete_selected", "_selected_action": [objects[model].pk], "post": "yes"})

    assert [response.status_code for response in posts] == [403, 403, 403]
    assert model._default_manager.values().get() == before
    page = client.get(page_url(objects[model])).content.decode()
    assert 'name="_save"' not in page
    assert "deletelink" not in page


def test_page_of_a_group_shows_no_text_and_its_members_only_by_permission(
    objects: dict[type[Model], Model], sign_in: SignIn
) -> None:
    url = page_url(objects[ChatGroup])
    knows_groups, knows_members = sign_in("view_chatgroup"), sign_in("view_chatgroup", "view_chatgroupuser")

    assert "First members" not in text_of(knows_groups, url)
    assert "First members" in text_of(knows_members, url)
    assert "A secret." not in text_of(knows_members, url)


@pytest.mark.parametrize(
    "lookup",
    [
        "message_text__startswith",
        "group__name__startswith",
        "sender__password__startswith",
        "group__client_user__password__startswith",
        "client_hash",
    ],
)
def test_address_cannot_ask_for_what_is_not_shown(
    lookup: str, objects: dict[type[Model], Model], reader: Client
) -> None:
    response = reader.get(list_url(ChatMessage, **{lookup: "A"}))

    assert response.status_code == 400


@pytest.mark.parametrize("query", [{"group": "nonsense"}, {"deleted": "nonsense"}, {"q": "a\x00b"}, {"p": "10000"}])
def test_nonsense_in_an_address_is_no_error(
    query: dict[str, str], objects: dict[type[Model], Model], reader: Client
) -> None:
    response = reader.get(list_url(ChatMessage, **query), follow=True)

    assert response.status_code == 200


def test_pages_stand_when_everybody_is_gone(objects: dict[type[Model], Model], reader: Client) -> None:
    user = get_user_model()._default_manager.get(pk=objects[ChatMessage].sender_id)  # type: ignore[attr-defined]
    key = user.pk
    user.delete()

    for obj in objects.values():
        assert f"Deleted account ({key})" in text_of(reader, page_url(obj))
    assert f"Deleted account ({key})" in text_of(reader, list_url(ChatMessage))
    assert f"Deleted account ({key})" in text_of(reader, list_url(ChatGroupUser))


FORGED = ["\x00", "abc", "-1", "9" * 40, "019dd000-0000-7000-8000-000000000000"]


def test_forged_ids_and_filters_are_no_errors_of_the_server(admin_client: Client) -> None:
    for model, page in site._registry.items():
        if model._meta.app_label != "chat":
            continue
        for action in page.actions or ("delete_selected",):
            answer = admin_client.post(list_url(model), {"action": action, ACTION_CHECKBOX_NAME: FORGED})
            assert answer.status_code in {200, 302, 403}, (model, action)
        for chosen in page.list_filter:
            name = chosen if isinstance(chosen, str) else chosen.parameter_name  # type: ignore[union-attr]
            for address in (name, f"{name}__exact"):
                answer = admin_client.get(list_url(model, **{address: "\x00"}))
                assert answer.status_code in {200, 302, 400}, (model, address)
