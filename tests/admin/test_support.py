"""The support desk in the admin: requests to read; hours, shared words and tags to change."""

import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chat.models import (
    AuditEntry,
    BusinessHours,
    CannedReply,
    ChatGroup,
    ChatGroupUser,
    ChatMessage,
    SupportRequest,
    SupportTag,
)
from chat.roles import Role
from chat.services.support.canned import canned_create
from chat.services.support.desks import note_send
from chat.services.support.tags import request_set_tags
from tests.admin.conftest import SignIn
from tests.admin.pages import list_url, page_url, rows, text_of
from tests.services.support.desk_world import make_staff, request_world

pytestmark = pytest.mark.django_db

SETTINGS = [BusinessHours, CannedReply, SupportTag]


def _fill(number: int) -> ChatGroup:
    for _ in range(number):
        world, _, staff, _ = request_world()
        request_set_tags(acting_user=staff, group_id=world.id, names=["billing", "angry"])
        note_send(acting_user=staff, group_id=world.id, message_text="note")
    return world.group


def test_requests_are_read_by_permission_and_nothing_is_written(sign_in: SignIn) -> None:
    group = _fill(1)
    allowed, refused = sign_in("view_supportrequest"), sign_in("view_chatgroup", "change_supportrequest")
    request = SupportRequest.objects.get()
    for url in (list_url(SupportRequest), page_url(request)):
        assert refused.get(url).status_code == 403
        assert "Open" in text_of(allowed, url)
    listed = allowed.get(list_url(SupportRequest)).content.decode()
    assert re.search(rf'<a href="{page_url(request)}">[^<]+</a>', listed)  # a link inside a link leads nowhere
    assert "angry, billing" in text_of(allowed, page_url(request))
    assert allowed.post(page_url(request), {"rating": "5"}).status_code == 403
    assert str(group.client_user) in text_of(allowed, list_url(SupportRequest))


def test_list_costs_the_same_at_3_and_30_rows(sign_in: SignIn) -> None:
    client = sign_in("view_supportrequest")
    costs = []
    for number in (3, 27):
        _fill(number)
        with CaptureQueriesContext(connection) as queries:
            assert rows(client, SupportRequest)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_requests_are_found_by_name_and_people_and_kept_by_how_they_stand(sign_in: SignIn) -> None:
    invoice, keys = _fill(1), _fill(1)
    ChatGroup.objects.filter(pk=invoice.pk).update(name="Invoice", support_status="resolved", priority=4)
    reader = sign_in("view_supportrequest")

    def shown(**query: object) -> list[Any]:
        return [row.pk for row in rows(reader, SupportRequest, **query)]

    client = invoice.client_user
    for found in ("invoi", str(invoice.pk), str(client.pk), client.get_username()):
        assert shown(q=found) == [invoice.pk], found
    assert shown(q="nothing like it") == []
    assert shown(group__support_status__exact="resolved") == [invoice.pk]
    assert shown(group__priority__exact=2) == [keys.pk]
    assert "Resolved, Urgent" in text_of(reader, list_url(SupportRequest))


def test_desk_is_named_after_its_request(sign_in: SignIn) -> None:
    group = _fill(1)
    ChatGroup.objects.filter(pk=group.pk).update(name="Invoice")
    reader = sign_in("view_chatgroup", "view_chatgroupuser")
    text = text_of(reader, list_url(ChatGroup))
    assert "Desk of Invoice" in text
    assert "Deleted account" not in text + text_of(reader, page_url(ChatGroup.objects.get(desk_of=group)))


def test_request_without_a_name_is_named_after_its_client(sign_in: SignIn) -> None:
    group = _fill(1)
    ChatGroup.objects.filter(pk=group.pk).update(name=None)
    get_user_model()._default_manager.filter(pk=group.client_user_id).update(first_name="Gebre")
    reader = sign_in("view_chatgroup", "view_chatgroupuser", "view_chatmessage")
    for model in (ChatGroup, ChatGroupUser, ChatMessage):
        text = text_of(reader, list_url(model))
        assert "Request of Gebre" in text
        assert str(group.pk) not in text
        assert "Desk of Request of Gebre" in text


def _post(client: Client, model: Any, url: str | None = None, **values: object) -> Any:
    empty = {
        f"{prefix}-{name}": number
        for prefix in ("intervals", "holidays")
        for name, number in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0), ("MIN_NUM_FORMS", 0), ("MAX_NUM_FORMS", 1000))
    }
    return client.post(url or reverse(f"admin:chat_{model._meta.model_name}_add"), empty | values)


def test_saved_hours_are_looked_at_by_each_client_s_next_message(sign_in: SignIn) -> None:
    world, client, _, _ = request_world()
    world.say(client)
    world.say(client)
    models = ("businesshours", "openinginterval", "holiday")
    editor = sign_in(*(f"{verb}_{model}" for model in models for verb in ("add", "view")))
    assert not ChatGroupUser.objects.get(group=world.id, role=Role.CLIENT).is_guarded

    saved = _post(
        editor,
        BusinessHours,
        **{"time_zone": "Africa/Addis_Ababa", "away_message": "Away.", "intervals-TOTAL_FORMS": 1},
        **{"intervals-0-weekday": 0, "intervals-0-opens": "08:30", "intervals-0-closes": "17:30"},
    )

    assert saved.status_code == 302
    hours = BusinessHours.objects.get()
    assert list(hours.intervals.values_list("weekday", flat=True)) == [0]
    assert ChatGroupUser.objects.get(group=world.id, role=Role.CLIENT).is_guarded


@pytest.mark.parametrize(
    ("model", "values", "error"),
    [
        (BusinessHours, {"time_zone": "Atlantis/Capital"}, "There is no time zone of this name."),
        (
            BusinessHours,
            {"time_zone": "UTC", "intervals-TOTAL_FORMS": 1, "intervals-0-weekday": 0}
            | {"intervals-0-opens": "17:30", "intervals-0-closes": "08:30"},
            "This is not after it opens.",
        ),
        (BusinessHours, {"time_zone": "UTC", "away_message": "x" * 20_001}, "This may have at most"),
        (CannedReply, {"name": "hello", "text": "Hi {{nobody}}"}, "is no placeholder"),
    ],
)
def test_what_cannot_be_is_refused(model: Any, values: Any, error: str, sign_in: SignIn) -> None:
    names = {model._meta.model_name, "openinginterval"}
    editor = sign_in(*(f"{verb}_{name}" for verb in ("add", "view") for name in names))
    response = _post(editor, model, **values)
    assert "Constraint" not in response.content.decode()
    assert (response.status_code, model.objects.count()) == (200, 0)
    assert error in response.content.decode()


def test_shared_words_are_written_here_and_people_s_own_are_not_shown(sign_in: SignIn) -> None:
    canned_create(acting_user=make_staff(), name="mine", text="private")
    editor = sign_in(*(f"{verb}_cannedreply" for verb in ("add", "view", "change")))

    assert _post(editor, CannedReply, name="hello", text="Hi {{client_name}}").status_code == 302

    again = _post(editor, CannedReply, name="hello", text="Hello")
    assert "There are words of this name already." in again.content.decode()
    [shown] = rows(editor, CannedReply)
    assert (shown.name, shown.owner_id) == ("hello", None)
    assert editor.post(page_url(shown), {"name": "hello", "text": "Hello"}).status_code == 302
    shown.refresh_from_db()
    assert shown.text == "Hello"


def test_requests_show_times_in_words_and_guests_by_their_names(sign_in: SignIn) -> None:
    group = _fill(1)
    get_user_model()._default_manager.filter(pk=group.client_user_id).update(first_name="Gebre")
    SupportRequest.objects.update(first_response_seconds=45, resolution_seconds=93_784)
    reader = sign_in("view_supportrequest")
    for url in (list_url(SupportRequest), page_url(SupportRequest.objects.get())):
        text = text_of(reader, url).replace("\xa0", " ")
        assert "Gebre" in text
        assert str(group.client_user) not in text
        assert "45 seconds" in text
        assert "1 day, 2 hours" in text


@pytest.mark.parametrize(
    ("model", "values", "changed"),
    [
        (BusinessHours, {"time_zone": "UTC"}, {"time_zone": "Africa/Addis_Ababa"}),
        (CannedReply, {"name": "hello", "text": "secret words"}, {"name": "hello", "text": "other words"}),
        (SupportTag, {"name": "billing"}, {"name": "invoices"}),
    ],
)
def test_who_changes_settings_of_the_desk_is_in_the_book(
    model: Any, values: dict[str, str], changed: dict[str, str], sign_in: SignIn
) -> None:
    name = model._meta.model_name
    editor = sign_in(*(f"{verb}_{name}" for verb in ("add", "view", "change", "delete")))
    _post(editor, model, **values)
    row = model.objects.get()
    _post(editor, model, page_url(row), **changed)
    editor.post(page_url(row, "delete"), {"post": "yes"})
    _post(editor, model, **values)
    last = {"action": "delete_selected", "_selected_action": model.objects.get().pk, "post": "yes"}
    editor.post(list_url(model), last)

    assert not model.objects.exists()
    acts = list(AuditEntry.objects.order_by("at", "pk"))
    did = ("added", "changed", "deleted")
    assert [act.action for act in acts] == [f"setting.{what}" for what in (*did, "added", "deleted")]
    assert {(act.target_type, act.actor_id) for act in acts} == {(f"chat.{name}", acts[0].actor_id)}
    assert acts[0].target_id == str(row.pk)
    assert acts[1].details["changes"][0]["changed"]["fields"]
    assert "words" not in str([act.details for act in acts])


@pytest.mark.parametrize("model", SETTINGS)
def test_settings_of_the_desk_need_their_permissions(model: Any, sign_in: SignIn) -> None:
    assert sign_in("view_chatgroup").get(list_url(model)).status_code == 403
    assert sign_in(f"view_{model._meta.model_name}").get(list_url(model)).status_code == 200
