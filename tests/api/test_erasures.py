"""One's own erasure over the API: confirmed, waited for, taken back, stopped by a legal hold."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.models import AuditEntry, ChatMessage, Erasure
from chat.services.duty.erasures import erasures_run
from chat.services.duty.holds import hold_place
from chat.services.safety.suspensions import user_suspend
from tests.api.conftest import Call
from tests.api.contract import PREFIX
from tests.services.worlds import everything, make_person, small_group

pytestmark = pytest.mark.django_db
YES = {"confirm": True}


def test_person_confirms_waits_and_is_erased(api: Call) -> None:
    world, owner, [member] = small_group()
    world.say(owner, "mine")
    world.say(member, "theirs")
    caller = api(owner)
    asked = caller.ok("post", "erasures/", YES)
    assert (asked["state"], asked["done"], asked["finished_at"]) == ("waiting", 0, None)
    assert asked["begins_at"] > asked["created_at"]
    assert caller.ok("post", "erasures/", YES) == asked, "asking twice is asking once"
    assert list(erasures_run()) == []

    Erasure.objects.update(begins_at=F("created_at"))
    list(erasures_run())

    shown = caller.ok("get", f"erasures/{asked['id']}/")
    assert (shown["state"], shown["done"], shown["total"]) == ("done", 1, 1)
    assert caller.ok("get", "erasures/")["results"] == [shown]
    assert ChatMessage.objects.filter(message_text="mine").count() == 0
    assert ChatMessage.objects.filter(message_text="theirs").count() == 1
    late = caller.delete(f"erasures/{asked['id']}/")
    assert (late.status_code, late.json()["code"]) == (409, "erasure_begun")


def test_person_takes_it_back(api: Call) -> None:
    _, owner, _ = small_group()
    caller = api(owner)
    asked = caller.ok("post", "erasures/", YES)

    assert caller.delete(f"erasures/{asked['id']}/").status_code == 204

    assert caller.ok("get", "erasures/")["results"] == []
    assert list(AuditEntry.objects.order_by("at", "pk").values_list("action", flat=True)) == [
        "erasure.requested",
        "erasure.withdrawn",
    ]


def test_nobody_is_erased_unasked_unconfirmed_by_others_or_while_held(api: Call) -> None:
    _, owner, [member] = small_group()
    asked = api(owner).ok("post", "erasures/", YES)["id"]
    held = make_person()
    hold_place(acting_user=owner, reason="case 7", user_id=held.pk)
    before = everything()
    for body in ({}, {"confirm": False}, {"confirm": None}):
        refused = api(member).post("erasures/", body)
        assert (refused.status_code, refused.json()["field"]) == (400, "confirm"), body
    for key in (asked, uuid4(), "x"):
        for method in ("get", "delete"):
            refused = getattr(api(member), method)(f"erasures/{key}/")
            assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    refused = api(held).post("erasures/", YES)
    assert (refused.status_code, refused.json()["code"]) == (409, "legal_hold")
    assert api(None).post("erasures/", YES).status_code == 401
    assert api(member).ok("get", "erasures/")["results"] == []
    assert everything() == before


def test_who_is_suspended_may_be_erased_all_the_same(api: Call) -> None:
    _, owner, [member] = small_group()
    user_suspend(acting_user=owner, user=member, reason="spam")

    assert api(member).ok("post", "erasures/", YES)["state"] == "waiting"


def test_page_has_a_form_that_is_not_confirmed_by_itself() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make_person())
    page = browser.get(f"{PREFIX}erasures/", headers={"Accept": "text/html"}).content.decode()
    assert 'name="confirm"' in page
    headers = {"X-CSRFToken": browser.cookies["csrftoken"].value}
    answers = [browser.post(f"{PREFIX}erasures/", body, headers=headers) for body in ({}, {"confirm": "true"})]
    assert [answer.status_code for answer in answers] == [400, 202]


def test_list_costs_the_same_with_many(api: Call) -> None:
    costs: list[Any] = []
    for number in (3, 30):
        person = make_person()
        now = timezone.now()
        Erasure.objects.bulk_create(
            Erasure(user=person, state="done", created_at=now, finished_at=now) for _ in range(number)
        )
        caller = api(person)
        with CaptureQueriesContext(connection) as queries:
            assert len(caller.ok("get", "erasures/")["results"]) == number
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 2
