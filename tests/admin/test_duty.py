"""Legal holds, exports and erasures in the admin: asked for with a permission, never changed or deleted."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from chat.models import AuditEntry, DataExport, Erasure, LegalHold
from chat.services.duty.erasures import erasure_request
from chat.services.duty.exports import export_request
from chat.services.duty.holds import hold_place
from tests.admin.conftest import SignIn
from tests.admin.pages import list_url, page_url, rows, text_of
from tests.services.worlds import small_group

pytestmark = pytest.mark.django_db

Made = DataExport | Erasure | LegalHold
MODELS: dict[str, type[Made]] = {"dataexport": DataExport, "erasure": Erasure, "legalhold": LegalHold}


def _form(name: str, person: Any) -> dict[str, Any]:
    return {"user": person.pk} | ({"group": "", "reason": "case 7"} if name == "legalhold" else {})


def _make(name: str, by: Any, person: Any) -> Made:
    if name == "legalhold":
        return hold_place(acting_user=by, user_id=person.pk, reason="case 7")
    make = export_request if name == "dataexport" else erasure_request
    return make(acting_user=by, user_id=person.pk)


@pytest.mark.parametrize("name", MODELS)
def test_who_may_asks_for_one_and_who_may_only_read_does_not(
    name: str, make_user: Callable[..., Any], sign_in: SignIn
) -> None:
    person, add = make_user(), reverse(f"admin:chat_{name}_add")
    reader, allowed = sign_in(f"view_{name}"), sign_in(f"view_{name}", f"add_{name}")
    assert reader.post(add, _form(name, person)).status_code == 403
    assert not MODELS[name].objects.exists()

    assert allowed.post(add, _form(name, person)).status_code == 302

    made = MODELS[name].objects.get()
    assert made.user_id == person.pk
    assert person.get_username() in text_of(reader, page_url(made))
    assert rows(reader, MODELS[name], q=person.pk) == [made]
    assert rows(reader, MODELS[name], q="nobody of this name") == []
    actor = AuditEntry.objects.exclude(action__in=["listed", "read"]).get().actor_id
    assert str(actor) == allowed.session["_auth_user_id"]


@pytest.mark.parametrize("name", MODELS)
def test_nobody_changes_or_deletes_one(name: str, make_user: Callable[..., Any], client: Client) -> None:
    made = _make(name, make_user(), make_user())
    client.force_login(make_user(is_staff=True, is_superuser=True))

    assert client.post(page_url(made), _form(name, make_user())).status_code == 403
    assert client.post(page_url(made, "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("name", MODELS)
def test_wrong_form_is_told_and_makes_nothing(name: str, make_user: Callable[..., Any], sign_in: SignIn) -> None:
    client = sign_in(f"view_{name}", f"add_{name}")

    response = client.post(reverse(f"admin:chat_{name}_add"), _form(name, make_user()) | {"user": ""})

    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == ["user"]
    assert "Constraint" not in response.content.decode()
    assert not MODELS[name].objects.exists()


def test_what_the_service_refuses_is_told(make_user: Callable[..., Any], sign_in: SignIn) -> None:
    person = make_user()
    hold_place(acting_user=person, user_id=person.pk, reason="case 7")
    client = sign_in("view_erasure", "add_erasure")

    response = client.post(reverse("admin:chat_erasure_add"), {"user": person.pk})

    assert "must be kept" in str(response.context["adminform"].form.non_field_errors())
    assert not Erasure.objects.exists()


def test_hold_is_on_a_person_or_a_group_and_lifted_by_who_may(make_user: Callable[..., Any], sign_in: SignIn) -> None:
    world, _, _ = small_group()
    allowed = sign_in("view_legalhold", "add_legalhold", "change_legalhold")
    reader = sign_in("view_legalhold", "add_legalhold")
    add = reverse("admin:chat_legalhold_add")
    both = {"user": make_user().pk, "group": world.id, "reason": "case 7"}
    refused = allowed.post(add, both)
    assert refused.status_code == 200
    assert dict(refused.context["adminform"].form.errors) == {"user": ["Name a person or a group."]}
    assert not LegalHold.objects.exists()
    assert allowed.post(add, both | {"user": ""}).status_code == 302
    hold = LegalHold.objects.get()
    assert (hold.user_id, hold.group_id) == (None, world.id)
    assert rows(reader, LegalHold, q=world.id) == [hold]
    assert rows(reader, LegalHold, q=hold.pk) == []
    assert page_url(hold.group) in reader.get(list_url(LegalHold)).content.decode()

    lift = {"action": "lift", "_selected_action": [hold.pk]}
    reader.post(list_url(LegalHold), lift)
    assert LegalHold.objects.in_force().exists()
    allowed.post(list_url(LegalHold), lift)
    assert not LegalHold.objects.in_force().exists()


@pytest.mark.parametrize("name", MODELS)
def test_lists_cost_the_same_with_many(
    name: str, make_user: Callable[..., Any], sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    client, by = sign_in(f"view_{name}"), make_user()
    for number in (3, 30):
        for _ in range(number):
            _make(name, by, make_user())
        with django_assert_max_num_queries(7):
            assert len(rows(client, MODELS[name])) >= number
