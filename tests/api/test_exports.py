"""Exports over the API: one's own, and nobody else's."""

from io import BytesIO
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.exports.building import exports_build
from chat.models import DataExport
from tests.api.conftest import Call
from tests.services.worlds import everything, make_person, small_group

pytestmark = pytest.mark.django_db


def _bytes(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_person_asks_waits_and_gets_a_zip(api: Call) -> None:
    world, owner, _ = small_group()
    world.say(owner, "hello")
    caller = api(owner)
    export = caller.ok("post", "exports/")
    assert (export["state"], export["done"], export["expires_at"]) == ("waiting", 0, None)
    early = caller.get(f"exports/{export['id']}/file/")
    assert (early.status_code, early.json()["code"]) == (409, "export_not_ready")
    again = caller.post("exports/")
    assert (again.status_code, again.json()["code"]) == (409, "export_open")

    list(exports_build())

    shown = caller.ok("get", f"exports/{export['id']}/")
    assert shown["state"] == "done"
    assert shown["done"] == shown["total"] > 0
    assert caller.ok("get", "exports/")["results"] == [shown]
    response = caller.get(f"exports/{export['id']}/file/")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == 'attachment; filename="chat.zip"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-cache"
    with ZipFile(BytesIO(_bytes(response))) as archive:
        assert {"index.html", "profile.json"} <= set(archive.namelist())


def test_export_is_for_nobody_else_and_for_nobody_after_its_time(api: Call) -> None:
    owner, other = make_person(), make_person()
    export = api(owner).ok("post", "exports/")["id"]
    list(exports_build())
    before = everything()
    for key in (export, uuid4(), "x"):
        for path in (f"exports/{key}/", f"exports/{key}/file/"):
            refused = api(other).get(path)
            assert (refused.status_code, refused.json()["code"]) == (404, "not_found"), path
    assert api(other).ok("get", "exports/")["results"] == []
    assert everything() == before

    DataExport.objects.update(expires_at=timezone.now())

    for path in (f"exports/{export}/", f"exports/{export}/file/"):
        assert api(owner).get(path).status_code == 404
    assert api(owner).ok("get", "exports/")["results"] == []


def test_asking_is_throttled(api: Call, settings: Any) -> None:
    settings.CHAT = {"THROTTLE_RATES": {"export": "1/day"}}
    caller = api(make_person())
    caller.ok("post", "exports/")
    list(exports_build())

    assert caller.post("exports/").status_code == 429


def test_list_costs_the_same_with_many(api: Call) -> None:
    costs = []
    for number in (3, 30):
        person = make_person()
        now = timezone.now()
        DataExport.objects.bulk_create(
            DataExport(user=person, state="done", created_at=now, finished_at=now) for _ in range(number)
        )
        caller = api(person)
        with CaptureQueriesContext(connection) as queries:
            assert len(caller.ok("get", "exports/")["results"]) == number
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 2
