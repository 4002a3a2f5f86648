"""Canned replies over HTTP."""

import pytest

from tests.api.conftest import Call
from tests.services.support.desk_world import make_staff, queued
from tests.services.support.test_canned import shared

pytestmark = pytest.mark.django_db


def test_canned_replies_are_kept_changed_rendered_and_thrown_away(api: Call) -> None:
    caller, group = api(make_staff(first_name="Ben", last_name="")), queued()
    all_s = shared("aaa")
    made = caller.ok("post", "support/canned/", {"name": "hello", "text": "Hi, {{staff_name}} here."})
    path = f"support/canned/{made['id']}/"

    assert [row["name"] for row in caller.ok("get", "support/canned/")["results"]] == ["aaa", "hello"]
    assert caller.ok("get", f"{path}text/?group_id={group.pk}") == {"text": "Hi, Ben here."}
    assert caller.ok("patch", path, {"name": "hi"})["name"] == "hi"
    refused = caller.patch(path, {"text": "{{nobody}}"})
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (
        400,
        "unknown_placeholder",
        "text",
    )
    taken = caller.post("support/canned/", {"name": "hi", "text": "x"})
    assert (taken.status_code, taken.json()["code"]) == (409, "name_taken")
    everybody_s = caller.delete(f"support/canned/{all_s.pk}/")
    assert (everybody_s.status_code, everybody_s.json()["code"]) == (403, "shared_reply")
    caller.ok("delete", path)
    assert caller.get(f"{path}text/?group_id={group.pk}").status_code == 404
